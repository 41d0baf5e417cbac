import SkeinPeer
import SkeinWire

extension OperatorCommand: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case organise = 1
        case stopMission = 2
        case echo = 3
        case status = 4
        case links = 5
        case leave = 6
        case submit = 7
        case task = 8
        case tasks = 9
        case forget = 10
        case admit = 11
        case trust = 12
        case stop = 13
        case release = 14
        case safety = 15
        case peers = 16
        case entries = 17
        case job = 18
        case report = 19
        case question = 20
        case mission = 21
    }

    /// Of one command; more come in several.
    package static let entriesMax = 32

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .organise(let launches):
            writer.raw(Kind.organise)
            writer.flag(launches)
        case .stopMission: writer.raw(Kind.stopMission)
        case .echo(let robot):
            writer.raw(Kind.echo)
            writer.node(robot)
        case .status: writer.raw(Kind.status)
        case .links: writer.raw(Kind.links)
        case .leave: writer.raw(Kind.leave)
        case .submit(let order):
            writer.raw(Kind.submit)
            order.write(to: &writer)
        case .task(let key):
            writer.raw(Kind.task)
            key.write(to: &writer)
        case .tasks: writer.raw(Kind.tasks)
        case .forget(let key):
            writer.raw(Kind.forget)
            key.write(to: &writer)
        case .admit(let entries):
            writer.raw(Kind.admit)
            writer.list(entries, limit: Self.entriesMax)
        case .entries(let from):
            writer.raw(Kind.entries)
            writer.u32(from)
        case .trust: writer.raw(Kind.trust)
        case .stop: writer.raw(Kind.stop)
        case .release(let number):
            writer.raw(Kind.release)
            writer.u32(number)
        case .safety: writer.raw(Kind.safety)
        case .peers: writer.raw(Kind.peers)
        case .job(let command):
            writer.raw(Kind.job)
            command.write(to: &writer)
        case .report: writer.raw(Kind.report)
        case .question(let question):
            writer.raw(Kind.question)
            question.write(to: &writer)
        case .mission(let instruction):
            writer.raw(Kind.mission)
            instruction.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self, .command) {
        case .organise: self = .organise(launches: try reader.flag())
        case .stopMission: self = .stopMission
        case .echo: self = .echo(try reader.node())
        case .status: self = .status
        case .links: self = .links
        case .leave: self = .leave
        case .submit: self = .submit(try TaskOrder(reading: &reader))
        case .task: self = .task(try TaskKey(reading: &reader))
        case .tasks: self = .tasks
        case .forget: self = .forget(try TaskKey(reading: &reader))
        case .admit: self = .admit(try reader.list(of: TrustEntry.self, limit: Self.entriesMax))
        case .entries: self = .entries(from: try reader.u32())
        case .trust: self = .trust
        case .stop: self = .stop
        case .release: self = .release(number: try reader.u32())
        case .safety: self = .safety
        case .peers: self = .peers
        case .job: self = .job(try JobCommand(reading: &reader))
        case .report: self = .report
        case .question: self = .question(try OperatorQuestion(reading: &reader))
        case .mission: self = .mission(try MissionInstruction(reading: &reader))
        }
    }
}

extension Reply: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case done = 1
        case status = 2
        case links = 3
        case echoed = 4
        case echoFailed = 5
        case taskAccepted = 6
        case taskRefused = 7
        case taskEnded = 8
        case task = 9
        case tasks = 10
        case left = 11
        case refused = 12
        case admitted = 13
        case trust = 14
        case safety = 15
        case peers = 16
        case entries = 17
        case job = 18
        case report = 19
        case question = 20
        case mission = 21
    }

    /// Many times the two bands of every neighbour a peer knows (`MeshTuning.neighboursMax`); of more, the first are told.
    package static let linksMax = 1_024
    /// Many times what a peer's book holds; of more, the first are told.
    package static let keysMax = 4_096
    package static let accountsMax = PeerAccount.countMax

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .done: writer.raw(Kind.done)
        case .status(let status):
            writer.raw(Kind.status)
            status.write(to: &writer)
        case .links(let links):
            writer.raw(Kind.links)
            writer.list(Array(links.prefix(Self.linksMax)), limit: Self.linksMax)
        case .echoed(let robot, let hops, let roundTrip):
            writer.raw(Kind.echoed)
            writer.node(robot)
            hops.write(to: &writer)
            roundTrip.write(to: &writer)
        case .echoFailed(let robot):
            writer.raw(Kind.echoFailed)
            writer.node(robot)
        case .taskAccepted(let key):
            writer.raw(Kind.taskAccepted)
            key.write(to: &writer)
        case .taskRefused(let key, let refusal):
            writer.raw(Kind.taskRefused)
            key.write(to: &writer)
            refusal.write(to: &writer)
        case .taskEnded(let key, let report):
            writer.raw(Kind.taskEnded)
            key.write(to: &writer)
            report.write(to: &writer)
        case .task(let key, let state):
            writer.raw(Kind.task)
            key.write(to: &writer)
            state.write(to: &writer)
        case .tasks(let keys):
            writer.raw(Kind.tasks)
            writer.list(Array(keys.prefix(Self.keysMax)), limit: Self.keysMax)
        case .left: writer.raw(Kind.left)
        case .refused(let refusal):
            writer.raw(Kind.refused)
            refusal.write(to: &writer)
        case .admitted(let report):
            writer.raw(Kind.admitted)
            report.write(to: &writer)
        case .entries(let entries, let count):
            writer.raw(Kind.entries)
            writer.list(entries, limit: OperatorCommand.entriesMax)
            writer.u32(count)
        case .trust(let report):
            writer.raw(Kind.trust)
            report.write(to: &writer)
        case .safety(let report):
            writer.raw(Kind.safety)
            report.write(to: &writer)
        case .peers(let accounts):
            writer.raw(Kind.peers)
            writer.list(Array(accounts.prefix(Self.accountsMax)), limit: Self.accountsMax)
        case .job(let reply):
            writer.raw(Kind.job)
            reply.write(to: &writer)
        case .report(let report):
            writer.raw(Kind.report)
            report.write(to: &writer)
        case .question(let reply):
            writer.raw(Kind.question)
            reply.write(to: &writer)
        case .mission(let reply):
            writer.raw(Kind.mission)
            reply.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .done: self = .done
        case .status: self = .status(try PeerStatus(reading: &reader))
        case .links: self = .links(try reader.list(of: LinkStatus.self, limit: Self.linksMax))
        case .echoed:
            self = .echoed(
                try reader.node(), hops: try Int(reading: &reader), roundTrip: try Duration(reading: &reader))
        case .echoFailed: self = .echoFailed(try reader.node())
        case .taskAccepted: self = .taskAccepted(try TaskKey(reading: &reader))
        case .taskRefused:
            self = .taskRefused(try TaskKey(reading: &reader), try TaskRefusal(reading: &reader))
        case .taskEnded: self = .taskEnded(try TaskKey(reading: &reader), try TaskReport(reading: &reader))
        case .task: self = .task(try TaskKey(reading: &reader), try TaskState(reading: &reader))
        case .tasks: self = .tasks(try reader.list(of: TaskKey.self, limit: Self.keysMax))
        case .left: self = .left
        case .refused: self = .refused(try CommandRefusal(reading: &reader))
        case .admitted: self = .admitted(try AdmitReport(reading: &reader))
        case .entries:
            self = .entries(
                try reader.list(of: TrustEntry.self, limit: OperatorCommand.entriesMax), of: try reader.u32())
        case .trust: self = .trust(try TrustReport(reading: &reader))
        case .safety: self = .safety(try SafetyReport(reading: &reader))
        case .peers: self = .peers(try reader.list(of: PeerAccount.self, limit: Self.accountsMax))
        case .job: self = .job(try JobReply(reading: &reader))
        case .report: self = .report(try PeerReport(reading: &reader))
        case .question: self = .question(try QuestionReply(reading: &reader))
        case .mission: self = .mission(try MissionReply(reading: &reader))
        }
    }
}

extension LinkStatus: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(neighbour)
        writer.raw(band)
        writer.double(powerDBm)
        writer.double(efficiency)
        writer.raw(basis)
        writer.flag(isLink)
        silence.write(to: &writer)
        writer.optional(roundTrip)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            neighbour: try reader.node(), band: try reader.raw(Band.self, .band), powerDBm: try reader.double(),
            efficiency: try reader.double(), basis: try reader.raw(LinkBasis.self), isLink: try reader.flag(),
            silence: try Duration(reading: &reader), roundTrip: try reader.optional(Duration.self))
    }
}
