import SkeinTasks

/// The distance to the source that this robot's nose tells, d = 1 / c, smoothed: a Kalman filter of one state. At rest
/// readings average; on the way the distance is carried along by odometry, toward the point where the source is
/// believed to be, and what that belief may be wrong by is added to the variance. A nose that scatters more than it is
/// said to is found out by the differences between readings that no move explains, and trusted less; a belief that
/// misleads is found out by the readings, and the filter starts from the last one.
struct SmellRange {
    /// Sources beyond these distances are a sensor's fault; the near one also caps 1/c at the source itself.
    static let rangeMetersMin = 0.05
    static let rangeMetersMax = 1e4

    static func isSane(perMeter: Double) -> Bool {
        perMeter >= 1 / rangeMetersMax && perMeter <= 1 / rangeMetersMin
    }

    private(set) var rangeMeters: Double
    private(set) var variance: Double
    /// Odometry's place at the last reading.
    private var track: FieldPoint
    /// The last reading as it came.
    private var measuredMeters: Double
    /// The nose's variance in units of what it is said to be, as it shows between readings.
    private var excess = 1.0

    private static let excessWeight = 0.1
    private static let excessMax = 100.0
    /// Chi-square, one degree, 99.7 %.
    private static let gate = 9.0

    /// The change of distance by a move is known to this fraction of the move when the source's direction is believed
    /// to be known [R].
    private static let guidedFraction = 0.25

    init(perMeter: Double, sigmaFraction: Double, track: FieldPoint) {
        precondition(Self.isSane(perMeter: perMeter), "a smell of \(perMeter) per metre")
        rangeMeters = 1 / perMeter
        measuredMeters = rangeMeters
        variance = sigmaFraction * rangeMeters * sigmaFraction * rangeMeters
        self.track = track
    }

    var sigmaMeters: Double { variance.squareRoot() }

    /// `source` is where it is believed to be, relative to the robot now; nil when nobody knows.
    mutating func smelled(perMeter: Double, sigmaFraction: Double, track now: FieldPoint, source: FieldPoint?) {
        guard Self.isSane(perMeter: perMeter) else { return }
        let move = now - track
        track = now
        var fraction = 1.0
        if let source {
            rangeMeters += source.lengthMeters - (source + move).lengthMeters
            fraction = Self.guidedFraction
        }
        rangeMeters = max(rangeMeters, Self.rangeMetersMin)
        variance += fraction * move.lengthMeters * fraction * move.lengthMeters
        let measured = 1 / perMeter
        // The error grows with the true distance, not with the one measured: the mean of both is nearer to it.
        let sigma = sigmaFraction * (measured + rangeMeters) / 2
        let unexplained = max(0, abs(measured - measuredMeters) - move.lengthMeters)
        measuredMeters = measured
        let scatter = unexplained * unexplained / (2 * sigma * sigma)
        excess = min(Self.excessMax, excess + Self.excessWeight * (scatter - excess))
        let noise = max(1, excess) * sigma * sigma
        let innovation = measured - rangeMeters
        // At rest nothing misleads, and an outlier is one.
        if move.lengthMeters > 0, innovation * innovation > Self.gate * (variance + noise) {
            rangeMeters = max(measured, Self.rangeMetersMin)
            variance = noise
            return
        }
        let gain = variance / (variance + noise)
        rangeMeters += gain * innovation
        variance *= 1 - gain
    }
}
