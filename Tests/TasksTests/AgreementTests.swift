import SkeinWire
import Testing

@testable import SkeinTasks

/// When two answers to one part say the same.
@Suite struct AgreementTests {
    private func groups(seed: UInt64) -> [EkfGroup] {
        var dice = Dice(seed: seed)
        return EkfStar(dice.step(rays: 24)).groups()
    }

    /// The same part on a machine whose sine, cosine and arctangent differ in their last bits: as if its angles did.
    private func elsewhere(_ group: EkfGroup, bits: Int) -> EkfGroup {
        func nudged(_ value: Double, _ index: Int) -> Double {
            (0..<bits).reduce(value) { value, _ in index % 2 == 0 ? value.nextUp : value.nextDown }
        }
        var other = group
        other.own.pose.headingRadians = nudged(group.own.pose.headingRadians, 0)
        for index in other.rays.indices {
            other.rays[index].detection.bearingRadians = nudged(group.rays[index].detection.bearingRadians, index)
            other.rays[index].estimate.pose.headingRadians = nudged(
                group.rays[index].estimate.pose.headingRadians, index + 1)
        }
        return other
    }

    @Test func `the last bits of another machine make no difference`() throws {
        for seed in 0..<200 as Range<UInt64> {
            for group in groups(seed: seed) {
                let here = try group.run().encoded()
                let there = try elsewhere(group, bits: 4).run().encoded()
                #expect(Kernel.ekf.agree(here, there, answering: group.encoded()), "seed \(seed)")
            }
        }
    }

    @Test func `a thousandth of a sigma, a millimetre, or a part of the covariance does`() throws {
        for seed in 0..<50 as Range<UInt64> {
            for group in groups(seed: seed) {
                let right = try group.run()
                let bytes = right.encoded()
                func differs(_ change: (inout EkfContribution) -> Void) -> Bool {
                    var wrong = right
                    change(&wrong)
                    return !Kernel.ekf.agree(bytes, wrong.encoded(), answering: group.encoded())
                        && !Kernel.ekf.agree(wrong.encoded(), bytes, answering: group.encoded())
                }
                #expect(differs { $0.vector.x += 1e-3 * max(abs($0.vector.x), $0.information.xx.squareRoot(), 1) })
                #expect(differs { $0.information = (1 + 1e-4) * $0.information + .diagonal(1e-3, 1e-3, 1e-3) })
                guard let index = right.rays.firstIndex(where: { $0.given != nil }) else { continue }
                #expect(differs { $0.rays[index].given?.mean.yMeters += 1e-3 })
                #expect(differs { $0.rays[index].given?.covariance.xx *= 1.001 })
                #expect(differs { $0.rays[index].given = nil })
            }
        }
    }

    @Test func `a search agrees with itself and with no other place, however well that explains the smells`() throws {
        for seed in 0..<40 as Range<UInt64> {
            let task = NavigationTaskTests.task(seed: seed)
            let parts = task.split().suffix(NavigationTask.psoPartCount)
            for part in parts {
                let right = try part.kernel.run(input: part.input)
                #expect(part.kernel.agree(right, right, answering: part.input))
                let island = try PsoIsland(reading: part.input)
                var lazy = try PsoBest(reading: right, answering: island)
                lazy.position.xMeters = min(99, lazy.position.xMeters + 0.5)
                lazy.misfitPerSample = PsoMisfit(island.search.samples).perSample(at: lazy.position)
                #expect(task.validate(part: part == parts.first ? 4 : 5, result: lazy.encoded()), "it is an answer")
                #expect(!part.kernel.agree(right, lazy.encoded(), answering: part.input))
            }
        }
    }

    @Test func `what is no answer agrees with nothing, not with itself`() throws {
        let group = try #require(groups(seed: 1).first)
        let right = try group.run().encoded()
        for bad in [[], [1, 2, 3], Array(right.dropLast()), right + [0], [UInt8](repeating: 0xFF, count: 955)] {
            #expect(!Kernel.ekf.agree(bad, bad, answering: group.encoded()))
            #expect(!Kernel.ekf.agree(right, bad, answering: group.encoded()))
        }
        #expect(!Kernel.ekf.agree(right, right, answering: [7]))
        #expect(!Kernel.pso.agree(right, right, answering: group.encoded()))
    }
}
