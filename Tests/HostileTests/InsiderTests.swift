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
        var target = Target(carriesCamera: carriesCamera, seed: seed, keepsRules: true)
        for round in 0..<6_000 { target.suffer(round) }
        #expect(target.demoted.isEmpty, "within the rules: \(target.demoted)")
        #expect(target.hearings > 4_000, "only \(target.hearings) messages were let in: the test says nothing")
        #expect(target.said.count >= 14, "the peer was brought to say only \(target.said.map(\.rawValue).sorted())")
    }

    @Test(arguments: [1, 2] as [UInt64])
    func `insiders who break the rules of those who lead are all shown to have done so`(seed: UInt64) {
        var target = Target(carriesCamera: true, seed: seed, keepsRules: false)
        for round in 0..<4_000 { target.suffer(round) }
        #expect(target.demoted.sorted() == (1..<Self.robots).map { NodeID($0) })
        #expect(target.hearings > 2_500)
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
        /// What the disk was asked to keep and to bring.
        var objects: [ObjectID] = []
        var loads: [ObjectID] = []
        var hearings = 0
        var said: Set<MessageKind> = []
        /// Shown by the peer to have broken the rules of those who lead.
        var demoted: [NodeID] = []
        let keepsRules: Bool
        private var plans: UInt32 = 0
        private var answers: [(datagram: [UInt8], insider: Int)] = []

        init(carriesCamera: Bool, seed: UInt64, keepsRules: Bool) {
            self.keepsRules = keepsRules
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
            if round % 200 == 199 { handle(.command(.job(job(round / 200)), ticket: 3)) }
            let kind = MessageKind.allCases[Int.random(in: 0..<MessageKind.allCases.count, using: &random)]
            let insider = Int.random(in: 0..<insiders.count, using: &random)
            let message = keepsRules ? lawful(maker.message(kind), by: insiders[insider].id) : maker.message(kind)
            guard message.bytes.count <= Envelope.bodyBytesMax else { return }
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

        /// Nothing that its sender could be shown to have said against the rules, and terms that are believed.
        private mutating func lawful(_ message: Message, by sender: NodeID) -> Message {
            plans += 1
            switch message {
            case .beacon(var beacon):
                beacon.term %= 1_000
                return .beacon(beacon)
            case .hello(var hello):
                if hello.isLeader { hello.leader = sender } else if hello.leader == sender { hello.leader = .none }
                hello.grants = hello.isLeader ? hello.grants.filter { $0.member == sender }.prefix(1).map { $0 } : []
                for index in hello.grants.indices { hello.grants[index].shareKHz %= 20_000 }
                return .hello(hello)
            case .plan(var part):
                part.root = sender
                part.plan = PlanNumber(term: 1 + plans / 8, number: plans)
                part.leaders = [PlanPart.Leader(id: sender, efficiency: part.leaders[0].efficiency)]
                part.entries = (0..<InsiderTests.robots).map { PlanPart.Entry(robot: NodeID($0), owner: 0) }
                return .plan(part)
            case .mission(var order):
                order.root = sender
                order.revision = plans
                return .mission(order)
            case .linkReport, .sighting, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result, .fixes,
                .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
                .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
                .jobResult, .jobCancel, .jobLease:
                return message
            }
        }

        /// Insiders say that they are of today when they are asked.
        private mutating func answer(_ datagram: [UInt8]) {
            var reader = ByteReader(datagram)
            guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count),
                envelope.kind == .introduction, (1..<InsiderTests.robots).contains(envelope.destination.number)
            else { return }
            let body = datagram[Envelope.headerBytes..<(datagram.count - Envelope.signatureBytes - Envelope.tagBytes)]
            guard case .introduction(let question)? = try? Message(.introduction, body: body), let ask = question.ask
            else { return }
            let insider = Int(envelope.destination.number) - 1
            let reply = Introduction(
                awakeMilliseconds: 0, ask: nil, answer: ask, floors: insiders[insider].floors(age: .seconds(2)))
            let answer = insiders[insider].close(
                .introduction(reply), to: NodeID(0), via: .none, next: NodeID(0), timeToLive: 8)
            answers.append((answer, insider))
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
            if !objects.isEmpty { handle(.kept(objects.removeFirst(), isKept: round % 3 != 0)) }
            if !loads.isEmpty { handle(.loaded(loads.removeFirst(), nil)) }
            if round % 1_000 == 0, let kernel = KernelName(name: "blur", version: 1) {
                handle(.kernels([KernelOffer(name: kernel, isDeterministic: true, cost: .milliseconds(3))]))
            }
            if !running.isEmpty {
                let (id, computation) = running.removeFirst()
                switch computation {
                case .unit(_, let input, _, _):
                    let output = round % 3 == 0 ? nil : round % 2 == 0 ? input : random.bytes(round % 1_160)
                    handle(.computed(id, .unit(output: output, queued: .zero, computed: .milliseconds(3))))
                case .plan(let graph, let strategy, let previous):
                    let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previous)
                    handle(.computed(id, .plan(plan)))
                case .program:
                    let output = random.bytes(round % 3_000)
                    guard let object = ObjectID(hash: ObjectHash.of(output)) else { preconditionFailure("no hash") }
                    let result: ProgramOutcome.Result =
                        round % 3 == 0 ? .failed(.exited, "no") : .done(object, ObjectBytes(output))
                    handle(
                        .computed(
                            id,
                            .program(ProgramOutcome(result: result, queued: .zero, computed: .milliseconds(3)))))
                }
            }
        }

        /// What an operator asks, by and by: an object, a job and a stream for it, and how they are getting on.
        private func job(_ number: Int) -> JobCommand {
            let bytes: [UInt8] = [1, 2, 3]
            guard let kernel = KernelName(name: "blur", version: 1),
                let object = ObjectID(hash: ObjectHash.of(bytes))
            else { preconditionFailure("no name") }
            let unit = JobOrder.Unit(inputs: [.object(object, bytes: bytes.count)])
            let order = JobOrder(
                key: TaskKey(UInt64(number)), kernel: kernel, units: [unit, unit, .init(inputs: [.output(of: 0)])],
                cost: .milliseconds(3), span: .seconds(5), isDurable: number % 2 == 0, isHedged: number % 3 == 0)
            let stream = StreamOrder(
                key: TaskKey(99), kernel: kernel, cost: .milliseconds(3), period: .milliseconds(20),
                unitSpan: .milliseconds(200), isHedged: number % 2 == 0)
            let piece = ObjectPiece(object: object, objectBytes: bytes.count, index: 0, bytes: bytes)
            let commands: [JobCommand] = [
                .give(piece), .submit(order), .open(stream), .feed(TaskKey(99), number: UInt32(number), bytes),
                .submit(order), .explain(TaskKey(UInt64(max(0, number - 4))), from: 0), .list, .kernels,
                .cancel(TaskKey(UInt64(max(0, number - 4)))), .close(TaskKey(99)),
            ]
            return commands[number % commands.count]
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
            if let object = ObjectID(hash: random.bytes(ObjectID.byteCount)) {
                handle(.kept(object, isKept: true))
                handle(.loaded(object, ObjectBytes([1, 2])))
            }
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
                    answer(transmission.datagram)
                    if let kind = MessageKind(rawValue: transmission.datagram[1]) { said.insert(kind) }
                case .persist(let id, _): kept.append(id)
                case .record(.trustLearned(_, _, .demotion, let robot)): demoted.append(robot)
                case .keep(let object, _): objects.append(object)
                case .load(let object): loads.append(object)
                case .actuate, .reply, .record, .discard: break
                }
            }
            effects.removeAll()
            while let (answer, insider) = answers.popLast() {
                let heard = Reception(band: .control, from: LinkAddress(UInt64(insider)), signal: .power(dBm: -60))
                handle(.datagram(answer, heard))
            }
        }
    }
}
