import SkeinPeer
import SkeinWire

/// Operators with work for registered kernels, the programs that compute it, and the objects on robots' disks.
extension World {
    /// Waits for every robot's word after the last job's end: cancellations, leases and answers run out.
    private static let restSpan: Int64 = 5_000_000_000

    /// Lets the peers build their hierarchy and plays the config's jobs, to the end of the last, and looks whether anything is
    /// left. Faults count from the world's begin.
    package mutating func work(limit: Duration = .seconds(120)) -> WorkBook {
        begin(launches: false, lateRobots: FaultTargets.late(config, layout: layout))
        scheduleFaults()
        for (number, order) in config.work.orders.enumerated() {
            queue.push(WorldEvent(.workOrder, at: order.at.nanoseconds, robot: order.robot, stamp: UInt32(number)))
            guard let cancelAfter = order.cancelAfter else { continue }
            queue.push(
                WorldEvent(
                    .workCancel, at: (order.at + cancelAfter).nanoseconds, robot: order.robot, stamp: UInt32(number)))
        }
        var end = limit.nanoseconds
        while now < end, let event = queue.pop() {
            step(event)
            if workBook.isOver { end = min(end, now + Self.restSpan) }
        }
        var open: [String] = []
        for robot in robots.indices {
            guard isRunning(robot), let peer = peers[robot], !peer.isAtRest else { continue }
            open.append("robot \(robot) has work left")
        }
        workBook.close(open: open)
        return workBook
    }

    mutating func orderWork(_ number: Int, at robot: Int) {
        guard isRunning(robot) else { return }
        let (commands, ticket) = workBook.submit(number, epoch: robots[robot].epoch)
        for command in commands { deliver(.command(.job(command), ticket: ticket), to: robot) }
        rearm(robot, notBefore: now)
    }

    mutating func cancelWork(_ number: Int, at robot: Int) {
        guard isRunning(robot) else { return }
        let key = workBook.entries[number].order.key
        deliver(.command(.job(.cancel(key)), ticket: UInt32(number + 1)), to: robot)
        rearm(robot, notBefore: now)
    }

    /// A robot that has started knows its kernels, and operators ask what has become of their jobs.
    mutating func registerKernels(at robot: Int) {
        guard !config.work.orders.isEmpty else { return }
        if robot < config.work.registered ?? robots.count {
            deliver(.kernels([config.work.offer]), to: robot)
        }
        for number in workBook.orphans(of: robot, epoch: robots[robot].epoch) {
            queue.push(
                WorldEvent(.workOrder, at: now + 1_000_000_000, robot: robot, stamp: UInt32(number)))
        }
    }

    // MARK: Programs

    mutating func runProgram(_ id: ComputationID, inputs: [ObjectBytes], of robot: Int) {
        let output = config.work.mix(inputs.map(\.bytes))
        robots[robot].programs.append(id)
        let isTaken = robots[robot].processor.submit(
            id, output: output, cost: config.work.cost, sharePercent: config.peer.cloud.partPercent, now: now)
        if !isTaken { robots[robot].refused.append(id) }
        rearmProcessor(robot)
    }

    /// What came of a computation, as its peer has asked for it.
    mutating func outcome(
        of id: ComputationID, output: [UInt8]?, queued: Duration, computed: Duration, at robot: Int
    ) -> ComputationOutcome {
        guard let place = robots[robot].programs.firstIndex(of: id) else {
            return .unit(output: output, queued: queued, computed: computed)
        }
        robots[robot].programs.remove(at: place)
        let result: ProgramOutcome.Result =
            output.map { .done(ObjectID(of: $0), ObjectBytes($0)) } ?? .failed(.notStarted, "no room")
        return .program(ProgramOutcome(result: result, queued: queued, computed: computed))
    }

    // MARK: Objects on the disk

    mutating func keep(_ object: ObjectID, _ bytes: ObjectBytes?, of robot: Int) {
        robots[robot].keeping.append(.init(object: object, bytes: bytes, dueAt: now + Self.persistTime))
        queue.push(WorldEvent(.kept, at: now + Self.persistTime, robot: robot))
    }

    /// What a robot asked to keep is on its disk, or what it asked for comes from there; a power cut before lost the word.
    mutating func finishKeeping(_ robot: Int) {
        while let first = robots[robot].keeping.first, first.dueAt <= now {
            robots[robot].keeping.removeFirst()
            let known = robots[robot].keptObjects.firstIndex { $0.object == first.object }
            if let bytes = first.bytes, known == nil { robots[robot].keptObjects.append((first.object, bytes)) }
            guard isRunning(robot) else { continue }
            if first.bytes != nil {
                deliver(.kept(first.object, isKept: true), to: robot)
            } else {
                deliver(.loaded(first.object, known.map { robots[robot].keptObjects[$0].bytes }), to: robot)
            }
            rearm(robot, notBefore: now)
        }
    }
}
