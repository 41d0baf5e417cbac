import SkeinWire
import Testing

@testable import SkeinPeer

struct RolePlanTests {
    private static func graph(_ layout: Layout, mayLead: [Bool]) -> PlanGraph {
        var control = [[ControlLink]](repeating: [], count: layout.count)
        var data = [[DataLink]](repeating: [], count: layout.count)
        for one in 0..<layout.count {
            for other in 0..<layout.count where one != other {
                if let power = layout.powerDBm(one, other) {
                    control[one].append(ControlLink(robot: other, powerDBm: power))
                }
                if mayLead[one], let power = layout.powerDBm(one, other, rangeMeters: 16) {
                    data[one].append(DataLink(robot: other, powerDBm: power, bitsPerSecondPerHertz: 8))
                }
            }
        }
        return PlanGraph(
            start: 0, idlePercent: (0..<layout.count).map { Double($0 % 4) * 20 }, control: control, data: data,
            bandwidthMHz: 20, rateMbpsPerPercent: 3.5, mayLead: mayLead)
    }

    @Test(arguments: PlanStrategy.allCases, 1...8 as ClosedRange<UInt64>)
    func `only those lead that may, and whoever one of them can lead is led by one`(
        strategy: PlanStrategy, seed: UInt64
    ) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 40, sideMeters: 80, dice: &dice)
        let share = [0.1, 0.3, 0.6, 0.9][Int(seed % 4)]
        let mayLead = (0..<layout.count).map { $0 == 0 || dice.unit() < share }
        let graph = Self.graph(layout, mayLead: mayLead)
        var office: [Int]?
        for _ in 0..<2 {
            let plan = Planner.plan(graph, strategy: strategy, previousLeaders: office)
            office = plan.leaders
            #expect(plan.leaders.allSatisfy { mayLead[$0] } && plan.leaders.first == 0)
            #expect(Set(plan.leaders).count == plan.leaders.count)
            for robot in 0..<layout.count {
                let canBeLed = graph.data.contains { $0.contains { $0.robot == robot } }
                let owner = plan.owner[robot]
                #expect((owner >= 0) == (canBeLed || mayLead[robot]), "r\(robot)")
                guard owner >= 0 else { continue }
                #expect(plan.leaders.contains(owner))
                #expect(owner == robot || graph.data[owner].contains { $0.robot == robot })
                if plan.leaders.contains(robot) { #expect(owner == robot, "a leader belongs to itself") }
            }
        }
    }
}
