import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Members of the fleet that say anything their keys let them: well formed, well signed, and senseless. A peer may be
/// misled; it must not trap, and nothing it keeps may grow without bound.
struct InsiderTests {
    static let robots: UInt16 = 8
    static let key = FleetKey(bytes: [UInt8](repeating: 9, count: FleetKey.byteCount))
    static let roster = Roster((0..<robots).map { (NodeID($0), signingKey($0).publicKey) })

    static func signingKey(_ number: UInt16) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(number), count: SigningKey.seedBytes))
    }

    static func seal(_ number: UInt16) -> Seal {
        Seal(
            id: NodeID(number), epoch: Epoch(1), fleetKey: key, roster: roster,
            signer: KeySigner(signingKey(number)), verifier: SodiumVerifier())
    }

    @Test(arguments: [true, false], [1, 2, 3] as [UInt64])
    func `insiders who say anything do not bring a peer down`(_ carriesCamera: Bool, seed: UInt64) {
        var target = Target(carriesCamera: carriesCamera, seed: seed)
        for round in 0..<6_000 { target.suffer(round) }
        #expect(target.hearings > 4_000, "only \(target.hearings) messages were let in: the test says nothing")
        #expect(target.said.count >= 14, "the peer was brought to say only \(target.said.map(\.rawValue).sorted())")
    }

    /// The peer under attack, its clock, and the insiders around it.
    struct Target {
        var peer: Peer
        var insiders: [Seal]
        var maker: MessageMaker
        var random: SplitMix
        var now = Instant.zero
        var effects = Effects()
        var running: [(ComputationID, Computation)] = []
        var kept: [PersistID] = []
        var hearings = 0
        var said: Set<MessageKind> = []

        init(carriesCamera: Bool, seed: UInt64) {
            random = SplitMix(seed: seed)
            maker = MessageMaker(seed: seed, robots: InsiderTests.robots)
            insiders = (1..<InsiderTests.robots).map(InsiderTests.seal)
            peer = Peer(
                id: NodeID(0), config: PeerConfig(), seed: seed, seal: InsiderTests.seal(0),
                start: StartPose(
                    xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 1, headingSigmaRadians: 0.1),
                role: RobotRole(carriesCamera: carriesCamera, carriesSatelliteReceiver: false), now: now)
            handle(.command(.organise(launches: true), ticket: 0))
        }

        /// One message of an insider's, whatever a robot's body tells it beside, and the time passing.
        mutating func suffer(_ round: Int) {
            now += .nanoseconds(Int64.random(in: 0...20_000_000, using: &random))
            if round % 5 == 0 { body(round) }
            if round % 500 == 499 { handle(.command(.echo(NodeID(UInt16(1 + round / 500 % 7))), ticket: 1)) }
            if round % 1_500 == 1_499 {
                handle(.command(round % 3_000 == 1_499 ? .stopMission : .organise(launches: true), ticket: 2))
            }
            let kind = MessageKind.allCases[Int.random(in: 0..<MessageKind.allCases.count, using: &random)]
            let message = maker.message(kind)
            guard message.bytes.count <= Envelope.bodyBytesMax else { return }
            let insider = Int.random(in: 0..<insiders.count, using: &random)
            let destinations: [NodeID] = [NodeID(0), NodeID(0), NodeID(0), .none, NodeID(3), NodeID(7)]
            let datagram = insiders[insider].close(
                message, to: destinations[Int.random(in: 0..<destinations.count, using: &random)],
                via: NodeID(UInt16.random(in: 0..<9, using: &random)), next: NodeID(0),
                timeToLive: UInt8.random(in: 1...255, using: &random))
            let band = Band.allCases[round % 2]
            let heard = Reception(
                band: band, from: LinkAddress(UInt64(insider)), signal: Self.signal(round, &random))
            handle(.datagram(datagram, heard))
            hearings += 1
            if peer.nextDeadline <= now { handle(.deadline) }
        }

        /// Whatever a driver may say of it.
        private static func signal(_ round: Int, _ random: inout SplitMix) -> Signal {
            let power = round % 9 == 0 ? absurd(&random) : Double.random(in: -95 ... -30, using: &random)
            return switch round % 4 {
            case 0: .measured(powerDBm: power, noiseDBm: -110)
            case 1: .power(dBm: power)
            case 2: .throughput(bitsPerSecond: round % 9 == 0 ? power : Double.random(in: 0...1e8, using: &random))
            default: .none
            }
        }

        /// Numbers of every size that a file or a frame may hold.
        private static func absurd(_ random: inout SplitMix) -> Double {
            [0, 1e-300, 1e12, -1e12, 1e7, -1e3, 3e3][Int.random(in: 0..<7, using: &random)]
        }

        /// Samples, readings, and the end of a computation.
        private mutating func body(_ round: Int) {
            handle(.cpu(CPUSample(idlePercent: Double(round % 90), neededPercent: 120)))
            if round % 45 == 0 { absurdBody() }
            let other = SensorReading.Detection(robot: NodeID(3), bearingRadians: 0.1, pixelHeight: 40)
            handle(
                .sensors(
                    SensorReading(
                        interval: .milliseconds(50), speedMetersPerSecond: 1, turnRadiansPerSecond: 0.1,
                        compassRadians: 0.2, satelliteMeters: nil, smellPerMeter: 0.02, detections: [other],
                        target: other)))
            if !kept.isEmpty { handle(.persisted(kept.removeFirst())) }
            if !running.isEmpty {
                let (id, computation) = running.removeFirst()
                switch computation {
                case .unit(_, let input, _, _):
                    let output = round % 3 == 0 ? nil : round % 2 == 0 ? input : random.bytes(round % 1_160)
                    handle(.computed(id, .unit(output: output, queued: .zero, computed: .milliseconds(3))))
                case .plan(let graph, let strategy, let previous):
                    let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previous)
                    handle(.computed(id, .plan(plan)))
                }
            }
        }

        /// As a broken sensor, or whoever sits at the other end of a socket, may say it.
        private mutating func absurdBody() {
            func number() -> Double { Self.absurd(&random) }
            handle(.cpu(CPUSample(idlePercent: number(), neededPercent: number())))
            let other = SensorReading.Detection(robot: NodeID(3), bearingRadians: number(), pixelHeight: number())
            handle(
                .sensors(
                    SensorReading(
                        interval: .nanoseconds(Int64.random(in: 0...(.max / 8), using: &random)),
                        speedMetersPerSecond: number(), turnRadiansPerSecond: number(), compassRadians: number(),
                        satelliteMeters: (x: number(), y: number()), smellPerMeter: number(),
                        detections: [other, other],
                        target: other)))
            handle(.persisted(PersistID(UInt64.random(in: 0...(.max), using: &random))))
            handle(.computed(ComputationID(1 << 40), .unit(output: [], queued: .zero, computed: .zero)))
        }

        private mutating func handle(_ input: Input) {
            peer.handle(input, now: now, effects: &effects)
            for effect in effects.items {
                switch effect {
                case .compute(let id, let computation): running.append((id, computation))
                case .cancel(let id): running.removeAll { $0.0 == id }
                case .send(let transmission):
                    precondition(transmission.datagram.count <= Envelope.datagramBytesMax, "an oversize datagram")
                    precondition(transmission.next != NodeID(0), "to itself")
                    if let kind = MessageKind(rawValue: transmission.datagram[1]) { said.insert(kind) }
                case .persist(let id, _): kept.append(id)
                case .actuate, .reply, .record: break
                }
            }
            effects.removeAll()
        }
    }
}
