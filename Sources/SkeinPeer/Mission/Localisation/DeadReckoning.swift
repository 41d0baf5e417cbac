import RealModule
import SkeinTasks

/// Where the robot is by its own senses alone: odometry, compass, and DGPS if it has it. Nobody else's word enters, so
/// nobody can bend it, and it knows how wrong it may be: its covariance, and the drift that no filter shows.
///
/// It is the leash of everything that others say: an estimate that they have helped to make may be better than this one,
/// but not farther from it than its own errors explain (five sigmas). So liars, however many, however slowly they pull,
/// and poisoned results too, cost at most that; it grows by a few percent of the way driven, and a satellite fix shortens
/// it again. The other side of it: a robot whose wheels slip beyond all that is assumed of them is not helped.
struct DeadReckoning {
    /// Chi-square's five sigmas, squared: an honest correction falls outside once in a hundred thousand.
    static let gate = 25.0
    /// What sensors read at different instants leave, metres and radians of sigma.
    private static let slackMeters = 0.1
    private static let slackRadians = 0.035

    private(set) var estimate: PoseEstimate
    /// Driven since the start, or since the last satellite fix.
    private var drivenMeters = 0.0

    init(_ estimate: PoseEstimate) { self.estimate = estimate }

    mutating func update(_ estimate: PoseEstimate, meters: Double) {
        self.estimate = estimate
        drivenMeters += meters
    }

    mutating func fixed(_ estimate: PoseEstimate) {
        self.estimate = estimate
        drivenMeters = 0
    }

    /// Whether what others have made of the estimate can be so.
    func explains(_ other: PoseEstimate, tuning: MissionTuning) -> Bool {
        distance(to: other, tuning: tuning) <= Self.gate
            && abs(turn(to: other)) <= Double.sqrt(Self.gate * headingVariance)
    }

    var position: FieldPoint { FieldPoint(xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters) }

    /// In sigmas, squared; infinite when it cannot be told.
    func distance(to other: PoseEstimate, tuning: MissionTuning) -> Double {
        distance(
            to: FieldPoint(xMeters: other.pose.xMeters, yMeters: other.pose.yMeters),
            variance: Self.slackMeters * Self.slackMeters, tuning: tuning)
    }

    /// Of a place known to that variance in each axis.
    func distance(to place: FieldPoint, variance: Double, tuning: MissionTuning) -> Double {
        let drift = tuning.driftSigmaFraction * drivenMeters
        let free = drift * drift + variance
        let spread = estimate.covariance.position + Symmetric2(xx: free, xy: 0, yy: free)
        guard let inverse = spread.inverse else { return .infinity }
        return inverse.quadratic(place.xMeters - estimate.pose.xMeters, place.yMeters - estimate.pose.yMeters)
    }

    private func turn(to other: PoseEstimate) -> Double {
        Pose.wrapped(other.pose.headingRadians - estimate.pose.headingRadians)
    }

    private var headingVariance: Double {
        max(0, estimate.covariance.hh) + Self.slackRadians * Self.slackRadians
    }
}
