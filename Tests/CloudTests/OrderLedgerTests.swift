import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// Orders in the ledger, beside steps and each other; and what leaving robots cost them. Robot 1 asks.
@Suite struct OrderLedgerTests {
    private static let tuning = CloudTuning()
    private let alone = LedgerContext(leaders: [], neededPercent: 0)
    private let led = LedgerContext(leaders: [NodeID(10), NodeID(11)], neededPercent: 120)

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    private func order(_ number: UInt32, parts: Int = 6, span: Duration = .seconds(5)) -> TaskSubmission {
        TaskSubmission(
            number: number, purpose: .order(TaskKey(UInt64(number))),
            parts: (0..<parts).map { TaskPart(kernel: .ekf, input: [UInt8($0), 1]) }, span: span, smell: 0
        ) { $1 == [UInt8($0)] }
    }

    private func step(_ number: UInt32) -> TaskSubmission {
        TaskSubmission(
            number: number, purpose: .step(number),
            parts: (0..<6).map { TaskPart(kernel: .ekf, input: [UInt8($0), 1]) }, span: .milliseconds(990), smell: 0
        ) { $1 == [UInt8($0)] }
    }

    private func local(_ actions: [LedgerAction]) -> [UInt8] {
        actions.compactMap { if case .computeLocally(_, let part, _) = $0 { part } else { nil } }
    }

    private func outcomes(_ actions: [LedgerAction]) -> [TaskOutcome] {
        actions.compactMap { if case .ended(let outcome) = $0 { outcome } else { nil } }
    }

    private func match(_ task: UInt32, _ helpers: [UInt16], attempt: UInt8 = 1) -> Match {
        Match(
            task: TaskID(requester: NodeID(1), number: task), attempt: attempt, pending: 0,
            placements: helpers.map {
                Placement(
                    helper: NodeID($0), leader: NodeID(10), parts: 1, shareKHz: 5_000,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: 8))
            })
    }

    @Test func `a robot without leader computes a whole order in waves before its deadline`() throws {
        for parts in [1, 6, 16] {
            var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
            var now = Instant.zero
            var actions = ledger.submit(order(7, parts: parts), context: alone, now: now)
            var atWork: [(part: UInt8, at: Instant)] = []
            var busiest = 0
            var ended: TaskOutcome?
            while ended == nil, now < milliseconds(5_001) {
                // A part takes its whole window: nothing runs faster here than the ceiling allows.
                for part in local(actions) { atWork.append((part, now + .milliseconds(600))) }
                busiest = max(busiest, atWork.count)
                ended = outcomes(actions).first
                let done = atWork.min { $0.at < $1.at }
                now = max(now, min(done?.at ?? .distantFuture, ledger.nextDeadline))
                if let done, done.at <= now {
                    atWork.removeAll { $0.part == done.part }
                    actions = ledger.finishedLocally(
                        task: 7, part: done.part, output: [done.part], queued: .zero, computed: .zero, context: alone,
                        now: now)
                } else {
                    actions = ledger.deadlinePassed(context: alone, now: now)
                }
            }
            #expect(try #require(ended).verdict == .completed, "\(parts) parts")
            #expect(busiest == min(parts, 3), "never above the ceiling")
        }
    }

    @Test func `an order takes at home only what steps and other orders leave`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let first = local(ledger.submit(order(1, parts: 2), context: alone, now: .zero))
        let second = local(ledger.submit(order(2, parts: 2), context: alone, now: .zero))
        #expect(first == [0, 1] && second == [0] && ledger.orderPercent == 60)
        var busy = led
        busy.reservedPercent = Self.tuning.keptPercent(of: 6, neededPercent: 120)
        var camera = Ledger(id: NodeID(1), tuning: Self.tuning)
        #expect(local(camera.submit(order(1), context: busy, now: .zero)) == [])
        #expect(local(camera.submit(step(2), context: busy, now: .zero)) == [0, 1, 2], "the step gives nothing away")
    }

    @Test func `orders and steps are open side by side, and neither ends the other`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        for number in 100..<116 as Range<UInt32> {
            _ = ledger.submit(order(number, span: .seconds(60)), context: led, now: .zero)
        }
        var ended: [TaskOutcome] = []
        for number in 0..<4 as Range<UInt32> {
            let now = Instant.zero + .seconds(Int(number))
            ended += outcomes(ledger.deadlinePassed(context: led, now: now))
            ended += outcomes(ledger.submit(step(number), context: led, now: now))
        }
        #expect(ended.map(\.purpose) == [.step(0), .step(1), .step(2)] && ledger.openCount == 17)
    }

    @Test func `however long it is, an order's requests end with it`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        var actions = ledger.submit(order(7, parts: 16, span: .seconds(60)), context: led, now: .zero)
        var requests = 0
        var now = Instant.zero
        var lastAt = now
        while ledger.openCount > 0 {
            for case .request(let request, let leader) in actions {
                requests += 1
                lastAt = now
                let none = Match(task: request.task, attempt: request.attempt, pending: 0, placements: [])
                _ = ledger.receive(none, from: leader, context: led, now: now + .milliseconds(10))
            }
            now = max(now + .milliseconds(10), ledger.nextDeadline)
            actions = ledger.deadlinePassed(context: led, now: now)
        }
        #expect(requests > 40 && requests < 100 && lastAt > milliseconds(55_000), "\(requests) until \(lastAt)")
    }

    @Test func `a helper that leaves is replaced at once`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(order(7), context: led, now: .zero)
        _ = ledger.receive(match(7, [20, 21, 22]), from: NodeID(10), context: led, now: milliseconds(15))
        let actions = ledger.helperLeft(NodeID(21), context: led, now: milliseconds(30))
        let request = actions.compactMap { if case .request(let request, _) = $0 { request } else { nil } }
        #expect(request.map(\.parts) == [1] && request.first?.excluded == [NodeID(21)])
        let late = UnitResult(
            task: TaskID(requester: NodeID(1), number: 7), part: 4, attempt: 1, failed: false, queueMilliseconds: 0,
            computeMilliseconds: 1, output: [4])
        let taken = ledger.receive(late, from: NodeID(21), context: led, now: milliseconds(40))
        #expect(
            taken.contains(.record(.partDone(task: 7, part: 4, helper: NodeID(21)))), "a result it sent before is good")
    }

    @Test func `a robot that leaves refuses what it computes, and one that is left stops computing it`() {
        func unit(_ requester: UInt16) -> WorkUnit {
            WorkUnit(
                task: TaskID(requester: NodeID(requester), number: 1), part: 0, attempt: 1,
                kernel: Kernel.ekf.rawValue, kernelVersion: Kernel.version, costMilliseconds: 120,
                deadlineMilliseconds: 2_000, input: [1])
        }
        var worker = Worker(tuning: Self.tuning, now: .zero)
        worker.setIdle(percent: 60, now: .zero)
        for requester in 2...4 as ClosedRange<UInt16> { _ = worker.receive(unit(requester), now: .zero) }
        let two = UnitKey(task: TaskID(requester: NodeID(2), number: 1), part: 0, attempt: 1)
        #expect(worker.requesterLeft(NodeID(2), now: .zero) == [.cancel(two)] && worker.busyParts == 2)
        let last = worker.leave(now: .zero)
        let refused = last.compactMap { action -> UInt16? in
            if case .receipt(let receipt, let requester) = action, receipt.verdict == .busy { return requester.number }
            return nil
        }
        #expect(refused == [3, 4] && worker.busyParts == 0 && worker.nextDeadline == .distantFuture)
        #expect(last.count == 4)
    }

    @Test func `long orders that have been answered keep no desk closed`() {
        var desk = Desk(id: NodeID(10), tuning: Self.tuning)
        let members = (20..<90 as Range<UInt16>).map {
            MemberOffer(
                helper: NodeID($0), parts: 5, idlePercent: 100, shareKHz: 20_000,
                efficiency: EfficiencyField(bitsPerSecondPerHz: 30), busyParts: 0)
        }
        desk.setMembers(members)
        func ask(_ number: UInt32, at now: Instant) -> [Placement] {
            let request = Request(
                task: TaskID(requester: NodeID(1), number: number), attempt: 1, parts: 1, unitBytes: 300,
                deadlineMilliseconds: 60_000, smell: 0, excluded: [])
            let said = desk.receive(request, now: now) + desk.deadlinePassed(now: now + .milliseconds(10))
            return said.flatMap { action -> [Placement] in
                if case .match(let match, _) = action { match.placements } else { [] }
            }
        }
        for number in 0..<400 as Range<UInt32> {
            #expect(ask(number, at: milliseconds(20 * Int(number))).count == 1, "order \(number)")
        }
    }
}
