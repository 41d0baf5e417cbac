import SkeinPeer
import SkeinWire
import Testing

/// The three machines together, over many seeds.
@Suite struct FieldTests {
    private struct Total {
        var submitted = 0
        var failed = 0
        var parts = 0
        var messages = 0
        var worstSeeds: [UInt64] = []
        var troubles: [PartTrouble: Int] = [:]
        var took: [Double] = []
    }

    private func fly(_ conditions: Field.Conditions, seeds: Range<UInt64>) -> Total {
        var total = Total()
        for seed in seeds {
            var field = Field(conditions, seed: seed)
            field.run()
            total.submitted += field.submitted
            total.failed += field.failed.count
            total.parts += field.parts
            total.messages += field.messages
            total.took += field.tookSeconds
            if !field.failed.isEmpty { total.worstSeeds.append(seed) }
            for outcome in field.failed {
                if case .failed(_, let trouble) = outcome.verdict { total.troubles[trouble, default: 0] += 1 }
            }
        }
        total.took.sort()
        let t = total.took
        print("FIELD", total.submitted, "failed", total.failed, total.troubles, "msgs/part", Double(total.messages) / Double(max(1, total.parts)), "p50", t[t.count / 2], "p99", t[t.count * 99 / 100], "max", t.last!, total.worstSeeds.prefix(10))
        return total
    }

    @Test func `without loss no step fails and a part costs four messages and its share of the request`() {
        var conditions = Field.Conditions()
        conditions.loss = 0
        conditions.repeats = 0
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed == 0)
        #expect(Double(total.messages) < 4.5 * Double(total.parts))
    }

    @Test func `with five percent of all messages lost and two repeated no step fails`() {
        let total = fly(Field.Conditions(), seeds: 0..<300)
        #expect(total.failed == 0, "seeds \(total.worstSeeds)")
    }

    @Test func `with fifteen percent lost hardly a step fails`() {
        var conditions = Field.Conditions()
        conditions.loss = 0.15
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed * 1_000 <= total.submitted, "seeds \(total.worstSeeds)")
    }

    @Test func `helpers that die at any instant fail no step`() {
        var conditions = Field.Conditions()
        conditions.helperDeaths = 6
        let total = fly(conditions, seeds: 0..<300)
        #expect(total.failed * 1_000 <= total.submitted, "seeds \(total.worstSeeds)")
    }

    @Test func `leaders that die at any instant, and rebuilds in mid-step, fail no step`() {
        var conditions = Field.Conditions()
        conditions.leaderDeaths = 2
        conditions.rebuilds = 4
        let total = fly(conditions, seeds: 0..<300)
        #expect(total.failed * 1_000 <= total.submitted, "seeds \(total.worstSeeds)")
    }

    @Test func `everything at once still ends every task, and with right results only`() {
        var conditions = Field.Conditions()
        conditions.loss = 0.3
        conditions.repeats = 0.2
        conditions.delayMax = .milliseconds(120)
        conditions.helperDeaths = 10
        conditions.leaderDeaths = 3
        conditions.rebuilds = 6
        conditions.nonsenseEvery = 7
        _ = fly(conditions, seeds: 0..<100)
    }

    @Test func `helpers that answer nonsense are passed over`() {
        var conditions = Field.Conditions()
        conditions.nonsenseEvery = 20
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed * 1_000 <= total.submitted, "seeds \(total.worstSeeds)")
    }

    @Test func `when demand exceeds what all can lend, everything ends and nobody is overbooked`() {
        var conditions = Field.Conditions()
        conditions.helpers = 12
        conditions.leaders = 3
        let total = fly(conditions, seeds: 0..<60)
        #expect(total.failed > 0)
    }

    @Test func `the same seed gives the same run`() {
        var one = Field(Field.Conditions(), seed: 11)
        var other = Field(Field.Conditions(), seed: 11)
        one.run()
        other.run()
        #expect(one.messages == other.messages && one.tookSeconds == other.tookSeconds)
    }
}
