import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

@testable import SkeinCodec

/// Frames of sockets on this machine: the local socket's, the laboratory's air and bodies. What is read is written as it
/// was, but for what a text or a list may leave out.
///
///     what u8 (0 local, 1 air, 2 body) | frame
enum FrameTarget: FuzzTarget {
    static let name = "frames"

    static func run(_ bytes: [UInt8]) {
        guard let what = bytes.first else { return }
        let frame = Array(bytes.dropFirst())
        switch what % 3 {
        case 0: local(frame)
        case 1:
            guard let read = try? AirFrame(frame) else { return }
            must(read.bytes == frame, "a frame of the air is not written as it was read")
        default:
            guard let read = try? BodyFrame(frame) else { return }
            must((try? BodyFrame(read.bytes)) == read, "a frame of a body is not written as it was read")
        }
    }

    private static func local(_ frame: [UInt8]) {
        _ = LocalFrame.version(of: frame[...])
        _ = LocalFrame.ticket(of: frame[...])
        guard let read = try? LocalFrame(frame) else { return }
        let written = read.bytes
        must(written.count <= LocalFrame.bytesMax, "a frame of \(written.count) bytes")
        guard let again = try? LocalFrame(written) else { broken("a frame that nobody reads") }
        must(again.bytes == written, "a frame is not written as it was read")
    }

    private static var replies: [(String, Reply)] {
        let member = Member(
            id: NodeID(1), key: TrustTarget.authority.publicKey, roles: .lead, expiresAtSeconds: 9, name: "alpha",
            membershipNumber: 3)
        return [
            ("done", .done), ("echoed", .echoed(NodeID(2), hops: 3, roundTrip: .milliseconds(4))),
            ("refused", .refused(.otherStop(inForce: 3))),
            ("entries", .entries([GoldenMessage.trustEntries[0]], of: 9)),
            (
                "links",
                .links([
                    LinkStatus(
                        neighbour: NodeID(2), band: .data, powerDBm: -60, efficiency: 3, basis: .measured, isLink: true,
                        silence: .seconds(1), roundTrip: nil)
                ])
            ),
            (
                "trust",
                .trust(
                    TrustReport(
                        fleet: TrustTarget.fleet, authority: TrustTarget.authority.publicKey, digest: 1, entries: 2,
                        keyNumber: 1, rows: [.init(member: member, state: .member)]))
            ),
        ]
    }

    private static var jobs: [(String, JobCommand)] {
        let (object, kernel) = (PeerBench.objects[1], PeerBench.kernels[0])
        let units = [
            JobOrder.Unit(inputs: [.object(object.id, bytes: object.bytes.count)]), .init(inputs: [.output(of: 0)]),
        ]
        let order = JobOrder(
            key: TaskKey(7), kernel: kernel, units: units, cost: .milliseconds(5), span: .seconds(2), isDurable: true,
            isHedged: true)
        let stream = StreamOrder(
            key: TaskKey(8), kernel: kernel, cost: .milliseconds(5), period: .milliseconds(20),
            unitSpan: .milliseconds(90), isHedged: false)
        return [
            ("give", .give(ObjectPiece(object: object.id, objectBytes: 3, index: 0, bytes: [1, 2, 3]))),
            ("submit", .submit(order)), ("open", .open(stream)), ("feed", .feed(TaskKey(8), number: 1, [4, 5])),
            ("plan", .plan(kernel, inputBytes: 9, cost: .milliseconds(5), span: .seconds(1))),
            ("explain", .explain(TaskKey(7), from: 3)), ("fetch", .fetch(object.id, piece: 0)), ("kernels", .kernels),
        ]
    }

    private static var jobReplies: [(String, JobReply)] {
        let (object, kernel) = (PeerBench.objects[1], PeerBench.kernels[0])
        let output = JobReport.Output(
            object: object.id, bytes: 3, computedBy: NodeID(2), queued: .zero, computed: .milliseconds(4),
            wasKnown: true)
        let report = JobReport(
            units: [.done(output), .missing(.program(.exited, by: NodeID(3), "no"))], took: .seconds(1))
        let notes = [
            PlacementNote(unit: 0, at: .zero, what: .offered(NodeID(2), remote: .seconds(1), local: nil)),
            PlacementNote(unit: 1, at: .seconds(1), what: .kept(local: .seconds(2), remote: .seconds(3))),
        ]
        let choice = JobPlan.Choice(
            robot: NodeID(2), finish: .seconds(1), transfer: .zero, compute: .seconds(1), idlePercent: 40,
            offersKernel: true)
        let offer = KernelOffer(name: kernel, isDeterministic: true, cost: .milliseconds(5))
        return [
            ("piece", .piece(object.id, index: 0, [1, 2, 3])), ("refused", .refused(TaskKey(7), .span(.seconds(9)))),
            ("ended", .ended(TaskKey(7), report)), ("state", .state(TaskKey(7), .running(done: 1, atWork: 2, of: 4))),
            ("notes", .notes(TaskKey(7), notes, of: 9)), ("keys", .keys([TaskKey(7), TaskKey(8)])),
            ("plan", .plan(JobPlan(choices: [choice], leader: NodeID(1)))),
            ("kernels", .kernels([KernelAccount(name: kernel, here: offer, robots: [NodeID(2)])])),
            ("streamed", .streamed(TaskKey(8), number: 1, .done([4], by: NodeID(2), took: .milliseconds(7)))),
        ]
    }

    static var seeds: [Seed] {
        let order = TaskOrder(
            key: TaskKey(7), kernel: .pso, inputs: [[1, 2, 3]], span: .seconds(2), isDurable: true, check: .quorum)
        let commands: [(String, OperatorCommand)] =
            [
                ("organise", .organise(launches: true)), ("echo", .echo(NodeID(4))), ("submit", .submit(order)),
                ("task", .task(TaskKey(7))), ("admit", .admit([GoldenMessage.trustEntries[0]])),
                ("release", .release(number: 4)),
                ("ask", .question(.way(of: NodeID(1), to: NodeID(2)))),
                (
                    "measure",
                    .question(.measure(SpeedOrder(from: NodeID(1), to: NodeID(2), bytes: 1 << 20, seconds: 9)))
                ),
            ] + jobs.map { ("job-\($0.0)", .job($0.1)) }
        let locals =
            commands.map { ("request-\($0.0)", LocalFrame.request(ticket: 5, $0.1)) }
            + replies.map { ("reply-\($0.0)", LocalFrame.reply(ticket: 5, $0.1)) }
            + jobReplies.map { ("reply-job-\($0.0)", LocalFrame.reply(ticket: 5, .job($0.1))) } + [
                ("hello", .hello(.init(id: NodeID(1), epoch: Epoch(2), name: "alpha"))), ("subscribe", .subscribe),
                (
                    "event",
                    .event(
                        at: .zero,
                        mesh: MeshTime(
                            root: NodeID(1), term: 1, nanoseconds: 2, boundNanoseconds: 3, isOwn: false),
                        .leaderChanged(NodeID(1), PlanNumber(term: 1, number: 2), .plan))
                ),
                ("names", .names([.init(id: NodeID(1), name: "alpha")])), ("refused", .refused(ticket: 5, .tooMany)),
            ]
        let airs = [
            AirFrame.transmit(
                .init(
                    robot: NodeID(1), band: .data, trafficClass: .task, next: NodeID(2), shareKHz: 4_000,
                    datagram: [1, 2])),
            .receive(.init(robot: NodeID(1), band: .control, powerDBm: -70, noiseDBm: -100, datagram: [1, 2])),
        ]
        let bodies = [
            BodyFrame.hello(robot: NodeID(1)),
            .setpoint(Setpoint(speedMetersPerSecond: 1, turnRadiansPerSecond: 0.1)), .sensors(reading),
        ]
        return locals.map { Seed(name: $0.0, bytes: [0] + $0.1.bytes) }
            + airs.enumerated().map { Seed(name: "air-\($0.offset)", bytes: [1] + $0.element.bytes) }
            + bodies.enumerated().map { Seed(name: "body-\($0.offset)", bytes: [2] + $0.element.bytes) }
    }

    static let reading = SensorReading(
        interval: .milliseconds(50), speedMetersPerSecond: 1, turnRadiansPerSecond: 0.1, compassRadians: 0.2,
        satelliteMeters: (x: 3, y: 4), smellPerMeter: 0.02,
        detections: [.init(robot: NodeID(3), bearingRadians: 0.1, pixelHeight: 40)],
        target: .init(robot: NodeID(3), bearingRadians: 0.1, pixelHeight: 40))
}
