import RealModule
import SkeinTasks
import SkeinWire

/// Whether a source of measurements and the estimate still belong together. A gate alone would lock a filter out that has
/// lost its way: it refuses all that could mend it, and grows surer. So the newest measurements are looked at together:
///
/// - more than half of them refused, or
/// - those taken, by the sum of their squared innovations (NIS), farther off than happens once in a million windows,
///
/// for a second: the source has *diverged*. Neither for a second: it has *recovered*. Bounded: the newest 15 of ten seconds.
struct SourceWatch {
    static let looksMax = 15
    static let looksMin = 6
    static let lookAgeMax = Duration.seconds(10)
    static let patience = Duration.seconds(1)

    private struct Look {
        var at: Duration
        var isRefused: Bool
        var nis: Double
        /// Of the innovation, in the source's own unit, squared.
        var squareOffset: Double
        var sender: NodeID
    }

    /// Degrees of freedom of a measurement.
    private let degrees: Int
    /// Different senders that must have been refused.
    private let sendersMin: Int
    private var looks: [Look] = []
    private var changingSince: Duration?
    private(set) var divergedAt: Duration?

    init(degrees: Int, sendersMin: Int = 1) {
        self.degrees = degrees
        self.sendersMin = sendersMin
    }

    var isDiverged: Bool { divergedAt != nil }

    /// Mean square of the offsets of those refused; of all, if none was.
    var meanSquareOffset: Double {
        let refused = looks.filter(\.isRefused)
        let counted = refused.isEmpty ? looks : refused
        guard !counted.isEmpty else { return 0 }
        return counted.reduce(0) { $0 + $1.squareOffset } / Double(counted.count)
    }

    /// What it has come to with this one.
    mutating func note(
        at: Duration, isRefused: Bool, nis: Double, squareOffset: Double, sender: NodeID = .none
    ) -> LocalisationTurn? {
        looks.removeAll { at - $0.at > Self.lookAgeMax }
        if looks.count == Self.looksMax { looks.removeFirst() }
        looks.append(
            Look(at: at, isRefused: isRefused, nis: min(nis, 1e6), squareOffset: squareOffset, sender: sender))
        guard looks.count >= Self.looksMin, isBad != isDiverged else {
            changingSince = nil
            return nil
        }
        let since = changingSince ?? at
        changingSince = since
        guard at - since >= Self.patience else { return nil }
        changingSince = nil
        divergedAt = isDiverged ? nil : at
        return isDiverged ? .diverged : .recovered
    }

    /// The filter has been set anew: what was seen before does not count.
    mutating func restarted(at: Duration) {
        looks = []
        changingSince = nil
        if isDiverged { divergedAt = at }
    }

    private var isBad: Bool {
        let refused = looks.filter(\.isRefused)
        if 2 * refused.count > looks.count {
            var senders: [NodeID] = []
            for look in refused where !senders.contains(look.sender) { senders.append(look.sender) }
            return senders.count >= sendersMin
        }
        let taken = looks.count - refused.count
        guard taken >= Self.looksMin else { return false }
        let sum = looks.reduce(0) { $1.isRefused ? $0 : $0 + $1.nis }
        return sum > Self.boundOnce(inMillionOf: degrees * taken)
    }

    /// Chi-square's quantile of 1 − 10⁻⁶ (Wilson and Hilferty 1931).
    static func boundOnce(inMillionOf degrees: Int) -> Double {
        let k = Double(degrees)
        let spread = 2 / (9 * k)
        let root = 1 - spread + 4.753_4 * Double.sqrt(spread)
        return k * root * root * root
    }
}
