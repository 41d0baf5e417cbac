import SkeinSeal
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// One peer, number 0, among robots that say what the test wants said.
struct PeerAirTests {
    private final class Scene {
        var peer: Peer
        var seals: [Seal]
        var now = Instant.at(1)
        var sent: [Transmission] = []
        var replies: [Reply] = []
        static let robots = 8

        init() {
            let key = FleetKey(bytes: [UInt8](repeating: 5, count: FleetKey.byteCount))
            func signing(_ robot: Int) -> SigningKey {
                SigningKey(seed: [UInt8](repeating: UInt8(robot), count: SigningKey.seedBytes))
            }
            let roster = Roster((0..<Self.robots).map { (NodeID(UInt16($0)), signing($0).publicKey) })
            seals = (0..<Self.robots).map {
                Seal(
                    id: NodeID(UInt16($0)), epoch: Epoch(1), fleetKey: key, roster: roster,
                    signer: KeySigner(signing($0)), verifier: SodiumVerifier())
            }
            peer = Peer(
                id: NodeID(0), config: PeerConfig(), seed: 1, seal: seals[0],
                start: StartPose(
                    xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.1),
                role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), now: .zero)
            for seal in seals { peer.seal.prove(seal.id, seal.epoch, floors: seal.floors(age: .seconds(2))) }
        }

        func handle(_ input: Input) {
            var effects = Effects()
            peer.handle(input, now: now, effects: &effects)
            for effect in effects.items {
                switch effect {
                case .send(let transmission): sent.append(transmission)
                case .reply(let reply, _): replies.append(reply)
                case .compute, .cancel, .actuate, .record, .persist, .keep, .load, .discard: break
                }
            }
        }

        func run(seconds: Double) {
            let end = now + .fromSeconds(seconds)
            while peer.nextDeadline <= end {
                now = max(now, peer.nextDeadline)
                handle(.deadline)
            }
            now = end
        }

        func seal(_ message: Message, by sender: Int, to destination: NodeID = .none, timeToLive: UInt8 = 64) -> [UInt8]
        {
            seals[sender].close(message, to: destination, via: .none, next: .none, timeToLive: timeToLive)
        }

        /// A copy as `relay` sends it on, heard by the peer.
        func hear(_ datagram: [UInt8], from relay: Int, hop: UInt8, next: NodeID = .none) {
            handle(
                .datagram(seals[relay].relayed(datagram, next: next, hop: hop), .sample(.control, from: relay)))
        }

        /// A beacon of a robot that does or does not list the peer.
        func beacon(
            _ robot: Int, interval: Int = 5_000, hearsUs: Bool = true, missionMark: UInt32 = 0,
            sighting: UInt32 = 0
        ) {
            let beacon = Beacon.sample(
                interval: interval, missionMark: missionMark, sighting: sighting, hears: hearsUs ? [0] : [])
            handle(.datagram(seal(.beacon(beacon), by: robot, timeToLive: 1), .sample(.control, from: robot)))
        }

        func sent(_ kind: MessageKind) -> [Transmission] { sent.filter { $0.datagram[1] == kind.rawValue } }

        var failures: [NodeID] {
            replies.compactMap { if case .echoFailed(let robot) = $0 { robot } else { nil } }
        }
    }

    @Test func `a route request teaches the way back over a link`() {
        let scene = Scene()
        scene.beacon(2)
        scene.hear(scene.seal(.routeRequest(RouteRequest(request: 1, target: NodeID(7))), by: 5), from: 2, hop: 3)
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        #expect(scene.sent(.echo).map(\.next) == [NodeID(2)])
        #expect(scene.sent(.routeRequest).isEmpty)
    }

    @Test func `a relay that does not hear us teaches no way`() {
        let scene = Scene()
        scene.beacon(2)
        scene.beacon(3, hearsUs: false)
        let request = scene.seal(.routeRequest(RouteRequest(request: 1, target: NodeID(7))), by: 5)
        scene.hear(request, from: 3, hop: 2)
        scene.hear(request, from: 2, hop: 3)
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        #expect(scene.sent(.echo).map(\.next) == [NodeID(2)], "three hops that work, not two that do not")
    }

    @Test func `a bulletin teaches no way, since it may be mended long after`() {
        let scene = Scene()
        scene.beacon(2)
        let sighting = Sighting(revision: 1, xMeters: 1, yMeters: 1, sigmaMeters: 1)
        scene.hear(scene.seal(.sighting(sighting), by: 5), from: 2, hop: 3)
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        scene.run(seconds: 0.1)
        #expect(scene.sent(.echo).isEmpty && scene.sent(.routeRequest).count == 1)
    }

    @Test func `a flood of the past repeated freshens no way`() {
        let scene = Scene()
        scene.beacon(2)
        let request = scene.seal(.routeRequest(RouteRequest(request: 1, target: NodeID(7))), by: 5)
        scene.hear(request, from: 2, hop: 3)
        scene.run(seconds: 2)
        scene.hear(request, from: 2, hop: 3)
        scene.run(seconds: 2)
        scene.beacon(2)
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        scene.run(seconds: 0.1)
        #expect(scene.sent(.echo).isEmpty)
    }

    @Test func `an answer that shows no usable way ends the search instead of flooding for ever`() {
        let scene = Scene()
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        scene.run(seconds: 0.1)
        for _ in 0..<20 {
            // Robot 3 delivers the answer, but does not list us: no way leads over it.
            scene.beacon(3, hearsUs: false)
            let reply = scene.seal(.routeReply(RouteReply(request: 1, hops: 0)), by: 5, to: NodeID(0))
            scene.hear(reply, from: 3, hop: 2, next: NodeID(0))
            scene.run(seconds: 0.1)
        }
        #expect(scene.sent(.routeRequest).count == 1)
        #expect(scene.failures == [NodeID(5)])
    }

    @Test func `only a robot's own new word says where it is to be reached, and how well`() throws {
        let scene = Scene()
        scene.beacon(2)
        let request = scene.seal(.routeRequest(RouteRequest(request: 1, target: NodeID(7))), by: 2)
        let old = scene.seal(.sighting(Sighting(revision: 1, xMeters: 1, yMeters: 1, sigmaMeters: 1)), by: 2)
        let new = scene.seal(.sighting(Sighting(revision: 2, xMeters: 1, yMeters: 1, sigmaMeters: 1)), by: 2)
        for datagram in [request, new] { scene.handle(.datagram(datagram, .sample(.control, from: 2))) }
        let before = try #require(scene.peer.neighbours[NodeID(2)])
        let stranger = Reception.sample(.control, from: 99, powerDBm: -30)
        // What a stranger has recorded, a flood and a bulletin, and a member's message that an insider says robot 2 relays.
        for datagram in [request, new] { scene.handle(.datagram(datagram, stranger)) }
        let insiders = scene.seal(.sighting(Sighting(revision: 3, xMeters: 1, yMeters: 1, sigmaMeters: 1)), by: 5)
        scene.handle(.datagram(scene.seals[2].relayed(insiders, next: .none, hop: 2), stranger))
        #expect(scene.peer.bulletins.sightingRevision == 3)
        #expect(scene.peer.neighbours[NodeID(2)]?.controlPowerDBm == before.controlPowerDBm)
        // What was lost on its way here, and recorded elsewhere.
        scene.handle(.datagram(old, stranger))
        #expect(scene.peer.neighbours[NodeID(2)]?.controlAddress == LinkAddress(2))
        scene.handle(.command(.echo(NodeID(2)), ticket: 7))
        #expect(scene.sent(.echo).map(\.address) == [LinkAddress(2)])
    }

    @Test func `nobody becomes a neighbour by what is said to be relayed by it`() {
        let scene = Scene()
        for sender in 1..<8 {
            let sighting = Sighting(revision: UInt32(sender), xMeters: 1, yMeters: 1, sigmaMeters: 1)
            let relay = sender % 7 + 1
            scene.hear(scene.seal(.sighting(sighting), by: sender), from: relay, hop: 2)
        }
        #expect(scene.peer.neighbours.all.isEmpty && scene.peer.bulletins.sightingRevision == 7)
    }

    @Test func `an echo to nobody fails at once`() {
        let scene = Scene()
        scene.handle(.command(.echo(.none), ticket: 7))
        #expect(scene.failures == [.none])
    }

    @Test func `a bulletin that has come as far as it may is not mended farther`() {
        let scene = Scene()
        let sighting = Sighting(revision: 1, xMeters: 1, yMeters: 1, sigmaMeters: 1)
        scene.hear(scene.seal(.sighting(sighting), by: 5, timeToLive: 255), from: 2, hop: 255)
        scene.beacon(2)
        scene.run(seconds: 1)
        #expect(scene.peer.bulletins.sightingRevision == 1)
        #expect(scene.sent(.sighting).isEmpty)
    }

    @Test func `a stop outbids the orders that neighbours' beacons tell of, though this robot knows none`() throws {
        let scene = Scene()
        // Revision 6, a start, as a beacon tells it.
        scene.beacon(2, missionMark: 12)
        scene.handle(.command(.stopMission, ticket: 7))
        #expect(try #require(scene.peer.bulletins.mission).revision == 7)
    }

    @Test func `the highest revision can still be stopped`() throws {
        let scene = Scene()
        let order = MissionOrder(revision: MissionOrder.revisionMax, command: .start, root: NodeID(5))
        scene.hear(scene.seal(.mission(order), by: 5), from: 2, hop: 1)
        scene.handle(.command(.stopMission, ticket: 7))
        #expect(try #require(scene.peer.bulletins.mission).command == .stop)
        #expect(scene.sent(.mission).count == 1)
    }

    // MARK: Quiet neighbours

    /// Robot 2, on the way to robot 5, was last heard more than two of its announced intervals ago.
    private func sceneWithQuietRelay() -> Scene {
        let scene = Scene()
        scene.beacon(2, interval: 500)
        scene.hear(scene.seal(.routeRequest(RouteRequest(request: 1, target: NodeID(7))), by: 5), from: 2, hop: 3)
        scene.run(seconds: 1.3)
        return scene
    }

    @Test func `a neighbour that has gone quiet is no way: another is sought`() {
        let scene = sceneWithQuietRelay()
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        scene.run(seconds: 0.1)
        #expect(scene.sent(.echo).isEmpty && scene.sent(.routeRequest).count == 1)
    }

    @Test
    func `what a relay carries goes to the quiet neighbour rather than nowhere, and a way is sought for the next`() {
        let scene = sceneWithQuietRelay()
        scene.beacon(3)
        let echo = Message.echo(Echo(number: 1, isAnswer: false, hops: 0))
        scene.hear(scene.seal(echo, by: 3, to: NodeID(5)), from: 3, hop: 1, next: NodeID(0))
        #expect(scene.sent(.echo).map(\.next) == [NodeID(2)])
        scene.run(seconds: 0.1)
        #expect(scene.sent(.routeRequest).count == 1)
    }

    @Test func `a new message that it relays shows that a neighbour is there, a repeated one does not`() {
        let scene = sceneWithQuietRelay()
        let old = scene.seal(.sighting(Sighting(revision: 1, xMeters: 1, yMeters: 1, sigmaMeters: 1)), by: 6)
        scene.beacon(3)
        scene.hear(old, from: 3, hop: 1)
        scene.hear(old, from: 2, hop: 2)
        scene.handle(.command(.echo(NodeID(5)), ticket: 7))
        #expect(scene.sent(.echo).isEmpty)
        scene.hear(
            scene.seal(.sighting(Sighting(revision: 2, xMeters: 1, yMeters: 1, sigmaMeters: 1)), by: 6), from: 2, hop: 2
        )
        scene.handle(.command(.echo(NodeID(5)), ticket: 8))
        #expect(scene.sent(.echo).map(\.next).last == NodeID(2))
    }
}
