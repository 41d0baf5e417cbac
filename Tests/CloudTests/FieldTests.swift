import SkeinPeer
import SkeinWire
import Testing

/// The three machines together, over many seeds. A step's tasks want 42 of about 60 parts.
@Suite struct FieldTests {
    private struct Total {
        var submitted = 0
        var failed = 0
        var parts = 0
        var messages = 0
        /// What happened to the first that failed.
        var story = ""

        var messagesPerPart: Double { Double(messages) / Double(parts) }
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
            if !field.failed.isEmpty, total.story.isEmpty {
                var again = Field(conditions, seed: seed, tells: true)
                again.run()
                total.story = "seed \(seed): \(again.stories.first ?? "")"
            }
        }
        return total
    }

    @Test func `without loss no step fails and a part costs little more than its four messages`() {
        var conditions = Field.Conditions()
        conditions.loss = 0
        conditions.repeats = 0
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed == 0, "\(total.story)")
        #expect(total.messagesPerPart < 4.5)
    }

    @Test func `with five percent of all messages lost and two repeated no step fails`() {
        let total = fly(Field.Conditions(), seeds: 0..<400)
        #expect(total.failed == 0, "\(total.story)")
        #expect(total.messagesPerPart < 5)
    }

    @Test func `with fifteen percent lost one step in five hundred fails at most`() {
        var conditions = Field.Conditions()
        conditions.loss = 0.15
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed * 500 <= total.submitted, "\(total.failed) of \(total.submitted), \(total.story)")
    }

    @Test func `a helper that dies at any instant fails no step, five percent loss besides`() {
        var conditions = Field.Conditions()
        conditions.helperDeaths = 1
        let total = fly(conditions, seeds: 0..<400)
        #expect(total.failed == 0, "\(total.failed), \(total.story)")
    }

    @Test func `a leader that dies at any instant, among rebuilds, fails one step in a hundred deaths at most`() {
        var conditions = Field.Conditions()
        conditions.leaderDeaths = 1
        conditions.rebuilds = 3
        let total = fly(conditions, seeds: 0..<400)
        #expect(total.failed <= 4, "\(total.failed), \(total.story)")
    }

    @Test func `when a seventh of all robots die in three seconds one step in five hundred fails at most`() {
        var conditions = Field.Conditions()
        conditions.helperDeaths = 4
        conditions.leaderDeaths = 1
        conditions.rebuilds = 3
        let total = fly(conditions, seeds: 0..<300)
        #expect(total.failed * 500 <= total.submitted, "\(total.failed) of \(total.submitted), \(total.story)")
    }

    @Test func `everything at once still ends every task, and with right results only`() {
        var conditions = Field.Conditions()
        conditions.loss = 0.3
        conditions.repeats = 0.2
        conditions.delayMax = .milliseconds(120)
        conditions.helperDeaths = 8
        conditions.leaderDeaths = 3
        conditions.rebuilds = 6
        conditions.nonsenseEvery = 7
        let total = fly(conditions, seeds: 0..<40)
        #expect(total.submitted > 0)
        #expect(total.messagesPerPart < 30)
    }

    @Test func `helpers that answer nonsense are passed over`() {
        var conditions = Field.Conditions()
        conditions.nonsenseEvery = 20
        let total = fly(conditions, seeds: 0..<100)
        #expect(total.failed * 500 <= total.submitted, "\(total.failed) of \(total.submitted), \(total.story)")
    }

    @Test func `when demand exceeds what all can lend the air stays quiet and nobody is overbooked`() {
        var conditions = Field.Conditions()
        conditions.helpers = 8
        conditions.leaders = 3
        let total = fly(conditions, seeds: 0..<60)
        #expect(total.failed > 0)
        #expect(total.messagesPerPart < 12)
    }

    @Test func `the same seed gives the same run`() {
        var one = Field(Field.Conditions(), seed: 11)
        var other = Field(Field.Conditions(), seed: 11)
        one.run()
        other.run()
        #expect(one.messages == other.messages && one.tookSeconds == other.tookSeconds)
    }
}
