import RealModule
import SkeinTasks
import SkeinWire

/// The gates of a robot's senses, a watch on each, and what has been counted: which measurement may change the estimate,
/// which source has lost touch with it, and whose fault that is as far as it can be told.
///
/// - A value that is the same to the bit while odometry says that the robot has moved or turned more than five sigmas
///   is *frozen*: no sensor without noise.
/// - Two satellite fixes, however wrong both, tell how the robot moved between them. Where odometry says otherwise again
///   and again the wheels slip: its noise is then what the difference makes it, and the satellites lead.
struct SensorGates {
    /// Chi-square, 99.9 %, one and two degrees of freedom.
    static let gateOfOne = 10.83
    static let gateOfTwo = 13.8
    /// An own sense that has been refused so long after it was found to have diverged is believed again: by then odometry is no
    /// better witness. Satellite receivers, and compasses near iron, err for seconds.
    static let resetAfter = Duration.seconds(7)
    private static let frozenSigmas = 5.0
    /// Of the way between two fixes, beside the speed's own noise: the heading's error across it.
    private static let wayFraction = 0.05

    private struct Repeat {
        var first: Double
        var second: Double
        var turned: Double
        var at: FieldPoint
    }

    private struct Fix {
        var point: FieldPoint
        var variance: Double
        var track: FieldPoint
        var at: Duration
    }

    private let tuning: MissionTuning
    private var watches: [SourceWatch]
    private var repeats: [Repeat?]
    private var lastFix: Fix?
    private var slips: [Double] = []
    private var counts = LocalisationReport()

    init(tuning: MissionTuning) {
        self.tuning = tuning
        watches = LocalisationSource.allCases.map { source in
            switch source {
            case .odometry, .satellite: SourceWatch(degrees: 2)
            case .compass, .camera: SourceWatch(degrees: 1)
            // One or two liars must not make anybody doubt.
            case .fixes: SourceWatch(degrees: 2, sendersMin: 3)
            }
        }
        repeats = LocalisationSource.allCases.map { _ in nil }
    }

    var report: LocalisationReport {
        var report = counts
        for source in LocalisationSource.allCases { report[source].isDiverged = isDiverged(source) }
        return report
    }

    func isDiverged(_ source: LocalisationSource) -> Bool { watches[Int(source.rawValue)].isDiverged }

    func meanSquareOffset(_ source: LocalisationSource) -> Double { watches[Int(source.rawValue)].meanSquareOffset }

    var isDoubtful: Bool { watches.contains(where: \.isDiverged) }

    /// How far off the sources that contradict the estimate have it, square metres and radians.
    var doubt: (position: Double, heading: Double) {
        func square(_ source: LocalisationSource) -> Double { isDiverged(source) ? meanSquareOffset(source) : 0 }
        return (max(square(.satellite), square(.fixes)), square(.compass))
    }

    /// Whether an own sense has been refused for so long that it is to be believed again. Not a compass that a robot's way by
    /// DGPS contradicts: that says where it is heading.
    func isLockedOut(_ source: LocalisationSource, at: Duration) -> Bool {
        guard let since = watches[Int(source.rawValue)].divergedAt, at - since >= Self.resetAfter else { return false }
        return source != .compass || !isWayKnown(at: at)
    }

    private func isWayKnown(at: Duration) -> Bool {
        guard let last = lastFix, !isDiverged(.satellite), !isDiverged(.odometry) else { return false }
        return at - last.at <= Self.resetAfter
    }

    mutating func restarted(_ source: LocalisationSource, at: Duration) {
        watches[Int(source.rawValue)].restarted(at: at)
    }

    // MARK: Counting

    mutating func tooOld(_ source: LocalisationSource) { Self.add(1, to: &counts[source].tooOld) }

    mutating func count(_ source: LocalisationSource, taken: Int, gatedOut: Int) {
        Self.add(taken, to: &counts[source].taken)
        Self.add(gatedOut, to: &counts[source].gatedOut)
    }

    private static func add(_ count: Int, to counter: inout UInt32) {
        counter = UInt32(clamping: Int(counter) + count)
    }

    /// Counts a measurement, and says if that changes what its source is worth.
    mutating func noted(
        _ source: LocalisationSource, nis: Double, gate: Double, squareOffset: Double, at: Duration,
        sender: NodeID = .none
    ) -> LocalisationTurn? {
        let isRefused = !(nis <= gate)
        count(source, taken: isRefused ? 0 : 1, gatedOut: isRefused ? 1 : 0)
        return judged(source, isRefused: isRefused, nis: nis, squareOffset: squareOffset, at: at, sender: sender)
    }

    mutating func judged(
        _ source: LocalisationSource, isRefused: Bool, nis: Double = 0, squareOffset: Double = 0, at: Duration,
        sender: NodeID = .none
    ) -> LocalisationTurn? {
        let turn = watches[Int(source.rawValue)].note(
            at: at, isRefused: isRefused, nis: nis, squareOffset: squareOffset, sender: sender)
        if source == .odometry, turn == .recovered { slips = [] }
        return turn
    }

    // MARK: Frozen sensors

    /// Whether the sensor says anything: not the same to the bit over a way or turn that its noise could not hide. `sigma`: of
    /// a place, metres.
    mutating func isLive(
        _ source: LocalisationSource, _ first: Double, _ second: Double, turned: Double, at place: FieldPoint,
        sigma: Double
    ) -> Bool {
        guard let last = repeats[Int(source.rawValue)], last.first == first, last.second == second else {
            repeats[Int(source.rawValue)] = Repeat(first: first, second: second, turned: turned, at: place)
            return true
        }
        let way = (place - last.at).lengthMeters
        let turn = abs(Pose.wrapped(turned - last.turned))
        guard
            way > Self.frozenSigmas * sigma
                || turn > Self.frozenSigmas * tuning.compassSigmaRadians
        else { return true }
        Self.add(1, to: &counts[source].frozen)
        return false
    }

    // MARK: Slipping wheels

    /// Variance that odometry's speed has beyond its own while the wheels slip.
    var slipVariance: Double {
        guard isDiverged(.odometry), !slips.isEmpty else { return 0 }
        let mean = slips.reduce(0, +) / Double(slips.count)
        return min(mean, Motion.speedMetersPerSecondMax * Motion.speedMetersPerSecondMax)
    }

    /// The way since the last satellite fix, by both: how far apart, in sigmas and in metres, squared. Nil for the first.
    mutating func odometryHeld(
        against point: FieldPoint, variance: Double, track: FieldPoint, at: Duration
    ) -> (nis: Double, square: Double)? {
        defer { lastFix = Fix(point: point, variance: variance, track: track, at: at) }
        guard let last = lastFix, at > last.at, at - last.at <= SourceWatch.lookAgeMax else { return nil }
        let driven = track - last.track
        let apart = (point - last.point) - driven
        let square = apart.xMeters * apart.xMeters + apart.yMeters * apart.yMeters
        let way = driven.lengthMeters
        let along = tuning.speedSigmaFraction * way
        let across = Self.wayFraction * way
        let spread = last.variance + variance + along * along + across * across
        let seconds = (at - last.at).inSeconds
        if slips.count == SourceWatch.looksMin { slips.removeFirst() }
        slips.append(square / (seconds * seconds))
        return (square / spread, square)
    }
}
