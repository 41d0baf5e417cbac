import Testing

@testable import SkeinPeer

/// What must hold for every plan of every graph, whatever the strategy.
struct PlanChecker {
    /// Rounding of a sum of grants, MHz and percent.
    static let rounding = 1e-9

    let graph: PlanGraph
    let plan: Plan

    func check() {
        #expect(plan.leaders.first == graph.start, "the start robot is the first leader")
        #expect(Set(plan.leaders).count == plan.leaders.count, "a robot leads once")
        #expect(plan.owner.count == graph.count && plan.grantedMHz.count == graph.count)
        checkOwners()
        checkGrants()
    }

    private func checkOwners() {
        for leader in plan.leaders { #expect(plan.owner[leader] == leader, "leader \(leader) owns itself") }
        for robot in 0..<graph.count {
            let owner = plan.owner[robot]
            guard plan.leaders.contains(owner) else {
                Issue.record("robot \(robot) belongs to \(owner), who does not lead")
                continue
            }
            let inRange = owner == robot || graph.data[owner].contains { $0.robot == robot }
            #expect(inRange, "robot \(robot) is out of range of its leader \(owner)")
        }
    }

    private func checkGrants() {
        var sharedMHz = [Double](repeating: 0, count: graph.count)
        for robot in 0..<graph.count {
            let (percent, mhz) = (plan.grantedPercent[robot], plan.grantedMHz[robot])
            #expect(percent >= 0 && percent <= graph.idlePercent[robot], "robot \(robot) lends what it has")
            #expect(mhz >= 0)
            sharedMHz[plan.owner[robot]] += mhz
            let efficiency = efficiency(of: robot)
            if mhz > 0 {
                let needed = percent * graph.rateMbpsPerPercent / efficiency
                #expect(abs(needed - mhz) < Self.rounding, "robot \(robot) gets the band its grant takes")
            } else {
                #expect(percent == 0)
            }
        }
        for leader in plan.leaders {
            #expect(sharedMHz[leader] <= graph.bandwidthMHz, "leader \(leader) shares out its band once")
        }
    }

    private func efficiency(of robot: Int) -> Double {
        let owner = plan.owner[robot]
        if owner == robot { return graph.ownBitsPerSecondPerHertz[robot] }
        return graph.data[owner].first { $0.robot == robot }?.bitsPerSecondPerHertz ?? 0
    }

    /// Parts that leaders fall into on 2.4 GHz without others relaying.
    static func backboneParts(_ leaders: [Int], in graph: PlanGraph) -> Int {
        var unreached = Set(leaders)
        var parts = 0
        for leader in leaders where unreached.contains(leader) {
            parts += 1
            var reached = [leader]
            unreached.remove(leader)
            while let next = reached.popLast() {
                for link in graph.control[next] where unreached.remove(link.robot) != nil { reached.append(link.robot) }
            }
        }
        return parts
    }
}
