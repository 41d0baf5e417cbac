import SkeinWire
import Testing

@testable import SkeinTasks

/// Estimates on their way through messages.
@Suite struct WireBridgeTests {
    @Test func `an estimate survives its beacon to single precision and stays a covariance`() {
        var dice = Dice(seed: 71)
        for _ in 0..<300 {
            var estimate = dice.estimate()
            // Along one line to a part in a million: the narrowest that rounding must not turn inside out.
            estimate.covariance = .diagonal(1e-7, 1e-7, 1e-6)
            let (x, y) = (dice.uniform(-1, 1), dice.uniform(-1, 1))
            estimate.covariance.xx += x * x
            estimate.covariance.xy += x * y
            estimate.covariance.yy += y * y
            let heard = PoseEstimate(estimate.field)
            #expect(heard.isSane)
            #expect(abs(heard.pose.xMeters - estimate.pose.xMeters) < 1e-5)
            #expect(heard.covariance.xx >= estimate.covariance.xx)
            #expect(abs(heard.covariance.xy - estimate.covariance.xy) < 1e-6)
        }
    }

    @Test func `a beacon without a smell is no sample`() {
        #expect(PsoSample(Smell.none) == nil)
        #expect(PsoSample(Smell(xMeters: .nan, yMeters: 0, perMeter: 0.1)) == nil)
        #expect(PsoSample(Smell(xMeters: 1, yMeters: 2, perMeter: 0.25))?.concentration == 0.25)
    }
}
