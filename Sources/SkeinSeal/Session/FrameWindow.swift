/// Which frames of a session have come: ReplayWindow's bitmap with 64-bit counters, in words that are reused as it slides
/// (RFC 6479), wide enough for two radios and several queues to overtake each other. Counters begin with 1.
struct FrameWindow {
    private static let words = 32
    /// How far a frame may lag behind the highest one and still be told from a replay.
    static let width = UInt64((words - 1) * 64)

    private(set) var highest: UInt64 = 0
    private var seen = [UInt64](repeating: 0, count: words)

    /// Asked before the tag is checked, since it costs nothing; changed only by `admit`, after it.
    func isNew(_ counter: UInt64) -> Bool {
        guard counter > 0 else { return false }
        guard counter <= highest else { return true }
        return highest - counter < Self.width && seen[Self.word(counter)] & Self.bit(counter) == 0
    }

    mutating func admit(_ counter: UInt64) {
        precondition(isNew(counter), "frame \(counter) a second time")
        if counter > highest {
            // Every word entered for the first time is cleared; all of them, when the leap is past the whole bitmap.
            let steps = min(counter / 64 - highest / 64, UInt64(Self.words))
            let first = highest / 64
            for step in 0..<steps { seen[Int((first + 1 + step) % UInt64(Self.words))] = 0 }
            highest = counter
        }
        seen[Self.word(counter)] |= Self.bit(counter)
    }

    private static func word(_ counter: UInt64) -> Int { Int(counter / 64 % UInt64(words)) }
    private static func bit(_ counter: UInt64) -> UInt64 { 1 << (counter % 64) }
}
