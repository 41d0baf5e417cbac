import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing

/// What is there already is not sent again.
@Suite struct ResumeTests {
    static let size = 4_000_000
    static let chunks = (size + ObjectBytes.chunkBytes - 1) / ObjectBytes.chunkBytes

    /// Half of the object is over.
    private func half(_ net: BulkNet, _ place: Int = 1) -> TransferID {
        guard let number = net.send(0, place, TestObject(Self.size, seed: 3)) else { preconditionFailure("not begun") }
        net.run(until: net.now + .seconds(60)) {
            (net.robots[0].book.progress(number) ?? Self.size) < Self.size / 2
        }
        return number
    }

    @Test func `after a break in the air the rest is sent`() {
        let net = BulkNet(2, seed: 1)
        net.joinAll(bitsPerSecond: 20_000_000)
        _ = half(net)
        net.links[0][1].isDown = true
        net.links[1][0].isDown = true
        net.run(for: .seconds(20))
        net.links[0][1].isDown = false
        net.links[1][0].isDown = false
        let before = net.robots[0].book.counters.chunksSent
        net.run(until: net.now + .seconds(60)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[0].book.counters.chunksSent - before < Self.chunks / 2 + 120)
        #expect(net.robots[1].book.counters[.duplicate] < 5)
    }

    @Test func `without a way nothing is said, and the rest follows when there is one`() {
        let net = BulkNet(2, seed: 2)
        net.joinAll(bitsPerSecond: 20_000_000)
        _ = half(net)
        net.join(0, 1, bitsPerSecond: nil)
        net.run(for: .milliseconds(50))
        let silent = net.robots[0].book.counters.framesSent
        net.run(for: .seconds(30))
        #expect(net.robots[0].book.counters.framesSent == silent)
        net.join(0, 1, bitsPerSecond: 5_000_000)
        net.run(until: net.now + .seconds(60)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[0].book.counters.chunksSent < Self.chunks + 120)
    }

    @Test(arguments: [SessionEnd.expired, .displaced, .unanswered])
    func `a session's end costs no chunk that had arrived`(why: SessionEnd) {
        let net = BulkNet(2, seed: 3)
        net.joinAll(bitsPerSecond: 20_000_000)
        _ = half(net)
        net.endSession(0, 1, why)
        net.run(until: net.now + .seconds(60)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[0].book.counters.chunksSent < Self.chunks + 120)
    }

    @Test func `a receiver that starts again gets all of it`() {
        let net = BulkNet(2, seed: 4)
        net.joinAll(bitsPerSecond: 20_000_000)
        let number = half(net)
        net.restart(1)
        net.run(until: net.now + .seconds(60)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[0].sent == [number])
        #expect(net.robots[1].received.count == 1)
    }

    @Test func `a sender that starts again sends the rest under another number`() {
        let net = BulkNet(2, seed: 5)
        net.joinAll(bitsPerSecond: 20_000_000)
        let number = half(net)
        net.restart(0)
        net.run(for: .seconds(1))
        #expect(net.robots[1].dropped.map(\.1) == [.restarted])
        #expect(net.robots[1].dropped.first?.0.transfer == number)
        #expect(net.robots[1].book.partialCount == 1)
        let again = net.send(0, 1, TestObject(Self.size, seed: 3))
        #expect(again != number)
        net.run(until: net.now + .seconds(60)) { net.robots[0].sent.isEmpty }
        #expect(net.robots[1].received.count == 1)
        #expect(net.robots[0].book.counters.chunksSent < Self.chunks / 2 + 120)
    }

    @Test func `another holder sends what the first one did not`() {
        let net = BulkNet(3, seed: 6)
        net.joinAll(bitsPerSecond: 20_000_000)
        let number = half(net)
        net.drive(0) { $0.book.cancel(number, now: net.now, actions: &$1) }
        net.run(for: .seconds(1))
        #expect(net.robots[1].dropped.map(\.1) == [.cancelled])
        net.robots[2].shelf = [TestObject(Self.size, seed: 3)]
        net.fetch(1, from: 2, TestObject(Self.size, seed: 3))
        net.run(until: net.now + .seconds(60)) { net.robots[1].received.isEmpty }
        #expect(net.robots[1].received.first?.offer.from == BulkNet.id(2))
        #expect(net.robots[2].book.counters.chunksSent < Self.chunks / 2 + 120)
        #expect(net.robots[1].book.counters[.duplicate] == 0)
    }

    @Test func `a part is kept for its span`() {
        let net = BulkNet(2, seed: 7)
        net.joinAll(bitsPerSecond: 20_000_000)
        let number = half(net)
        net.drive(0) { $0.book.cancel(number, now: net.now, actions: &$1) }
        net.run(for: .seconds(59))
        #expect(net.robots[1].book.partialCount == 1)
        net.run(for: .seconds(2))
        #expect(net.robots[1].book.partialCount == 0 && net.robots[1].book.heldBytes == 0)
    }

    @Test func `a liar's part costs an honest holder a second turn, not the object`() {
        let net = BulkNet(3, seed: 8)
        net.joinAll(bitsPerSecond: 20_000_000)
        let object = TestObject(Self.size, seed: 3)
        let number = net.send(0, 1, object.forged(at: 0))
        net.run(for: .milliseconds(800))
        net.drive(0) { robot, actions in
            if let number { robot.book.cancel(number, now: net.now, actions: &actions) }
        }
        net.run(for: .milliseconds(100))
        #expect(net.robots[1].book.partialCount == 1)
        let honest = net.send(2, 1, object)
        net.run(until: net.now + .seconds(60)) { net.robots[2].sent.isEmpty }
        #expect(net.robots[2].sent == [honest].compactMap(\.self))
        #expect(net.robots[1].received.first?.object == object.bytes)
        #expect(net.robots[2].book.counters.chunksSent > Self.chunks)
    }
}
