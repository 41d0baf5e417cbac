import SkeinTasks
import SkeinWire

/// "The source is about this far from this point." Whoever has measured a concentration c at p claims that it is 1/c
/// from p; whoever has computed where it is claims its sigma. Both travel as the beacon's best smell, the claimed
/// distance as its reciprocal, so that the strongest smell and the best estimate win by one rule: the nearer claim.
struct SourceClaim: Hashable {
    var point: FieldPoint
    var sigmaMeters: Double

    init(point: FieldPoint, sigmaMeters: Double) {
        self.point = point
        self.sigmaMeters = sigmaMeters
    }

    /// From the air; nil unless it can be meant. Nobody is believed to know better than `sourceSigmaMetersMin`, so no
    /// claim is so strong that honest ones cannot match it.
    init?(_ smell: Smell, tuning: MissionTuning) {
        let perMeter = Double(smell.perMeter)
        guard SmellRange.isSane(perMeter: perMeter) else { return nil }
        point = FieldPoint(xMeters: Double(smell.xMeters), yMeters: Double(smell.yMeters))
        sigmaMeters = max(1 / perMeter, tuning.sourceSigmaMetersMin)
        guard tuning.arena.contains(point, margins: 2) else { return nil }
    }

    var smell: Smell {
        Smell(
            xMeters: Float(point.xMeters), yMeters: Float(point.yMeters), perMeter: Float(1 / sigmaMeters))
    }

    /// What errors nobody accounts for may add up to: clocks, beacons sent between two readings.
    private static let slackMeters = 0.5
    private static let sigmasMax = 3.0

    /// Whether a nose at a place, by what it smells, must call the claim false.
    func isContradicted(by sample: RangeSample) -> Bool {
        let expected = (sample.point - point).lengthMeters
        let sigma = (sigmaMeters * sigmaMeters + sample.variance).squareRoot()
        return abs(expected - sample.rangeMeters) > Self.sigmasMax * sigma + Self.slackMeters
    }
}
