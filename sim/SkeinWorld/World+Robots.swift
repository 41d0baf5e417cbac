import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

/// The robots' end of the world: inputs into peers, effects out of them.
extension World {
    // MARK: On and off

    mutating func boot(_ robot: Int) {
        let isFirst = robots[robot].epoch == 0
        robots[robot].epoch += 1
        robots[robot].isUp = true
        robots[robot].pausedUntil = nil
        robots[robot].wakeAt = .max
        book.booted(robot)
        isVisible[robot] = true
        medium.switchOn(robot)
        let epoch = robots[robot].epoch
        var dice = config.bootDice(robot, epoch: epoch)
        robots[robot].senses = Senses(
            role: robots[robot].role, config: config.sensors, dice: config.sensorDice(robot, epoch: epoch), now: now)
        let start = startPose(robot, isFirst: isFirst && book.startedAt == nil, &dice)
        book.localisation?.booted(robot, at: start)
        let peer = Peer(
            id: NodeID(UInt16(robot)), config: config.peer,
            seed: Dice.mixed(config.seed, Dice.Stream.peer.rawValue, UInt64(epoch) << 32 | UInt64(robot)),
            seal: keys.seal(robot: robot, epoch: Epoch(epoch)),
            start: start, role: robots[robot].role,
            restored: robots[robot].kept, now: clock(robot))
        peers[robot] = PeerSlot(peer, onlooker: watch)
        insiders[robot]?.rebooted(keys.seal(robot: robot, epoch: Epoch(epoch)))
        deliver(.cpu(processorSample(robot)), to: robot)
        registerKernels(at: robot)
        if robot == config.start && isFirst {
            let order = config.plan.map { given($0, at: robot) } ?? .organise(launches: launches)
            deliver(.command(order, ticket: 0), to: robot)
        }
        rearm(robot, notBefore: now)
        let phase = Int64(dice.uniform(0, Double(config.sensors.interval.nanoseconds)))
        queue.push(WorldEvent(.sense, at: now + phase, robot: robot, stamp: epoch))
        queue.push(
            WorldEvent(.sampleProcessor, at: now + Self.processorInterval + phase, robot: robot, stamp: epoch))
    }

    private mutating func startPose(_ robot: Int, isFirst: Bool, _ dice: inout Dice) -> StartPose {
        robots[robot].body.advance(to: now)
        let body = robots[robot].body
        return config.startPose(
            at: body.place, headingRadians: body.headingRadians, isFirst: isFirst, dice: &dice)
    }

    /// Power cut: the peer and all it knew is gone; the body stops when its last setpoint has expired.
    mutating func switchOff(_ robot: Int) {
        peers[robot] = nil
        statuses[robot] = nil
        robots[robot].isUp = false
        robots[robot].pausedUntil = nil
        robots[robot].refused = []
        robots[robot].planning = []
        robots[robot].persisting = []
        robots[robot].programs = []
        robots[robot].keeping = []
        robots[robot].processor = Processor(capacityPercent: robots[robot].processor.capacityPercent)
        robots[robot].processorStamp += 1
        medium.switchOff(robot)
        book.switchedOff(robot)
    }

    mutating func resume(_ robot: Int) {
        guard let until = robots[robot].pausedUntil, until <= now, robots[robot].isUp else { return }
        robots[robot].pausedUntil = nil
        deliver(.deadline, to: robot)
        rearm(robot, notBefore: now + Self.timerSlack)
        finishPlans(robot)
        rearmProcessor(robot)
    }

    // Reads fields where they lie: a method of `Robot` would be handed a copy of it.

    func isRunning(_ robot: Int) -> Bool { robots[robot].isUp && robots[robot].pausedUntil == nil }

    // MARK: Inputs

    mutating func deliver(_ input: Input, to robot: Int) {
        peers[robot]?.handle(input, now: clock(robot), effects: &effects)
        guard !effects.items.isEmpty else { return }
        var place = 0
        while place < effects.items.count {
            perform(effects.items[place], of: robot)
            place += 1
        }
        effects.removeAll()
    }

    /// Sees to it that the peer is woken when it wants to be.
    mutating func rearm(_ robot: Int, notBefore earliest: Int64) {
        guard let deadline = peers[robot]?.nextDeadline, let time = worldTime(deadline, robot)
        else { return }
        let due = max(time, earliest)
        guard due < robots[robot].wakeAt else { return }
        robots[robot].wakeAt = due
        queue.push(WorldEvent(.wake, at: due, robot: robot))
    }

    mutating func wake(_ robot: Int, _ event: WorldEvent) {
        guard robots[robot].wakeAt == event.time else { return }
        robots[robot].wakeAt = .max
        guard isRunning(robot), let deadline = peers[robot]?.nextDeadline else { return }
        guard deadline <= clock(robot) else {
            rearm(robot, notBefore: now)
            return
        }
        deliver(.deadline, to: robot)
        rearm(robot, notBefore: now + Self.timerSlack)
    }

    mutating func sense(_ robot: Int, _ event: WorldEvent) {
        guard robots[robot].isUp, robots[robot].epoch == event.stamp else { return }
        queue.push(
            WorldEvent(.sense, at: now + config.sensors.interval.nanoseconds, robot: robot, stamp: event.stamp))
        guard isRunning(robot) else { return }
        var body = robots[robot].body
        var senses = robots[robot].senses
        if robots[robot].role.carriesCamera { lookAround() }
        let reading = senses.read(
            robot, body: &body, places: places, isVisible: isVisible, scene: scene, now: now)
        robots[robot].body = body
        robots[robot].senses = senses
        places[robot] = body.place
        deliver(.sensors(reading), to: robot)
        rearm(robot, notBefore: now)
        guard let wandering = config.wandering, let estimate = peers[robot]?.placeEstimate else { return }
        let flown = book.startedAt.map { now - $0 }
        book.localisation?.read(robot, reading, estimate: estimate, body: robots[robot].body, flown: flown)
        guard flown != nil else { return }
        let setpoint = wandering.setpoint(robots[robot].body, arena: config.arena, dice: &robots[robot].whim)
        robots[robot].body.obey(setpoint, now: now)
    }

    /// A frame shows everybody where they are at that moment, not at the last tick.
    private mutating func lookAround() {
        for other in 0..<robots.count where robots[other].body.isMoving(at: now) {
            robots[other].body.advance(to: now)
            places[other] = robots[other].body.place
        }
    }

    private func processorSample(_ robot: Int) -> CPUSample {
        let lent =
            robots[robot].role.carriesCamera && book.robots[robot].saysArrived
            ? max(config.arrivedCameraIdlePercent, robots[robot].idlePercent) : robots[robot].idlePercent
        return CPUSample(idlePercent: lent, neededPercent: robots[robot].neededPercent)
    }

    mutating func sampleProcessor(_ robot: Int, _ event: WorldEvent) {
        guard robots[robot].isUp, robots[robot].epoch == event.stamp else { return }
        queue.push(
            WorldEvent(.sampleProcessor, at: now + Self.processorInterval, robot: robot, stamp: event.stamp))
        guard isRunning(robot) else { return }
        deliver(.cpu(processorSample(robot)), to: robot)
        rearm(robot, notBefore: now)
    }

    // MARK: Computations

    mutating func rearmProcessor(_ robot: Int) {
        robots[robot].processorStamp += 1
        let stamp = robots[robot].processorStamp
        if !robots[robot].refused.isEmpty {
            queue.push(WorldEvent(.unitDone, at: now, robot: robot, stamp: stamp))
        } else if let end = robots[robot].processor.nextEnd {
            queue.push(WorldEvent(.unitDone, at: max(end, now), robot: robot, stamp: stamp))
        }
    }

    mutating func finishUnits(_ robot: Int, _ event: WorldEvent) {
        guard robots[robot].processorStamp == event.stamp, isRunning(robot) else { return }
        let refused = robots[robot].refused
        robots[robot].refused = []
        for id in refused {
            let outcome = outcome(of: id, output: nil, queued: .zero, computed: .zero, at: robot)
            deliver(.computed(id, outcome), to: robot)
        }
        for unit in robots[robot].processor.takeFinished(now: now) {
            let outcome = outcome(
                of: unit.id, output: unit.output, queued: unit.queued, computed: unit.computed, at: robot)
            deliver(.computed(unit.id, outcome), to: robot)
        }
        rearmProcessor(robot)
        rearm(robot, notBefore: now)
    }

    mutating func finishPlans(_ robot: Int) {
        guard isRunning(robot) else { return }
        while let first = robots[robot].planning.first, first.dueAt <= now {
            robots[robot].planning.removeFirst()
            deliver(.computed(first.id, .plan(first.plan)), to: robot)
        }
        rearm(robot, notBefore: now)
    }

    // MARK: Disk

    /// What a robot asked to keep is on its disk; a power cut before lost it.
    mutating func finishPersisting(_ robot: Int) {
        while let first = robots[robot].persisting.first, first.dueAt <= now {
            robots[robot].persisting.removeFirst()
            robots[robot].kept.removeAll { $0.key == first.record.key }
            if first.record.bytes != nil { robots[robot].kept.append(first.record) }
            guard isRunning(robot) else { continue }
            deliver(.persisted(first.id), to: robot)
            rearm(robot, notBefore: now)
        }
    }

    // MARK: Effects

    private mutating func perform(_ effect: Effect, of robot: Int) {
        switch effect {
        case .send(let transmission): say(transmission, from: robot)
        case .compute(let id, .unit(let kernel, let input, let cost, let sharePercent)):
            let output = answered(kernel, input: input, output: try? kernel.run(input: input), by: robot)
            let isTaken = robots[robot].processor.submit(
                id, output: output, cost: cost, sharePercent: sharePercent, now: now)
            if !isTaken { robots[robot].refused.append(id) }
            rearmProcessor(robot)
        case .compute(let id, .plan(let graph, let strategy, let previousLeaders)):
            let begun = stopwatch?()
            let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previousLeaders)
            if let begun, let stopwatch {
                book.planNanosecondsMax = max(book.planNanosecondsMax ?? 0, stopwatch() &- begun)
            }
            book.plans += 1
            let dueAt = now + config.planTime.nanoseconds
            robots[robot].planning.append(.init(id: id, dueAt: dueAt, plan: plan))
            queue.push(WorldEvent(.planDone, at: dueAt, robot: robot))
        case .compute(let id, .program(_, let inputs, _)): runProgram(id, inputs: inputs, of: robot)
        case .keep(let object, let bytes): keep(object, bytes, of: robot)
        case .load(let object): keep(object, nil, of: robot)
        case .discard(let object): robots[robot].keptObjects.removeAll { $0.object == object }
        case .cancel(let id):
            robots[robot].processor.cancel(id, now: now)
            robots[robot].planning.removeAll { $0.id == id }
            robots[robot].programs.removeAll { $0 == id }
            rearmProcessor(robot)
        case .actuate(let setpoint):
            if config.wandering == nil { robots[robot].body.obey(setpoint, now: now) }
        case .reply(.status(let status), _): statuses[robot] = status
        case .reply(.done, _), .reply(.links, _), .reply(.echoed, _), .reply(.echoFailed, _), .reply(.taskAccepted, _),
            .reply(.taskRefused, _), .reply(.taskEnded, _), .reply(.task, _), .reply(.tasks, _), .reply(.left, _),
            .reply(.refused, _), .reply(.admitted, _), .reply(.entries, _), .reply(.trust, _), .reply(.peers, _),
            .reply(.report, _), .reply(.question, _), .reply(.mission, _):
            break
        case .reply(.job(let reply), let ticket): workBook.hear(reply, ticket: ticket)
        case .reply(.safety(let report), _): book.stopWatch?.report = report
        case .persist(let id, let record):
            let dueAt = now + Self.persistTime
            robots[robot].persisting.append(.init(id: id, dueAt: dueAt, record: record))
            queue.push(WorldEvent(.persisted, at: dueAt, robot: robot))
        case .record(let event): note(event, from: robot)
        }
    }
}
