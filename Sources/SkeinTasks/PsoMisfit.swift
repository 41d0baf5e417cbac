/// How badly a place explains the samples, if the source were there.
///
/// The model is c(d) = 1 / max(d, 1 m) with multiplicative noise, so the natural misfit is the squared log ratio
/// (ln c + ln max(d, 1))². Here it is tanh² of that: with q = c² max(d², 1) the log ratio is ½ ln q and
/// tanh(½ ln q) = (q − 1) / (q + 1). Near the truth both are the same; far away this one saturates at 1, so one mad
/// nose does not decide (as Geman and McClure 1985), and it needs neither logarithm nor root, which makes it bit for
/// bit the same on every machine with IEEE floats.
struct PsoMisfit {
    /// Four samples side by side; the last four are filled up with samples of weight 0.
    private struct Four {
        var x: SIMD4<Float> = .zero
        var y: SIMD4<Float> = .zero
        var squareConcentration: SIMD4<Float> = .one
        var weight: SIMD4<Float> = .zero
    }

    private let fours: [Four]
    private let count: Float

    init(_ samples: [PsoSample]) {
        var fours = [Four](repeating: Four(), count: (samples.count + 3) / 4)
        for (index, sample) in samples.enumerated() {
            fours[index / 4].x[index % 4] = sample.xMeters
            fours[index / 4].y[index % 4] = sample.yMeters
            fours[index / 4].squareConcentration[index % 4] = sample.concentration * sample.concentration
            fours[index / 4].weight[index % 4] = 1
        }
        self.fours = fours
        count = Float(max(samples.count, 1))
    }

    /// Mean over the samples, in [0, 1].
    func perSample(at point: FieldPoint) -> Double {
        let sum = sums(
            x: SIMD4<Float>(repeating: Float(point.xMeters)), y: SIMD4<Float>(repeating: Float(point.yMeters)))
        return Double((sum.x + sum.y + sum.z + sum.w) / count)
    }

    /// Not inlined: where the compiler sees that both are one number four times, it takes the vectors apart again, and the
    /// search costs a third more.
    @inline(never)
    private func sums(x: SIMD4<Float>, y: SIMD4<Float>) -> SIMD4<Float> {
        let one = SIMD4<Float>.one
        var sum = SIMD4<Float>.zero
        for four in fours {
            let dx = four.x - x
            let dy = four.y - y
            let square = dx * dx + dy * dy
            let ratio = four.squareConcentration * square.replacing(with: one, where: square .< one)
            let residual = (ratio - one) / (ratio + one)
            sum += four.weight * residual * residual
        }
        return sum
    }
}
