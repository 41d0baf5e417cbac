import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// A field of robots whose ledgers, desks and workers talk through a pipe that loses, delays, reorders and repeats, in
/// virtual time. It holds what the machines promise each other, and fails the test at the first breach.
struct Field {
    enum Happening {
        case message(Message, from: NodeID, to: NodeID)
        case wake(Int)
        case step(Int, UInt32)
        case bodyDone(Int, generation: Int)
        case localDone(Int, task: UInt32, part: UInt8, TaskPart)
        case death(Int)
        case rebuild
        case adverts
    }

    private struct PartName: Hashable {
        var requester: NodeID
        var task: UInt32
        var part: UInt8
    }

    let conditions: Conditions
    private let tells: Bool
    var robots: [Robot] = []
    var random: PeerRandom
    var queue = Schedule<Happening>()
    var now: Instant = .zero
    private(set) var submitted = 0
    private(set) var completed = 0
    private(set) var failed: [TaskOutcome] = []
    var messages = 0
    private(set) var parts = 0
    private(set) var tookSeconds: [Double] = []
    /// Tasks whose requester died before they ended.
    private(set) var orphaned = 0
    private var open: [TaskID: Bool] = [:]
    private var doneParts: [PartName: NodeID] = [:]
    private var woken: [Instant] = []
    /// What happened to each task, told when one has failed.
    private var story: [TaskID: [String]] = [:]
    private(set) var stories: [String] = []
    /// Wrong results that were taken, and those that were refused as wrong.
    private(set) var poisoned = 0
    private(set) var foundOut = 0
    /// How robots lost their standing, by why.
    private(set) var losses = [Int](repeating: 0, count: StandingLoss.allCases.count + 1)
    /// Honest robots that were shunned, or doubted, for what they answered.
    private(set) var slandered = 0

    init(_ conditions: Conditions, seed: UInt64, tells: Bool = false) {
        self.conditions = conditions
        self.tells = tells
        random = PeerRandom(seed: seed)
        let count = conditions.helpers + conditions.cameras
        for number in 0..<count {
            let isCamera = number >= conditions.helpers
            let idle = isCamera ? 0 : uniform(conditions.idlePercent)
            let id = NodeID(UInt16(number))
            var robot = Robot(
                id: id, ledger: Ledger(id: id, tuning: conditions.tuning),
                desk: Desk(id: id, tuning: conditions.tuning),
                worker: Worker(tuning: conditions.tuning, now: .zero), body: Body(idlePercent: idle),
                isLeader: number < conditions.leaders, idlePercent: idle,
                neededPercent: uniform(conditions.neededPercent),
                leader: NodeID(UInt16(number % conditions.leaders)))
            let fromLast = conditions.helpers - 1 - number
            robot.isPoisoner = fromLast >= 0 && fromLast < conditions.poisoners
            robot.isBlackHole = number < conditions.blackHoles
            // Its leader hears more than there is, and so does its own worker.
            if fromLast >= 0 && fromLast < conditions.boasters {
                robot.idlePercent = 100
                robot.body = Body(idlePercent: 8)
            }
            robot.worker.setIdle(percent: robot.idlePercent, now: .zero)
            robots.append(robot)
            woken.append(.distantFuture)
        }
        tellLeaders()
        scheduleRun()
    }

    private mutating func scheduleRun() {
        for step in 0..<conditions.steps {
            for index in conditions.helpers..<robots.count {
                let jitter = random.jitter(upTo: .milliseconds(4))
                queue.add(.step(index, UInt32(step)), at: .zero + .seconds(step) + jitter)
            }
        }
        let end: Duration = .seconds(conditions.steps)
        for _ in 0..<conditions.helperDeaths {
            let victim = conditions.leaders + Int(random.next() % UInt64(conditions.helpers - conditions.leaders))
            queue.add(.death(victim), at: .zero + random.jitter(upTo: end))
        }
        for _ in 0..<conditions.leaderDeaths {
            queue.add(.death(Int(random.next() % UInt64(conditions.leaders))), at: .zero + random.jitter(upTo: end))
        }
        for _ in 0..<conditions.rebuilds { queue.add(.rebuild, at: .zero + random.jitter(upTo: end)) }
        for tick in 0..<(5 * conditions.steps) { queue.add(.adverts, at: .zero + .milliseconds(200 * tick)) }
    }

    private mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        range.lowerBound + random.unit() * (range.upperBound - range.lowerBound)
    }

    // MARK: - Running

    mutating func run() {
        var turns = 0
        while let (at, happening) = queue.next() {
            turns += 1
            precondition(turns < 5_000_000, "the field never comes to rest")
            now = at
            handle(happening)
        }
        #expect(open.values.allSatisfy { !$0 }, "a task never ended")
        #expect(submitted == completed + failed.count + orphaned)
        for robot in robots where robot.isAlive {
            #expect(robot.ledger.openCount == 0)
            #expect(robot.worker.busyParts == 0)
            #expect(robot.desk.nextDeadline == .distantFuture)
        }
    }

    private mutating func handle(_ happening: Happening) {
        switch happening {
        case .message(let message, let from, let to): deliver(message, from: from, to: Int(to.number))
        case .wake(let index): wake(index)
        case .step(let index, let number): submit(index, number)
        case .bodyDone(let index, let generation): bodyDone(index, generation)
        case .localDone(let index, let task, let part, let work):
            guard robots[index].isAlive else { return }
            let actions = robots[index].ledger.finishedLocally(
                task: task, part: part, output: Self.answer(work.input), queued: .zero, computed: .milliseconds(500),
                context: context(index), now: now)
            carryOut(actions, index)
        case .death(let index):
            robots[index].isAlive = false
            robots[index].diesAt = now
            queue.add(.rebuild, at: now + .milliseconds(700))
        case .rebuild:
            rebuild()
        case .adverts: tellLeaders()
        }
    }

    private mutating func submit(_ index: Int, _ number: UInt32) {
        guard robots[index].isAlive else { return }
        let parts = (0..<6).map { TaskPart(kernel: .ekf, input: answerInput(index, number, $0)) }
        let answers = parts.map { Self.answer($0.input) }
        submitted += 1
        open[TaskID(requester: robots[index].id, number: number)] = true
        let submission = TaskSubmission(
            number: number, purpose: .step(number), parts: parts, span: .milliseconds(990), smell: 0,
            check: conditions.check, seed: conditions.check.isDrawn ? random.next() : 0,
            isValid: { answers[$0].count == $1.count }, agrees: { $1 == $2 })
        let actions = robots[index].ledger.submit(submission, context: context(index), now: now)
        carryOut(actions, index)
    }

    private func answerInput(_ index: Int, _ number: UInt32, _ part: Int) -> [UInt8] {
        (0..<(100 + 100 * part)).map { UInt8(truncatingIfNeeded: $0 + index + Int(number)) }
    }

    /// What the fake kernels compute.
    static func answer(_ input: [UInt8]) -> [UInt8] { [UInt8(truncatingIfNeeded: input.count)] + input.reversed() }

    func context(_ index: Int) -> LedgerContext {
        let own = robots[index].leader
        var leaders = [own]
        for other in 0..<conditions.leaders where robots[other].id != own && isBelievedAlive(other) {
            leaders.append(robots[other].id)
        }
        return LedgerContext(leaders: leaders, neededPercent: robots[index].neededPercent)
    }

    /// A death is known to the others after three beacons.
    func isBelievedAlive(_ index: Int) -> Bool {
        robots[index].diesAt.map { now < $0 + .milliseconds(700) } ?? true
    }

    // MARK: - Actions

    private mutating func tell(_ task: TaskID, _ what: @autoclosure () -> String) {
        guard tells else { return }
        let what = what()
        story[task, default: []].append("\(now.nanoseconds / 100_000) \(what)")
    }

    mutating func carryOut(_ actions: [LedgerAction], _ index: Int) {
        let requester = robots[index].id
        for action in actions {
            switch action {
            case .request(let request, let leader):
                tell(request.task, "request \(request.attempt) for \(request.parts) to \(leader)")
                send(.request(request), from: index, to: leader)
            case .offer(let unit, let placement):
                if placement.helper == requester { Issue.record("a unit for oneself") }
                tell(
                    unit.task,
                    "unit \(unit.part).\(unit.attempt) to \(placement.helper) of \(placement.leader) \(unit.input.isEmpty ? "?" : "")"
                )
                send(.unit(unit), from: index, to: placement.helper)
            case .computeLocally(let task, let part, let work):
                queue.add(.localDone(index, task: task, part: part, work), at: now + .milliseconds(590))
            case .cancelLocal: break
            case .ended(let outcome): ended(outcome, index)
            case .record(.partDone(let task, let part, let helper)):
                tell(TaskID(requester: requester, number: task), "done \(part)")
                let name = PartName(requester: robots[index].id, task: task, part: part)
                #expect(doneParts[name] == nil, "part \(part) of task \(task) taken twice")
                doneParts[name] = helper
            case .record(.standingLost(let robot, let loss)): lost(robot, loss, index)
            case .record(.resultRefused(_, _, _, .poisoned)): foundOut += 1
            case .record: break
            }
        }
        arm(index)
    }

    /// What it had done alone is sought again.
    private mutating func lost(_ robot: NodeID, _ loss: StandingLoss, _ index: Int) {
        losses[Int(loss.rawValue)] += 1
        let requester = robots[index].id
        for name in doneParts.keys where name.requester == requester && doneParts[name] == robot {
            doneParts[name] = nil
        }
        guard loss != .unreliable, loss != .blackHole else { return }
        if !robots[Int(robot.number)].isPoisoner { slandered += 1 }
    }

    private func checkReservations(_ index: Int) {
        for other in robots.indices where robots[other].idlePercent > 0 {
            let lent = Int(robots[other].idlePercent / conditions.tuning.partPercent)
            let reserved = robots[index].desk.reservedParts(at: robots[other].id, now: now)
            if reserved > lent { Issue.record("\(robots[other].id) is overbooked") }
        }
    }

    private mutating func ended(_ outcome: TaskOutcome, _ index: Int) {
        let id = TaskID(requester: robots[index].id, number: outcome.number)
        #expect(open[id] == true, "a task ended that was not open")
        open[id] = false
        parts += outcome.remoteParts
        #expect(outcome.took <= .milliseconds(990))
        for (part, result) in outcome.results.enumerated() {
            guard let result else { continue }
            #expect(result.output.count == 101 + 100 * part, "a result of another part was taken")
            if result.output == Self.answer(answerInput(index, outcome.number, part)) { continue }
            poisoned += 1
            if tells { stories.append("part \(part) of \(id) poisoned by \(result.computedBy)") }
        }
        switch outcome.verdict {
        case .completed:
            #expect(!outcome.results.contains { $0 == nil })
            completed += 1
            tookSeconds.append(outcome.took.inSeconds)
        case .failed(let missing, _):
            #expect(outcome.results.count { $0 == nil } == missing && missing > 0)
            failed.append(outcome)
            guard tells else { return }
            stories.append("\(id) \(outcome.verdict)\n  " + (story[id] ?? []).joined(separator: "\n  "))
        }
    }

    mutating func carryOut(_ actions: [DeskAction], _ index: Int) {
        for action in actions {
            switch action {
            case .match(let match, let to):
                tell(
                    match.task,
                    "match \(match.attempt): \(match.placements.map { "\($0.helper)×\($0.parts)" }) pending \(match.pending)"
                )
                send(.match(match), from: index, to: to)
            case .claim(let claim, let to): send(.claim(claim), from: index, to: to)
            case .claimReply(let reply, let to): send(.claimReply(reply), from: index, to: to)
            }
        }
        arm(index)
    }

    mutating func carryOut(_ actions: [WorkerAction], _ index: Int) {
        let helper = robots[index].id
        for action in actions {
            switch action {
            case .receipt(let receipt, let to):
                tell(
                    receipt.task,
                    "\(helper) says \(receipt.part).\(receipt.attempt) \(receipt.verdict) \(receipt.expectedMilliseconds)"
                )
                send(.unitReceipt(receipt), from: index, to: to)
            case .compute(let key, _, let input, let cost, _):
                robots[index].body.add(key, input: input, cost: cost, now: now)
            case .cancel(let key): robots[index].body.cancel(key, now: now)
            case .result(let result, let to):
                tell(result.task, "\(helper) result \(result.part).\(result.attempt)")
                send(.result(result), from: index, to: to)
            case .record: break
            }
        }
        if robots[index].worker.busyParts > robots[index].worker.slots { Issue.record("more units than slots") }
        if let finish = robots[index].body.nextFinish {
            queue.add(.bodyDone(index, generation: robots[index].body.generation), at: finish)
        }
        arm(index)
    }

    private mutating func bodyDone(_ index: Int, _ generation: Int) {
        guard robots[index].isAlive, let (key, input) = robots[index].body.finish(generation, now: now) else { return }
        var output = Self.answer(input)
        if conditions.nonsenseEvery > 0, random.next() % conditions.nonsenseEvery == 0 { output = [1, 2, 3] }
        if robots[index].isPoisoner, random.unit() < conditions.poisonFraction {
            output[0] ^= conditions.poisonersCollude ? 0x55 : UInt8(truncatingIfNeeded: index + 1)
        }
        let actions = robots[index].worker.finished(
            key, output: output, queued: .zero, computed: .milliseconds(1), now: now)
        carryOut(actions, index)
    }

    // MARK: - Waking

    private func nextDeadline(_ index: Int) -> Instant {
        min(
            robots[index].ledger.nextDeadline,
            min(robots[index].desk.nextDeadline, robots[index].worker.nextDeadline))
    }

    private mutating func arm(_ index: Int) {
        let next = nextDeadline(index)
        guard next < .distantFuture, next != woken[index] else { return }
        woken[index] = next
        queue.add(.wake(index), at: max(now, next))
    }

    private mutating func wake(_ index: Int) {
        guard robots[index].isAlive else {
            orphan(index)
            return
        }
        woken[index] = .distantFuture
        let context = context(index)
        carryOut(robots[index].ledger.deadlinePassed(context: context, now: now), index)
        let hasServed = robots[index].desk.nextDeadline <= now
        carryOut(robots[index].desk.deadlinePassed(now: now), index)
        if hasServed { checkReservations(index) }
        carryOut(robots[index].worker.deadlinePassed(now: now), index)
        if nextDeadline(index) <= now { Issue.record("woken again at once") }
    }

    private mutating func orphan(_ index: Int) {
        orphaned += robots[index].ledger.openCount
    }
}
