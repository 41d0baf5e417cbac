import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

struct RegionPlannerTests {
    private static let tuning = MeshTuning()
    private static let cloud = CloudTuning()

    /// A root, number 0, and its book. Everybody reports what the layout says.
    private final class Root {
        var planner = RegionPlanner(tuning: RegionPlannerTests.tuning)
        var layout: Layout
        var versions: [UInt32]
        var acknowledged = PlanNumber.none

        init(_ layout: Layout) {
            self.layout = layout
            versions = [UInt32](repeating: 0, count: layout.count)
        }

        func report(of robot: Int, without missing: [Int] = [], idle: Double = 50) -> LinkReport {
            versions[robot] += 1
            let entries = (0..<layout.count).compactMap { other -> LinkReport.Entry? in
                guard other != robot, !missing.contains(other) else { return nil }
                guard let control = layout.powerDBm(robot, other) else { return nil }
                let data = layout.powerDBm(robot, other, rangeMeters: 16)
                return LinkReport.Entry(
                    neighbour: NodeID(UInt16(other)), controlPower: PowerField(dBm: control),
                    dataPower: data.map { PowerField(dBm: $0) } ?? .nothing,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: data == nil ? 0 : 10))
            }
            return LinkReport(
                version: versions[robot], plan: acknowledged, idle: PercentField(percent: idle),
                entries: Array(entries.prefix(LinkReport.entriesMax)))
        }

        func hear(_ robot: Int, without missing: [Int] = [], idle: Double = 50, at seconds: Double) {
            planner.take(
                report(of: robot, without: missing, idle: idle), from: NodeID(UInt16(robot)), now: .at(seconds))
        }

        func hearAll(without missing: [Int] = [], at seconds: Double) {
            for robot in 0..<layout.count where !missing.contains(robot) {
                hear(robot, without: missing, at: seconds)
            }
        }

        func due(_ seconds: Double) -> PlanGraph? {
            planner.due(us: NodeID(0), cloud: RegionPlannerTests.cloud, now: .at(seconds))?.0
        }

        /// Plans if a plan is due and takes the result back.
        func plan(_ seconds: Double, term: UInt32 = 1) -> [PlanPart]? {
            guard let (graph, previous) = planner.due(us: NodeID(0), cloud: RegionPlannerTests.cloud, now: .at(seconds))
            else { return nil }
            let plan = Planner.plan(graph, strategy: .uoc, previousLeaders: previous)
            return planner.planned(plan, us: NodeID(0), term: term, now: .at(seconds))
        }

        func isSettled(_ seconds: Double) -> Bool { planner.becomesSettled(term: 1, now: .at(seconds)) }
    }

    private static func field(_ count: Int = 20, side: Double = 40, seed: UInt64 = 1) -> Layout {
        var dice = Dice(seed: seed)
        return .connected(count: count, sideMeters: side, dice: &dice)
    }

    @Test func `a plan is due when reports have been quiet, and at the latest after four seconds`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        #expect(root.due(10.5) == nil)
        #expect(root.due(10.6)?.count == 20)

        let restless = Root(Self.field())
        restless.hearAll(at: 10)
        var plannedAt: Double?
        for step in 1...60 where plannedAt == nil {
            let seconds = 10 + Double(step) * 0.1
            restless.hear(step % 20, idle: Double(step), at: seconds)
            if restless.due(seconds) != nil { plannedAt = seconds }
        }
        #expect(abs((plannedAt ?? 0) - 14) < 0.11)
    }

    @Test func `plans keep two seconds apart, and one is computed at a time`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        #expect(root.plan(10.6)?.isEmpty == false)
        root.hear(3, idle: 20, at: 10.7)
        #expect(root.plan(12.5) == nil)
        #expect(root.due(12.6) != nil)
        root.hear(3, idle: 80, at: 13)
        #expect(root.due(20) == nil, "one is under way")
    }

    @Test func `nothing is planned before the root has reported itself`() {
        let root = Root(Self.field())
        for robot in 1..<20 { root.hear(robot, at: 10) }
        #expect(root.due(15) == nil)
        root.hear(0, at: 16)
        #expect(root.due(16.6) != nil)
    }

    @Test func `a link counts on a band only while both ends report it there`() throws {
        let root = Root(Layout(line: 3, spacingMeters: 10))
        root.hear(0, at: 10)
        root.hear(1, without: [2], at: 10)
        var oneSided = root.report(of: 2)
        for index in oneSided.entries.indices where oneSided.entries[index].neighbour == NodeID(0) {
            oneSided.entries[index].dataPower = PowerField(dBm: -60)
            oneSided.entries[index].efficiency = EfficiencyField(bitsPerSecondPerHz: 9)
        }
        root.planner.take(oneSided, from: NodeID(2), now: .at(10))
        let graph = try #require(root.due(11))
        #expect(graph.control.map { $0.map(\.robot) } == [[1, 2], [0], [0]], "1 does not hear 2")
        #expect(graph.data.map { $0.map(\.robot) } == [[1], [0], []], "0 does not hear 2 on the data band")
    }

    @Test func `a dead robot falls out as its neighbours report`() throws {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        root.hearAll(without: [7], at: 14)
        let parts = try #require(root.plan(14.6))
        #expect(parts.count == 1 && parts[0].entries.count == 19)
        #expect(parts[0].owner(of: NodeID(7)) == nil)
        #expect(!parts[0].leaders.contains { $0.id == NodeID(7) })
    }

    @Test func `reports age out`() throws {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        for seconds in stride(from: 15, to: 60, by: 5) {
            for robot in 0..<20 where robot != 4 { root.hear(robot, at: Double(seconds)) }
            _ = root.plan(Double(seconds) + 0.7)
        }
        #expect(root.planner.robots == 19)
    }

    @Test func `an unchanged plan is not issued again`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        let first = root.plan(10.6)
        #expect(first?.first?.plan == PlanNumber(term: 1, number: 1))
        root.hear(5, idle: 62, at: 13)
        let second = root.plan(13.6)
        #expect(second?.isEmpty == true && root.planner.number == 1)
        #expect(!root.planner.isPlanning)
    }

    @Test func `what has changed by less than the thresholds is not planned on anew, what creeps beyond them is`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        root.acknowledged = PlanNumber(term: 1, number: 1)
        root.hearAll(at: 11)
        #expect(root.isSettled(12))
        root.hear(5, idle: 55, at: 13)
        #expect(root.due(20) == nil && root.planner.isSettled)
        root.hear(5, idle: 59, at: 20)
        #expect(root.due(25) == nil)
        root.hear(5, idle: 61, at: 25)
        #expect(!root.planner.isSettled && root.due(26) != nil)
    }

    @Test func `the hierarchy has settled when everybody acknowledges, after a quiet moment, and once`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        #expect(!root.isSettled(20))
        root.acknowledged = PlanNumber(term: 1, number: 1)
        for robot in 0..<19 { root.hear(robot, at: 21) }
        #expect(!root.isSettled(30), "one has not acknowledged")
        root.hear(19, at: 31)
        #expect(!root.isSettled(31.7))
        #expect(root.isSettled(31.8))
        #expect(!root.isSettled(33) && root.planner.isSettled)
    }

    @Test func `reports that only refresh do not put off that it has settled`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        root.acknowledged = PlanNumber(term: 1, number: 1)
        root.hearAll(at: 12)
        var settledAt: Double?
        for step in 1...40 where settledAt == nil {
            let seconds = 12 + Double(step) * 0.1
            root.hear(step % 20, at: seconds)
            if root.isSettled(seconds) { settledAt = seconds }
        }
        #expect(settledAt.map { $0 < 13 } == true, "settled at \(settledAt ?? -1)")
    }

    @Test func `a report overtaken by a later one is not taken, a restarted robot's is`() throws {
        let root = Root(Self.field())
        let early = root.report(of: 5, idle: 10)
        root.hearAll(at: 10)
        root.planner.take(early, from: NodeID(5), now: .at(10.1))
        #expect(try #require(root.due(11)).idlePercent[5] == 50)
        let plan = Plan(
            leaders: [0], owner: [Int](repeating: 0, count: 20), grantedPercent: [Double](repeating: 0, count: 20),
            grantedMHz: [Double](repeating: 0, count: 20))
        _ = root.planner.planned(plan, us: NodeID(0), term: 1, now: .at(11))
        root.versions[5] = 0
        root.hear(5, idle: 30, at: 15)
        #expect(try #require(root.due(16)).idlePercent[5] == 30)
    }

    @Test func `reports that make no sense are not taken, and nothing traps`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        let sane = root.report(of: 3)
        var doubled = sane
        doubled.entries.append(doubled.entries[0])
        var own = sane
        own.entries = [sane.entries[0]]
        own.entries[0].neighbour = NodeID(3)
        var backwards = sane
        backwards.entries.reverse()
        root.planner.take(own, from: NodeID(3), now: .at(10.2))
        for report in [doubled, backwards] {
            root.planner.take(report, from: NodeID(3), now: .at(10.2))
            root.planner.take(report, from: NodeID(77), now: .at(10.2))
        }
        #expect(root.planner.robots == 20)
        #expect(root.due(11)?.count == 20)
    }

    @Test func `the book is bounded, and a big plan travels in parts that each list all leaders`() throws {
        var dice = Dice(seed: 5)
        let root = Root(Layout(count: 600, sideMeters: 200, dice: &dice))
        root.hearAll(at: 10)
        #expect(root.planner.robots == Self.tuning.planRobotsMax)
        let parts = try #require(root.plan(11))
        #expect(parts.count == 3)
        #expect(parts.map(\.part) == [0, 1, 2] && parts.allSatisfy { $0.parts == 3 })
        #expect(parts.allSatisfy { $0.leaders == parts[0].leaders })
        for part in parts {
            #expect(Message.plan(part).bytes.count <= Envelope.bodyBytesMax)
            #expect(part.entries.allSatisfy { Int($0.owner) < part.leaders.count })
        }
        let named = parts.flatMap { $0.entries.map(\.robot) }
        #expect(named == named.sorted() && Set(named).count == named.count)
    }

    @Test func `more leaders than a plan can name do not keep it from settling`() throws {
        // Robots too far apart for the data band: everybody leads.
        let root = Root(Layout(line: 160, spacingMeters: 20))
        root.hearAll(at: 10)
        let parts = try #require(root.plan(11))
        #expect(parts[0].leaders.count == PlanPart.leadersMax)
        let named = parts.flatMap { $0.entries.map { Int($0.robot.number) } }
        #expect(named.count == PlanPart.leadersMax)
        root.acknowledged = PlanNumber(term: 1, number: 1)
        for robot in named { root.hear(robot, at: 12) }
        #expect(root.isSettled(13))
    }

    @Test func `a computation of another region is not taken for this one's`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        #expect(root.due(10.6) != nil)
        let foreign = Plan(
            leaders: [25], owner: [Int](repeating: 25, count: 26), grantedPercent: [Double](repeating: 0, count: 26),
            grantedMHz: [Double](repeating: 0, count: 26))
        let parts = root.planner.planned(foreign, us: NodeID(0), term: 1, now: .at(11))
        #expect(parts.isEmpty && root.planner.isPlanning)
    }

    @Test func `a root notices a plan in force that hides its own, when it stays`() {
        let root = Root(Self.field())
        root.hearAll(at: 10)
        _ = root.plan(10.6)
        func overtaken(_ term: UInt32, _ number: UInt32, of other: UInt16, at seconds: Double) -> Bool {
            root.planner.isOvertaken(
                by: PlanNumber(term: term, number: number), of: NodeID(other), us: NodeID(0), term: 1, now: .at(seconds)
            )
        }
        #expect(!overtaken(1, 1, of: 0, at: 11), "its own")
        #expect(!overtaken(1, 0, of: 7, at: 20), "older")
        #expect(!overtaken(1, 1, of: 7, at: 21))
        #expect(overtaken(1, 1, of: 7, at: 23), "another's of the same number")
        #expect(!overtaken(1, 1, of: 0, at: 24))
        #expect(!overtaken(2, 1, of: 7, at: 25))
        #expect(overtaken(2, 1, of: 7, at: 27.1), "of a later term")
    }
}
