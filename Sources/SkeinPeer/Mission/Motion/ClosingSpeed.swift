import SkeinWire

/// How fast a robot may come nearer to something that it has just measured.
///
/// Rules.
/// - Of the gap between the two rims `separation` is kept, and what the range may be wrong by (three sigmas). What is left is
///   shared: whoever is there may be a robot that comes as fast as we do, sees us at another moment, and obeys the same
///   rule.
/// - The speed is `rate` times what is left, and no more than the robot can brake from in half of it. A setpoint holds until
///   the next reading has been answered, T later. Two robots that read at any offset of each other never take more than
///   is left if rate · T <= 3 − 2√2 = 0.17 for each half period, 0.343 in all: the pair's gap then decays without ever
///   passing zero (the roots of x² − (1 − c)x + c, c = rate · T / 2, are real). 0.3 is used.
/// - The distance to a point is a convex function of the way, so its slope now is the worst of the whole period, as long
///   as the direction holds: `Safety` asks for every direction that the arc sweeps.
/// - Against something that stands the same rule is more careful than need be: half as fast as it could.
struct ClosingSpeed {
    /// Of the gap, in one period.
    static let sharePerPeriod = 0.3

    private let ratePerSecond: Double
    private let brakingMetersPerSecondSquared: Double

    init(readingInterval: Duration, tuning: MissionTuning) {
        let period = max((readingInterval + tuning.actuationDelay).inSeconds, 1e-3)
        ratePerSecond = Self.sharePerPeriod / period
        brakingMetersPerSecondSquared = tuning.brakingMetersPerSecondSquared
    }

    /// m/s; zero where nothing is left.
    func limit(leftMeters: Double) -> Double {
        guard leftMeters > 0 else { return 0 }
        return min(ratePerSecond * leftMeters, (brakingMetersPerSecondSquared * leftMeters).squareRoot())
    }
}
