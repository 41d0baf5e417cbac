import SkeinWire

/// How sure a requester makes itself of what helpers compute for it.
///
/// | class | a part costs | a helper that lies |
/// | --- | --- | --- |
/// | `acceptOne` | one unit | is found out only by an answer that cannot be one |
/// | `spotCheck` | a little more | is found out by the first part whose answer this robot knows, and shunned then |
/// | `quorum` | two units, three when they differ | changes nothing: two different robots must say the same |
///
/// Parts that stay at home are this robot's own, and need no check. Two helpers that lie alike and are given the same
/// part are a majority: nothing here sees that.
package enum ResultCheck: Hashable, Sendable {
    /// The first valid answer is taken.
    case acceptOne
    /// So it is, but now and then a helper is given a part that this robot computes itself: so many for a thousand parts
    /// that leave. Which parts stay at home is drawn anew for each task, and a probe is asked for, placed and sent as the
    /// others are, so that its helper cannot tell.
    case spotCheck(perMille: Int)
    /// An answer is taken when another robot has given the same, within the kernel's tolerance; or it is computed here.
    case quorum

    /// A number of its own for each; fractions below none and above all are these.
    package var code: UInt64 {
        switch self {
        case .acceptOne: 0
        case .quorum: 1
        case .spotCheck(let perMille): UInt64(max(0, min(1_000, perMille))) << 8 | 2
        }
    }

    /// Nil: no such check.
    package init?(code: UInt64) {
        switch code {
        case 0: self = .acceptOne
        case 1: self = .quorum
        default:
            guard code & 0xFF == 2, code >> 8 <= 1_000 else { return nil }
            self = .spotCheck(perMille: Int(code >> 8))
        }
    }

    /// Chance decides in it.
    package var isDrawn: Bool {
        switch self {
        case .acceptOne, .quorum: false
        case .spotCheck: true
        }
    }

    /// Robots that must say the same.
    var votes: Int {
        switch self {
        case .acceptOne, .spotCheck: 1
        case .quorum: 2
        }
    }

    /// Which of `count` parts leave: the last ones, or with spot checks any.
    func leaving(_ remote: Int, of count: Int, random: inout PeerRandom) -> [Bool] {
        var leaves = (0..<count).map { $0 >= count - remote }
        switch self {
        case .acceptOne, .quorum: break
        case .spotCheck: leaves.shuffle(using: &random)
        }
        return leaves
    }

    /// Known answers to send along with `remoteParts` parts that leave.
    func probes(remoteParts: Int, random: inout PeerRandom) -> Int {
        switch self {
        case .acceptOne, .quorum: 0
        case .spotCheck(let perMille):
            (0..<remoteParts).count { _ in random.next() % 1_000 < UInt64(clamping: perMille) }
        }
    }
}

/// The classes as an operator names them.
package enum ResultCheckClass: String, CaseIterable, Sendable {
    case acceptOne = "accept-one"
    case spotCheck = "spot-check"
    case quorum

    package func check(spotCheckFraction: Double) -> ResultCheck {
        switch self {
        case .acceptOne: .acceptOne
        case .spotCheck: .spotCheck(perMille: Int((max(0, min(1, spotCheckFraction)) * 1_000).rounded()))
        case .quorum: .quorum
        }
    }
}

/// Why a helper, or a leader, lost its standing.
package enum StandingLoss: UInt8, CaseIterable, Sendable {
    /// It answered something else than this robot has computed itself.
    case poisoned
    /// Two others agreed, and it did not.
    case outvoted
    /// Its answer could not be one.
    case nonsense
    /// It takes on what it does not do in time, or is offered for and refuses.
    case unreliable
    /// A leader: the helpers it names do not work.
    case blackHole
}
