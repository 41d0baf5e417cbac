import SkeinCodec
import SkeinPeer
import SkeinTasks
import SkeinWire
import WireSamples

extension PeerBench {
    /// One thing that happens to the peer. `turn` counts when the fuzzer wants the same again, with other numbers.
    mutating func step(_ input: inout FuzzInput, turn: Int = 0) {
        let what = input.u8() % 40
        switch what {
        case 0...5: say(&input, turn: turn)
        case 6...8: sayBytes(&input, turn: turn)
        case 9:
            if peer.nextDeadline > now, peer.nextDeadline < now + .seconds(60) { now = peer.nextDeadline }
        case 10: now += .milliseconds(Int(input.u16()) % 5_000)
        case 11: now += .seconds(Int(input.u16()))
        case 12:
            handle(.cpu(CPUSample(idlePercent: Double(input.u8()) / 2, neededPercent: Double(input.u8()))))
        case 13: sense(&input)
        case 14:
            if let reading = try? SensorReading(coded: input.chunk()) { handle(.sensors(reading)) }
        case 15: compute(&input)
        case 16:
            if !kept.isEmpty { handle(.persisted(kept.removeFirst())) }
        case 17:
            if let command = try? OperatorCommand(coded: input.chunk()) { handle(.command(command, ticket: 9)) }
        case 18: command(&input)
        case 19: handle(.wallClock(seconds: input.u8() & 1 == 0 ? UInt64(input.u32()) : input.u64()))
        case 20:
            if !lastSent.isEmpty { hear(lastSent, &input) }
        case 21:
            if !lastHeard.isEmpty { hear(lastHeard, &input) }
        case 22: answer(&input)
        case 23: again(&input, turn: turn)
        case 24: reboot([])
        case 25: reboot([StateRecord(key: input.u64(), bytes: input.chunk())])
        case 26: hear(input.chunk(), &input)
        case 27: gossip(&input, turn: turn)
        case 28: stop(&input, turn: turn)
        case 29: neighbour(&input)
        case 31: job(&input)
        case 32: register(&input)
        case 33: kept(&input)
        case 34: load(&input)
        case 35: answerJob(&input)
        case 36: answerClock(&input)
        case 37: ask(&input)
        case 38: answerQuestion(&input, turn: turn)
        case 39: beAsked(&input, turn: turn)
        default: other(&input)
        }
    }

    /// The next step so many times.
    private mutating func again(_ input: inout FuzzInput, turn: Int) {
        let times = Int(input.u8())
        guard turn == 0 else { return }
        let start = input
        for turn in 1..<max(2, times) where handles < PeerTarget.handlesMax {
            input = start
            step(&input, turn: turn)
            passDeadlines()
        }
    }

    // MARK: The air

    /// What bits of a byte say of how a frame came in.
    private func reception(_ bits: UInt8, from robot: UInt16) -> Reception {
        let power = -95 + Double(bits >> 3) * 2
        let signal: Signal =
            switch bits >> 1 & 3 {
            case 0: .measured(powerDBm: power, noiseDBm: -100)
            case 1: .power(dBm: power)
            case 2: .throughput(bitsPerSecond: 1e6 * Double(bits >> 3))
            default: .none
            }
        return Reception(band: bits & 1 == 0 ? .control : .data, from: LinkAddress(UInt64(robot)), signal: signal)
    }

    private mutating func hear(_ datagram: [UInt8], _ input: inout FuzzInput) {
        lastHeard = datagram
        handle(.datagram(datagram, reception(input.u8(), from: UInt16(input.below(9)))))
    }

    /// Sealed by a member: destination, next, via and relay by bits.
    mutating func send(
        _ message: MessageKind, _ body: [UInt8], by sender: UInt16, to bits: UInt8, _ heard: UInt8
    ) {
        guard body.count <= Envelope.bodyBytesMax else { return }
        let destinations: [NodeID] = [NodeID(0), .none, NodeID(0), NodeID(3)]
        let destination = message.isFlooded ? NodeID.none : destinations[Int(bits & 3)]
        let relay = bits & 4 == 0 ? NodeID(sender) : NodeID(1 + UInt16(bits >> 3) % (ToyFleet.robots - 1))
        let hop: UInt8 = relay == NodeID(sender) ? 1 : 1 + (bits >> 3 & 3)
        let envelope = Envelope(
            kind: message, trafficClass: message.trafficClass, timeToLive: max(hop, destination == .none ? 8 : 16),
            sender: NodeID(sender), fleet: ToyFleet.fleet, epoch: Epoch(epochs[Int(sender)]),
            counter: counter(sender, message.trafficClass), destination: destination,
            via: bits & 64 == 0 ? .none : NodeID(2), relay: relay, next: destination == .none ? .none : NodeID(0),
            hop: hop)
        var writer = ByteWriter(capacity: body.count + Envelope.overheadBytes)
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        writer.raw([UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes - 1))
        // The tag of an older key now and then.
        writer.u8(bits & 128 == 0 ? 0 : 1)
        lastHeard = writer.bytes
        handle(.datagram(writer.bytes, reception(heard, from: relay.number)))
    }

    /// A sound message with senseless content: sender u8, kind u8, seed u16, how u8, signal u8.
    private mutating func say(_ input: inout FuzzInput, turn: Int) {
        let sender = 1 + UInt16(input.below(Int(ToyFleet.robots) - 1))
        let kind = input.one(of: MessageKind.allCases)
        var maker = MessageMaker(seed: UInt64(input.u16()) + UInt64(turn) << 16, robots: ToyFleet.robots)
        send(kind, maker.message(kind).bytes, by: sender, to: input.u8(), input.u8())
    }

    /// Any bytes as a body: kind u8, sender u8, how u8, chunk.
    private mutating func sayBytes(_ input: inout FuzzInput, turn: Int) {
        guard let kind = MessageKind(rawValue: input.u8()) else { return }
        let sender = 1 + UInt16((input.below(Int(ToyFleet.robots) - 1) + turn) % (Int(ToyFleet.robots) - 1))
        let bits = input.u8()
        send(kind, input.chunk(), by: sender, to: bits, 0x80)
    }

    /// A robot that is heard well on both bands, and whose words agree: robot u8, seed u8.
    private mutating func neighbour(_ input: inout FuzzInput) {
        let robot = 1 + UInt16(input.below(Int(ToyFleet.robots) - 1))
        var maker = MessageMaker(seed: UInt64(input.u8()), robots: ToyFleet.robots)
        guard case .beacon(var beacon) = maker.message(.beacon) else { return }
        beacon.isLeaving = false
        beacon.intervalMilliseconds = 100
        beacon.neighbours = [.init(neighbour: NodeID(0), power: PowerField(dBm: -50))]
        for _ in 0..<3 {
            send(.beacon, Message.beacon(beacon).bytes, by: robot, to: 1, 0x80)
            now += .milliseconds(40)
            guard case .hello(var hello) = maker.message(.hello) else { return }
            hello.isLeaving = false
            send(.hello, Message.hello(hello).bytes, by: robot, to: 1, 0x81)
        }
    }

    /// Entries that seem signed: seed u8.
    private mutating func gossip(_ input: inout FuzzInput, turn: Int) {
        var maker = MessageMaker(seed: UInt64(input.u8()) + UInt64(turn) << 8, robots: ToyFleet.robots)
        var entry = maker.entry()
        entry.signature[TrustEntry.signatureBytes - 1] = 0
        let bits = input.u8()
        if bits & 1 == 0 { entry.issuer = .none }
        let body = Message.trustGossip(TrustGossip(entries: [entry])).bytes
        send(.trustGossip, body, by: 1 + UInt16(bits >> 2) % 7, to: 1, 0x80)
    }

    /// A stop or a release with small numbers, so that they concern each other: kind and issuer u8, number u8.
    private mutating func stop(_ input: inout FuzzInput, turn: Int) {
        let bits = input.u8()
        let number = 1 + UInt32(input.u8()) + UInt32(turn)
        let issuer = NodeID(UInt16(bits >> 1) % ToyFleet.robots)
        let isStop = bits & 1 == 0
        let names = isStop ? [] : [StopStatement.Name(issuer: NodeID(UInt16(bits >> 4) % 8), number: number)]
        let statement = StopStatement(kind: isStop ? .stop : .release, issuer: issuer, number: number, names: names)
        let notice = StopNotice(isStopped: isStop, digest: UInt32(bits), statements: [statement])
        send(.stopNotice, Message.stopNotice(notice).bytes, by: 1 + UInt16(bits >> 5) % 7, to: 1, 0x80)
    }

    /// To what the peer has asked, as who was asked would.
    private mutating func answer(_ input: inout FuzzInput) {
        guard let question = asked.popLast(), (1..<ToyFleet.robots).contains(question.robot.number) else { return }
        let bits = input.u8()
        let introduction = Introduction(
            awakeMilliseconds: UInt16(bits), ask: bits & 1 == 0 ? nil : UInt64(bits), answer: question.ask,
            floors: TrafficClass.allCases.map { _ in bits & 2 == 0 ? 0 : UInt32(bits) })
        send(.introduction, Message.introduction(introduction).bytes, by: question.robot.number, to: 0, 0x80)
    }

    private mutating func other(_ input: inout FuzzInput) {
        let robot = 1 + UInt16(input.below(Int(ToyFleet.robots) - 1))
        restart(robot)
    }

    // MARK: The body

    private mutating func sense(_ input: inout FuzzInput) {
        let bits = input.u8()
        let seen = SensorReading.Detection(
            robot: NodeID(UInt16(input.below(9))), bearingRadians: Double(input.u8()) / 64 - 2,
            pixelHeight: Double(input.u8()))
        handle(
            .sensors(
                SensorReading(
                    interval: .milliseconds(50), speedMetersPerSecond: Double(bits & 3),
                    turnRadiansPerSecond: Double(bits >> 2 & 3) / 10, compassRadians: bits & 16 == 0 ? nil : 0.2,
                    satelliteMeters: bits & 32 == 0 ? nil : (x: 51, y: 52),
                    smellPerMeter: bits & 64 == 0 ? nil : Double(input.u8()) / 100,
                    detections: bits & 128 == 0 ? nil : [seen], target: bits & 8 == 0 ? nil : seen)))
    }

    /// The oldest computation ends: refused, done, or with any bytes.
    private mutating func compute(_ input: inout FuzzInput) {
        guard !running.isEmpty else { return }
        let (id, computation) = running.removeFirst()
        switch computation {
        case .plan(let graph, let strategy, let leaders):
            handle(.computed(id, .plan(Planner.plan(graph, strategy: strategy, previousLeaders: leaders))))
        case .unit(let kernel, let question, _, _):
            let output: [UInt8]? =
                switch input.u8() % 4 {
                case 0: nil
                case 1: input.chunk()
                default: try? kernel.run(input: question)
                }
            handle(
                .computed(
                    id, .unit(output: output, queued: .milliseconds(Int(input.u8())), computed: .milliseconds(3))))
        case .program: handle(.computed(id, .program(program(&input))))
        }
    }

    // MARK: The operator

    private mutating func command(_ input: inout FuzzInput) {
        let which = input.u8()
        let number = UInt32(input.u8())
        let key = TaskKey(UInt64(number & 7))
        let order = TaskOrder(
            key: key, kernel: .pso, inputs: Self.pieces, span: .seconds(2), isDurable: number & 8 == 0,
            check: [.acceptOne, .quorum, .spotCheck(perMille: 500)][Int(number) % 3])
        let commands: [OperatorCommand] = [
            .organise(launches: true), .organise(launches: false), .stopMission, .echo(NodeID(UInt16(number))), .status,
            .links, .submit(order), .task(key), .tasks, .forget(key), .entries(from: number), .trust, .stop,
            .release(number: number), .safety, .peers, .leave,
        ]
        handle(.command(commands[Int(which) % commands.count], ticket: number))
    }

    private static let pieces: [[UInt8]] = {
        let samples = (0..<6).map { number in
            PsoSample(xMeters: Float(number) * 7, yMeters: Float(number % 4) * 9, concentration: 0.02)
        }
        let box = PsoBox(low: FieldPoint(xMeters: 0, yMeters: 0), high: FieldPoint(xMeters: 60, yMeters: 60))
        return PsoSearch(seed: 6, box: box, samples: samples).islands().map { $0.encoded() }
    }()
}
