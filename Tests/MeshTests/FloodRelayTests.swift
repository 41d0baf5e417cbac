import SkeinWire
import Testing

@testable import SkeinPeer

struct FloodRelayTests {
    /// A hundred robots with eighteen in range of the one in the middle, as the reference field has.
    private static func dense(_ seed: UInt64) -> Layout {
        var dice = Dice(seed: seed)
        return .connected(count: 100, sideMeters: 100, dice: &dice)
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a flood reaches everybody over few relays, and the best copies come the shortest way`(seed: UInt64) {
        let layout = Self.dense(seed)
        var field = FloodField(layout, loss: 0, seed: seed)
        field.flood(from: 0)
        let depths = layout.depths(from: 0)
        #expect(field.firstHops.allSatisfy { $0 >= 0 }, "seed \(seed)")
        #expect(field.bestHops == depths, "seed \(seed)")
        #expect(field.relays < 50, "seed \(seed): \(field.relays) relays for a hundred robots")
    }

    @Test func `nearly all first copies come the shortest way as well`() {
        var late = 0
        var robots = 0
        for seed in 1...20 as ClosedRange<UInt64> {
            let layout = Self.dense(seed)
            var field = FloodField(layout, loss: 0, seed: seed)
            field.flood(from: 0)
            robots += layout.count
            late += zip(field.firstHops, layout.depths(from: 0)).count { $0 != $1 }
        }
        #expect(late * 100 < robots, "\(late) of \(robots)")
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `when one copy in ten is lost a flood still reaches nearly everybody`(seed: UInt64) {
        var field = FloodField(Self.dense(seed), loss: 0.1, seed: seed)
        field.flood(from: 0)
        #expect(field.firstHops.count { $0 < 0 } <= 3, "seed \(seed)")
        #expect(field.relays < 60, "seed \(seed): \(field.relays)")
    }

    @Test func `along a line everybody but the last relays`() {
        var field = FloodField(Layout(line: 20, spacingMeters: 20), loss: 0, seed: 1)
        field.flood(from: 0)
        #expect(field.firstHops == Array(0..<20))
        #expect(field.relays == 18)
    }

    @Test func `where all hear the origin nobody relays`() {
        var dice = Dice(seed: 1)
        var field = FloodField(Layout(count: 40, sideMeters: 16, dice: &dice), loss: 0, seed: 1)
        field.flood(from: 0)
        #expect(field.relays == 0)
    }

    // MARK: One robot

    private static func envelope(sender: UInt16, relay: UInt16, hop: UInt8, timeToLive: UInt8 = 64, counter: UInt32 = 1)
        -> Envelope
    {
        Envelope(
            kind: .routeRequest, trafficClass: .control, timeToLive: timeToLive, sender: NodeID(sender),
            fleet: FleetID(1), epoch: Epoch(1), counter: counter, destination: .none, via: .none,
            relay: NodeID(relay), next: .none, hop: hop)
    }

    /// Robot 9 with neighbours 1, 2 and 3; 1 and 2 hear each other, 3 hears 2 but not 1.
    private static func table() -> NeighbourTable {
        var table = NeighbourTable(tuning: MeshTuning())
        table.hear(.sample(hears: [2, 9]), from: 1, us: 9, now: .zero)
        table.hear(.sample(hears: [1, 3, 9]), from: 2, us: 9, now: .zero)
        table.hear(.sample(hears: [2, 9]), from: 3, us: 9, now: .zero)
        return table
    }

    private func relays(after copies: [(relay: UInt16, hop: UInt8)]) -> Int {
        var random = PeerRandom(seed: 1)
        var flood = FloodRelay(tuning: MeshTuning())
        let table = Self.table()
        for (index, copy) in copies.enumerated() {
            let envelope = Self.envelope(sender: 50, relay: copy.relay, hop: copy.hop)
            if index == 0 {
                flood.take([], envelope, neighbours: table, now: .zero, random: &random)
            } else {
                let isRemembered = flood.hearAgain([], envelope, neighbours: table, now: .zero)
                #expect(isRemembered)
            }
        }
        return flood.due(now: .at(0.1)).count
    }

    @Test func `a robot relays only for whom no copy it heard has reached by as short a way`() {
        #expect(relays(after: [(1, 4)]) == 1, "3 does not hear 1")
        #expect(relays(after: [(2, 4)]) == 0, "2 reaches both the others")
        #expect(relays(after: [(1, 4), (2, 5)]) == 0, "2 brings it to 3 as soon as this robot would")
        #expect(relays(after: [(1, 4), (2, 6)]) == 1, "a longer way does not count")
        #expect(relays(after: [(1, 4), (3, 6)]) == 0, "3 itself had it by as short a way as from here")
    }

    @Test func `coverage that counted for a long way does not count for a shorter one`() {
        // 2 reaches 3 at seven hops, which is as good as from here at six; then a copy shows this robot at three.
        #expect(relays(after: [(1, 6), (2, 7), (1, 3)]) == 1)
    }

    @Test func `a better copy after the relay is relayed once more, a worse one is not`() {
        var random = PeerRandom(seed: 1)
        var flood = FloodRelay(tuning: MeshTuning())
        let table = Self.table()
        flood.take([], Self.envelope(sender: 50, relay: 1, hop: 6), neighbours: table, now: .zero, random: &random)
        #expect(flood.due(now: .at(0.03)).map(\.hop) == [7])
        _ = flood.hearAgain([], Self.envelope(sender: 50, relay: 1, hop: 8), neighbours: table, now: .at(0.04))
        #expect(flood.due(now: .at(0.1)).isEmpty)
        _ = flood.hearAgain([], Self.envelope(sender: 50, relay: 1, hop: 3), neighbours: table, now: .at(0.11))
        #expect(flood.due(now: .at(0.2)).map(\.hop) == [4])
        #expect(flood.due(now: .at(1)).isEmpty)
        let isRemembered = flood.hearAgain(
            [], Self.envelope(sender: 50, relay: 1, hop: 2), neighbours: table, now: .at(2))
        #expect(!isRemembered && flood.nextDeadline == .distantFuture)
    }

    @Test func `nothing is carried beyond its time to live`() {
        var random = PeerRandom(seed: 1)
        var flood = FloodRelay(tuning: MeshTuning())
        for (hop, life) in [(9, 9), (255, 255)] as [(UInt8, UInt8)] {
            let envelope = Self.envelope(sender: 50, relay: 1, hop: hop, timeToLive: life)
            flood.take([], envelope, neighbours: Self.table(), now: .zero, random: &random)
        }
        #expect(flood.due(now: .at(1)).isEmpty)
    }

    @Test func `a storm of floods stays bounded and costs first those already relayed`() {
        var random = PeerRandom(seed: 1)
        let tuning = MeshTuning()
        var flood = FloodRelay(tuning: tuning)
        func take(_ counter: Int, at seconds: Double) {
            let envelope = Self.envelope(sender: 50, relay: 1, hop: 1, counter: UInt32(counter))
            flood.take([], envelope, neighbours: Self.table(), now: .at(seconds), random: &random)
        }
        for counter in 1...tuning.floodsPendingMax { take(counter, at: 0) }
        let first = flood.due(now: .at(0.1)).count
        #expect(first == tuning.floodsPendingMax)
        for counter in 100..<(100 + tuning.floodsPendingMax) { take(counter, at: 0.11) }
        let second = flood.due(now: .at(0.2)).count
        #expect(second == tuning.floodsPendingMax)
    }
}
