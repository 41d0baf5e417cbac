import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing

/// Each transfer ends once on either side, for one reason.
@Suite struct EndTests {
    private func pair(_ seed: UInt64, bitsPerSecond: Double = 20_000_000, tuning: BulkTuning = .standard) -> BulkNet {
        let net = BulkNet(2, seed: seed, tuning: tuning)
        net.joinAll(bitsPerSecond: bitsPerSecond)
        return net
    }

    @Test func `a transfer past its deadline is over on both sides`() {
        let net = pair(1, bitsPerSecond: 1_000_000)
        let number = net.send(0, 1, TestObject(1_000_000, seed: 1), within: .seconds(2))
        net.run(for: .seconds(3))
        #expect(net.robots[0].reason(number) == .expired)
        #expect(net.robots[1].dropped.map(\.1) == [.expired])
        #expect(net.robots[0].book.sendingCount == 0 && net.robots[1].book.receivingCount == 0)
    }

    @Test func `the receiver lets go at the deadline even if the sender cannot tell it`() {
        let net = pair(2, bitsPerSecond: 1_000_000)
        _ = net.send(0, 1, TestObject(1_000_000, seed: 1), within: .seconds(20))
        net.run(for: .seconds(1))
        net.links[0][1].isDown = true
        net.run(for: .seconds(30))
        #expect(net.robots[0].failed.map(\.1) == [.silent])
        #expect(net.robots[1].dropped.map(\.1) == [.silent])
    }

    @Test func `without a way a transfer fails for that`() {
        let net = pair(3)
        net.join(0, 1, bitsPerSecond: nil)
        let number = net.send(0, 1, TestObject(10, seed: 1), within: .seconds(2))
        net.run(for: .seconds(3))
        #expect(net.robots[0].reason(number) == .noWay)
    }

    @Test(arguments: [10, 100_000])
    func `bytes that are not what the name says are given to nobody`(size: Int) {
        let net = pair(4)
        let number = net.send(0, 1, TestObject(size, seed: 1).forged(at: size / 2))
        net.run(for: .seconds(5))
        #expect(net.robots[0].reason(number) == .wrongHash)
        #expect(net.robots[1].dropped.map(\.1) == [.wrongHash])
        #expect(net.robots[1].received.isEmpty && net.robots[1].book.heldBytes == 0)
    }

    @Test func `a receiver without room says so at once`() {
        var tuning = BulkTuning.standard
        tuning.receiveBytesMax = 2_000_000
        tuning.receiveBytesOfPartnerMax = 1_500_000
        let net = pair(5, bitsPerSecond: 1_000_000, tuning: tuning)
        let first = net.send(0, 1, TestObject(1_000_000, seed: 1))
        let second = net.send(0, 1, TestObject(600_000, seed: 2))
        let third = net.send(0, 1, TestObject(400_000, seed: 3))
        net.run(for: .seconds(2))
        #expect(net.robots[0].reason(second) == .full)
        net.run(for: .seconds(60))
        #expect(net.robots[0].sent.sorted() == [first, third].compactMap(\.self))
    }

    @Test func `parts that nobody goes on with make room`() {
        var tuning = BulkTuning.standard
        tuning.receiveBytesMax = 1_000_000
        tuning.receiveBytesOfPartnerMax = 1_000_000
        let net = pair(6, tuning: tuning)
        for seed in 1...UInt64(5) {
            let number = net.send(0, 1, TestObject(900_000, seed: seed))
            net.run(for: .milliseconds(200))
            net.drive(0) { robot, actions in
                if let number { robot.book.cancel(number, now: net.now, actions: &actions) }
            }
            net.run(for: .milliseconds(100))
            #expect(net.robots[1].book.heldBytes <= 1_000_000)
        }
        #expect(net.robots[1].dropped.count == 5)
        _ = net.send(0, 1, TestObject(1_000_000, seed: 9))
        net.run(for: .seconds(2))
        #expect(net.robots[1].received.count == 1 && net.robots[1].book.partialCount == 0)
    }

    @Test func `a sender's book refuses what it cannot hold`() {
        var tuning = BulkTuning.standard
        tuning.queueMax = 8
        tuning.sendBytesMax = 100_000
        let net = pair(7, tuning: tuning)
        net.join(0, 1, bitsPerSecond: nil)
        for _ in 0..<8 { #expect(net.send(0, 1, TestObject(10, seed: 1)) != nil) }
        #expect(net.send(0, 1, TestObject(10, seed: 1)) == nil)
        #expect(net.send(0, 1, TestObject(10, seed: 1), class: .task) != nil)
        #expect(net.send(0, 1, TestObject(100_000, seed: 1), class: .task) == nil)
    }

    @Test func `a fetch gets the object, or the holder's reason`() {
        let net = pair(8)
        net.robots[0].shelf = [TestObject(50_000, seed: 1)]
        net.fetch(1, from: 0, TestObject(50_000, seed: 1))
        let unknown = net.fetch(1, from: 0, TestObject(50_000, seed: 2))
        let tooLarge = net.fetch(1, from: 0, TestObject(50_000, seed: 1), bytesMax: 40_000)
        net.run(for: .seconds(2))
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[1].received.first?.offer.fetch != nil)
        #expect(net.robots[1].fetchFailed.first { $0.0 == unknown }?.1 == .noSuchObject)
        #expect(net.robots[1].fetchFailed.first { $0.0 == tooLarge }?.1 == .tooLarge)
        #expect(net.robots[1].dropped.isEmpty)
    }

    @Test func `a fetch outlives its holder's restart`() {
        let net = pair(9, bitsPerSecond: 2_000_000)
        net.robots[0].shelf = [TestObject(1_000_000, seed: 1)]
        net.fetch(1, from: 0, TestObject(1_000_000, seed: 1))
        net.run(for: .seconds(2))
        net.restart(0)
        net.run(for: .seconds(10))
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[1].fetchFailed.isEmpty && net.robots[1].dropped.isEmpty)
        #expect(net.robots[0].book.counters.chunksSent < 600)
    }

    @Test func `a fetch nobody answers ends at its deadline`() {
        let net = pair(10)
        net.links[0][1].isDown = true
        let number = net.fetch(1, from: 0, TestObject(10, seed: 1), within: .seconds(8))
        net.run(for: .seconds(9))
        #expect(net.robots[1].fetchFailed.map(\.0) == [number].compactMap(\.self))
        #expect(net.robots[1].fetchFailed.map(\.1) == [.silent])
    }

    @Test func `a cancelled fetch stops its sender`() throws {
        let net = pair(11, bitsPerSecond: 2_000_000)
        net.robots[0].shelf = [TestObject(1_000_000, seed: 1)]
        let number = try #require(net.fetch(1, from: 0, TestObject(1_000_000, seed: 1)))
        net.run(for: .seconds(1))
        net.drive(1) { $0.book.cancel(number, now: net.now, actions: &$1) }
        net.run(for: .seconds(1))
        #expect(net.robots[1].fetchFailed.map(\.1) == [.cancelled])
        #expect(net.robots[0].failed.map(\.1) == [.unwanted])
        #expect(net.robots[0].book.sendingCount == 0)
    }

    @Test func `what is declined fails at its sender, what is here already is sent`() throws {
        let net = pair(12, bitsPerSecond: 2_000_000)
        let one = net.send(0, 1, TestObject(500_000, seed: 1), about: [1])
        let other = net.send(0, 1, TestObject(500_000, seed: 2), about: [2])
        net.run(for: .milliseconds(200))
        let offers = net.robots[1].offered
        #expect(offers.count == 2)
        let declined = try #require(offers.first { $0.about == [1] })
        let known = try #require(offers.first { $0.about == [2] })
        net.drive(1) { robot, _ in
            let results = [
                robot.book.decline(declined, now: net.now), robot.book.settle(known, now: net.now),
                robot.book.settle(known, now: net.now),
            ]
            #expect(results == [true, true, false])
        }
        net.run(for: .seconds(1))
        #expect(net.robots[0].reason(one) == .unwanted)
        #expect(net.robots[0].sent == [other].compactMap(\.self))
        #expect(net.robots[1].received.isEmpty && net.robots[1].dropped.isEmpty)
        #expect(net.robots[0].book.counters.chunksSent < 200)
    }

    @Test func `closed sessions end everything`() {
        let net = pair(13, bitsPerSecond: 1_000_000)
        net.robots[0].shelf = [TestObject(400_000, seed: 2)]
        let there = net.send(0, 1, TestObject(500_000, seed: 1))
        let back = net.send(1, 0, TestObject(500_000, seed: 3))
        net.fetch(1, from: 0, TestObject(400_000, seed: 2))
        net.run(for: .seconds(1))
        net.endSession(0, 1, .closed)
        #expect(net.robots[0].reason(there) == .closed)
        #expect(net.robots[1].reason(back) == .closed)
        #expect(net.robots[1].fetchFailed.map(\.1) == [.closed])
        #expect(net.robots[1].dropped.map(\.1) == [.closed])
        for robot in net.robots {
            #expect(robot.book.sendingCount + robot.book.receivingCount + robot.book.partialCount == 0)
        }
    }

    @Test func `an end that is lost is said again`() {
        let net = pair(14)
        _ = net.send(0, 1, TestObject(20_000, seed: 2))
        net.run(for: .seconds(1))
        #expect(net.robots[0].sent.count == 1)
        net.links[1][0].isDown = true
        _ = net.send(0, 1, TestObject(20_000, seed: 1))
        net.run(for: .seconds(3))
        #expect(net.robots[0].sent.count == 1 && net.robots[1].received.count == 2)
        net.links[1][0].isDown = false
        net.run(for: .seconds(3))
        #expect(net.robots[0].sent.count == 2 && net.robots[1].received.count == 2)
    }
}
