import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

/// Frames between processes of one machine: they come back as sent, and whatever else comes is refused.
struct FrameTests {
    private func hold<Frame>(_ bytes: [UInt8], _ read: ([UInt8]) throws(WireError) -> Frame, _ frame: Frame) throws {
        let again = try read(bytes)
        #expect(String(reflecting: again) == String(reflecting: frame))
        for place in bytes.indices.prefix(200) {
            var bent = bytes
            bent[place] ^= 0x55
            _ = try? read(bent)
        }
    }

    private func refuseCuts<Frame>(_ bytes: [UInt8], _ read: ([UInt8]) throws(WireError) -> Frame) {
        for length in 0..<bytes.count { #expect(throws: WireError.self) { try read(Array(bytes[..<length])) } }
        #expect(throws: WireError.self) { try read(bytes + [0]) }
    }

    @Test func `what tools and daemons say comes back`() throws {
        var samples = Samples(seed: 3)
        for _ in 0..<10 {
            var frames: [LocalFrame] = [
                .hello(.init(id: .none, epoch: Epoch(0), name: "skein status")),
                .hello(.init(id: samples.node(), epoch: Epoch(samples.u32()), name: "Käfer 7")), .subscribe,
                .lost(samples.u32()), .askEvents(after: samples.word()), .turn(samples.node()), .askBody,
                .body(BodyAccount(troubles: [])),
                .body(
                    BodyAccount(troubles: BodyTrouble.Kind.allCases.map { .init($0, "what is wrong with the \($0)") })),
                .events(samples.eventNotes(), latest: samples.word()), .events([], latest: 0),
            ]
            frames += LocalFrame.Refusal.allCases.map { .refused(ticket: samples.u32(), $0) }
            for command in samples.commands() { frames.append(.request(ticket: samples.u32(), command)) }
            for reply in samples.replies() { frames.append(.reply(ticket: samples.u32(), reply)) }
            for event in samples.events() {
                frames.append(
                    .event(
                        at: Instant(nanoseconds: Int64(samples.below(1 << 50))),
                        mesh: samples.flag() ? samples.meshTime() : nil, event))
            }
            for frame in frames {
                try hold(frame.bytes, LocalFrame.init, frame)
                refuseCuts(frame.bytes, LocalFrame.init)
            }
        }
    }

    @Test func `an order too large for anybody is still a frame, for the peer to refuse`() throws {
        for (bytes, count) in [(100_000, 1), (3_001, TaskOrder.partsMax), (70_000, 2)] {
            let order = TaskOrder(
                key: TaskKey(1), kernel: .pso,
                inputs: [[UInt8]](repeating: [UInt8](repeating: 1, count: bytes), count: count),
                span: .seconds(1), isDurable: false)
            guard
                case .request(_, .submit(let told)) = try LocalFrame(
                    LocalFrame.request(ticket: 1, .submit(order)).bytes)
            else {
                Issue.record("another frame")
                return
            }
            #expect(told.invalidity == .input(part: 0))
        }
        let crowd = TaskOrder(
            key: TaskKey(1), kernel: .pso, inputs: [[UInt8]](repeating: [1], count: 70_000), span: .seconds(1),
            isDurable: false)
        #expect(throws: WireError.self) { try LocalFrame(LocalFrame.request(ticket: 1, .submit(crowd)).bytes) }
    }

    @Test func `the longest answers about the fleet fit a frame, and what is longer is cut`() throws {
        var samples = Samples(seed: 12)
        var member = samples.member()
        member.name = String(repeating: "n", count: Membership.nameBytesMax)
        var trust = samples.trustReport()
        trust.rows = (0..<2 * TrustReport.rowsMax).map { _ in TrustReport.Row(member: member, state: .member) }
        var safety = samples.safetyReport()
        let robot = SafetyReport.Robot(id: NodeID(1), name: member.name, answer: .stands, after: .seconds(1))
        safety.robots = (0..<2 * SafetyReport.robotsMax).map { _ in robot }
        safety.active = (0..<2 * SafetyReport.activeMax).map { _ in samples.stopName() }
        let longest = (0..<1_000).map { _ in samples.account() }.max { $0.coded.count < $1.coded.count }
        let accounts = [PeerAccount](repeating: try #require(longest), count: 2 * Reply.accountsMax)
        for reply in [Reply.trust(trust), .safety(safety), .peers(accounts)] {
            let bytes = LocalFrame.reply(ticket: 1, reply).bytes
            #expect(bytes.count <= LocalFrame.bytesMax, "\(bytes.count)")
            _ = try LocalFrame(bytes)
        }
        var entry = samples.entry()
        while entry.bytes.count < TrustEntry.bytesMax - 200 { entry = samples.entry() }
        let command = OperatorCommand.admit([TrustEntry](repeating: entry, count: OperatorCommand.entriesMax))
        #expect(LocalFrame.request(ticket: 1, command).bytes.count <= LocalFrame.bytesMax)
    }

    @Test func `a flood of drops leaves a status that can be read`() throws {
        var samples = Samples(seed: 8)
        var status = samples.status()
        let counts = DropReason.allCases.map { $0 == .wrongTag ? 1 << 40 : 3 }
        status.drops = try #require(DropCounters(counts: counts))
        guard case .reply(_, .status(let told)) = try LocalFrame(LocalFrame.reply(ticket: 1, .status(status)).bytes)
        else {
            Issue.record("another frame")
            return
        }
        #expect(told.drops[.wrongTag] == Int(UInt32.max) && told.drops[.own] == 3)
    }

    @Test func `two versions can tell why they do not talk`() throws {
        var hello = LocalFrame.hello(.init(id: NodeID(3), epoch: Epoch(1), name: "r3")).bytes
        hello[0] = 9
        #expect(LocalFrame.version(of: hello[...]) == 9)
        #expect(throws: WireError.unknown(.version)) { try LocalFrame(hello) }
        guard case .otherVersion(9) = try LocalFrame(LocalFrame.otherVersion(9).bytes) else {
            Issue.record("the answer of another version is not understood")
            return
        }
    }

    @Test func `an unknown command is refused by its ticket`() {
        var request = LocalFrame.request(ticket: 77, .status).bytes
        request[6] = 200
        #expect(throws: WireError.unknown(.command)) { try LocalFrame(request) }
        #expect(LocalFrame.ticket(of: request[...]) == 77)
        #expect(LocalFrame.ticket(of: LocalFrame.subscribe.bytes[...]) == nil)
        #expect(LocalFrame.ticket(of: [1, 3, 0]) == nil)
    }

    @Test func `what goes to the air and comes from it comes back`() throws {
        var samples = Samples(seed: 4)
        for size in [0, 1, 113, 600, Envelope.datagramBytesMax] {
            let sent = AirFrame.transmit(
                .init(
                    robot: samples.robot(), band: samples.one(of: Band.allCases),
                    trafficClass: samples.one(of: TrafficClass.allCases), next: samples.node(), shareKHz: 4_321,
                    datagram: samples.bytes(size)))
            let heard = AirFrame.receive(
                .init(
                    robot: samples.robot(), band: samples.one(of: Band.allCases), powerDBm: samples.double(),
                    noiseDBm: samples.double(), datagram: samples.bytes(size)))
            for frame in [sent, heard] {
                try hold(frame.bytes, { (bytes: [UInt8]) throws(WireError) in try AirFrame(bytes) }, frame)
                #expect(frame.bytes.count <= AirFrame.bytesMax)
            }
            for length in 0..<10 {
                #expect(throws: WireError.self) { try AirFrame(Array(sent.bytes[..<length])) }
            }
            for length in 0..<22 {
                #expect(throws: WireError.self) { try AirFrame(Array(heard.bytes[..<length])) }
            }
        }
        let long = AirFrame.transmit(.registration(of: NodeID(2), band: .data)).bytes
        #expect(throws: WireError.tooMany(.payload, count: 1_401, limit: 1_400)) {
            try AirFrame(long + [UInt8](repeating: 0, count: 1_401))
        }
    }

    @Test func `the diagram of the air is what is sent`() {
        let sent = AirFrame.transmit(
            .init(
                robot: NodeID(0x0102), band: .data, trafficClass: .task, next: NodeID(0x0304), shareKHz: 0x0506,
                datagram: [9, 8]))
        #expect(sent.bytes == [1, 1, 1, 3, 1, 2, 3, 4, 5, 6, 9, 8])
        let heard = AirFrame.receive(
            .init(robot: NodeID(0x0102), band: .control, powerDBm: 1, noiseDBm: -2, datagram: [7]))
        #expect(
            heard.bytes == [1, 2, 0, 0, 0x3F, 0xF0, 0, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 7])
    }

    @Test func `a transmission passes through the air's frame as it is`() throws {
        let transmission = Transmission(
            datagram: [1, 2, 3], band: .data, trafficClass: .task, next: NodeID(5), shareMHz: 3.25,
            address: LinkAddress(5))
        guard case .transmit(let sent) = try AirFrame(AirFrame.transmit(.init(transmission, by: NodeID(2))).bytes)
        else {
            Issue.record("another frame")
            return
        }
        #expect(sent.transmission.shareMHz == 3.25 && sent.transmission.address == LinkAddress(5))
        #expect(!sent.isRegistration && AirFrame.Sent.registration(of: NodeID(2), band: .data).isRegistration)
    }

    @Test func `what bodies say and are told comes back`() throws {
        var samples = Samples(seed: 5)
        for _ in 0..<50 {
            let frames: [BodyFrame] = [
                .hello(robot: samples.robot()),
                .setpoint(
                    Setpoint(speedMetersPerSecond: samples.double(), turnRadiansPerSecond: samples.double())),
                .sensors(samples.reading()),
            ]
            for frame in frames {
                let read = { (bytes: [UInt8]) throws(WireError) in try BodyFrame(bytes) }
                try hold(frame.bytes, read, frame)
                refuseCuts(frame.bytes, read)
            }
        }
        var crowd = samples.reading()
        crowd.detections = (0..<SensorReading.detectionsMax).map { _ in samples.detection() }
        #expect(BodyFrame.sensors(crowd).bytes.count <= BodyFrame.bytesMax)
    }
}
