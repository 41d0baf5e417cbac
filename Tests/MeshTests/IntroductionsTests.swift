import SkeinWire
import Testing

@testable import SkeinPeer

struct IntroductionsTests {
    private let robot = NodeID(7)
    private let old = Epoch(3)
    private let new = Epoch(4)
    private let newest = Epoch(5)

    private func held(_ epoch: Epoch) -> Introductions.Held {
        let envelope = Envelope(
            kind: .echo, trafficClass: .control, timeToLive: 1, sender: robot, fleet: FleetID(1), epoch: epoch,
            counter: 1, destination: .none, via: .none, relay: robot, next: .none, hop: 1)
        return Introductions.Held(
            envelope: envelope, message: .echo(Echo(number: 1, isAnswer: false, hops: 0)), datagram: [],
            reception: .sample(.control, from: 7))
    }

    private func at(_ milliseconds: Int) -> Instant { .zero + .milliseconds(milliseconds) }

    @Test func `a question about one boot, answered in a later one, proves the later`() throws {
        var introductions = Introductions(epoch: Epoch(1))
        var lost = 0
        let first = introductions.meet(robot, old, isStale: false, holding: held(old), now: at(0), lost: &lost)
        let ask = try #require(first)
        _ = introductions.meet(robot, new, isStale: false, holding: held(new), now: at(1), lost: &lost)
        let taken = introductions.answered(robot, new, answer: ask, now: at(2), lost: &lost)
        #expect(taken?.map(\.envelope.epoch) == [new])
        #expect(lost == 1, "what was held of the boot that is over")
    }

    @Test func `an answer that was held back answers nothing once the robot has answered`() throws {
        var introductions = Introductions(epoch: Epoch(1))
        var lost = 0
        var asks: [UInt64] = []
        for epoch in [old, new, newest] {
            let ask = introductions.meet(robot, epoch, isStale: false, holding: held(epoch), now: at(0), lost: &lost)
            asks.append(try #require(ask))
        }
        let taken = introductions.answered(robot, new, answer: asks[1], now: at(1), lost: &lost)
        #expect(taken?.count == 1)
        for answer in asks {
            for epoch in [old, new, newest] {
                let late = introductions.answered(robot, epoch, answer: answer, now: at(2), lost: &lost)
                #expect(late == nil)
            }
        }
        #expect(Set(asks).count == 3 && !introductions.isDouble(robot, new))
        let again = introductions.askAgain(now: at(200)).map(\.held.envelope.epoch)
        #expect(again == [newest], "only about what may be a later boot still")
    }

    @Test func `recordings of a boot that is over have a robot asked once in thirty seconds, though it answers`() throws
    {
        var introductions = Introductions(epoch: Epoch(1))
        var lost = 0
        let first = introductions.meet(robot, old, isStale: false, holding: held(old), now: at(0), lost: &lost)
        let taken = introductions.answered(robot, new, answer: try #require(first), now: at(1), lost: &lost)
        #expect(taken != nil)
        var asked: [Int] = []
        for time in stride(from: 2, through: 95_000, by: 50) {
            let ask = introductions.meet(robot, old, isStale: true, holding: nil, now: at(time), lost: &lost)
            _ = introductions.forgetSilent(now: at(time))
            guard let ask else { continue }
            asked.append(time)
            let answered = introductions.answered(robot, new, answer: ask, now: at(time + 1), lost: &lost)
            #expect(answered != nil)
        }
        #expect(asked.count == 3, "\(asked)")
    }

    /// The order in force is of the root's last boot; mended by the root, it is what a robot beside it hears first.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `a robot that first hears what a restarted neighbour sealed before is back at once all the same`(seed: UInt64)
    {
        var layout = Layout(line: 3, spacingMeters: 10)
        layout.rangeMeters = 14
        // In order, as on a wire.
        let swarm = Swarm(layout, conditions: Swarm.Conditions(delayMin: 500, delayMax: 501), seed: seed)
        var order: [UInt8] = []
        swarm.tap = { robot, transmission in
            if robot == 1, transmission.datagram[1] == MessageKind.mission.rawValue { order = transmission.datagram }
        }
        swarm.run(seconds: 1)
        swarm.command(.organise(launches: false), at: 1)
        swarm.run(seconds: 8)
        swarm.kill(1)
        swarm.boot(1)
        swarm.run(seconds: 8)
        #expect(swarm.living.allSatisfy { swarm.status($0)?.root == NodeID(1) })
        swarm.kill(2)
        swarm.boot(2)
        swarm.hear(order, .sample(.control, from: 1), at: 2)
        swarm.run(seconds: 0.1)
        #expect(swarm.peers[2]?.seal.provedEpoch(of: NodeID(1)) == Epoch(2), "seed \(seed)")
        let back = swarm.run(atMost: 2) { swarm.status(2)?.root == NodeID(1) && swarm.leader(2) != nil }
        #expect(back != nil, "seed \(seed)")
    }
}
