import RealModule
import SkeinTasks

/// What readings of a nose are wrong by, as fractions of them, one sigma each.
struct SmellError: Hashable {
    /// Anew at every reading: the nose's own.
    var white: Double
    /// What lasts for a while and a few metres, and is nearly the same for noses side by side: the wind's.
    var gust: Double
}

/// The distance to the source that this robot's nose tells, d = 1 / c, smoothed: a Kalman filter of two states, ln d and the
/// gust that is on the smell now.
///
/// - Both errors are fractions, so the filter works in logarithms: readings too strong and too weak weigh the same. Averaged
///   as distances they told it 5 % too short in gusts of 30 %.
/// - A gust is the same error at many readings. It is kept apart (Gauss-Markov) and forgets itself by time and by way: a robot
///   that stands for a second has learned hardly more than at its first reading, and its sigma says so.
/// - On the way the distance is carried along by odometry, toward the point where the source is believed to be, and what that
///   belief may be wrong by is added to the variance: little far off, the whole move where the belief is as wrong as far.
/// - A nose that scatters more than it is said to is found out by the differences between readings that no move explains, and
///   trusted less; a belief that misleads is found out by the readings, and the filter starts from the last one.
/// - A lost reading costs its word: the next one says how long it has been, and the gust is forgotten by so much. One that came
///   without a smell does not count, so a nose slower than odometry forgets gusts later than they go: the careful side.
struct SmellRange {
    /// Where the source is believed to be, relative to the robot now, and one sigma of that.
    struct Belief {
        var offset: FieldPoint
        var sigmaMeters: Double
    }

    /// Sources beyond these distances are a sensor's fault; the near one also caps 1/c at the source itself.
    static let rangeMetersMin = 0.05
    static let rangeMetersMax = 1e4

    static func isSane(perMeter: Double) -> Bool {
        perMeter >= 1 / rangeMetersMax && perMeter <= 1 / rangeMetersMin
    }

    /// ln d, and the gust as it shows in it.
    private var logMeters: Double
    private var gust = 0.0
    /// x: ln d, y: the gust.
    private var covariance: Symmetric2
    /// Odometry's place at the last reading.
    private var track: FieldPoint
    /// The last reading as it came.
    private var logMeasured: Double
    /// The nose's white variance in units of what it is said to be, as it shows between readings.
    private var excess = 1.0

    private static let excessWeight = 0.1
    private static let excessMax = 100.0
    /// Chi-square, one degree, 99.7 %.
    private static let gate = 9.0
    /// After this time, or this way, a gust is another one [R].
    private static let gustSeconds = 2.5
    private static let gustMeters = 10.0

    /// The change of distance by a move is known to this fraction of the move at best, when the source's direction is believed
    /// to be known [R].
    private static let guidedFraction = 0.25
    /// The distance never shrinks by more than this in one move: what is left has no logarithm worth the name.
    private static let shrinkMin = 0.5

    init(perMeter: Double, error: SmellError, track: FieldPoint) {
        precondition(Self.isSane(perMeter: perMeter), "a smell of \(perMeter) per metre")
        logMeasured = -Double.log(perMeter)
        logMeters = logMeasured
        covariance = Self.covariance(ofOneReading: error, excess: 1)
        self.track = track
    }

    private static func covariance(ofOneReading error: SmellError, excess: Double) -> Symmetric2 {
        let gust = error.gust * error.gust
        return Symmetric2(xx: excess * error.white * error.white + gust, xy: -gust, yy: gust)
    }

    var rangeMeters: Double { max(Self.rangeMetersMin, Double.exp(logMeters)) }
    /// As a fraction of the distance.
    var sigmaFraction: Double { max(0, covariance.xx).squareRoot() }
    var sigmaMeters: Double { rangeMeters * sigmaFraction }

    /// `seconds` since the last reading; `belief`: nil when nobody knows where the source is.
    mutating func smelled(
        perMeter: Double, error: SmellError, seconds: Double, track now: FieldPoint, belief: Belief?
    ) {
        guard Self.isSane(perMeter: perMeter) else { return }
        let move = now - track
        let moved = move.lengthMeters
        track = now
        carry(move, belief: belief)
        blow(error, seconds: seconds, moved: moved)
        let measured = -Double.log(perMeter)
        let unexplained = max(0, abs(measured - logMeasured) - moved / rangeMeters)
        logMeasured = measured
        let white = error.white * error.white
        let scatter = unexplained * unexplained / (2 * white)
        excess = min(Self.excessMax, excess + Self.excessWeight * (scatter - excess))
        let noise = max(1, excess) * white
        let innovation = measured - logMeters - gust
        let total = covariance.xx + 2 * covariance.xy + covariance.yy + noise
        // At rest nothing misleads, and an outlier is one.
        if moved > 0, innovation * innovation > Self.gate * total {
            logMeters = measured
            gust = 0
            covariance = Self.covariance(ofOneReading: error, excess: max(1, excess))
            return
        }
        let ofRange = (covariance.xx + covariance.xy) / total
        let ofGust = (covariance.xy + covariance.yy) / total
        logMeters += ofRange * innovation
        gust += ofGust * innovation
        covariance.xx -= ofRange * ofRange * total
        covariance.xy -= ofRange * ofGust * total
        covariance.yy -= ofGust * ofGust * total
    }

    /// The robot has moved: so has the distance.
    private mutating func carry(_ move: FieldPoint, belief: Belief?) {
        let before = rangeMeters
        var after = before
        var fraction = 1.0
        if let belief {
            let distance = belief.offset.lengthMeters
            after += distance - (belief.offset + move).lengthMeters
            fraction = min(1, max(Self.guidedFraction, belief.sigmaMeters / max(distance, Self.rangeMetersMin)))
        }
        after = max(after, Self.rangeMetersMin, Self.shrinkMin * before)
        let scale = before / after
        let unknown = fraction * move.lengthMeters / after
        logMeters = Double.log(after)
        covariance.xx = scale * scale * covariance.xx + unknown * unknown
        covariance.xy *= scale
    }

    /// The gust forgets itself.
    private mutating func blow(_ error: SmellError, seconds: Double, moved: Double) {
        let kept = Double.exp(-max(0, seconds) / Self.gustSeconds - moved / Self.gustMeters)
        gust *= kept
        covariance.xy *= kept
        covariance.yy = kept * kept * covariance.yy + (1 - kept * kept) * error.gust * error.gust
    }
}
