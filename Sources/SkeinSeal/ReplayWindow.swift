import SkeinWire

/// Which counters of one sender, epoch and class have been seen: a sliding bitmap after RFC 6479. The zero value works.
/// Consulted only after the signature holds, so that a forger can neither move it nor learn from it.
package struct ReplayWindow: Sendable {
    /// How far a counter may lag behind the highest one seen and still be told from a replay.
    package static let width = 256

    private var highest: UInt32?
    private var seen: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    package init() {}

    /// Everything up to `floor` counts as seen.
    package init(floor: UInt32) {
        highest = floor
        seen = (.max, .max, .max, .max)
    }

    /// Whether a counter has been seen, or is too old to tell.
    package func hasSeen(_ counter: UInt32) -> Bool {
        guard let top = highest, counter <= top else { return false }
        return top - counter >= UInt32(Self.width) || isMarked(counter)
    }

    /// True and remembered if the counter is new; false if it was seen or is too old to tell.
    package mutating func admit(_ counter: UInt32) -> Bool {
        guard let top = highest else {
            highest = counter
            mark(counter)
            return true
        }
        if counter > top {
            clear(after: top, through: counter)
            highest = counter
            mark(counter)
            return true
        }
        guard top - counter < UInt32(Self.width), !isMarked(counter) else { return false }
        mark(counter)
        return true
    }

    /// Whether a counter lies so far behind that nobody can tell whether it was seen.
    package func isBehind(_ counter: UInt32) -> Bool {
        guard let top = highest, counter <= top else { return false }
        return top - counter >= UInt32(Self.width)
    }

    private mutating func clear(after old: UInt32, through new: UInt32) {
        guard new - old < UInt32(Self.width) else {
            seen = (0, 0, 0, 0)
            return
        }
        var counter = old
        while counter != new {
            counter += 1
            withWord(of: counter) { $0 &= ~(1 << UInt64(counter % 64)) }
        }
    }

    private mutating func mark(_ counter: UInt32) {
        withWord(of: counter) { $0 |= 1 << UInt64(counter % 64) }
    }

    private func isMarked(_ counter: UInt32) -> Bool {
        let bit: UInt64 = 1 << UInt64(counter % 64)
        return switch counter / 64 % 4 {
        case 0: seen.0 & bit != 0
        case 1: seen.1 & bit != 0
        case 2: seen.2 & bit != 0
        default: seen.3 & bit != 0
        }
    }

    private mutating func withWord(of counter: UInt32, _ change: (inout UInt64) -> Void) {
        switch counter / 64 % 4 {
        case 0: change(&seen.0)
        case 1: change(&seen.1)
        case 2: change(&seen.2)
        default: change(&seen.3)
        }
    }
}
