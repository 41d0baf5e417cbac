import Testing

@testable import SkeinPeer

/// Regions unlike the reference scenario: a swarm in the field makes them all.
struct OddRegionTests {
    private func checkAll(_ graph: PlanGraph, _ comment: Comment) {
        let leadersMax = ReferenceElection(graph).leaders.count
        var most = 0.0
        for strategy in PlanStrategy.allCases {
            let plan = Planner.plan(graph, strategy: strategy)
            PlanChecker(graph: graph, plan: plan).check()
            #expect(plan.leaders.count <= leadersMax, comment)
            if strategy == .skein { #expect(plan.contributedPercent >= most - 1e-3, comment) }
            most = max(most, plan.contributedPercent)
        }
    }

    @Test(arguments: [UInt64](0..<5), [1, 15, 40, 150, 1000.0])
    func `a region of any density is planned`(seed: UInt64, sideMeters: Double) {
        for delta in [3.5, ContributionFile.textDelta] {
            let region = DrawnRegion(count: 5 + 8 * Int(seed), sideMeters: sideMeters, delta: delta)
            checkAll(region.graph(seed: seed), "seed \(seed), \(sideMeters) m, delta \(delta)")
        }
    }

    @Test func `a robot alone leads itself and has nobody to lend to`() {
        let graph = DrawnRegion(count: 1, cameraFraction: 0).graph(seed: 0)
        for strategy in PlanStrategy.allCases {
            let plan = Planner.plan(graph, strategy: strategy)
            #expect(plan == Plan(leaders: [0], owner: [0], grantedPercent: [0], grantedMHz: [0]))
        }
    }

    @Test func `robots with nothing to lend are covered all the same`() {
        checkAll(DrawnRegion(count: 40, cameraFraction: 1).graph(seed: 1), "cameras only")
    }

    @Test func `the largest region is planned when all robots are in range`() {
        let graph = DrawnRegion(count: PlanGraph.robotsMax, sideMeters: 5).graph(seed: 2)
        let plan = Planner.plan(graph, strategy: .skein)
        PlanChecker(graph: graph, plan: plan).check()
        #expect(plan.leaders == [graph.start])
    }

    @Test func `robots in range on one band only are covered`() {
        let drawn = DrawnRegion().graph(seed: 4)
        let none = [[ControlLink]](repeating: [], count: drawn.count)
        checkAll(regraph(drawn, control: none, data: drawn.data), "no 2.4 GHz")
        checkAll(regraph(drawn, control: drawn.control, data: none.map { _ in [] }), "no 5 GHz")
    }

    @Test func `a link heard in one direction only is no way back`() {
        let drawn = DrawnRegion().graph(seed: 5)
        let oneWay = drawn.data.enumerated().map { leader, links in
            links.filter { ($0.robot + leader) % 3 > 0 || $0.robot > leader }
        }
        checkAll(regraph(drawn, control: drawn.control, data: oneWay), "one-way links")
    }

    @Test func `a link of unknown efficiency covers but carries nothing`() {
        let drawn = DrawnRegion().graph(seed: 6)
        var unknown = drawn.data
        for leader in unknown.indices {
            for index in unknown[leader].indices { unknown[leader][index].bitsPerSecondPerHertz = 0 }
        }
        let graph = regraph(drawn, control: drawn.control, data: unknown)
        checkAll(graph, "unknown efficiency")
        #expect(Planner.plan(graph, strategy: .skein).contributedPercent == 0)
    }

    @Test func `a leader's own efficiency is the mean of those it could own`() {
        func link(_ robot: Int, _ efficiency: Double) -> DataLink {
            DataLink(robot: robot, powerDBm: -60, bitsPerSecondPerHertz: efficiency)
        }
        let graph = PlanGraph(
            start: 0, idlePercent: [50, 0, 50], control: [[], [], []],
            data: [[link(1, 8), link(2, 12)], [link(0, 0)], []], bandwidthMHz: 20, rateMbpsPerPercent: 1)
        #expect(graph.ownBitsPerSecondPerHertz == [10, 0, 0])
    }

    private func regraph(_ graph: PlanGraph, control: [[ControlLink]], data: [[DataLink]]) -> PlanGraph {
        PlanGraph(
            start: graph.start, idlePercent: graph.idlePercent, control: control, data: data,
            bandwidthMHz: graph.bandwidthMHz, rateMbpsPerPercent: graph.rateMbpsPerPercent)
    }
}
