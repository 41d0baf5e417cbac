import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

/// What a requester does to be sure of a result, step by step. Robot 1 asks; 10 and 11 lead; 20 and up help.
@Suite struct CheckLedgerTests {
    private static let tuning = CloudTuning()
    private let context = LedgerContext(leaders: [NodeID(10), NodeID(11)], neededPercent: 120)
    private let task = TaskID(requester: NodeID(1), number: 7)

    private func milliseconds(_ count: Int) -> Instant { .zero + .milliseconds(count) }

    /// Six parts; the right answer to part p is [p, 0], any [p, …] of two bytes could be one.
    private func submission(_ check: ResultCheck, number: UInt32 = 7, seed: UInt64 = 0) -> TaskSubmission {
        TaskSubmission(
            number: number, purpose: .step(number),
            parts: (0..<6).map { TaskPart(kernel: .ekf, input: [UInt8($0), 1, 2]) }, span: .seconds(1), smell: 0,
            check: check, seed: seed, isValid: { $1.count == 2 && $1[0] == UInt8($0) }, agrees: { $1 == $2 })
    }

    private func match(_ helpers: [UInt16], attempt: UInt8 = 1, task number: UInt32 = 7) -> Match {
        Match(
            task: TaskID(requester: NodeID(1), number: number), attempt: attempt, pending: 0,
            placements: helpers.map {
                Placement(
                    helper: NodeID($0), leader: NodeID(10), parts: 1, shareKHz: 5_000,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: 8))
            })
    }

    private func result(_ part: UInt8, _ answer: UInt8, attempt: UInt8 = 1, task number: UInt32 = 7) -> UnitResult {
        UnitResult(
            task: TaskID(requester: NodeID(1), number: number), part: part, attempt: attempt, failed: false,
            queueMilliseconds: 0, computeMilliseconds: 240, output: [part, answer])
    }

    /// "part.attempt→helper".
    private func offers(_ actions: [LedgerAction]) -> [String] {
        actions.compactMap {
            guard case .offer(let unit, let placement) = $0 else { return nil }
            return "\(unit.part).\(unit.attempt)→\(placement.helper.number)"
        }
    }

    private func events(_ actions: [LedgerAction]) -> [Event] {
        actions.compactMap { if case .record(let event) = $0 { event } else { nil } }
    }

    private func requests(_ actions: [LedgerAction]) -> [Request] {
        actions.compactMap { if case .request(let request, _) = $0 { request } else { nil } }
    }

    private func outcome(_ actions: [LedgerAction]) -> TaskOutcome? {
        for case .ended(let outcome) in actions { return outcome }
        return nil
    }

    /// Three parts at two helpers each, the local ones done.
    private func voting() -> Ledger {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        let asked = requests(ledger.submit(submission(.quorum), context: context, now: .zero))
        #expect(asked.map(\.parts) == [6], "each part twice")
        let given = ledger.receive(
            match([20, 21, 22, 23, 24, 25]), from: NodeID(10), context: context, now: milliseconds(15))
        #expect(offers(given) == ["3.1→20", "4.1→21", "5.1→22", "3.2→23", "4.2→24", "5.2→25"])
        for part in 0..<3 as Range<UInt8> {
            _ = ledger.finishedLocally(
                task: 7, part: part, output: [part, 0], queued: .zero, computed: .zero, context: context,
                now: milliseconds(20))
        }
        return ledger
    }

    @Test func `an answer is taken when a second robot has said the same`() {
        var ledger = voting()
        let one = ledger.receive(result(3, 0), from: NodeID(20), context: context, now: milliseconds(200))
        #expect(events(one).isEmpty)
        let two = ledger.receive(result(3, 0, attempt: 2), from: NodeID(23), context: context, now: milliseconds(210))
        #expect(events(two) == [.partDone(task: 7, part: 3, helper: NodeID(20))])
        #expect(ledger.standings[NodeID(20)]?.good == 1 && ledger.standings[NodeID(23)]?.good == 1)
    }

    @Test func `one robot that says it twice is one`() {
        var ledger = voting()
        _ = ledger.receive(result(3, 5), from: NodeID(20), context: context, now: milliseconds(200))
        let again = ledger.receive(result(3, 5), from: NodeID(20), context: context, now: milliseconds(201))
        #expect(events(again) == [.resultRefused(task: 7, part: 3, helper: NodeID(20), .duplicate)])
    }

    @Test func `where two differ a third robot decides, and who was outvoted is doubted`() {
        var ledger = voting()
        _ = ledger.receive(result(3, 9), from: NodeID(20), context: context, now: milliseconds(200))
        let differ = ledger.receive(
            result(3, 0, attempt: 2), from: NodeID(23), context: context, now: milliseconds(210))
        #expect(requests(differ).map(\.parts) == [1])
        #expect(requests(differ).first?.excluded == [NodeID(20), NodeID(23)], "they have had their say")
        let third = ledger.receive(match([26], attempt: 2), from: NodeID(10), context: context, now: milliseconds(230))
        #expect(offers(third) == ["3.3→26"])
        let decided = ledger.receive(
            result(3, 0, attempt: 3), from: NodeID(26), context: context, now: milliseconds(400))
        #expect(
            events(decided) == [
                .partDone(task: 7, part: 3, helper: NodeID(23)),
                .resultRefused(task: 7, part: 3, helper: NodeID(20), .poisoned), .standingLost(NodeID(20), .outvoted),
            ])
        #expect(ledger.standings[NodeID(20)]?.state == .doubted(since: milliseconds(400), right: 0))
    }

    @Test func `an answer that only one gave is missing at the end`() {
        var ledger = voting()
        for (part, helper) in [(4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(result(part, 0), from: NodeID(helper), context: context, now: milliseconds(200))
            _ = ledger.receive(
                result(part, 0, attempt: 2), from: NodeID(helper + 3), context: context, now: milliseconds(200))
        }
        _ = ledger.receive(result(3, 0), from: NodeID(20), context: context, now: milliseconds(300))
        let over = outcome(ledger.deadlinePassed(context: context, now: milliseconds(1_000)))
        #expect(over?.verdict == .failed(missing: 1, .unconfirmed))
        #expect(over?.results[3] == nil)
    }

    @Test func `what is computed here decides alone, where there is room for it`() {
        var ledger = voting()
        _ = ledger.receive(result(3, 9), from: NodeID(20), context: context, now: milliseconds(200))
        for helper in [23, 26] as [UInt16] {
            _ = ledger.helperLeft(NodeID(helper), context: context, now: milliseconds(210))
        }
        let free = LedgerContext(leaders: [], neededPercent: 60)
        let filled = ledger.deadlinePassed(context: free, now: milliseconds(400))
        let local = filled.compactMap { if case .computeLocally(_, let part, _) = $0 { part } else { nil } }
        #expect(local == [3])
        let done = ledger.finishedLocally(
            task: 7, part: 3, output: [3, 0], queued: .zero, computed: .zero, context: free, now: milliseconds(900))
        #expect(events(done).contains(.partDone(task: 7, part: 3, helper: NodeID(1))))
        #expect(events(done).contains(.standingLost(NodeID(20), .poisoned)))
        #expect(ledger.standings.all.count { !$0.isTrusted } == 1)
    }

    @Test func `a helper that has lost its standing is asked no more and refused, and what it did is done anew`() throws
    {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        _ = ledger.submit(submission(.spotCheck(perMille: 1_000)), context: context, now: .zero)
        let given = ledger.receive(
            match([20, 21, 22, 23, 24, 25]), from: NodeID(10), context: context, now: milliseconds(15))
        let units = given.compactMap { action -> (part: UInt8, helper: NodeID)? in
            if case .offer(let unit, let placement) = action { (unit.part, placement.helper) } else { nil }
        }
        #expect(units.count == 6, "three parts that leave, and three whose answers are known")
        let local = Set(
            ledger.submit(submission(.spotCheck(perMille: 1_000), number: 8), context: context, now: milliseconds(15))
                .compactMap { if case .computeLocally(_, let part, _) = $0 { part } else { nil } })
        #expect(local.count == 3)
        // Of task 7: parts whose first answer ends them are those that leave.
        var liar: NodeID?
        var taken: UInt8?
        for unit in units {
            let said = ledger.receive(
                result(unit.part, 9), from: unit.helper, context: context, now: milliseconds(200))
            if events(said).contains(where: { if case .partDone = $0 { true } else { false } }) {
                taken = unit.part
            } else {
                liar = unit.helper
                for part in 0..<6 as Range<UInt8> {
                    _ = ledger.finishedLocally(
                        task: 7, part: part, output: [part, 0], queued: .zero, computed: .zero, context: context,
                        now: milliseconds(300))
                }
                break
            }
        }
        _ = taken
        let found = try #require(liar)
        #expect(ledger.standings[found]?.lossLast == .poisoned)
        #expect(!(ledger.standings[found]?.isTrusted ?? true))
        let asked = requests(
            ledger.submit(submission(.acceptOne, number: 9), context: context, now: milliseconds(400)))
        #expect(asked.first?.excluded == [found])
        let offered = ledger.receive(
            match([found.number], task: 9), from: NodeID(10), context: context, now: milliseconds(410))
        #expect(offers(offered).isEmpty, "a leader that names it all the same is not followed")
    }

    @Test func `parts that stay at home are drawn anew for each task`() {
        var seen: Set<[UInt8]> = []
        for seed in 0..<40 as Range<UInt64> {
            var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
            let actions = ledger.submit(
                submission(.spotCheck(perMille: 100), seed: seed), context: context, now: .zero)
            seen.insert(actions.compactMap { if case .computeLocally(_, let part, _) = $0 { part } else { nil } })
        }
        #expect(seen.count > 10)
    }

    @Test(arguments: [true, false])
    func `a helper that puts off its word again is replaced, who never kept one at the first time`(isKnown: Bool) {
        var ledger = Ledger(id: NodeID(1), tuning: Self.tuning)
        if isKnown { ledger.knowsAsReliable(NodeID(20)) }
        _ = ledger.submit(submission(.acceptOne), context: context, now: .zero)
        _ = ledger.receive(match([20, 21, 22]), from: NodeID(10), context: context, now: milliseconds(15))
        func promise(at now: Int) -> [LedgerAction] {
            ledger.receive(
                UnitReceipt(task: task, part: 3, attempt: 1, verdict: .accepted, expectedMilliseconds: 50),
                from: NodeID(20), context: context, now: milliseconds(now))
        }
        for (part, helper) in [(4, 21), (5, 22)] as [(UInt8, UInt16)] {
            _ = ledger.receive(result(part, 0), from: NodeID(helper), context: context, now: milliseconds(20))
        }
        #expect(requests(promise(at: 20)).isEmpty)
        let first = promise(at: 110)
        if isKnown {
            #expect(requests(first).isEmpty, "once may happen")
            #expect(requests(promise(at: 200)).map(\.parts) == [1])
        } else {
            #expect(requests(first).map(\.parts) == [2], "the next may be another of its kind")
        }
        let late = ledger.receive(result(3, 0), from: NodeID(20), context: context, now: milliseconds(210))
        #expect(events(late).contains(.partDone(task: 7, part: 3, helper: NodeID(20))), "its answer is as good as any")
    }
}
