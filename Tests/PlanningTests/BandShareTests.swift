import Testing

@testable import SkeinPeer

struct BandShareTests {
    private static let bandwidthMHz = 20.0

    @Test(arguments: ContributionFile.shared.instances)
    func `the three baselines contribute what the reference instances say`(instance: ContributionFile.Instance) {
        let graph = ContributionFile.shared.graph(instance)
        func contributed(_ strategy: PlanStrategy) -> Double {
            Planner.plan(graph, strategy: strategy).contributedPercent
        }
        // The file has one decimal.
        #expect(abs(contributed(.equal) - instance.reference.equal) <= 0.051)
        #expect(abs(contributed(.surplus) - instance.reference.surplus) <= 0.051)
        #expect(abs(contributed(.uoc) - instance.reference.uoc) <= 0.051)
    }

    @Test func `utility of computation is the linear optimum`() {
        var dice = PlannerDice(seed: 7)
        for _ in 0..<200 {
            let lenders = (0..<1 + dice.roll(below: 9)).map { robot in
                BandShare.Lender(
                    robot: robot, idlePercent: Double(1 + dice.roll(below: 90)),
                    percentPerMHz: 0.5 + Double(dice.roll(below: 800)) / 100)
            }
            let share = BandShare(.uoc, lenders: lenders, bandwidthMHz: Self.bandwidthMHz)
            #expect(abs(contributedPercent(share) - Self.bestVertexPercent(lenders)) < 1e-6)
        }
    }

    @Test(arguments: ContributionFile.shared.instances)
    func `utility of computation is the linear optimum of every reference subgroup`(
        instance: ContributionFile.Instance
    ) {
        let file = ContributionFile.shared
        let plan = Planner.plan(file.graph(instance), strategy: .uoc)
        for leader in plan.leaders {
            var lenders: [BandShare.Lender] = []
            var planned = 0.0
            for link in instance.links where Int(link[0]) == leader && plan.owner[Int(link[1])] == leader {
                let robot = Int(link[1])
                planned += plan.grantedPercent[robot]
                lenders.append(
                    .init(robot: robot, idlePercent: instance.idle[robot], percentPerMHz: link[2] / file.delta))
            }
            #expect(abs(planned - Self.bestVertexPercent(lenders)) < 1e-6, "leader \(leader)")
        }
    }

    @Test func `equal shares leave the surplus of satisfied members unused`() {
        let lenders = [lender(0, idle: 10, perMHz: 10), lender(1, idle: 90, perMHz: 4)]
        let share = BandShare(.equal, lenders: lenders, bandwidthMHz: Self.bandwidthMHz)
        #expect(near(share.grantedMHz, [1, 10]))
    }

    @Test func `surplus goes to short members, the most efficient first`() {
        let lenders = [
            lender(0, idle: 1, perMHz: 10), lender(1, idle: 90, perMHz: 4), lender(2, idle: 30, perMHz: 5),
            lender(3, idle: 90, perMHz: 3),
        ]
        // 5 MHz each; 4.9 are left; robot 2 needs one more, robot 1 takes the rest.
        let share = BandShare(.surplus, lenders: lenders, bandwidthMHz: Self.bandwidthMHz)
        #expect(near(share.grantedMHz, [0.1, 8.9, 6, 5]))
    }

    @Test func `the last one is granted partially`() {
        let lenders = [lender(0, idle: 50, perMHz: 4), lender(1, idle: 50, perMHz: 5), lender(2, idle: 50, perMHz: 3)]
        let share = BandShare(.uoc, lenders: lenders, bandwidthMHz: 18)
        #expect(near(share.grantedMHz, [8, 10, 0]))
    }

    private func lender(_ robot: Int, idle: Double, perMHz: Double) -> BandShare.Lender {
        .init(robot: robot, idlePercent: idle, percentPerMHz: perMHz)
    }

    private func near(_ found: [Double], _ expected: [Double]) -> Bool {
        found.count == expected.count && zip(found, expected).allSatisfy { abs($0 - $1) < 1e-9 }
    }

    private func contributedPercent(_ share: BandShare) -> Double {
        zip(share.lenders, share.grantedMHz).reduce(0) { $0 + $1.0.percent(atMHz: $1.1) }
    }

    /// The optimum by enumeration: at a vertex of max Σ percent, Σ MHz <= band,
    /// every lender is full or empty but for one, who takes what is left.
    private static func bestVertexPercent(_ lenders: [BandShare.Lender]) -> Double {
        precondition(lenders.count <= 16, "\(lenders.count) lenders are too many to enumerate")
        var best = 0.0
        for full in 0..<1 << lenders.count {
            var leftMHz = bandwidthMHz
            var percent = 0.0
            for index in lenders.indices where full >> index & 1 == 1 {
                leftMHz -= lenders[index].needMHz
                percent += lenders[index].idlePercent
            }
            guard leftMHz >= 0 else { continue }
            best = max(best, percent)
            for index in lenders.indices where full >> index & 1 == 0 {
                best = max(best, percent + min(lenders[index].idlePercent, leftMHz * lenders[index].percentPerMHz))
            }
        }
        return best
    }
}
