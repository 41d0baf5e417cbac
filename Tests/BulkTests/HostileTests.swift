import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// A partner is who the session says, and may say anything.
@Suite struct HostileTests {
    /// Payloads that were said in earnest, to be spoilt.
    private static func sound(_ dice: inout SplitMix) -> [[UInt8]] {
        let net = BulkNet(2, seed: dice.next(), link: .init(loss: 0.1))
        net.joinAll()
        net.robots[0].shelf = [TestObject(5_000, seed: 2)]
        net.keepsPayloads = true
        _ = net.send(0, 1, TestObject(100_000, seed: 1), about: [1, 2, 3])
        _ = net.send(0, 1, TestObject(100, seed: 1))
        _ = net.send(1, 0, TestObject(30_000, seed: 3).forged(at: 7))
        net.fetch(1, from: 0, TestObject(5_000, seed: 2))
        net.fetch(1, from: 0, TestObject(5_000, seed: 4))
        net.run(for: .seconds(2))
        return net.payloads
    }

    @Test func `a hundred thousand payloads of a liar trap nothing and fill nothing`() {
        var dice = SplitMix(seed: 4)
        var tuning = BulkTuning.standard
        tuning.receiveBytesMax = 4_000_000
        tuning.receiveBytesOfPartnerMax = 2_000_000
        let sound = Self.sound(&dice)
        #expect(sound.count > 50)
        let net = BulkNet(3, seed: 5, tuning: tuning)
        net.joinAll()
        net.recordsActions = false
        for turn in 0..<100_000 {
            if turn % 5_000 == 0 { _ = net.send(0, 1, TestObject(60_000, seed: UInt64(turn))) }
            var payload =
                turn % 4 == 0 ? dice.bytes(Int(dice.next() % 80)) : sound[Int(dice.next() % UInt64(sound.count))]
            if turn % 4 == 0, !payload.isEmpty { payload[0] = UInt8(dice.next() % 10) }
            for _ in 0..<dice.next() % 3 where !payload.isEmpty {
                payload[Int(dice.next() % UInt64(min(payload.count, 64)))] = UInt8(truncatingIfNeeded: dice.next())
            }
            if dice.next() % 16 == 0 { payload.removeLast(Int(dice.next() % UInt64(payload.count + 1))) }
            var actions: [BulkAction] = []
            net.robots[0].book.handle(
                payload[...], from: BulkNet.id(Int(1 + dice.next() % 2)), now: net.now, actions: &actions)
            if turn % 8 == 0 { net.run(for: .microseconds(Int(dice.next() % 20_000))) }
            let book = net.robots[0].book
            if turn % 512 == 0 {
                #expect(book.heldBytes <= 4_000_000 && book.receivingCount <= 128 && book.partialCount <= 32)
            }
        }
        let counters = net.robots[0].book.counters
        for drop in [BulkDrop.malformed, .unknownTransfer, .duplicate, .wrongChunk] {
            #expect(counters[drop] > 0, "\(drop) was never met: \(counters)")
        }
        // And it still works.
        let number = net.send(2, 1, TestObject(60_000, seed: 77))
        net.run(for: .seconds(3))
        #expect(net.robots[2].book.sendingCount == 0 && number != nil)
    }

    @Test func `offers without chunks take no memory and do not crowd out another robot`() {
        let net = BulkNet(3, seed: 6)
        net.joinAll()
        var refused = 0
        for turn in 0..<300 {
            let offer = Self.offer(transfer: UInt32(turn), bytes: UInt32(ObjectBytes.countMax), salt: UInt8(turn % 251))
            net.drive(0) { $0.book.handle(offer[...], from: BulkNet.id(1), now: net.now, actions: &$1) }
            if net.robots[0].book.receivingCount < turn + 1 { refused += 1 }
        }
        #expect(refused > 0 && net.robots[0].book.heldBytes == 0)
        let honest = net.send(2, 0, TestObject(40_000_000, seed: 1))
        net.run(for: .seconds(30))
        #expect(net.robots[2].sent == [honest].compactMap(\.self))
    }

    /// Acks for what was never sent, and of windows beyond any object.
    @Test func `an ack that lies moves nothing beyond the object`() throws {
        let net = BulkNet(2, seed: 7, link: .init(delay: .seconds(100)))
        net.joinAll()
        let number = try #require(net.send(0, 1, TestObject(100_000, seed: 1)))
        net.run(for: .seconds(1))
        #expect(net.robots[0].book.counters.chunksSent > 15)
        for (highest, base) in [(UInt32(5_000), UInt16(0)), (1, 5_000), (.max, .max)] {
            var writer = ByteWriter()
            writer.u8(3)
            writer.u8(0)
            writer.u32(number.number)
            writer.u32(highest)
            writer.u32(.max)
            for word in [0, base, UInt16.max] { writer.u16(word) }
            writer.u8(2)
            writer.u64(.max)
            writer.u64(.max)
            net.drive(0) { $0.book.handle(writer.bytes[...], from: BulkNet.id(1), now: net.now, actions: &$1) }
        }
        #expect(net.robots[0].book.counters[.wrongAck] == 3)
        #expect(net.robots[0].book.progress(number) == 0)
    }

    static func offer(transfer: UInt32, bytes: UInt32, salt: UInt8) -> [UInt8] {
        var writer = ByteWriter()
        writer.u8(1)
        writer.u8(0)
        writer.u32(transfer)
        writer.u32(9)
        writer.raw([UInt8](repeating: salt, count: 32))
        writer.u32(bytes)
        writer.u8(TrafficClass.bulk.rawValue)
        writer.u32(600_000)
        writer.u8(0)
        return writer.bytes
    }
}
