/// Subgroup generation as the specification has it (mesh-cloud.md §4, steps
/// 1 to 4): the hierarchy of the three baselines, and the number of leaders
/// that `PlanStrategy.skein` may not exceed.
package struct ReferenceElection: Sendable {
    /// In order of election.
    package private(set) var leaders: [Int]
    /// Every robot's strongest leader.
    package private(set) var owner: [Int]

    private var covered: [Bool]

    package init(_ graph: PlanGraph) {
        leaders = []
        owner = []
        covered = [Bool](repeating: false, count: graph.count)
        elect(graph.start, in: graph)
        var next = 0
        while true {
            while next < leaders.count {
                electHeard(by: leaders[next], in: graph)
                next += 1
            }
            // Step 3: whoever no leader hears starts a subgroup of its own.
            guard let lone = bestUnheard(in: graph) ?? bestForTheRest(in: graph) else { break }
            elect(lone, in: graph)
        }
        owner = Self.strongestOwners(of: leaders, in: graph)
    }

    /// Step 4: every robot belongs to the leader it receives strongest, a
    /// leader to itself; of equals the one elected first. Robots that no
    /// leader covers get -1.
    static func strongestOwners(of leaders: [Int], in graph: PlanGraph) -> [Int] {
        var owner = [Int](repeating: -1, count: graph.count)
        var strongest = [Double](repeating: -.infinity, count: graph.count)
        for leader in leaders {
            owner[leader] = leader
            strongest[leader] = .infinity
        }
        for leader in leaders {
            for link in graph.data[leader]
            where owner[link.robot] < 0 || link.powerDBm > strongest[link.robot] {
                owner[link.robot] = leader
                strongest[link.robot] = link.powerDBm
            }
        }
        return owner
    }

    private mutating func elect(_ robot: Int, in graph: PlanGraph) {
        leaders.append(robot)
        covered[robot] = true
        for link in graph.data[robot] { covered[link.robot] = true }
    }

    /// Not in the specification, where everybody may lead: whoever covers most of those that must be led by others.
    private func bestForTheRest(in graph: PlanGraph) -> Int? {
        var best: Int?
        var bestGain = 0
        for robot in 0..<graph.count where graph.mayLead[robot] && covered[robot] && !leaders.contains(robot) {
            let gain = uncoveredCount(by: robot, in: graph)
            if gain > bestGain {
                best = robot
                bestGain = gain
            }
        }
        return best
    }

    /// Step 2 for one leader, until no candidate hears it.
    private mutating func electHeard(by leader: Int, in graph: PlanGraph) {
        while true {
            var best = -1
            var bestGain = 0
            var bestPower = -Double.infinity
            for link in graph.control[leader] where !covered[link.robot] && graph.mayLead[link.robot] {
                let gain = uncoveredCount(by: link.robot, in: graph)
                let better =
                    gain != bestGain
                    ? gain > bestGain
                    : link.powerDBm != bestPower
                        ? link.powerDBm > bestPower : link.robot < best
                if best < 0 || better {
                    best = link.robot
                    bestGain = gain
                    bestPower = link.powerDBm
                }
            }
            guard best >= 0 else { return }
            elect(best, in: graph)
        }
    }

    private func bestUnheard(in graph: PlanGraph) -> Int? {
        var best: Int?
        var bestGain = 0
        for robot in 0..<graph.count where !covered[robot] && graph.mayLead[robot] {
            let gain = uncoveredCount(by: robot, in: graph)
            if gain > bestGain {
                best = robot
                bestGain = gain
            }
        }
        return best
    }

    private func uncoveredCount(by robot: Int, in graph: PlanGraph) -> Int {
        var count = covered[robot] ? 0 : 1
        for link in graph.data[robot] where !covered[link.robot] { count += 1 }
        return count
    }
}
