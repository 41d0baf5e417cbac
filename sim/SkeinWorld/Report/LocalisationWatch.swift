import RealModule
import SkeinPeer
import SkeinTasks

/// How well robots know where they are, and how well they know that: their estimates held against their bodies, at every
/// reading from `after` the mission's start on. Beside it what odometry alone would have made of the same start.
package struct LocalisationWatch: Sendable {
    private struct Sums: Sendable {
        var square = 0.0
        var deadSquare = 0.0
        var nees = 0.0
        var neesPosition = 0.0
        var neesHeading = 0.0
        var count = 0
        var outside = 0
    }

    private let after: Int64
    private var reckoned: [Pose?]
    private var sums: [Sums]
    private var diverged = 0
    private var worstMeters = 0.0

    package init(robots: Int, after: Duration) {
        self.after = after.nanoseconds
        reckoned = [Pose?](repeating: nil, count: robots)
        sums = [Sums](repeating: Sums(), count: robots)
    }

    /// Where it is believed to be put down.
    package mutating func booted(_ robot: Int, at start: StartPose) {
        reckoned[robot] = Pose(
            xMeters: start.xMeters, yMeters: start.yMeters, headingRadians: start.headingRadians)
    }

    package mutating func note(_ turn: LocalisationTurn) { if turn == .diverged { diverged += 1 } }

    /// Odometry goes on from the beginning; errors count once the mission has flown a while.
    package mutating func read(
        _ robot: Int, _ reading: SensorReading, estimate: PoseEstimate, body: Body, flown: Int64?
    ) {
        guard var pose = reckoned[robot] else { return }
        let seconds = reading.interval.inSeconds
        let half = reading.turnRadiansPerSecond * seconds / 2
        let forward = reading.speedMetersPerSecond * seconds
        pose.xMeters += forward * Double.cos(pose.headingRadians + half)
        pose.yMeters += forward * Double.sin(pose.headingRadians + half)
        pose.headingRadians = Pose.wrapped(pose.headingRadians + 2 * half)
        reckoned[robot] = pose
        guard let flown, flown >= after else { return }
        let error = Column3(
            x: estimate.pose.xMeters - body.place.xMeters, y: estimate.pose.yMeters - body.place.yMeters,
            h: Pose.wrapped(estimate.pose.headingRadians - body.headingRadians))
        let square = error.x * error.x + error.y * error.y
        let dx = pose.xMeters - body.place.xMeters
        let dy = pose.yMeters - body.place.yMeters
        let nees = error.dot((estimate.covariance.inverse ?? .zero) * error)
        sums[robot].square += square
        sums[robot].deadSquare += dx * dx + dy * dy
        sums[robot].nees += nees
        sums[robot].neesPosition += estimate.covariance.position.inverse?.quadratic(error.x, error.y) ?? 0
        sums[robot].neesHeading += error.h * error.h / estimate.covariance.hh
        sums[robot].outside += nees > Self.ninetyFivePercent ? 1 : 0
        sums[robot].count += 1
        worstMeters = max(worstMeters, square.squareRoot())
    }

    /// Chi-square, three degrees of freedom.
    static let ninetyFivePercent = 7.815

    /// Nil: nothing was measured. `satellites` are left out of the position errors, as the specification's check does.
    package func figures(except satellites: [Bool]) -> LocalisationFigures? {
        var all = Sums()
        var others = Sums()
        for (robot, sum) in sums.enumerated() {
            all.nees += sum.nees
            all.neesPosition += sum.neesPosition
            all.neesHeading += sum.neesHeading
            all.outside += sum.outside
            all.count += sum.count
            guard !satellites[robot] || sums.count == 1 else { continue }
            others.square += sum.square
            others.deadSquare += sum.deadSquare
            others.count += sum.count
        }
        guard all.count > 0, others.count > 0 else { return nil }
        return LocalisationFigures(
            positionRmsMeters: (others.square / Double(others.count)).squareRoot(),
            deadReckoningRmsMeters: (others.deadSquare / Double(others.count)).squareRoot(),
            positionErrorMetersMax: worstMeters, neesMean: all.nees / Double(all.count),
            neesPositionMean: all.neesPosition / Double(all.count),
            neesHeadingMean: all.neesHeading / Double(all.count),
            neesOutsideFraction: Double(all.outside) / Double(all.count), diverged: diverged, samples: all.count)
    }
}

/// What came of localisation in one run.
package struct LocalisationFigures: Hashable, Sendable {
    package var positionRmsMeters: Double
    package var deadReckoningRmsMeters: Double
    package var positionErrorMetersMax: Double
    /// Normalised estimation error squared of (x, y, heading): 3 is what an estimate has that is as good as it says.
    package var neesMean: Double
    /// Of (x, y) alone, 2, and of the heading, 1.
    package var neesPositionMean: Double
    package var neesHeadingMean: Double
    /// Of all samples beyond chi-square's 95 %: one in twenty of such an estimate.
    package var neesOutsideFraction: Double
    /// Sources that were found to contradict an estimate.
    package var diverged: Int
    package var samples: Int

    package static let degrees = 3
}
