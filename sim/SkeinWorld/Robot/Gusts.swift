import RealModule
import SkeinTasks

/// Wind over the smell: a factor of the concentration that varies in place and time, the same for all noses. A sum of
/// plane waves with random directions, speeds and phases; its logarithm is near to Gaussian, forgets itself within
/// `gustMeters` and `gustSpan`, and is a pure function of seed, place and time.
package struct Gusts: Sendable {
    /// One plane wave.
    private struct Wave {
        var perMeter: FieldPoint
        var perSecond: Double
        var phase: Double
    }

    private static let wavesCount = 12
    private let waves: [Wave]
    private let amplitude: Double

    /// Nil without gusts.
    package init?(_ config: SensorConfig, seed: UInt64) {
        guard config.gustSigma > 0 else { return nil }
        var dice = Dice(seed: seed, stream: .gusts)
        let seconds = max(config.gustSpan.inSeconds, 1e-3)
        waves = (0..<Self.wavesCount).map { _ in
            Wave(
                perMeter: FieldPoint(
                    xMeters: dice.gauss(sigma: 1 / config.gustMeters), yMeters: dice.gauss(sigma: 1 / config.gustMeters)
                ),
                perSecond: dice.gauss(sigma: 1 / seconds), phase: dice.uniform(0, 2 * Double.pi))
        }
        amplitude = config.gustSigma * (2 / Double(Self.wavesCount)).squareRoot()
    }

    package func factor(at place: FieldPoint, now: Int64) -> Double {
        let seconds = Double(now) * 1e-9
        var sum = 0.0
        for wave in waves {
            let turn = wave.perMeter.xMeters * place.xMeters + wave.perMeter.yMeters * place.yMeters
            sum += Double.cos(turn + wave.perSecond * seconds + wave.phase)
        }
        return Double.exp(amplitude * sum)
    }
}
