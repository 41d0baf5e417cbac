import SkeinPeer
import SkeinWire

extension TaskAccount {
    var schema: Skein_Task {
        var task = Skein_Task()
        switch name {
        case .step(let number):
            task.kind = .step
            task.key = UInt64(number)
        case .order(let key):
            task.kind = .order
            task.key = key.number
        case .job(let key):
            task.kind = .job
            task.key = key.number
        case .stream(let key):
            task.kind = .stream
            task.key = key.number
        }
        task.number = number
        task.kernels = kernels
        task.phase = LogEnum.number(phase)
        task.count = UInt32(clamping: count)
        task.done = UInt32(clamping: done)
        task.elsewhere = UInt32(clamping: elsewhere)
        if let reason { task.reason = reason.schema }
        if let startedAt { task.startedAtNs = startedAt.nanoseconds }
        if let deadline { task.deadlineAtNs = deadline.nanoseconds }
        if let took { task.tookNs = took.nanoseconds }
        task.units = units.map(\.schema)
        return task
    }

    init(_ task: Skein_Task) throws(LogFault) {
        self.init(
            name: try Self.name(task), number: task.number,
            kernels: try LogCheck.list(task.kernels, Self.kernelsMax, "task.kernels"),
            phase: try LogEnum.value(task.phase, "task.phase"), count: Int(task.count))
        done = Int(task.done)
        elsewhere = Int(task.elsewhere)
        reason = task.hasReason ? try PlacementReason(task.reason) : nil
        startedAt = try LogCheck.optional(task.hasStartedAtNs, task.startedAtNs, "task.started_at_ns")
        deadline = try LogCheck.optional(task.hasDeadlineAtNs, task.deadlineAtNs, "task.deadline_at_ns")
        took = task.hasTookNs ? try LogCheck.span(task.tookNs, "task.took_ns") : nil
        for unit in try LogCheck.list(task.units, PeerReport.unitsOfTaskMax, "task.units") {
            units.append(try Unit(unit))
        }
    }

    private static func name(_ task: Skein_Task) throws(LogFault) -> Name {
        switch task.kind {
        case .step:
            guard let number = UInt32(exactly: task.key) else { throw .field("task.key") }
            return .step(number)
        case .order: return .order(TaskKey(task.key))
        case .job: return .job(TaskKey(task.key))
        case .stream: return .stream(TaskKey(task.key))
        case .unspecified, .UNRECOGNIZED: throw .unknown("task.kind")
        }
    }
}

extension TaskAccount.Unit {
    fileprivate var schema: Skein_Unit {
        var unit = Skein_Unit()
        unit.number = UInt32(clamping: number)
        unit.phase = LogEnum.number(phase)
        if let robot = robot.present { unit.robot = robot }
        if let leader = leader.present { unit.leader = leader }
        if let reason { unit.reason = reason.schema }
        if let trouble { unit.trouble = trouble.schema }
        return unit
    }

    fileprivate init(_ unit: Skein_Unit) throws(LogFault) {
        self.init(number: Int(unit.number), phase: try LogEnum.value(unit.phase, "unit.phase"))
        robot = try LogCheck.node(unit.hasRobot, unit.robot, "unit.robot")
        leader = try LogCheck.node(unit.hasLeader, unit.leader, "unit.leader")
        reason = unit.hasReason ? try PlacementReason(unit.reason) : nil
        trouble = unit.hasTrouble ? try UnitTrouble(unit.trouble) : nil
    }
}

extension HelpAccount {
    var schema: Skein_Help {
        var help = Skein_Help()
        help.kind = LogEnum.number(kind)
        help.requester = UInt32(requester.number)
        help.task = task
        help.unit = UInt32(clamping: unit)
        help.kernel = kernel
        help.fetching = isFetching
        help.deadlineAtNs = deadline.nanoseconds
        return help
    }

    init(_ help: Skein_Help) throws(LogFault) {
        self.init(
            kind: try LogEnum.value(help.kind, "help.kind"),
            requester: try LogCheck.node(help.requester, "help.requester"), task: help.task, unit: Int(help.unit),
            kernel: help.kernel, isFetching: help.fetching,
            deadline: try LogCheck.instant(help.deadlineAtNs, "help.deadline_at_ns"))
    }
}
