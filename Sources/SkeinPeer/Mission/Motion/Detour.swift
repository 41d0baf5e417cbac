import RealModule
import SkeinTasks
import SkeinWire

/// The try sideways of a robot that wants on and does not get on: what brings it past what neither the ring's way round nor
/// the map gets it past.
///
/// Rules.
/// - Who has not come on by half a metre in four seconds tries it 109° off its way for two seconds, once to the right, once to the
///   left. Time in which the robot was held does not count: its patience lasts.
/// - Far from its goal each further try may last twice as long as the one before, up to 16 s, until one brings it nearer to the
///   goal than it ever was: to and fro along a wall whose end nobody knows, as in the search of a line by doubling (Beck and
///   Newman 1970), but with no promise: a wall that is longer than 16 s of driving is not got round by this alone.
/// - After its first two seconds a try ends as soon as the straight way is free as far as the ring sees.
struct Detour {
    private static let patience: Duration = .seconds(4)
    private static let span: Duration = .seconds(2)
    private static let doublingsMax = 3
    private static let progressMeters = 0.5
    private static let turnRadians = 1.9
    /// Nearer to the goal than this a robot waits its turn in a crowd, and a long way round would lose its place [R].
    private static let nearMeters = 10.0
    /// So much nearer than ever before is getting on.
    private static let gainMeters = 2.0

    /// Where the robot was when it last got on, and for how long it has driven since.
    private var progress: (place: FieldPoint, waited: Duration)?
    /// What is left of a try, and how long it has lasted.
    private var run: (left: Duration, lasted: Duration)?
    private var tries = 0
    private var doublings = 0
    /// The least distance to the goal since it was last another.
    private var goal: (place: FieldPoint, metersMin: Double)?

    /// A goal that has moved by more than this is another.
    private static let goalMovedMeters = 5.0

    /// The direction of a try, while there is one. `here`: by odometry alone. `leftMeters`: to the goal, if there is one. `driven`:
    /// since the last reading, zero if the robot was held. `isFree`: nothing is in the way of `direction`.
    mutating func aside(
        _ direction: FieldPoint, here: FieldPoint, goal: FieldPoint?, leftMeters: Double?, driven: Duration,
        isFree: Bool
    ) -> FieldPoint? {
        approach(goal, leftMeters: leftMeters)
        if let run {
            let isEnough = isFree && run.lasted >= Self.span
            self.run = (run.left - driven, run.lasted + driven)
            if run.left <= driven || isEnough {
                self.run = nil
                progress = (here, .zero)
            }
        } else if let known = progress, (here - known.place).lengthMeters < Self.progressMeters {
            progress = (known.place, known.waited + driven)
            if known.waited + driven >= Self.patience { begin(leftMeters: leftMeters) }
        } else {
            progress = (here, .zero)
        }
        guard run != nil else { return nil }
        let angle =
            Double.atan2(y: direction.yMeters, x: direction.xMeters)
            + (tries % 2 == 0 ? 1 : -1) * Self.turnRadians
        return FieldPoint(
            xMeters: direction.lengthMeters * Double.cos(angle), yMeters: direction.lengthMeters * Double.sin(angle))
    }

    private mutating func begin(leftMeters: Double?) {
        let isFar = leftMeters.map { $0 > Self.nearMeters } ?? false
        run = (Self.span * (isFar ? 1 << doublings : 1), .zero)
        tries += 1
        if isFar { doublings = min(doublings + 1, Self.doublingsMax) }
    }

    private mutating func approach(_ place: FieldPoint?, leftMeters: Double?) {
        guard let place, let leftMeters, leftMeters.isFinite else { return }
        guard let known = goal, (known.place - place).lengthMeters <= Self.goalMovedMeters else {
            goal = (place, leftMeters)
            doublings = 0
            return
        }
        guard leftMeters < known.metersMin - Self.gainMeters else { return }
        goal = (known.place, leftMeters)
        doublings = 0
    }
}
