/// Plans a region's hierarchy (mesh-cloud.md §4 and §5): a pure function of
/// the graph, the strategy and the leaders in office.
package struct Planner: Sendable {
    /// `previousLeaders`: those now in office, in any order; only `.skein`
    /// regards them. Nil = none.
    package static func plan(
        _ graph: PlanGraph, strategy: PlanStrategy, previousLeaders: [Int]? = nil
    ) -> Plan {
        let reference = ReferenceElection(graph)
        switch strategy {
        case .equal, .surplus, .uoc:
            return grant(graph, strategy, leaders: reference.leaders, owner: reference.owner)
        case .skein:
            var search = LeaderSearch(PlanTables(graph), leadersMax: reference.leaders.count)
            search.start(from: reference.leaders)
            search.improve()
            let h = search.hierarchy
            var owner = ReferenceElection.strongestOwners(of: (0..<graph.count).filter { h.isLeader[$0] }, in: graph)
            for i in 0..<graph.count where h.owner[i] >= 0 { owner[i] = h.owner[i] }
            return grant(graph, strategy, leaders: (0..<graph.count).filter { h.isLeader[$0] }, owner: owner)
        }
    }

    /// Shares every leader's band among the robots it owns.
    private static func grant(_ graph: PlanGraph, _ strategy: PlanStrategy, leaders: [Int], owner: [Int]) -> Plan {
        var plan = Plan(
            leaders: leaders, owner: owner,
            grantedPercent: [Double](repeating: 0, count: graph.count),
            grantedMHz: [Double](repeating: 0, count: graph.count))
        for leader in leaders {
            let lenders = lendersOwned(by: leader, owner: owner, in: graph)
            let share = BandShare(strategy, lenders: lenders, bandwidthMHz: graph.bandwidthMHz)
            for (lender, granted) in zip(share.lenders, share.grantedMHz) {
                plan.grantedMHz[lender.robot] = granted
                plan.grantedPercent[lender.robot] = lender.percent(atMHz: granted)
            }
        }
        return plan
    }

    private static func lendersOwned(by leader: Int, owner: [Int], in graph: PlanGraph) -> [BandShare.Lender] {
        var lenders: [BandShare.Lender] = []
        func add(_ robot: Int, _ efficiency: Double) {
            guard graph.idlePercent[robot] > 0 && efficiency > 0 else { return }
            lenders.append(
                .init(
                    robot: robot, idlePercent: graph.idlePercent[robot],
                    percentPerMHz: efficiency / graph.rateMbpsPerPercent))
        }
        add(leader, graph.ownBitsPerSecondPerHertz[leader])
        for link in graph.data[leader] where owner[link.robot] == leader {
            add(link.robot, link.bitsPerSecondPerHertz)
        }
        return lenders.sorted { $0.robot < $1.robot }
    }
}
