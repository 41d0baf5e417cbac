import SkeinWire
import Testing

@testable import SkeinPeer

struct RouteTests {
    private let tuning = MeshTuning()

    // MARK: The table

    @Test func `a shorter way replaces a longer one at once, a longer one only what is old`() {
        var table = RouteTable(tuning: tuning)
        table.learn(NodeID(5), next: NodeID(1), hops: 4, now: .zero)
        table.learn(NodeID(5), next: NodeID(2), hops: 3, now: .at(0.1))
        #expect(table.route(to: NodeID(5), now: .at(0.2))?.next == NodeID(2))
        table.learn(NodeID(5), next: NodeID(3), hops: 6, now: .at(0.5))
        #expect(table.route(to: NodeID(5), now: .at(0.5))?.next == NodeID(2))
        table.learn(NodeID(5), next: NodeID(3), hops: 6, now: .at(1.2))
        #expect(table.route(to: NodeID(5), now: .at(1.2))?.next == NodeID(3))
    }

    @Test func `no way is used beyond its lifetime`() {
        var table = RouteTable(tuning: tuning)
        table.learn(NodeID(5), next: NodeID(1), hops: 4, now: .zero)
        #expect(table.route(to: NodeID(5), now: .at(3)) != nil)
        #expect(table.route(to: NodeID(5), now: .at(3.001)) == nil)
    }

    @Test func `the table is bounded and forgets the oldest`() {
        var table = RouteTable(tuning: tuning)
        for id in 0..<1_000 as Range<UInt16> {
            table.learn(NodeID(id), next: NodeID(1), hops: 1, now: .at(Double(id) * 1e-3))
        }
        let known = (0..<1_000 as Range<UInt16>).filter { table.route(to: NodeID($0), now: .at(1)) != nil }
        #expect(known == Array((1_000 - UInt16(tuning.routesMax))..<1_000))
    }

    // MARK: The search

    private func item(_ target: UInt16, number: UInt32 = 0) -> RouteDiscovery.Waiting {
        RouteDiscovery.Waiting(
            destination: NodeID(target), message: .echo(Echo(number: number, isAnswer: false, hops: 0)), timeToLive: 32)
    }

    private func requests(_ actions: [RouteDiscovery.Action]) -> [NodeID] {
        actions.compactMap { if case .request(let request) = $0 { request.target } else { nil } }
    }

    @Test func `a search is repeated a few times, then given up with all that waited`() {
        var discovery = RouteDiscovery(tuning: tuning)
        #expect(discovery.seek(item(5, number: 1), now: .zero) == true)
        #expect(discovery.seek(item(5, number: 2), now: .zero) == true)
        var asked = 0
        var lost: [RouteDiscovery.Waiting] = []
        for step in 0..<100 {
            let actions = discovery.deadlinePassed(now: .at(Double(step) * 0.1))
            asked += requests(actions).count
            for case .giveUp(let target, let items) in actions {
                #expect(target == NodeID(5) && step == 45)
                lost += items
            }
        }
        #expect(asked == tuning.routeRequestTriesMax)
        #expect(lost.count == 2)
        #expect(discovery.nextDeadline == .distantFuture)
    }

    @Test func `what is found is handed out once, and the search ends`() {
        var discovery = RouteDiscovery(tuning: tuning)
        _ = discovery.seek(item(5), now: .zero)
        _ = discovery.seek(item(6), now: .zero)
        #expect(requests(discovery.deadlinePassed(now: .zero)) == [NodeID(5), NodeID(6)])
        let found = discovery.found(NodeID(5))
        #expect(found.map(\.destination) == [NodeID(5)])
        let again = discovery.found(NodeID(5))
        #expect(again.isEmpty)
        #expect(requests(discovery.deadlinePassed(now: .at(1.5))) == [NodeID(6)])
    }

    @Test func `what waits is bounded, and so is what is answered`() {
        var discovery = RouteDiscovery(tuning: tuning)
        let accepted = (0..<100 as Range<UInt16>).count { discovery.seek(item($0), now: .zero) }
        #expect(accepted == tuning.routeWaitingMax)
        for number in 0..<100 as Range<UInt32> {
            discovery.asked(RouteRequest(request: number, target: NodeID(9)), by: NodeID(3), now: .zero)
        }
        let replies = discovery.deadlinePassed(now: .at(1)).count { if case .reply = $0 { true } else { false } }
        #expect(replies == tuning.routeWaitingMax)
    }

    @Test func `an answer waits until shorter copies of the request have had their time`() {
        var discovery = RouteDiscovery(tuning: tuning)
        discovery.asked(RouteRequest(request: 8, target: NodeID(9)), by: NodeID(3), now: .at(1))
        #expect(discovery.nextDeadline == .at(1) + tuning.floodDelay + tuning.floodJitterMax)
        #expect(discovery.deadlinePassed(now: .at(1.019)).isEmpty)
        #expect(discovery.deadlinePassed(now: .at(1.02)).count == 1)
        #expect(discovery.deadlinePassed(now: .at(1.1)).isEmpty)
    }

    // MARK: On the way

    /// Two that talk over relays meet each other; the relay in the midst has met one of them alone.
    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `a relay keeps the way back while something comes by it, of a robot that it never met`(seed: UInt64) {
        var layout = Layout(line: 5, spacingMeters: 10)
        layout.rangeMeters = 14
        let swarm = Swarm(layout, seed: seed)
        swarm.run(seconds: 1)
        #expect(swarm.echo(from: 4, to: 0, seconds: 1) == 4)
        swarm.run(until: .at(3))
        #expect(swarm.echo(from: 4, to: 0, seconds: 1) == 4)
        // Later than the first ways last, sooner than the second.
        swarm.run(until: .at(5))
        #expect(swarm.peers[1]?.seal.provedEpoch(of: NodeID(4)) == nil)
        #expect(swarm.echo(from: 0, to: 4, seconds: 1) == 4, "seed \(seed)")
    }
}
