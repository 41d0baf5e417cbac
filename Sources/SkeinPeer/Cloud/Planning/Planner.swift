/// Plans a region's hierarchy (mesh-cloud.md §4 and §5): a pure function of
/// the graph, the strategy and the leaders in office.
///
/// For `.skein` the aims are, in this order: every robot covered by no more
/// leaders than the reference election needs; the contribution; fewer leaders;
/// the same leaders as before; strong links. `LeadersInOffice` says how much of
/// the second and third the fourth may cost.
package enum Planner {
    /// `previousLeaders`: those in office, as indices of this graph, in any
    /// order; only `.skein` regards them. Nil = none.
    ///
    /// `keepsBackbone`: the leaders' own 2.4 GHz network falls into no more
    /// parts than the reference election's. Without it leaders reach each other
    /// only if other robots relay. It costs about 1.5 % of the contribution.
    package static func plan(
        _ graph: PlanGraph, strategy: PlanStrategy, previousLeaders: [Int]? = nil, keepsBackbone: Bool = false
    ) -> Plan {
        let reference = ReferenceElection(graph)
        switch strategy {
        case .equal, .surplus, .uoc:
            return grant(graph, strategy, leaders: reference.leaders, owner: reference.owner)
        case .skein:
            let found = search(graph, reference, office: previousLeaders ?? [], keepsBackbone: keepsBackbone)
            let leaders = [graph.start] + found.leaders().filter { $0 != graph.start }
            var owner = ReferenceElection.strongestOwners(of: leaders, in: graph)
            for robot in 0..<graph.count where found.owner[robot] >= 0 { owner[robot] = found.owner[robot] }
            return grant(graph, strategy, leaders: leaders, owner: owner)
        }
    }

    private static func search(
        _ graph: PlanGraph, _ reference: ReferenceElection, office: [Int], keepsBackbone: Bool
    ) -> Hierarchy {
        let tables = PlanTables(graph)
        let leadersMax = reference.leaders.count
        var elected = Hierarchy(tables)
        for leader in reference.leaders { elected.join(leader) }
        elected.settle()
        let partsMax = keepsBackbone ? elected.backboneParts() : nil
        let seated =
            office.isEmpty
            ? nil : LeadersInOffice.seat(office, in: tables, leadersMax: leadersMax, partsMax: partsMax)

        var inOffice = [Bool](repeating: false, count: graph.count)
        for leader in office { inOffice[leader] = true }
        var history = LeadersInOffice()
        if let seated { history.remember(seated) }
        var search = LeaderSearch(seated ?? elected, leadersMax: leadersMax, partsMax: partsMax)
        search.run { step in if seated != nil { history.remember(step) } }
        search.thin(office: inOffice) { step in if seated != nil { history.remember(step) } }
        var chosen = history.leastChange(towards: search.hierarchy)
        chosen.preferStrongest()
        return chosen
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
