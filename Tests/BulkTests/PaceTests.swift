import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing

/// How fast, and who waits for whom.
@Suite struct PaceTests {
    @Test(arguments: [(200_000.0, 3), (6_000_000.0, 0), (50_000_000.0, 15)])
    func `no more leaves for a neighbour than its rate and the bucket give`(bitsPerSecond: Double, lossPercent: Int) {
        let net = BulkNet(4, seed: 1, link: .init(loss: Double(lossPercent) / 100, delay: .milliseconds(2)))
        net.recordsSent = true
        // Robots 1 and 2 are behind neighbour 3; it answers and sends as well.
        for to in [1, 2, 3] {
            net.join(0, to, bitsPerSecond: bitsPerSecond, over: 3)
            net.join(to, 0, bitsPerSecond: bitsPerSecond)
        }
        for seed in 1...UInt64(3) {
            for to in [1, 2, 3] {
                _ = net.send(0, to, TestObject(300_000, seed: seed))
                _ = net.send(to, 0, TestObject(300_000, seed: seed + 10))
            }
        }
        net.run(for: .seconds(20))
        let sent = net.sentBytes.filter { $0.from == 0 }
        #expect(Set(sent.map(\.next)) == [BulkNet.id(3)])
        let rate = bitsPerSecond / 8
        let tuning = BulkTuning.standard
        let burst = max(Double(tuning.burstBytesMin), rate * 0.002) + Double(tuning.debtBytesMax)
        // The most that any span exceeds its rate by, as a queue that is emptied at this rate would see it.
        var (level, worst, last) = (0.0, 0.0, Instant.zero)
        for frame in sent {
            level = max(0, level - rate * frame.at.seconds(since: last)) + Double(frame.bytes)
            last = frame.at
            worst = max(worst, level)
        }
        #expect(worst <= burst + 1, "\(worst) bytes beyond the rate")
        let all = Double(sent.reduce(0) { $0 + $1.bytes })
        let span = min(20, last.seconds)
        #expect(all > rate * span * 0.8, "\(all) of \(rate * span)")
    }

    /// Completion times of small objects to robots 1 and 2 while 3 is sent a large one.
    private func completions(slowShare: Double, seed: UInt64) -> [Double] {
        let net = BulkNet(4, seed: seed, link: .init(loss: 0.02, delay: .milliseconds(2), jitter: .milliseconds(1)))
        net.joinAll(bitsPerSecond: 20_000_000)
        net.join(0, 3, bitsPerSecond: 20_000_000 * slowShare)
        net.links[0][3].bitsPerSecond = 20_000_000 * slowShare
        for large in 1...UInt64(4) { _ = net.send(0, 3, TestObject(20_000_000, seed: large)) }
        var began: [(TransferID, Instant)] = []
        for turn in 0..<400 {
            net.at(.zero + .milliseconds(20 * turn)) {
                let object = TestObject(10_000, seed: UInt64(turn))
                if let number = net.send(0, 1 + turn % 2, object, class: turn % 4 < 2 ? .task : .bulk) {
                    began.append((number, net.now))
                }
            }
        }
        net.run(for: .seconds(12))
        let spans = began.compactMap { number, at in net.robots[0].sentAt[number]?.seconds(since: at) }
        #expect(spans.count == 400)
        return spans
    }

    @Test func `a neighbour at a hundredth of the rate slows no other`() {
        for seed in 1...UInt64(5) {
            let with = completions(slowShare: 0.01, seed: seed)
            let without = completions(slowShare: 1, seed: seed)
            // Each link has its own dice, so not one object may come later, but for what a bucket rounds.
            let late = zip(with, without).filter { abs($0 - $1) > 0.000_001 }
            #expect(late.isEmpty, "seed \(seed): \(late.count) of \(with.count), as \(late.prefix(1))")
        }
    }

    @Test func `of two robots behind one neighbour each gets its half, task before bulk`() {
        let net = BulkNet(4, seed: 3)
        for to in [1, 2] {
            net.join(0, to, bitsPerSecond: 8_000_000, over: 3)
            net.join(to, 0, bitsPerSecond: 8_000_000)
        }
        let bulk = [1, 2].compactMap { net.send(0, $0, TestObject(2_000_000, seed: UInt64($0))) }
        net.run(for: .seconds(1))
        let progress = bulk.compactMap { net.robots[0].book.progress($0) }
        #expect(progress.count == 2 && abs(progress[0] - progress[1]) < 100_000, "\(progress)")
        let begins = net.now
        let task = net.send(0, 1, TestObject(500_000, seed: 9), class: .task)
        net.run(until: begins + .seconds(5)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[0].sent == [task].compactMap(\.self))
        #expect(net.now.seconds(since: begins) < 0.65, "alone it takes 0.55 s: \(net.now.seconds(since: begins))")
    }

    @Test func `a small object does not wait for a large one before it`() {
        let net = BulkNet(2, seed: 4)
        net.joinAll(bitsPerSecond: 8_000_000)
        _ = net.send(0, 1, TestObject(10_000_000, seed: 1))
        net.run(for: .seconds(1))
        let small = net.send(0, 1, TestObject(10_000, seed: 2))
        net.run(for: .milliseconds(100))
        #expect(net.robots[0].sent == [small].compactMap(\.self))
    }

    /// Bytes a second that arrive of 20 Mb/s allotted.
    private func goodput(_ link: BulkNet.Link, seed: UInt64) -> (bytesPerSecond: Double, sent: Int, arrived: Int) {
        let net = BulkNet(2, seed: seed, link: link)
        net.joinAll(bitsPerSecond: 20_000_000)
        for object in 1...UInt64(3) { _ = net.send(0, 1, TestObject(30_000_000, seed: object)) }
        net.run(for: .seconds(5))
        let (sent, arrived) = (net.robots[0].book.counters.chunksSent, net.robots[1].book.counters.chunksReceived)
        net.run(for: .seconds(15))
        let chunks = net.robots[1].book.counters.chunksReceived - arrived
        return (
            Double(chunks * ObjectBytes.chunkBytes) / 15, net.robots[0].book.counters.chunksSent - sent, chunks
        )
    }

    @Test(arguments: [0.0, 0.05, 0.1, 0.15, 0.25])
    func `loss by chance does not bring the rate down`(loss: Double) {
        for seed in 1...UInt64(4) {
            let result = goodput(.init(loss: loss, delay: .milliseconds(3), jitter: .milliseconds(2)), seed: seed)
            let best = 20_000_000 / 8 * (1 - loss) * 1_280 / 1_407
            #expect(
                result.bytesPerSecond > best * (loss > 0.2 ? 0.6 : 0.85), "seed \(seed): \(result), at best \(best)")
        }
    }

    @Test(arguments: [(2_000_000.0, 20_000), (2_000_000.0, 200_000), (10_000_000.0, 30_000)])
    func `a way that carries less is not flooded`(bitsPerSecond: Double, queueBytes: Int) {
        for seed in 1...UInt64(3) {
            let result = goodput(
                .init(loss: 0.01, delay: .milliseconds(3), bitsPerSecond: bitsPerSecond, queueBytes: queueBytes),
                seed: seed)
            let best = bitsPerSecond / 8 * 1_280 / 1_291
            #expect(result.bytesPerSecond > best * 0.7, "seed \(seed): \(result), at best \(best)")
            #expect(Double(result.arrived) > Double(result.sent) * 0.7, "seed \(seed): \(result)")
        }
    }

    /// Seconds that 64 MiB take where 1 Gb/s is allotted and timers are as coarse as a kernel's.
    private func span(_ link: BulkNet.Link) -> (seconds: Double, book: BulkBook) {
        let net = BulkNet(2, seed: 5, link: link)
        net.timerStep = .milliseconds(1)
        net.joinAll(bitsPerSecond: 1_000_000_000)
        _ = net.send(0, 1, TestObject(ObjectBytes.countMax, seed: 5))
        net.run(until: .zero + .seconds(20)) { net.robots[0].sent.isEmpty }
        return (net.now.seconds, net.robots[0].book)
    }

    @Test func `at a gigabit and a round trip of 50 µs nothing waits for a timer`() {
        let best = Double(ObjectBytes.countMax) * 1_407 / 1_280 * 8 / 1e9
        let result = span(.init(delay: .microseconds(25)))
        #expect(result.seconds < best * 1.05, "\(result.seconds) s, at best \(best)")
        #expect(result.book.counters.chunksRepeated == 0)
    }

    @Test func `a receiver with little room that is slower than the allotment is kept busy`() {
        let best = Double(ObjectBytes.countMax) * 1_291 / 1_280 * 8 / 4e8
        let result = span(.init(delay: .microseconds(25), bitsPerSecond: 400_000_000, queueBytes: 240_000))
        #expect(result.seconds < best * 1.25, "\(result.seconds) s, at best \(best)")
        let (sent, repeated) = (result.book.counters.chunksSent, result.book.counters.chunksRepeated)
        // Half of it before the rate is found.
        #expect(repeated * 10 < sent * 3, "\(repeated) of \(sent) repeated")
    }
}
