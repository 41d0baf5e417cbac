import SkeinPeer
import SkeinWire

extension PlanSigner: Coded {
    /// A robot's number, or nobody's: the authority.
    package func write(to writer: inout ByteWriter) {
        switch self {
        case .authority: writer.node(.none)
        case .robot(let robot): writer.node(robot)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let robot = try reader.node()
        self = robot == .none ? .authority : .robot(robot)
    }
}

extension MissionHeld: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.planName(name)
        writer.u32(revision)
        object.write(to: &writer)
        signer.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            name: try reader.planName(), revision: try reader.u32(), object: try ObjectID(reading: &reader),
            signer: try PlanSigner(reading: &reader))
    }
}

extension MissionEvent: Coded {
    /// Part of every recording and of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case planTaken = 1
        case planRefused = 2
        case planWithdrawn = 3
        case paused = 4
        case resumed = 5
        case ended = 6
        case roleTaken = 7
        case roleChanged = 8
        case taskDone = 9
        case taskMissed = 10
        case ruleFired = 11
        case ruleOver = 12
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .planTaken(let name, let revision, let signer):
            writer.raw(Kind.planTaken)
            writer.plan(name, revision, signer)
        case .planRefused(let why):
            writer.raw(Kind.planRefused)
            why.write(to: &writer)
        case .planWithdrawn(let name, let revision, let signer):
            writer.raw(Kind.planWithdrawn)
            writer.plan(name, revision, signer)
        case .paused(let reason):
            writer.raw(Kind.paused)
            writer.raw(reason)
        case .resumed: writer.raw(Kind.resumed)
        case .ended(let reason):
            writer.raw(Kind.ended)
            writer.raw(reason)
        case .roleTaken(let role, let order, let by):
            writer.raw(Kind.roleTaken)
            writer.planName(role ?? "")
            writer.u32(order)
            writer.node(by)
        case .roleChanged(let robot, let from, let to, let cause):
            writer.raw(Kind.roleChanged)
            writer.node(robot)
            writer.planName(from ?? "")
            writer.planName(to ?? "")
            writer.raw(cause)
        case .taskDone(let task):
            writer.raw(Kind.taskDone)
            writer.planName(task)
        case .taskMissed(let task):
            writer.raw(Kind.taskMissed)
            writer.planName(task)
        case .ruleFired(let rule, let action):
            writer.raw(Kind.ruleFired)
            writer.raw(rule)
            writer.raw(action)
        case .ruleOver(let rule):
            writer.raw(Kind.ruleOver)
            writer.raw(rule)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .planTaken:
            self = .planTaken(
                name: try reader.planName(), revision: try reader.u32(), try PlanSigner(reading: &reader))
        case .planRefused: self = .planRefused(try PlanRefusal(reading: &reader))
        case .planWithdrawn:
            self = .planWithdrawn(
                name: try reader.planName(), revision: try reader.u32(), try PlanSigner(reading: &reader))
        case .paused: self = .paused(try reader.raw(MissionBrief.Reason.self))
        case .resumed: self = .resumed
        case .ended: self = .ended(try reader.raw(MissionBrief.Reason.self))
        case .roleTaken:
            self = .roleTaken(try reader.role(), order: try reader.u32(), by: try reader.node())
        case .roleChanged:
            self = .roleChanged(
                robot: try reader.node(), from: try reader.role(), to: try reader.role(),
                try reader.raw(RoleCause.self))
        case .taskDone: self = .taskDone(try reader.planName())
        case .taskMissed: self = .taskMissed(try reader.planName())
        case .ruleFired: self = .ruleFired(try reader.raw(MissionRule.self), try reader.raw(MissionRules.Action.self))
        case .ruleOver: self = .ruleOver(try reader.raw(MissionRule.self))
        }
    }
}

extension ByteWriter {
    fileprivate mutating func planName(_ name: String) { blob(Array(name.utf8), limit: MissionPlan.nameBytesMax) }

    fileprivate mutating func plan(_ name: String, _ revision: UInt32, _ signer: PlanSigner) {
        planName(name)
        u32(revision)
        signer.write(to: &self)
    }
}

extension ByteReader {
    /// A mission's, role's or task's; an empty one is none.
    fileprivate mutating func planName() throws(WireError) -> String {
        let bytes = try blob(limit: MissionPlan.nameBytesMax)
        guard let name = String(validating: bytes, as: UTF8.self) else { throw .invalid(.text) }
        return name
    }

    fileprivate mutating func role() throws(WireError) -> String? {
        let name = try planName()
        return name.isEmpty ? nil : name
    }
}
