@testable import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// A requester's rules, one by one. Robot 1 asks; 10 and 11 lead; 20 and up help.
@Suite struct LedgerTests {
    private static let tuning = CloudTuning()
    private let context = LedgerContext(leaders: [NodeID(10), NodeID(11)], neededPercent: 120)
    private let task = TaskID(requester: NodeID(1), number: 7)

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    private func submission(_ number: UInt32 = 7) -> TaskSubmission {
        let parts = (0..<6).map { TaskPart(kernel: .ekf, input: [UInt8($0), 1, 2]) }
        return TaskSubmission(
            number: number, purpose: .step(number), parts: parts, span: .seconds(1), smell: 0.5
        ) { $1 == [UInt8($0)] }
    }

    private func placement(_ helper: UInt16, leader: UInt16 = 10, parts: UInt8 = 1) -> Placement {
        Placement(
            helper: NodeID(helper), leader: NodeID(leader), parts: parts, shareKHz: 5_000,
            efficiency: EfficiencyField(bitsPerSecondPerHz: 8))
    }

    private func match(_ helpers: [UInt16], attempt: UInt8 = 1, pending: UInt8 = 0, leader: UInt16 = 10) -> Match {
        Match(
            task: task, attempt: attempt, pending: pending, placements: helpers.map { placement($0, leader: leader) })
    }

    private func receipt(
        _ part: UInt8, attempt: UInt8 = 1, _ verdict: UnitReceipt.Verdict = .accepted, expected: UInt16 = 240
    ) -> UnitReceipt {
        UnitReceipt(task: task, part: part, attempt: attempt, verdict: verdict, expectedMilliseconds: expected)
    }

    private func result(_ part: UInt8, attempt: UInt8 = 1, output: [UInt8]? = nil, failed: Bool = false) -> UnitResult {
        UnitResult(
            task: task, part: part, attempt: attempt, failed: failed, queueMilliseconds: 0, computeMilliseconds: 240,
            output: failed ? [] : output ?? [part])
    }

    private func requests(_ actions: [LedgerAction]) -> [(attempt: UInt8, parts: UInt8, leader: UInt16)] {
        actions.compactMap {
            if case .request(let request, let leader) = $0 {
                return (request.attempt, request.parts, leader.number)
            }
            return nil
        }
    }

    /// "part.attempt→helper", with a question mark for questions.
    private func offers(_ actions: [LedgerAction]) -> [String] {
        actions.compactMap {
            guard case .offer(let unit, let placement) = $0 else { return nil }
            return "\(unit.part).\(unit.attempt)→\(placement.helper.number)" + (unit.input.isEmpty ? "?" : "")
        }
    }

    private func refusals(_ actions: [LedgerAction]) -> [ResultRefusal] {
        actions.compactMap {
            if case .record(.resultRefused(_, _, _, let refusal)) = $0 { return refusal }
            return nil
        }
    }

    private func outcome(_ actions: [LedgerAction]) -> TaskOutcome? {
        for case .ended(let outcome) in actions { return outcome }
        return nil
    }

    /// A ledger whose parts 3, 4 and 5 are at helpers 20, 21 and 22, accepted at 20 ms.
    private func working() -> Ledger {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        _ = ledger.receive(match([20, 21, 22]), from: NodeID(10), context: context, now: milliseconds(15))
        for (part, helper) in [(3, 20), (4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(receipt(part), from: NodeID(helper), context: context, now: milliseconds(20))
        }
        for part in 0..<3 as Range<UInt8> {
            _ = ledger.finishedLocally(
                task: 7, part: part, output: [part], queued: .zero, computed: .zero, context: context,
                now: milliseconds(21))
        }
        return ledger
    }

    @Test(arguments: [(60.0, 0), (61, 1), (72, 1), (90, 2), (110, 3), (120, 3), (121, 4), (140, 4), (10_000, 6)])
    func `the fewest parts leave that keep the processor under its ceiling`(needed: Double, remote: Int) {
        #expect(Self.tuning.remoteParts(of: 6, neededPercent: needed) == remote)
        #expect(Self.tuning.isWithinCeiling(local: 6 - remote, of: 6, neededPercent: needed))
    }

    @Test func `a task starts its local parts and asks the best leader for the others`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let actions = ledger.submit(submission(), context: context, now: .zero)
        let local = actions.compactMap { action -> UInt8? in
            if case .computeLocally(7, let part, _) = action { return part }
            return nil
        }
        #expect(local == [0, 1, 2])
        guard case .request(let request, let leader)? = actions.last else {
            Issue.record("no request in \(actions)")
            return
        }
        #expect(leader == NodeID(10))
        #expect(request.parts == 3 && request.attempt == 1 && request.smell == 0.5)
        #expect(request.deadlineMilliseconds == 1_000 && request.excluded.isEmpty)
        #expect(Int(request.unitBytes) == Envelope.overheadBytes + 16 + 3)
    }

    @Test func `a silent leader is asked once more, then the next`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        #expect(ledger.nextDeadline == milliseconds(50))
        #expect(requests(ledger.deadlinePassed(context: context, now: milliseconds(49))).isEmpty)
        let again = requests(ledger.deadlinePassed(context: context, now: milliseconds(50)))
        #expect(again.map(\.attempt) == [1] && again.map(\.leader) == [10])
        let next = requests(ledger.deadlinePassed(context: context, now: milliseconds(100)))
        #expect(next.map(\.attempt) == [2] && next.map(\.leader) == [11])
    }

    @Test func `leaders without helpers are asked again after a rest, the other first`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        let none = ledger.receive(match([]), from: NodeID(10), context: context, now: milliseconds(20))
        #expect(requests(none).isEmpty)
        #expect(ledger.nextDeadline == milliseconds(100))
        let next = requests(ledger.deadlinePassed(context: context, now: milliseconds(100)))
        #expect(next.map(\.leader) == [11] && next.map(\.parts) == [3])
    }

    @Test func `a match becomes one unit for each part, each at a helper of its own`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        let first = ledger.receive(match([20], pending: 2), from: NodeID(10), context: context, now: milliseconds(15))
        #expect(offers(first) == ["3.1→20"])
        #expect(requests(first).isEmpty, "two are pending")
        let both = Match(
            task: task, attempt: 1, pending: 0, placements: [placement(21, leader: 11, parts: 2), placement(22)])
        let second = ledger.receive(both, from: NodeID(10), context: context, now: milliseconds(60))
        #expect(offers(second) == ["4.1→21", "5.1→22"])
    }

    @Test func `the same match again places nothing, and matches nobody asked for are ignored`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        let stranger = ledger.receive(match([30, 31, 32]), from: NodeID(11), context: context, now: milliseconds(10))
        #expect(stranger.isEmpty)
        let partial = match([20, 21], pending: 1)
        let first = ledger.receive(partial, from: NodeID(10), context: context, now: milliseconds(15))
        #expect(offers(first).count == 2)
        let again = ledger.receive(partial, from: NodeID(10), context: context, now: milliseconds(16))
        #expect(offers(again).isEmpty)
        let myself = match([1], attempt: 1, pending: 1)
        #expect(offers(ledger.receive(myself, from: NodeID(10), context: context, now: milliseconds(17))).isEmpty)
    }

    @Test func `a helper without a receipt gets the same unit once more, then another is sought without it`() throws {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        _ = ledger.receive(match([20, 21, 22]), from: NodeID(10), context: context, now: milliseconds(15))
        for part in [4, 5] as [UInt8] {
            _ = ledger.receive(receipt(part), from: NodeID(17 + UInt16(part)), context: context, now: milliseconds(20))
        }
        let due = ledger.nextDeadline
        #expect(due > milliseconds(64) && due < milliseconds(70), "50 ms and the transfer")
        #expect(offers(ledger.deadlinePassed(context: context, now: due)) == ["3.1→20"])
        let actions = ledger.deadlinePassed(context: context, now: ledger.nextDeadline)
        #expect(offers(actions).isEmpty)
        let request = try #require(
            actions.compactMap { action -> Request? in
                if case .request(let request, _) = action { return request }
                return nil
            }.first)
        #expect(request.attempt == 2 && request.parts == 1 && request.excluded == [NodeID(20)])
        let next = ledger.receive(match([23], attempt: 2), from: NodeID(10), context: context, now: milliseconds(140))
        #expect(offers(next) == ["3.2→23"])
    }

    @Test(arguments: [UnitReceipt.Verdict.busy, .unknownKernel, .tooLate])
    func `a refusal seeks another helper at once`(verdict: UnitReceipt.Verdict) {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        _ = ledger.receive(match([20, 21, 22]), from: NodeID(10), context: context, now: milliseconds(15))
        let actions = ledger.receive(
            receipt(3, verdict), from: NodeID(20), context: context, now: milliseconds(20))
        #expect(requests(actions).map(\.parts) == [1])
    }

    @Test func `a task is over as soon as every part has a result`() throws {
        var ledger = working()
        #expect(ledger.receive(result(3), from: NodeID(20), context: context, now: milliseconds(250)).count == 1)
        _ = ledger.receive(result(5), from: NodeID(22), context: context, now: milliseconds(251))
        let last = ledger.receive(result(4), from: NodeID(21), context: context, now: milliseconds(252))
        let over = try #require(outcome(last))
        #expect(over.verdict == .completed && over.took == .milliseconds(252) && over.remoteParts == 3)
        #expect(over.results.map { $0?.computedBy.number } == [1, 1, 1, 20, 21, 22])
        #expect(ledger.nextDeadline == .distantFuture)
    }

    @Test func `results are refused with their reason, and the first valid one stays`() {
        var ledger = working()
        func refused(_ result: UnitResult, from helper: UInt16) -> [ResultRefusal] {
            refusals(ledger.receive(result, from: NodeID(helper), context: context, now: milliseconds(250)))
        }
        #expect(refused(result(3), from: 21) == [.wrongHelper])
        #expect(refused(result(0), from: 20) == [.wrongHelper])
        #expect(refused(result(15), from: 20) == [.wrongHelper])
        #expect(refused(result(3, attempt: 2), from: 20) == [.wrongHelper])
        #expect(refused(result(3), from: 20) == [])
        #expect(refused(result(3), from: 20) == [.duplicate])
        #expect(refused(result(4, failed: true), from: 21) == [.kernelFailed])
        #expect(refused(result(5, output: []), from: 22) == [.wrongSize])
        #expect(
            refused(result(5, output: [UInt8](repeating: 0, count: Kernel.resultBytesMax + 1)), from: 22)
                == [.wrongSize])
        #expect(refused(result(5, output: [99]), from: 22) == [.implausible])
        var foreign = result(5)
        foreign.task.requester = NodeID(2)
        #expect(refused(foreign, from: 22) == [.unknownTask])
        foreign.task = TaskID(requester: NodeID(1), number: 8)
        #expect(refused(foreign, from: 22) == [.unknownTask])
    }

    @Test func `after its end a task's results are duplicate or late`() throws {
        var ledger = working()
        _ = ledger.receive(result(3), from: NodeID(20), context: context, now: milliseconds(250))
        let over = try #require(outcome(ledger.deadlinePassed(context: context, now: milliseconds(1_000))))
        #expect(over.verdict == .failed(missing: 2, .noResult))
        let again = ledger.receive(result(3), from: NodeID(20), context: context, now: milliseconds(1_001))
        #expect(refusals(again) == [.duplicate])
        let late = ledger.receive(result(4), from: NodeID(21), context: context, now: milliseconds(1_001))
        #expect(refusals(late) == [.late])
    }

    @Test func `a result at the deadline is late`() {
        var ledger = working()
        let actions = ledger.receive(result(3), from: NodeID(20), context: context, now: milliseconds(1_000))
        #expect(refusals(actions) == [.late])
        #expect(outcome(actions)?.verdict == .failed(missing: 3, .noResult))
    }

    @Test func `an overdue helper is asked twice, then replaced; its late answer still counts`() {
        var ledger = working()
        for (part, helper) in [(4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(result(part), from: NodeID(helper), context: context, now: milliseconds(200))
        }
        #expect(ledger.nextDeadline == milliseconds(290), "240 ms as promised and 30 ms of grace")
        #expect(offers(ledger.deadlinePassed(context: context, now: milliseconds(290))) == ["3.1→20?"])
        #expect(offers(ledger.deadlinePassed(context: context, now: milliseconds(325))) == ["3.1→20?"])
        let doubted = ledger.deadlinePassed(context: context, now: milliseconds(360))
        #expect(requests(doubted).map(\.parts) == [1])
        let late = ledger.receive(result(3), from: NodeID(20), context: context, now: milliseconds(370))
        #expect(outcome(late)?.verdict == .completed)
    }

    @Test func `the new word of a helper that has kept one before puts the question off`() {
        var ledger = working()
        for helper in 20...22 as ClosedRange<UInt16> { ledger.knowsAsReliable(NodeID(helper)) }
        _ = ledger.deadlinePassed(context: context, now: milliseconds(290))
        for (part, helper) in [(3, 20), (4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(
                receipt(part, expected: 100), from: NodeID(helper), context: context, now: milliseconds(300))
        }
        #expect(ledger.nextDeadline == milliseconds(400), "when what nobody computes is computed here")
        #expect(offers(ledger.deadlinePassed(context: context, now: milliseconds(400))).isEmpty)
        #expect(ledger.nextDeadline == milliseconds(430))
    }

    @Test func `before it is too late to replace them, helpers at work are asked whether they live`() {
        var ledger = working()
        for (part, helper) in [(3, 20), (4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(
                receipt(part, expected: 650), from: NodeID(helper), context: context, now: milliseconds(30))
        }
        _ = ledger.deadlinePassed(context: context, now: milliseconds(400))
        #expect(ledger.nextDeadline == milliseconds(600))
        let asked = offers(ledger.deadlinePassed(context: context, now: milliseconds(600)))
        #expect(asked == ["3.1→20?", "4.1→21?", "5.1→22?"])
        for (part, helper) in [(4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(
                receipt(part, expected: 80), from: NodeID(helper), context: context, now: milliseconds(605))
        }
        let doubted = ledger.deadlinePassed(context: context, now: milliseconds(635))
        #expect(requests(doubted).map(\.parts) == [2], "one silence is enough now, and two helpers are sought")
        let two = ledger.receive(
            match([23, 24], attempt: 2), from: NodeID(10), context: context, now: milliseconds(650))
        #expect(offers(two) == ["3.2→23", "3.3→24"])
    }

    @Test func `a silent helper that leads as well is not asked for helpers`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(), context: context, now: .zero)
        _ = ledger.receive(match([10, 21, 22]), from: NodeID(10), context: context, now: milliseconds(15))
        for part in [4, 5] as [UInt8] {
            _ = ledger.receive(receipt(part), from: NodeID(17 + UInt16(part)), context: context, now: milliseconds(20))
        }
        _ = ledger.deadlinePassed(context: context, now: milliseconds(70))
        let next = requests(ledger.deadlinePassed(context: context, now: milliseconds(130)))
        #expect(next.map(\.leader) == [11])
    }

    @Test func `what nobody computes is computed here when the ceiling has room, and only then`() {
        func fill(needed: Double) -> [UInt8] {
            var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
            _ = ledger.submit(submission(), context: context, now: .zero)
            let now = LedgerContext(leaders: [], neededPercent: needed)
            return ledger.deadlinePassed(context: now, now: milliseconds(400)).compactMap { action in
                if case .computeLocally(_, let part, _) = action { return part }
                return nil
            }
        }
        #expect(fill(needed: 120) == [])
        #expect(fill(needed: 90) == [3])
        #expect(fill(needed: 60) == [3, 4, 5])
    }

    @Test func `without any leader a step fails for that reason`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let alone = LedgerContext(leaders: [], neededPercent: 120)
        _ = ledger.submit(submission(), context: alone, now: .zero)
        for part in 0..<3 as Range<UInt8> {
            _ = ledger.finishedLocally(
                task: 7, part: part, output: [part], queued: .zero, computed: .zero, context: alone,
                now: milliseconds(21))
        }
        let over = outcome(ledger.deadlinePassed(context: alone, now: milliseconds(1_000)))
        #expect(over?.verdict == .failed(missing: 3, .noLeader))
    }

    @Test func `a local part that is not done fails the step for that reason and is cancelled`() {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let idle = LedgerContext(leaders: [], neededPercent: 10)
        _ = ledger.submit(submission(), context: idle, now: .zero)
        let actions = ledger.deadlinePassed(context: idle, now: milliseconds(1_000))
        #expect(actions.contains(.cancelLocal(task: 7, part: 5)))
        #expect(outcome(actions)?.verdict == .failed(missing: 6, .localUnfinished))
    }
}

extension Ledger {
    /// The helper has done for this requester what it had promised.
    mutating func knowsAsReliable(_ helper: NodeID) { _ = standings.take(.keptWord(helper), now: .zero) }
}
