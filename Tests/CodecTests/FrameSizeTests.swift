import SkeinCodec
import SkeinPeer
import SkeinWire
import Testing

/// The largest that tool and daemon have to say to each other about jobs fits a frame, whose writer traps on more.
struct FrameSizeTests {
    private let key = TaskKey(.max)
    private let long = Duration.seconds(24 * 3_600) + .nanoseconds(1)
    private let words = String(repeating: "x", count: 1_000)
    private let piece = [UInt8](repeating: 7, count: ObjectBytes.pieceBytes)

    private func kernel() throws -> KernelName {
        try #require(KernelName(name: String(repeating: "k", count: KernelName.nameBytesMax), version: .max))
    }

    private func object() throws -> ObjectID {
        try #require(ObjectID(hash: [UInt8](repeating: 255, count: ObjectID.byteCount)))
    }

    /// Written without a trap, and read again.
    private func told(_ reply: JobReply) throws -> JobReply {
        guard case .reply(_, .job(let read)) = try LocalFrame(LocalFrame.reply(ticket: 1, .job(reply)).bytes) else {
            Issue.record("another frame than a reply")
            return reply
        }
        return read
    }

    private func told(_ command: JobCommand) throws -> JobCommand {
        let frame = LocalFrame.request(ticket: 1, .job(command))
        guard case .request(_, .job(let read)) = try LocalFrame(frame.bytes) else {
            Issue.record("another frame than a request")
            return command
        }
        return read
    }

    @Test func `a report of as many units as a job may have, none done and all with long last words, fits`() throws {
        let trouble = JobTrouble.program(.exited, by: NodeID(1), words)
        let units = [JobReport.Unit](repeating: .missing(trouble), count: JobOrder.unitsMax)
        let report = JobReport(units: units, took: long)
        for reply in [JobReply.ended(key, report), .state(key, .ended(report))] {
            switch try told(reply) {
            case .ended(_, let read), .state(_, .ended(let read)):
                let short = String(words.prefix(CodedLimit.textBytesMax))
                #expect(read.units.count == JobOrder.unitsMax && read.took == long)
                #expect(read.units.allSatisfy { $0 == .missing(.program(.exited, by: NodeID(1), short)) })
            case let other: Issue.record("\(other)")
            }
        }
    }

    @Test func `a report of as many units as a job may have, all done, fits`() throws {
        let output = JobReport.Output(
            object: try object(), bytes: ObjectBytes.countMax, computedBy: NodeID(1), queued: long, computed: long,
            wasKnown: true)
        let units = [JobReport.Unit](repeating: .done(output), count: JobOrder.unitsMax)
        let reply = JobReply.ended(key, JobReport(units: units, took: long))
        #expect(try told(reply) == reply)
    }

    @Test func `as many notes as one answer takes fit, whatever they say`() throws {
        let whats: [PlacementNote.What] = [
            .offered(NodeID(1), remote: long, local: long), .kept(local: long, remote: long),
            .fetched(bytes: ObjectBytes.countMax, from: NodeID(1)), .matched(leader: NodeID(1), helpers: 16),
        ]
        for what in whats {
            let note = PlacementNote(unit: JobOrder.unitsMax - 1, at: long, what: what)
            let notes = [PlacementNote](repeating: note, count: PlacementNote.listMax)
            let reply = JobReply.notes(key, notes, of: 1 << 20)
            #expect(try told(reply) == reply)
        }
        let more = [PlacementNote](
            repeating: PlacementNote(unit: 0, at: long, what: .ready), count: PlacementNote.listMax + 1)
        #expect(try told(.notes(key, more, of: more.count)) == .notes(key, Array(more.dropLast()), of: more.count))
    }

    @Test func `the largest order that is one fits`() throws {
        let input = JobOrder.Input.object(try object(), bytes: ObjectBytes.countMax)
        let inputs = JobOrder.inputsMax / JobOrder.unitsMax
        let order = try made([Int](repeating: inputs, count: JobOrder.unitsMax), input)
        #expect(try told(.submit(order)) == .submit(order))
        let few = try made([Int](repeating: JobUnit.inputsMax, count: JobOrder.inputsMax / JobUnit.inputsMax), input)
        #expect(try told(.submit(few)) == .submit(few))
    }

    /// The peer refuses units without inputs as it does those with too many.
    @Test func `an order too large for anybody is still a frame, for the peer to refuse`() throws {
        let input = JobOrder.Input.object(try object(), bytes: ObjectBytes.countMax)
        for counts in [[2_000], [Int](repeating: JobUnit.inputsMax, count: 256), [Int](repeating: 90, count: 600)] {
            guard case .submit(let read) = try told(.submit(try made(counts, input))) else {
                Issue.record("no order")
                return
            }
            let isRefused =
                read.units.count > JobOrder.unitsMax
                || read.units.contains { !(1...JobUnit.inputsMax).contains($0.inputs.count) }
            #expect(isRefused, "\(counts.count) units")
            #expect(try told(.submit(read)) == .submit(read))
        }
    }

    private func made(_ counts: [Int], _ input: JobOrder.Input) throws -> JobOrder {
        JobOrder(
            key: key, kernel: try kernel(),
            units: counts.map { JobOrder.Unit(inputs: [JobOrder.Input](repeating: input, count: $0)) }, cost: long,
            span: long, isDurable: true, isHedged: true)
    }

    @Test func `a whole piece fits, and a stream's unit and output`() throws {
        let given = ObjectPiece(
            object: try object(), objectBytes: ObjectBytes.countMax, index: ObjectBytes.piecesMax - 1, bytes: piece)
        #expect(try told(.give(given)) == .give(given))
        let feed = JobCommand.feed(key, number: .max, piece)
        #expect(try told(feed) == feed)
        let fetched = JobReply.piece(try object(), index: ObjectBytes.piecesMax - 1, piece)
        #expect(try told(fetched) == fetched)
        let output = [UInt8](repeating: 7, count: 60_000)
        let answer = JobReply.streamed(key, number: .max, .done(output, by: NodeID(1), took: long))
        #expect(try told(answer) == answer)
    }

    @Test func `of keys, kernels and choices as many are told as fit`() throws {
        let offer = KernelOffer(name: try kernel(), isDeterministic: true, cost: long)
        let robots = (0..<600).map { NodeID(UInt16($0)) }
        for (kernels, crowd) in [(300, 600), (256, 40), (1, 600), (64, 512)] {
            let account = KernelAccount(name: try kernel(), here: offer, robots: Array(robots.prefix(crowd)))
            let all = [KernelAccount](repeating: account, count: kernels)
            guard case .kernels(let read) = try told(.kernels(all)) else {
                Issue.record("no kernels")
                return
            }
            #expect(!read.isEmpty && read.count <= kernels)
            #expect(read.allSatisfy { $0.robots.count == min(crowd, 512) })
            #expect(try told(.kernels(read)) == .kernels(read))
        }
        let choice = JobPlan.Choice(
            robot: NodeID(1), finish: long, transfer: long, compute: long, idlePercent: 99.5, offersKernel: true)
        let plan = JobReply.plan(JobPlan(choices: [JobPlan.Choice](repeating: choice, count: 512), leader: NodeID(1)))
        #expect(try told(plan) == plan)
        let keys = JobReply.keys((0..<4_096).map { TaskKey(UInt64($0) << 40) })
        #expect(try told(keys) == keys)
    }
}
