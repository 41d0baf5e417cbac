import SkeinWire
import Testing

@testable import SkeinPeer

struct LeaderWaysTests {
    /// Robots that pass leader ways along in their beacons, all once a round in turn.
    private struct Field {
        let layout: Layout
        var tables: [NeighbourTable]
        var sequences: [UInt16]
        var isAlive: [Bool]
        let leaders: [Int]
        var round = 0
        static let hopsMax: UInt8 = 4

        init(_ layout: Layout, leaders: [Int]) {
            self.layout = layout
            self.leaders = leaders
            tables = [NeighbourTable](repeating: NeighbourTable(tuning: MeshTuning()), count: layout.count)
            sequences = [UInt16](repeating: 65_500, count: layout.count)
            isAlive = [Bool](repeating: true, count: layout.count)
        }

        func ways(_ robot: Int) -> [LeaderWays.Way] {
            LeaderWays.all(tables[robot], us: NodeID(UInt16(robot)), hopsMax: Self.hopsMax)
        }

        mutating func run(rounds: Int) {
            for _ in 0..<rounds {
                round += 1
                let now = Instant.at(Double(round) * 0.5)
                for robot in 0..<layout.count where isAlive[robot] {
                    _ = tables[robot].expire(now: now)
                    beacon(robot, now: now)
                }
            }
        }

        private mutating func beacon(_ robot: Int, now: Instant) {
            sequences[robot] &+= 1
            var entries: [Beacon.LeaderEntry] = []
            if leaders.contains(robot) {
                entries.append(
                    Beacon.LeaderEntry(leader: NodeID(UInt16(robot)), hops: 0, sequence: sequences[robot], freeParts: 3)
                )
            }
            for way in ways(robot).prefix(Beacon.leadersMax - entries.count) {
                entries.append(
                    Beacon.LeaderEntry(
                        leader: way.leader, hops: way.hops, sequence: way.sequence, freeParts: way.freeParts))
            }
            let beacon = Beacon.sample(
                interval: 600, hears: tables[robot].all.filter { $0.lastBeaconAt != nil }.map(\.id.number),
                leaders: entries)
            for other in 0..<layout.count where other != robot && isAlive[other] {
                guard let power = layout.powerDBm(robot, other) else { continue }
                tables[other].hear(beacon, from: UInt16(robot), us: UInt16(other), powerDBm: power, now: now)
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `ways to leaders are the shortest, up to four hops, and true step by step`(seed: UInt64) {
        var dice = Dice(seed: seed)
        let layout = Layout.connected(count: 60, sideMeters: 90, dice: &dice)
        let leaders = [0, 11, 22, 33, 44, 55]
        var field = Field(layout, leaders: leaders)
        field.run(rounds: 12)
        for leader in leaders {
            let depths = layout.depths(from: leader)
            for robot in 0..<layout.count where robot != leader {
                let way = field.ways(robot).first { $0.leader == NodeID(UInt16(leader)) }
                #expect(way.map { Int($0.hops) } == (depths[robot] <= 4 ? depths[robot] : nil), "seed \(seed)")
                if let way { #expect(depths[Int(way.next.number)] == depths[robot] - 1, "seed \(seed)") }
            }
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a dead leader is forgotten everywhere soon after its neighbours miss it`(seed: UInt64) {
        var dice = Dice(seed: seed)
        var field = Field(.connected(count: 60, sideMeters: 90, dice: &dice), leaders: [0, 30])
        field.run(rounds: 12)
        field.isAlive[0] = false
        // Four announced intervals of 600 ms until its neighbours miss it: five rounds. Then each round adds a hop.
        field.run(rounds: 5 + Int(Field.hopsMax) + 1)
        for robot in 1..<60 { #expect(!field.ways(robot).contains { $0.leader == NodeID(0) }, "seed \(seed)") }
        #expect(field.ways(1).contains { $0.leader == NodeID(30) } || field.layout.depths(from: 30)[1] > 4)
    }

    @Test func `a restarted leader is believed at once by those who hear it, in spite of its old echo`() {
        var table = NeighbourTable(tuning: MeshTuning())
        func entry(_ hops: UInt8, _ sequence: UInt16) -> Beacon.LeaderEntry {
            Beacon.LeaderEntry(leader: NodeID(5), hops: hops, sequence: sequence, freeParts: 1)
        }
        table.hear(.sample(hears: [9], leaders: [entry(2, 900)]), from: 1, us: 9, now: .zero)
        table.hear(.sample(hears: [9], leaders: [entry(0, 2)]), from: 5, us: 9, now: .zero)
        table.hear(.sample(hears: [9], leaders: [entry(1, 901)]), from: 7, us: 9, now: .zero)
        let ways = LeaderWays.all(table, us: NodeID(9), hopsMax: 4)
        #expect(ways.map(\.hops) == [1] && ways.map(\.next) == [NodeID(5)])
    }

    @Test func `a sequence far behind is an echo and no way, however short`() {
        var table = NeighbourTable(tuning: MeshTuning())
        func entry(_ hops: UInt8, _ sequence: UInt16) -> Beacon.LeaderEntry {
            Beacon.LeaderEntry(leader: NodeID(5), hops: hops, sequence: sequence, freeParts: 1)
        }
        table.hear(.sample(hears: [9], leaders: [entry(1, 65_530)]), from: 1, us: 9, now: .zero)
        table.hear(.sample(hears: [9], leaders: [entry(3, 4)]), from: 2, us: 9, now: .zero)
        #expect(
            LeaderWays.way(to: NodeID(5), table, us: NodeID(9), hopsMax: 4)?.next == NodeID(2), "4 follows 65530 by ten"
        )
    }

    @Test func `ways need a neighbour that hears us, and nonsense from the air is no leader`() {
        var table = NeighbourTable(tuning: MeshTuning())
        let leaders = [NodeID(5), NodeID.none, NodeID(9)].map {
            Beacon.LeaderEntry(leader: $0, hops: $0 == NodeID(5) ? 255 : 0, sequence: 1, freeParts: 1)
        }
        table.hear(.sample(hears: [9], leaders: leaders), from: 1, us: 9, now: .zero)
        #expect(LeaderWays.all(table, us: NodeID(9), hopsMax: 4).isEmpty)
        let good = Beacon.LeaderEntry(leader: NodeID(5), hops: 0, sequence: 1, freeParts: 1)
        table.hear(.sample(hears: [], leaders: [good]), from: 5, us: 9, now: .zero)
        #expect(LeaderWays.all(table, us: NodeID(9), hopsMax: 4).isEmpty)
    }
}
