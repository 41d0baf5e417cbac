import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// Results that are made sure of: what a field of honest robots and a few liars takes, over many seeds.
@Suite struct CheckTests {
    struct Total {
        var submitted = 0
        var failed = 0
        var parts = 0
        var poisoned = 0
        var foundOut = 0
        var slandered = 0
        var losses = [Int](repeating: 0, count: StandingLoss.allCases.count + 1)

        func lost(_ loss: StandingLoss) -> Int { losses[Int(loss.rawValue)] }
    }

    static func fly(_ conditions: Field.Conditions, seeds: Range<UInt64>) -> Total {
        var total = Total()
        for seed in seeds {
            var field = Field(conditions, seed: seed)
            field.run()
            total.submitted += field.submitted
            total.failed += field.failed.count
            total.parts += field.parts
            total.poisoned += field.poisoned
            total.foundOut += field.foundOut
            total.slandered += field.slandered
            for index in field.losses.indices { total.losses[index] += field.losses[index] }
        }
        return total
    }

    private func twenty(_ check: ResultCheck, poisoners: Int = 1, steps: Int = 6) -> Field.Conditions {
        var conditions = Field.Conditions()
        conditions.helpers = 20
        conditions.cameras = 5
        conditions.leaders = 3
        conditions.poisoners = poisoners
        conditions.check = check
        conditions.steps = steps
        return conditions
    }

    @Test(arguments: [1.0, 0.3])
    func `one byzantine helper in twenty gets no poisoned result past two that must agree`(fraction: Double) {
        var conditions = twenty(.quorum)
        conditions.poisonFraction = fraction
        let total = Self.fly(conditions, seeds: 0..<100)
        #expect(total.poisoned == 0)
        #expect(total.foundOut > 0 && total.slandered == 0)
        #expect(total.failed * 100 <= total.submitted, "\(total.failed) of \(total.submitted)")
    }

    @Test func `several that lie each in their own way get nothing past two that must agree`() {
        let total = Self.fly(twenty(.quorum, poisoners: 4), seeds: 0..<60)
        #expect(total.poisoned == 0 && total.foundOut > 0 && total.slandered == 0)
    }

    @Test func `two that lie alike are a majority where both are given one part, and rarely are`() {
        var conditions = twenty(.quorum, poisoners: 2, steps: 12)
        conditions.poisonersCollude = true
        let total = Self.fly(conditions, seeds: 0..<60)
        #expect(total.poisoned > 0, "if this is 0 the words about it in docs/cloud.md are too modest")
        #expect(total.poisoned * 500 < total.parts, "\(total.poisoned) of \(total.parts)")
    }

    @Test func `accept one takes what a poisoner says`() {
        let total = Self.fly(twenty(.acceptOne), seeds: 0..<30)
        #expect(total.poisoned > 0 && total.foundOut == 0)
    }

    @Test func `spot checks find a poisoner, slander nobody and cost no step`() {
        let none = Self.fly(twenty(.acceptOne, steps: 30), seeds: 0..<20)
        let some = Self.fly(twenty(.spotCheck(perMille: 200), steps: 30), seeds: 0..<20)
        #expect(some.slandered == 0 && some.failed * 500 <= some.submitted, "\(some.failed) of \(some.submitted)")
        #expect(some.poisoned * 2 < none.poisoned, "\(some.poisoned), without checks \(none.poisoned)")
    }

    @Test func `honest robots lose no standing over checks that lose messages`() {
        for check in [ResultCheck.spotCheck(perMille: 300), .quorum] {
            let total = Self.fly(twenty(check, poisoners: 0), seeds: 0..<60)
            #expect(total.slandered == 0 && total.poisoned == 0)
            #expect(total.lost(.poisoned) + total.lost(.outvoted) + total.lost(.nonsense) == 0)
        }
    }

    @Test func `a tenth that lie about their idle processors fail one step in a hundred at most`() {
        var conditions = Field.Conditions()
        conditions.boasters = 3
        conditions.steps = 8
        let total = Self.fly(conditions, seeds: 0..<60)
        #expect(total.failed * 100 <= total.submitted, "\(total.failed) of \(total.submitted)")
        #expect(total.lost(.unreliable) > 0)
    }

    @Test func `a leader whose helpers do not exist fails one step in two hundred at most`() {
        var conditions = Field.Conditions()
        conditions.blackHoles = 1
        conditions.steps = 8
        let total = Self.fly(conditions, seeds: 0..<60)
        #expect(total.failed * 200 <= total.submitted, "\(total.failed) of \(total.submitted)")
        #expect(total.lost(.blackHole) > 0)
    }
}
