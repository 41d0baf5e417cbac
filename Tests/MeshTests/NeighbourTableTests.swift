import SkeinWire
import Testing

@testable import SkeinPeer

struct NeighbourTableTests {
    @Test func `a link needs each to list the other`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        table.hear(.sample(hears: [7]), from: 1, us: 9, now: .zero)
        #expect(try #require(table[NodeID(1)]).isControlLink == false)
        table.hear(.sample(hears: [7, 9]), from: 1, us: 9, now: .at(0.5))
        #expect(try #require(table[NodeID(1)]).isControlLink)
        table.hear(.sample(hears: [7]), from: 1, us: 9, now: .at(1))
        #expect(try #require(table[NodeID(1)]).isControlLink == false)
    }

    @Test func `without a signal observed nobody enters`() {
        var table = NeighbourTable(tuning: MeshTuning())
        table.take(.sample(hears: [9]), from: NodeID(1), us: NodeID(9), now: .zero)
        table.take(.leading(2), from: NodeID(2), now: .zero)
        #expect(table.all.isEmpty)
    }

    @Test func `four announced intervals of silence end a link, on each band by itself`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        table.hear(.sample(interval: 500, tree: .at(1, root: 3), hears: [9]), from: 1, us: 9, now: .zero)
        table.hear(.leading(1, interval: 240), from: 1, now: .zero)
        let early = table.expire(now: .at(0.96))
        #expect(!early && table[NodeID(1)]?.isLeader == true)
        let helloLost = table.expire(now: .at(0.97))
        #expect(helloLost)
        #expect(try #require(table[NodeID(1)]).isDataLink == false)
        #expect(try #require(table[NodeID(1)]).isControlLink)
        let atEdge = table.expire(now: .at(2))
        #expect(!atEdge)
        let beaconLost = table.expire(now: .at(2.01))
        #expect(beaconLost && table.all.isEmpty)
    }

    @Test func `a dead control link keeps nothing of its tree and its leaders`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        let entry = Beacon.LeaderEntry(leader: NodeID(5), hops: 1, sequence: 9, freeParts: 2)
        table.hear(
            .sample(interval: 500, tree: .at(1, root: 3), hears: [9, 4], leaders: [entry]), from: 1, us: 9, now: .zero)
        table.hear(.leading(1, interval: 3_000), from: 1, now: .zero)
        _ = table.expire(now: .at(3))
        let neighbour = try #require(table[NodeID(1)])
        #expect(!neighbour.isControlLink && neighbour.isDataLink && !neighbour.tree.isRooted)
        #expect(table.lists(of: NodeID(1))?.leaders.isEmpty == true)
        #expect(table.lists(of: NodeID(1))?.reaches(NodeID(4)) == false)
    }

    @Test func `a full table makes room for a stronger robot at the cost of the weakest`() {
        var tuning = MeshTuning()
        tuning.neighboursMax = 4
        var table = NeighbourTable(tuning: tuning)
        for id in 1...4 as ClosedRange<UInt16> {
            table.hear(.sample(hears: [9]), from: id, us: 9, powerDBm: -50 - Double(id), now: .zero)
        }
        table.hear(.sample(hears: [9]), from: 5, us: 9, powerDBm: -70, now: .zero)
        #expect(table.all.map(\.id.number) == [1, 2, 3, 4])
        table.hear(.sample(hears: [9]), from: 6, us: 9, powerDBm: -45, now: .zero)
        #expect(table.all.map(\.id.number) == [1, 2, 3, 6])
        table.hear(.leading(8), from: 8, powerDBm: -40, now: .zero)
        #expect(table.all.map(\.id.number) == [1, 2, 3, 6], "what is only heard on the data band displaces nobody")
    }

    @Test func `robots heard on the data band alone are the first to make room`() {
        var tuning = MeshTuning()
        tuning.neighboursMax = 3
        var table = NeighbourTable(tuning: tuning)
        table.hear(.leading(1), from: 1, now: .zero)
        table.hear(.sample(hears: [9]), from: 2, us: 9, powerDBm: -80, now: .zero)
        table.hear(.sample(hears: [9]), from: 3, us: 9, powerDBm: -81, now: .zero)
        table.hear(.sample(hears: [9]), from: 4, us: 9, powerDBm: -85, now: .zero)
        #expect(table.all.map(\.id.number) == [2, 3, 4])
    }

    @Test func `the table stays ascending and bounded whatever is heard`() {
        var dice = Dice(seed: 3)
        var tuning = MeshTuning()
        tuning.neighboursMax = 20
        var table = NeighbourTable(tuning: tuning)
        for step in 0..<4_000 {
            let now = Instant.at(Double(step) * 0.01)
            let id = UInt16(dice.below(60) + 1)
            let power = dice.uniform(-95, -40)
            switch dice.below(3) {
            case 0:
                table.hear(
                    .sample(hears: dice.below(2) == 0 ? [200] : []), from: id, us: 200, powerDBm: power, now: now)
            case 1: table.hear(.leading(id), from: id, powerDBm: power, now: now)
            default: _ = table.expire(now: now)
            }
            #expect(table.all.count <= 20)
            #expect(zip(table.all, table.all.dropFirst()).allSatisfy { $0.id < $1.id })
        }
    }

    @Test func `a long list travels in turns, and a link lasts while its turn comes round`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        func turn(_ step: Int) -> [UInt16] { (0..<40).map { UInt16(100 + (step * 40 + $0) % 120) } }
        // 120 robots in three turns; this robot is number 100, in the first of each.
        for step in 0..<30 {
            let now = Instant.at(Double(step))
            table.hear(.sample(interval: 1_000, listsAll: false, hears: turn(step)), from: 1, us: 100, now: now)
            #expect(try #require(table[NodeID(1)]).isControlLink, "turn \(step)")
            if step >= 2 {
                let lists = try #require(table.lists(of: NodeID(1)))
                #expect((100..<220).allSatisfy { lists.reaches(NodeID($0)) }, "turn \(step)")
            }
        }
        // From now on its turns come without it.
        var lastedUntil = 0
        for step in 30..<60 {
            let hears = turn(step).filter { $0 != 100 }
            table.hear(
                .sample(interval: 1_000, listsAll: false, hears: hears), from: 1, us: 100, now: .at(Double(step)))
            if try #require(table[NodeID(1)]).isControlLink { lastedUntil = step }
        }
        #expect(lastedUntil < 45, "a robot that no longer hears us must not stay a link")
    }

    @Test func `what a neighbour claims to hear stays bounded`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        for step in 0..<400 {
            let hears = (0..<40).map { UInt16(step * 40 + $0) }
            table.hear(
                .sample(interval: 65_535, listsAll: false, hears: hears), from: 1, us: 60_000,
                now: .at(Double(step) * 1e-3))
            #expect(try #require(table.lists(of: NodeID(1))).reaches.count <= NeighbourLists.reachesMax)
        }
    }

    @Test func `an absurd interval does not keep a dead robot alive`() {
        var table = NeighbourTable(tuning: MeshTuning())
        table.hear(.sample(interval: 65_535, hears: [9]), from: 1, us: 9, now: .zero)
        table.hear(.leading(1, interval: 65_535), from: 1, now: .zero)
        _ = table.expire(now: .at(21))
        #expect(table.all.isEmpty)
    }

    @Test func `power and efficiency are smoothed, and begin anew after a silence`() throws {
        var table = NeighbourTable(tuning: MeshTuning())
        table.hear(.sample(hears: [9]), from: 1, us: 9, powerDBm: -60, now: .zero)
        table.hear(.sample(hears: [9]), from: 1, us: 9, powerDBm: -80, now: .at(0.5))
        #expect(try #require(table[NodeID(1)]).controlPowerDBm == -65)
        table.hear(.leading(1), from: 1, powerDBm: -60, now: .at(0.5))
        table.hear(.leading(1), from: 1, powerDBm: -70, now: .at(0.6))
        #expect(try #require(table[NodeID(1)]).dataPowerDBm == -62.5)
        _ = table.expire(now: .at(2))
        table.hear(.leading(1), from: 1, powerDBm: -80, now: .at(2))
        #expect(try #require(table[NodeID(1)]).dataPowerDBm == -80)
    }
}
