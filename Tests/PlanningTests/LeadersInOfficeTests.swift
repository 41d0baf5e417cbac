import Testing

@testable import SkeinPeer

struct LeadersInOfficeTests {
    @Test(arguments: [3.5, ContributionFile.textDelta])
    func `on the same graph the leaders stay`(delta: Double) {
        for seed in UInt64(0)..<4 {
            let graph = DrawnRegion(delta: delta).graph(seed: seed)
            let first = Planner.plan(graph, strategy: .skein)
            let second = Planner.plan(graph, strategy: .skein, previousLeaders: first.leaders)
            #expect(second.leaders == first.leaders, "seed \(seed)")
        }
    }

    @Test(arguments: [3.5, ContributionFile.textDelta])
    func `when robots move a little most leaders stay`(delta: Double) {
        var stayed = 0
        var were = 0
        for seed in UInt64(0)..<5 {
            let before = DrawnRegion(delta: delta).graph(seed: seed)
            let after = DrawnRegion(delta: delta, movedMeters: 0.5).graph(seed: seed)
            let first = Planner.plan(before, strategy: .skein)
            let second = Planner.plan(after, strategy: .skein, previousLeaders: first.leaders)
            PlanChecker(graph: after, plan: second).check()
            let fresh = Planner.plan(after, strategy: .skein)
            #expect(second.contributedPercent >= 0.96 * fresh.contributedPercent, "seed \(seed)")
            #expect(second.leaders.count <= ReferenceElection(after).leaders.count)
            stayed += first.leaders.filter(second.leaders.contains).count
            were += first.leaders.count
        }
        #expect(Double(stayed) >= 0.8 * Double(were), "\(stayed) of \(were)")
    }

    @Test(arguments: [UInt64](0..<3))
    func `leaders in office that no longer fit are replaced`(seed: UInt64) {
        let graph = DrawnRegion().graph(seed: seed)
        let leadersMax = ReferenceElection(graph).leaders.count
        for office in [[], [5], [5, 5, 6], Array(0..<graph.count)] {
            let plan = Planner.plan(graph, strategy: .skein, previousLeaders: office)
            PlanChecker(graph: graph, plan: plan).check()
            #expect(plan.leaders.count <= leadersMax)
        }
    }

    @Test func `a backbone to be kept outranks the leaders in office`() {
        for seed in UInt64(0)..<3 {
            let graph = DrawnRegion().graph(seed: seed)
            let office = Planner.plan(graph, strategy: .skein).leaders
            let plan = Planner.plan(graph, strategy: .skein, previousLeaders: office, keepsBackbone: true)
            PlanChecker(graph: graph, plan: plan).check()
            let partsMax = PlanChecker.backboneParts(ReferenceElection(graph).leaders, in: graph)
            #expect(PlanChecker.backboneParts(plan.leaders, in: graph) <= partsMax, "seed \(seed)")
        }
    }
}
