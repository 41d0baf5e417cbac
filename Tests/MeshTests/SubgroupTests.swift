import SkeinWire
import Testing

@testable import SkeinPeer

struct SubgroupTests {
    private let tuning = MeshTuning()

    /// Robot 9 and what it hears on the data band, driven as a peer drives it: ten looks a second.
    private struct Robot {
        var subgroup: Subgroup
        var table: NeighbourTable
        var random = PeerRandom(seed: 3)
        var now = Instant.zero
        /// Robots that say hello at every look: id, power, whether it leads, whose member it is, how many it serves.
        var heard: [(id: UInt16, power: Double, leads: Bool, leader: UInt16, members: Int)] = []
        var changes: [NodeID] = []

        init(tuning: MeshTuning = MeshTuning(), seed: UInt64 = 3) {
            random = PeerRandom(seed: seed)
            subgroup = Subgroup(us: NodeID(9), tuning: tuning, now: .zero, random: &random)
            table = NeighbourTable(tuning: tuning)
        }

        mutating func hear(
            _ id: UInt16, power: Double = -60, leads: Bool = true, leader: UInt16? = nil, members: Int = 0
        ) {
            heard.removeAll { $0.id == id }
            heard.append((id, power, leads, leader ?? id, members))
        }

        mutating func silence(_ id: UInt16) { heard.removeAll { $0.id == id } }

        mutating func run(seconds: Double) {
            for _ in 0..<Int((seconds * 10).rounded()) {
                now += .milliseconds(100)
                for one in heard {
                    let hello: Hello =
                        one.leads
                        ? .leading(one.id, members: one.members) : .sample(leader: NodeID(one.leader), isLeader: false)
                    table.hear(hello, from: one.id, powerDBm: one.power, now: now)
                }
                _ = table.expire(now: now)
                if subgroup.update(table, now: now, random: &random) { changes.append(subgroup.leader) }
            }
        }

        mutating func adopt(_ number: UInt32, leader: UInt16) {
            subgroup.adopt(PlanNumber(term: 1, number: number), leader: NodeID(leader), ownEfficiency: nil, now: now)
        }
    }

    @Test func `without a plan the strongest leader heard is taken`() {
        var robot = Robot()
        robot.hear(1, power: -70)
        robot.hear(2, power: -50)
        robot.hear(3, power: -40, leads: false)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(2) && robot.subgroup.reason == .strongest)
    }

    @Test func `a robot that hears no leader after boot leads alone after six to twelve seconds`() {
        for seed in 1...20 as ClosedRange<UInt64> {
            var robot = Robot(seed: seed)
            robot.run(seconds: 5.9)
            #expect(robot.subgroup.leader == .none)
            robot.run(seconds: 6.2)
            #expect(robot.subgroup.isLeading && robot.subgroup.reason == .alone)
        }
    }

    @Test func `the planned leader is obeyed when it is heard to lead, and not before`() {
        var robot = Robot()
        robot.hear(1, power: -50)
        robot.run(seconds: 1)
        robot.hear(2, power: -70, leads: false, leader: 1)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 1)
        #expect(robot.subgroup.leader == NodeID(1), "make before break")
        robot.hear(2, power: -70)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(2) && robot.subgroup.reason == .plan)
        #expect(robot.changes == [NodeID(1), NodeID(2)])
    }

    @Test func `a planned leader that comes late is obeyed after all`() {
        var robot = Robot()
        robot.hear(1, power: -50)
        robot.run(seconds: 1)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 5)
        #expect(robot.subgroup.leader == NodeID(1))
        robot.hear(2, power: -70)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(2))
    }

    @Test func `when leader and planned leader are dead the strongest is taken at once`() {
        var robot = Robot()
        robot.hear(1, power: -50)
        robot.hear(3, power: -70)
        robot.run(seconds: 1)
        robot.adopt(1, leader: 2)
        robot.silence(1)
        robot.run(seconds: 1.2)
        #expect(robot.subgroup.leader == NodeID(3) && robot.subgroup.reason == .strongest)
        #expect(!robot.changes.contains(NodeID(9)))
    }

    @Test func `a leader retired in favour of a dead one serves on for the wait, then takes the strongest`() {
        var robot = Robot()
        robot.subgroup.start(now: .zero)
        robot.hear(3, power: -70)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 1.4)
        #expect(robot.subgroup.isLeading)
        robot.run(seconds: 0.2)
        #expect(robot.subgroup.leader == NodeID(3))
        robot.hear(2, power: -80)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(2) && robot.subgroup.reason == .plan)
    }

    @Test func `a leader retired where it hears nobody goes on leading`() {
        var robot = Robot()
        robot.subgroup.start(now: .zero)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 10)
        #expect(robot.subgroup.isLeading)
    }

    @Test func `a robot the plan makes leader leads at once`() {
        var robot = Robot()
        robot.hear(1)
        robot.run(seconds: 1)
        robot.adopt(1, leader: 9)
        #expect(robot.subgroup.isLeading && robot.subgroup.reason == .plan)
        robot.run(seconds: 3)
        #expect(robot.subgroup.isLeading)
    }

    @Test func `a plan heard again or older changes nothing`() {
        var robot = Robot()
        robot.hear(1)
        robot.hear(2)
        robot.run(seconds: 0.5)
        robot.adopt(3, leader: 2)
        robot.run(seconds: 0.5)
        robot.adopt(3, leader: 1)
        robot.adopt(2, leader: 9)
        robot.run(seconds: 0.5)
        #expect(robot.subgroup.leader == NodeID(2) && robot.subgroup.plan.number == 3)
    }

    @Test func `an orphan leads itself after a short jitter, unless it hears another leader first`() {
        var robot = Robot()
        robot.hear(1)
        robot.run(seconds: 2)
        robot.silence(1)
        robot.run(seconds: 1.4)
        #expect(robot.subgroup.isLeading && robot.subgroup.reason == .alone, "covered within a second and a half")
        var other = Robot()
        other.hear(1)
        other.run(seconds: 2)
        other.silence(1)
        other.run(seconds: 0.9)
        other.hear(4, power: -80)
        other.run(seconds: 0.3)
        #expect(other.subgroup.leader == NodeID(4) && !other.changes.contains(NodeID(9)))
    }

    @Test func `of two that lead alone the higher joins the lower, and one who serves others stays`() {
        var robot = Robot()
        robot.run(seconds: 13)
        #expect(robot.subgroup.isLeading)
        robot.hear(20)
        robot.run(seconds: 1)
        #expect(robot.subgroup.isLeading, "20 is to join 9")
        robot.hear(4)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(4))

        var serving = Robot()
        serving.run(seconds: 13)
        serving.hear(30, leads: false, leader: 9)
        serving.hear(4)
        serving.run(seconds: 5)
        #expect(serving.subgroup.isLeading, "30 depends on it")

        var lower = Robot()
        lower.run(seconds: 13)
        lower.hear(20, members: 2)
        lower.run(seconds: 0.1)
        #expect(lower.subgroup.leader == NodeID(20), "20 already serves others")
    }

    @Test func `leaders of the plan and of the start do not dissolve by themselves`() {
        var robot = Robot()
        robot.subgroup.start(now: .zero)
        robot.hear(4, members: 5)
        robot.run(seconds: 5)
        #expect(robot.subgroup.isLeading)
    }

    @Test func `the former leader is still asked for two seconds, last and never twice`() {
        var robot = Robot()
        robot.hear(1, power: -50)
        robot.hear(2, power: -60)
        for id in 10...20 as ClosedRange<UInt16> { robot.hear(id, power: -60 - Double(id)) }
        robot.run(seconds: 1)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 0.1)
        robot.hear(1, power: -50, leads: false, leader: 2)
        robot.run(seconds: 0.1)
        let asked = robot.subgroup.candidates(robot.table, ways: [], now: robot.now)
        #expect(asked.prefix(3) == [NodeID(2), NodeID(1), NodeID(10)])
        #expect(asked.count == 6 && zip(asked, asked.dropFirst()).allSatisfy { $0 != $1 })
        robot.run(seconds: 2)
        #expect(!robot.subgroup.candidates(robot.table, ways: [], now: robot.now).contains(NodeID(1)))
        #expect(robot.subgroup.former == nil)
    }

    @Test func `who leads only because it is alone asks the leaders known from afar first and itself last`() {
        var robot = Robot()
        robot.run(seconds: 13)
        let way = LeaderWays.Way(leader: NodeID(70), hops: 2, sequence: 1, freeParts: 4, next: NodeID(3))
        #expect(robot.subgroup.candidates(robot.table, ways: [way], now: robot.now) == [NodeID(70), NodeID(9)])
        robot.hear(30, leads: false, leader: 9)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.candidates(robot.table, ways: [way], now: robot.now) == [NodeID(9), NodeID(70)])
    }

    @Test func `a retired leader stays its own first choice while it retires`() {
        var robot = Robot()
        robot.subgroup.start(now: .zero)
        robot.hear(2)
        robot.adopt(1, leader: 2)
        robot.run(seconds: 0.1)
        #expect(robot.subgroup.leader == NodeID(2) && robot.subgroup.former?.leader == NodeID(9))
        #expect(robot.subgroup.candidates(robot.table, ways: [], now: robot.now) == [NodeID(2), NodeID(9)])
    }
}
