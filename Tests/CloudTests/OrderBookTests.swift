import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// An order's way through the book, one rule at a time.
@Suite struct OrderBookTests {
    /// A book, and what it has said and written.
    private struct Bench {
        var book: OrderBook
        var replies: [(reply: Reply, ticket: UInt32)] = []
        var writes: [(id: PersistID, record: StateRecord)] = []
        var begun: [(key: UInt64, number: UInt32)] = []

        init(_ restored: [StateRecord] = [], epoch: UInt32 = 1) {
            book = OrderBook(epoch: Epoch(epoch), restored: restored, now: .zero)
        }

        mutating func take(_ actions: [OrderAction]) {
            for action in actions {
                switch action {
                case .reply(let reply, let ticket): replies.append((reply, ticket))
                case .persist(let id, let record): writes.append((id, record))
                case .begin(let order, let number): begun.append((order.key.number, number))
                }
            }
        }

        mutating func submit(_ order: TaskOrder, ticket: UInt32 = 1) { take(book.submit(order, ticket: ticket)) }

        mutating func persist() { if let write = writes.last { take(book.persisted(write.id)) } }

        mutating func end(_ key: UInt64, took: Duration = .milliseconds(300)) {
            guard let number = begun.last(where: { $0.key == key })?.number else { return }
            take(book.ended(TaskKey(key), .sample(number, key, took: took)))
        }

        /// Through to an outcome that is told.
        mutating func run(_ order: TaskOrder) {
            submit(order)
            if order.isDurable { persist() }
            end(order.key.number)
            if order.isDurable { persist() }
        }

        /// The newest record of each slot.
        var disk: [StateRecord] {
            var disk: [StateRecord] = []
            for write in writes {
                disk.removeAll { $0.key == write.record.key }
                if write.record.bytes != nil { disk.append(write.record) }
            }
            return disk
        }

        var said: [String] { replies.map { Self.word($0.reply) + "\($0.ticket)" } }

        private static func word(_ reply: Reply) -> String {
            switch reply {
            case .taskAccepted(let key): "accepted \(key.number)@"
            case .taskEnded(let key, let report): "ended \(key.number) after \(report.took)@"
            case .taskRefused(let key, let refusal): "refused \(key.number) \(refusal)@"
            case .done: "done@"
            case .status, .links, .echoed, .echoFailed, .task, .tasks, .left, .refused, .admitted, .entries, .trust,
                .safety, .peers, .job, .question, .report, .mission:
                "?"
            }
        }

        func report(_ key: UInt64) -> TaskReport? {
            if case .ended(let report) = book.state(of: TaskKey(key)) { report } else { nil }
        }
    }

    @Test func `nothing is said of a durable order before it is on the disk, nor of its outcome`() {
        var bench = Bench()
        bench.submit(.sample(5))
        #expect(bench.said.isEmpty && bench.begun.isEmpty && bench.book.state(of: TaskKey(5)) == .unknown)
        bench.persist()
        #expect(bench.said == ["accepted 5@1"] && bench.book.state(of: TaskKey(5)) == .running)
        bench.end(5)
        #expect(bench.said.count == 1 && bench.book.state(of: TaskKey(5)) == .running)
        bench.persist()
        #expect(bench.said.last == "ended 5 after 0.3 seconds@1" && bench.report(5)?.missing == 0)
        #expect(Set(bench.writes.map(\.record.key)).count == 1, "one slot: the outcome takes the order's place")
    }

    private static func record(_ key: UInt64, slot: Int, serial: UInt64) -> StateRecord {
        let order = TaskOrder.sample(key)
        let record = OrderRecord(
            slot: slot, key: order.key, serial: serial, digest: order.digest, content: .accepted(order))
        return StateRecord(key: StateKey.key(.orders, slot: slot), bytes: record.bytes)
    }

    @Test func `however many orders a disk says were accepted, the ledger gets what it takes, and then the others`() {
        let records = (0..<40).map { Self.record(UInt64($0), slot: $0, serial: UInt64($0 + 1)) }
        var bench = Bench(records)
        bench.take(bench.book.begin(knowsLeader: true, now: .zero))
        #expect(bench.begun.count == OrderBook.openMax)
        #expect(bench.book.nextDeadline == .distantFuture, "no waking for nothing")
        for key in 0..<5 as Range<UInt64> { bench.end(key) }
        bench.take(bench.book.begin(knowsLeader: true, now: .zero))
        #expect(bench.begun.count == OrderBook.openMax + 5)
    }

    @Test func `of two records of one slot the newer counts, and is not erased`() {
        let records = [Self.record(1, slot: 3, serial: 9), Self.record(2, slot: 3, serial: 8)]
        var bench = Bench(records)
        bench.take(bench.book.begin(knowsLeader: true, now: .zero))
        #expect(bench.book.keys == [TaskKey(2)] && bench.begun.map(\.key) == [2] && bench.writes.isEmpty)
        let gone = Bench(records + [StateRecord(key: records[0].key, bytes: nil)])
        #expect(gone.book.keys.isEmpty && gone.book.nextDeadline == .distantFuture)
    }

    @Test func `a record's serial leaves room to count on`() {
        for (serial, isKept) in [(1 << 61, true), (1 << 62 + 1, false), (.max - 1, false)] as [(UInt64, Bool)] {
            var bench = Bench([Self.record(1, slot: 0, serial: serial)])
            #expect(bench.book.keys.isEmpty != isKept, "\(serial)")
            for key in 2...4 as ClosedRange<UInt64> { bench.submit(.sample(key)) }
            #expect(Bench(bench.disk).book.keys.count == 3)
        }
    }

    @Test func `an order that is not durable is accepted at once and leaves nothing on the disk`() {
        var bench = Bench()
        bench.run(.sample(5, isDurable: false))
        #expect(bench.said == ["accepted 5@1", "ended 5 after 0.3 seconds@1"] && bench.writes.isEmpty)
    }

    @Test func `the same order again is answered from where it stands and runs once`() {
        var bench = Bench()
        bench.submit(.sample(5), ticket: 1)
        bench.submit(.sample(5), ticket: 2)
        #expect(bench.said.isEmpty)
        bench.persist()
        #expect(bench.said == ["accepted 5@1", "accepted 5@2"])
        bench.submit(.sample(5), ticket: 3)
        #expect(bench.said.last == "accepted 5@3")
        bench.end(5)
        bench.persist()
        #expect(bench.said.suffix(3).allSatisfy { $0.hasPrefix("ended 5 after 0.3") })
        bench.submit(.sample(5), ticket: 4)
        #expect(bench.said.suffix(2) == ["accepted 5@4", "ended 5 after 0.3 seconds@4"])
        #expect(bench.begun.count == 1)
    }

    @Test func `another order under a known key is refused`() {
        var bench = Bench()
        bench.run(.sample(5))
        for other in [TaskOrder.sample(5, parts: 3), .sample(5, span: .seconds(2)), .sample(5, isDurable: false)] {
            bench.submit(other)
            #expect(bench.said.last == "refused 5 otherOrder@1")
        }
        #expect(bench.begun.count == 1)
    }

    @Test func `sixteen orders are open at once, and ended ones make room`() {
        var bench = Bench()
        for key in 1...17 as ClosedRange<UInt64> { bench.submit(.sample(key, isDurable: false)) }
        #expect(bench.begun.count == 16 && bench.said.last == "refused 17 tooManyOpen@1")
        bench.end(3)
        bench.submit(.sample(17, isDurable: false))
        #expect(bench.said.last == "accepted 17@1")
    }

    @Test func `a full book gives up the oldest ended order, those not durable first`() {
        var bench = Bench()
        for key in 1...64 as ClosedRange<UInt64> { bench.run(.sample(key, isDurable: key != 10 && key != 20)) }
        #expect(bench.book.keys.count == 64)
        for (key, given) in [(65, 10), (66, 20), (67, 1), (68, 2)] as [(UInt64, UInt64)] {
            bench.run(.sample(key))
            #expect(bench.report(given) == nil && bench.report(key) != nil, "\(key) for \(given)")
        }
        #expect(bench.disk.count == 64 && bench.book.keys.count == 64)
    }

    @Test func `forgetting is said once it is on the disk; what is open is not forgotten`() {
        var bench = Bench()
        bench.submit(.sample(5))
        bench.persist()
        bench.take(bench.book.forget(TaskKey(5), ticket: 7))
        #expect(bench.said.last == "refused 5 stillOpen@7")
        bench.end(5)
        bench.persist()
        bench.take(bench.book.forget(TaskKey(5), ticket: 8))
        bench.take(bench.book.forget(TaskKey(5), ticket: 9))
        bench.submit(.sample(5), ticket: 2)
        #expect(bench.said.last == "refused 5 forgetting@2" && bench.report(5) != nil)
        bench.persist()
        #expect(bench.said.suffix(2) == ["done@8", "done@9"] && bench.disk.isEmpty && bench.book.keys.isEmpty)
        bench.take(bench.book.forget(TaskKey(5), ticket: 3))
        #expect(bench.said.last == "done@3", "what is unknown is forgotten")
    }

    @Test func `after a restart an accepted order waits for a leader, and then takes its whole span`() {
        var before = Bench()
        before.submit(.sample(5, span: .seconds(3)))
        before.persist()
        var bench = Bench(before.disk, epoch: 2)
        #expect(bench.book.state(of: TaskKey(5)) == .accepted)
        bench.take(bench.book.begin(knowsLeader: false, now: .zero + .seconds(9)))
        #expect(bench.begun.isEmpty)
        bench.submit(.sample(5, span: .seconds(3)), ticket: 4)
        #expect(bench.said == ["accepted 5@4"])
        bench.take(bench.book.begin(knowsLeader: true, now: .zero + .seconds(9)))
        #expect(bench.begun.map(\.key) == [5])
        var alone = Bench(before.disk, epoch: 2)
        alone.take(alone.book.begin(knowsLeader: false, now: alone.book.nextDeadline))
        #expect(alone.begun.map(\.key) == [5], "at the latest after the hold")
    }

    @Test func `after a restart an outcome is told as it was`() {
        var before = Bench()
        before.run(.sample(5))
        var bench = Bench(before.disk, epoch: 2)
        #expect(bench.report(5) == before.report(5))
        bench.submit(.sample(5), ticket: 4)
        #expect(bench.said == ["accepted 5@4", "ended 5 after 0.3 seconds@4"] && bench.begun.isEmpty)
    }

    @Test func `of two records of one key the later acceptance counts, and the other is taken off the disk`() {
        let order = TaskOrder.sample(5)
        let old = OrderRecord(
            slot: 3, key: order.key, serial: 7, digest: order.digest,
            content: .ended(TaskReport(parts: [.missing(.noLeader)], took: .seconds(1))))
        let new = OrderRecord(
            slot: 1, key: order.key, serial: 9, digest: order.digest, content: .accepted(order))
        var bench = Bench([old, new].map { StateRecord(key: StateKey.key(.orders, slot: $0.slot), bytes: $0.bytes) })
        #expect(bench.book.state(of: order.key) == .accepted && bench.book.nextDeadline == .zero)
        bench.take(bench.book.begin(knowsLeader: false, now: .zero))
        #expect(bench.writes.map(\.record) == [StateRecord(key: StateKey.key(.orders, slot: 3), bytes: nil)])
    }

    @Test func `records are read as they were written, and damaged ones never trap`() {
        var dice = PeerRandom(seed: 1)
        let order = TaskOrder.sample(5, parts: 4)
        let report = TaskReport(
            parts: [.missing(.noMatch), .done(TaskOutcome.sample(1, 5).results[1]!)], took: .milliseconds(1_234))
        for content in [OrderRecord.Content.accepted(order), .ended(report)] {
            let record = OrderRecord(slot: 2, key: order.key, serial: 3, digest: order.digest, content: content)
            #expect(OrderRecord(reading: record.bytes, slot: 2) == record)
            for count in 0..<record.bytes.count {
                #expect(OrderRecord(reading: Array(record.bytes.prefix(count)), slot: 2) == nil)
            }
            for _ in 0..<2_000 {
                var bytes = record.bytes
                bytes[Int(dice.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: dice.next())
                let restored = [StateRecord(key: StateKey.key(.orders, slot: Int(dice.next() % 80)), bytes: bytes)]
                var bench = Bench(restored)
                bench.take(bench.book.begin(knowsLeader: true, now: .zero))
            }
        }
    }

    @Test func `an order of a kernel that this program does not compute any more has ended without results`() {
        let order = TaskOrder.sample(5)
        var bytes = OrderRecord(
            slot: 0, key: order.key, serial: 1, digest: order.digest, content: .accepted(order)
        ).bytes
        bytes[27] = Kernel.version + 1
        let bench = Bench([StateRecord(key: StateKey.key(.orders, slot: 0), bytes: bytes)])
        #expect(bench.report(5)?.missing == 2)
    }

    @Test func `an order that cannot be computed is refused with the reason`() {
        var bench = Bench()
        func refusal(_ change: (inout TaskOrder) -> Void) -> String? {
            var order = TaskOrder.sample(5)
            change(&order)
            bench.submit(order)
            return bench.said.last
        }
        #expect(refusal { $0.inputs = [] } == "refused 5 parts(count: 0)@1")
        #expect(refusal { $0.inputs = [[UInt8]](repeating: $0.inputs[0], count: 17) } == "refused 5 parts(count: 17)@1")
        #expect(refusal { $0.inputs[1] = [1, 2, 3] } == "refused 5 input(part: 1)@1")
        #expect(refusal { $0.inputs[0] = [] } == "refused 5 input(part: 0)@1")
        #expect(refusal { $0.kernel = .ekf } == "refused 5 input(part: 0)@1")
        #expect(refusal { $0.span = .seconds(61) } == "refused 5 span(61.0 seconds)@1")
        #expect(bench.begun.isEmpty && bench.book.keys.isEmpty)
    }

    @Test func `task numbers are of this boot, of orders alone, and never twice`() {
        var bench = Bench(epoch: 6)
        for key in 1...200 as ClosedRange<UInt64> { bench.run(.sample(key, isDurable: false)) }
        let numbers = bench.begun.map(\.number)
        #expect(Set(numbers).count == 200)
        #expect(numbers.allSatisfy { $0 >> 20 == 6 && $0 & OrderBook.numberBit != 0 })
    }

    @Test func `on leaving, a durable order stays accepted on the disk, and others end with what they have`() {
        var bench = Bench()
        bench.submit(.sample(5), ticket: 1)
        bench.persist()
        bench.submit(.sample(6, isDurable: false), ticket: 2)
        bench.book.leave()
        bench.end(5)
        bench.end(6)
        #expect(bench.said == ["accepted 5@1", "accepted 6@2", "ended 6 after 0.3 seconds@2"])
        bench.submit(.sample(7))
        #expect(bench.said.last == "refused 7 left@1")
        #expect(Bench(bench.disk, epoch: 2).book.state(of: TaskKey(5)) == .accepted)
    }
}
