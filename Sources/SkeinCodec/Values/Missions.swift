import SkeinPeer
import SkeinWire

extension MissionInstruction: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case run = 1
        case pause = 2
        case resume = 3
        case report = 4
        case assignment = 5
        case plans = 6
        case runHeld = 7
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .run(let plan, let launches):
            writer.raw(Kind.run)
            writer.blob(plan, limit: Int(MissionBrief.planBytesMax))
            writer.flag(launches)
        case .pause: writer.raw(Kind.pause)
        case .resume: writer.raw(Kind.resume)
        case .report: writer.raw(Kind.report)
        case .assignment(let plan):
            writer.raw(Kind.assignment)
            writer.blob(plan, limit: Int(MissionBrief.planBytesMax))
        case .plans: writer.raw(Kind.plans)
        case .runHeld(let object, let launches):
            writer.raw(Kind.runHeld)
            object.write(to: &writer)
            writer.flag(launches)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self, .command) {
        case .run:
            self = .run(plan: try reader.blob(limit: Int(MissionBrief.planBytesMax)), launches: try reader.flag())
        case .pause: self = .pause
        case .resume: self = .resume
        case .report: self = .report
        case .assignment: self = .assignment(plan: try reader.blob(limit: Int(MissionBrief.planBytesMax)))
        case .plans: self = .plans
        case .runHeld: self = .runHeld(try ObjectID(reading: &reader), launches: try reader.flag())
        }
    }
}

extension MissionReply: Coded {
    /// Part of every conversation with a tool: a number is never used again.
    private enum Kind: UInt8 {
        case report = 1
        case refused = 2
        case outOfTurn = 3
        case assignment = 4
        case plans = 5
        case unknownPlan = 6
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .report(let report):
            writer.raw(Kind.report)
            report.write(to: &writer)
        case .refused(let refusal):
            writer.raw(Kind.refused)
            refusal.write(to: &writer)
        case .outOfTurn: writer.raw(Kind.outOfTurn)
        case .assignment(let assignment):
            writer.raw(Kind.assignment)
            writer.flag(assignment.isFromReports)
            writer.list(
                Array(assignment.places.prefix(MissionReport.robotsMax)), limit: MissionReport.robotsMax)
        case .plans(let plans):
            writer.raw(Kind.plans)
            writer.list(Array(plans.prefix(MissionHeld.countMax)), limit: MissionHeld.countMax)
        case .unknownPlan: writer.raw(Kind.unknownPlan)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .report: self = .report(try MissionReport(reading: &reader))
        case .refused: self = .refused(try PlanRefusal(reading: &reader))
        case .outOfTurn: self = .outOfTurn
        case .assignment:
            self = .assignment(
                MissionAssignment(
                    isFromReports: try reader.flag(),
                    places: try reader.list(of: RoleAssignment.Place.self, limit: MissionReport.robotsMax)))
        case .plans: self = .plans(try reader.list(of: MissionHeld.self, limit: MissionHeld.countMax))
        case .unknownPlan: self = .unknownPlan
        }
    }
}

extension PlanRefusal: Coded {
    private enum Kind: UInt8 {
        case unreadable = 1
        case unknownSigner = 2
        case wrongSignature = 3
        case older = 4
        case otherPlan = 5
        case full = 6
        case withdrawn = 7
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .unreadable: writer.raw(Kind.unreadable)
        case .unknownSigner: writer.raw(Kind.unknownSigner)
        case .wrongSignature: writer.raw(Kind.wrongSignature)
        case .older(let revision):
            writer.raw(Kind.older)
            writer.u32(revision)
        case .otherPlan(let revision):
            writer.raw(Kind.otherPlan)
            writer.u32(revision)
        case .full: writer.raw(Kind.full)
        case .withdrawn: writer.raw(Kind.withdrawn)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .unreadable: self = .unreadable
        case .unknownSigner: self = .unknownSigner
        case .wrongSignature: self = .wrongSignature
        case .older: self = .older(than: try reader.u32())
        case .otherPlan: self = .otherPlan(revision: try reader.u32())
        case .full: self = .full
        case .withdrawn: self = .withdrawn
        }
    }
}

extension RoleAssignment.Place: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.u8(role.map { UInt8(clamping: $0) } ?? .max)
        writer.raw(reason)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let robot = try reader.node()
        let role = try reader.u8()
        self.init(
            robot: robot, role: role == .max ? nil : Int(role), reason: try reader.raw(RoleAssignment.Reason.self))
    }
}

extension LinkReport.MissionState: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u8(
            (carriesCamera ? 1 : 0) | (carriesSatelliteReceiver ? 2 : 0) | (isUnfit ? 4 : 0) | (hasArrived ? 8 : 0))
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let bits = try reader.u8()
        guard bits < 16 else { throw .invalid(.role) }
        self.init(
            carriesCamera: bits & 1 != 0, carriesSatelliteReceiver: bits & 2 != 0, isUnfit: bits & 4 != 0,
            hasArrived: bits & 8 != 0)
    }
}

extension MissionReport.Robot: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        writer.u8(role ?? .max)
        writer.optional(state)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let id = try reader.node()
        let role = try reader.u8()
        self.init(
            id: id, role: role == .max ? nil : role, state: try reader.optional(LinkReport.MissionState.self))
    }
}

extension MissionReport.PlanState: Coded {
    private enum Kind: UInt8 {
        case none = 0
        case authority = 1
        case robot = 2
        case fetching = 3
        case refused = 4
    }

    package func write(to writer: inout ByteWriter) {
        switch self {
        case .none: writer.raw(Kind.none)
        case .held(.authority): writer.raw(Kind.authority)
        case .held(.robot(let robot)):
            writer.raw(Kind.robot)
            writer.node(robot)
        case .fetching(let robot):
            writer.raw(Kind.fetching)
            writer.node(robot)
        case .refused(let refusal):
            writer.raw(Kind.refused)
            refusal.write(to: &writer)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        switch try reader.raw(Kind.self) {
        case .none: self = .none
        case .authority: self = .held(.authority)
        case .robot: self = .held(.robot(try reader.node()))
        case .fetching: self = .fetching(from: try reader.node())
        case .refused: self = .refused(try PlanRefusal(reading: &reader))
        }
    }
}

extension MissionReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(robot)
        writer.raw(phase)
        writer.blob(order.map(\.bytes) ?? [], limit: Self.orderBytesMax)
        planState.write(to: &writer)
        writer.blob(plan ?? [], limit: Int(MissionBrief.planBytesMax))
        writer.double(seconds)
        writer.u8(ended.map(\.rawValue) ?? .max)
        writer.node(keeper)
        writer.flag(isKeeper)
        writer.u8(role ?? .max)
        writer.u8(reason.map(\.rawValue) ?? .max)
        writer.flag(isBatteryLow)
        writer.flag(isSplit)
        writer.blob(tasks, limit: MissionPlan.tasksMax)
        writer.list(Array(robots.prefix(Self.robotsMax)), limit: Self.robotsMax)
    }

    private static let orderBytesMax = 2_048

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(robot: try reader.node())
        phase = try reader.raw(MissionPhase.self)
        let orderBytes = try reader.blob(limit: Self.orderBytesMax)
        if !orderBytes.isEmpty { order = try MissionOrder(orderBytes) }
        planState = try PlanState(reading: &reader)
        let planBytes = try reader.blob(limit: Int(MissionBrief.planBytesMax))
        if !planBytes.isEmpty { plan = planBytes }
        seconds = try reader.double()
        ended = try Self.code(try reader.u8(), MissionBrief.Reason.self)
        keeper = try reader.node()
        isKeeper = try reader.flag()
        let role = try reader.u8()
        self.role = role == .max ? nil : role
        reason = try Self.code(try reader.u8(), RoleAssignment.Reason.self)
        isBatteryLow = try reader.flag()
        isSplit = try reader.flag()
        tasks = try reader.blob(limit: MissionPlan.tasksMax)
        robots = try reader.list(of: Robot.self, limit: Self.robotsMax)
    }

    private static func code<Value: RawRepresentable>(
        _ number: UInt8, _ type: Value.Type
    ) throws(WireError) -> Value? where Value.RawValue == UInt8 {
        guard number != .max else { return nil }
        guard let value = Value(rawValue: number) else { throw .unknown(.kind) }
        return value
    }
}
