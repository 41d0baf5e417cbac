import SkeinWire
import Testing
import WireSamples

@testable import SkeinSeal

@Suite struct SessionHandshakeTests {
    @Test func `a wish and its answer give both robots keys`() {
        let pair = SessionPair()
        #expect(!pair.want(0))
        pair.run(for: .milliseconds(20))
        #expect(pair.said(0).count == 1 && pair.said(1).count == 1)
        #expect(pair.isReady(0) && pair.isReady(1))
        #expect(pair.log[0].contains(.ready(SessionPair.id(1))))
        #expect(pair.log[1].contains(.ready(SessionPair.id(0))))
        #expect(pair.want(0) && pair.want(1))
        #expect(pair.say(0, [1, 2, 3]) && pair.say(1, [4]))
        pair.run(for: .milliseconds(20))
        #expect(pair.payloads == [[[4]], [[1, 2, 3]]])
    }

    @Test func `who was asked seals nothing until the asker has proved its keys`() {
        let pair = SessionPair()
        pair.isLost = { flight in
            if case .frame = flight.content { true } else { false }
        }
        pair.want(0)
        pair.run(for: .milliseconds(100))
        #expect(pair.isReady(0) && !pair.isReady(1))
        // The answer is repeated, and each time answered by another proof.
        pair.isLost = { _ in false }
        pair.run(for: .milliseconds(300))
        #expect(pair.isReady(1))
    }

    @Test func `whatever is lost once is said again`() {
        for lost in 0..<6 {
            let pair = SessionPair()
            var count = 0
            pair.isLost = { _ in
                count += 1
                return count <= lost
            }
            pair.want(0)
            pair.run(for: .seconds(8))
            #expect(pair.isReady(0) && pair.isReady(1), "after \(lost) losses")
        }
    }

    @Test func `a robot that nobody answers gives up, keeps quiet, and may ask again`() {
        let pair = SessionPair()
        pair.loss = 1
        pair.want(0)
        pair.run(for: .milliseconds(7_750))
        #expect(pair.said(0).count == 6)
        #expect(pair.ends(0) == [.unanswered])
        pair.want(0)
        #expect(pair.said(0).count == 6)
        pair.run(for: .seconds(5))
        #expect(pair.books[0].nextDeadline == .distantFuture && pair.books[0].partners.isEmpty)
        pair.loss = 0
        pair.want(0)
        pair.run(for: .milliseconds(20))
        #expect(pair.isReady(0) && pair.isReady(1))
    }

    @Test func `of two wishes at once that of the lower number counts`() {
        let pair = SessionPair()
        pair.want(0)
        pair.want(1)
        pair.run(for: .seconds(1))
        #expect(pair.isReady(0) && pair.isReady(1))
        #expect(pair.partner(0)?.current?.side == .initiator)
        #expect(pair.partner(1)?.current?.side == .responder)
        #expect(pair.partner(0)?.current?.localNumber == pair.partner(1)?.current?.remoteNumber)
        #expect(pair.refusals[0] == [.crossed])
    }

    @Test func `two wishes at once end in one session, whatever is lost`() {
        for seed in 1...200 as ClosedRange<UInt64> {
            let pair = SessionPair(seed: seed)
            pair.loss = 0.3
            pair.doubled = 0.1
            pair.want(0)
            pair.run(for: .milliseconds(Int64(seed % 7)))
            pair.want(1)
            pair.run(for: .seconds(8))
            pair.loss = 0
            // Whoever had given up asks again, as its caller would.
            for _ in 0..<8 {
                pair.want(0)
                pair.want(1)
                pair.run(for: .seconds(1))
            }
            #expect(pair.isReady(0) && pair.isReady(1), "seed \(seed)")
            #expect(pair.partner(0)?.current?.localNumber == pair.partner(1)?.current?.remoteNumber, "seed \(seed)")
            #expect(pair.say(0, [1]) && pair.say(1, [2]), "seed \(seed)")
            pair.run(for: .milliseconds(10))
            #expect(pair.payloads == [[[2]], [[1]]], "seed \(seed)")
        }
    }

    @Test func `a wish changed in any byte is refused, and leaves nothing behind`() throws {
        let pair = SessionPair()
        pair.want(0)
        let bytes = try #require(pair.said(0).first).bytes
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 1 << UInt8(index % 8)
            var reader = ByteReader(changed)
            guard let message = try? SessionMessage(reading: &reader), reader.remaining == 0 else { continue }
            #expect(pair.take(1, message) != nil, "byte \(index)")
        }
        #expect(pair.partner(1) == nil && pair.books[1].nextDeadline == .distantFuture)
    }

    @Test func `an answer changed in any byte is refused, and the true one still taken`() throws {
        let pair = SessionPair()
        pair.isLost = { $0.to == 0 }
        pair.want(0)
        pair.run(for: .milliseconds(20))
        let answer = try #require(pair.said(1).first)
        for index in answer.bytes.indices {
            var changed = answer.bytes
            changed[index] ^= 1 << UInt8(index % 8)
            var reader = ByteReader(changed)
            guard let message = try? SessionMessage(reading: &reader), reader.remaining == 0 else { continue }
            #expect(pair.take(0, message) != nil, "byte \(index)")
        }
        #expect(!pair.isReady(0))
        #expect(pair.take(0, answer) == nil && pair.isReady(0))
    }

    @Test func `a wish that came before is not answered again with new keys`() throws {
        let pair = SessionPair.joined()
        let wish = try #require(pair.said(0).first)
        pair.run(for: .seconds(1))
        let session = pair.partner(1)?.current
        #expect(pair.take(1, wish) == .replayed)
        #expect(pair.partner(1)?.current === session && pair.partner(1)?.answer == nil)
    }

    @Test func `an answer to another wish is nobody's`() throws {
        let pair = SessionPair.joined()
        let answer = try #require(pair.said(1).first)
        pair.reboot(0)
        pair.want(0)
        #expect(pair.take(0, answer) == .unasked)
    }

    @Test func `a wish of another fleet, another robot or another domain is refused`() throws {
        let pair = SessionPair()
        pair.want(0)
        guard case .open(var open) = try #require(pair.said(0).first) else { return }
        pair.books[1] = pair.book(1, epoch: 1, fleet: FleetID(99))
        #expect(pair.take(1, .open(open)) == .wrongSignature)
        pair.books[1] = pair.book(1, epoch: 1)
        let stated = Statement.bytes(.session, fleet: SessionPair.fleet, open.stated)
        open.signature = SessionPair.key(9).signature(over: stated)
        #expect(pair.take(1, .open(open)) == .wrongSignature)
        open.signature = SessionPair.key(3).signature(
            over: Statement.bytes(.object, fleet: SessionPair.fleet, open.stated))
        #expect(pair.take(1, .open(open)) == .wrongSignature)
        open.signature = SessionPair.key(3).signature(over: stated)
        #expect(pair.take(1, .open(open)) == nil)
        var actions: [SessionAction] = []
        let asAnother = pair.books[1].handle(
            .open(open), from: NodeID(4), key: SessionPair.key(4).publicKey, now: .zero, actions: &actions)
        #expect(asAnother == .malformed && actions.isEmpty)
    }

    @Test func `a half that makes the secret known to all is refused on either side`() throws {
        let pair = SessionPair()
        pair.isLost = { _ in true }
        pair.want(0)
        guard case .open(let wish) = try #require(pair.said(0).first) else { return }
        var weak = wish
        weak.ephemeral = [UInt8](repeating: 0, count: 32)
        weak.signature = SessionPair.key(3).signature(
            over: Statement.bytes(.session, fleet: SessionPair.fleet, weak.stated))
        #expect(pair.take(1, .open(weak)) == .weakKey)
        #expect(pair.partner(1) == nil)
        var accept = SessionAccept(
            answering: wish, epoch: Epoch(1), session: 5, ephemeral: [UInt8](repeating: 0, count: 32))
        accept.signature = SessionPair.key(7).signature(
            over: Statement.bytes(.session, fleet: SessionPair.fleet, accept.stated(answering: wish)))
        #expect(pair.take(0, .accept(accept)) == .weakKey)
        #expect(!pair.isReady(0))
    }

    @Test func `wishes closer together than the spacing are refused`() throws {
        let pair = SessionPair()
        pair.loss = 1
        pair.want(0)
        let first = try #require(pair.said(0).last)
        pair.close(0)
        pair.want(0)
        let second = try #require(pair.said(0).last)
        #expect(pair.take(1, first) == nil)
        #expect(pair.take(1, second) == .tooSoon)
        pair.run(for: .milliseconds(200))
        #expect(pair.take(1, second) == nil)
    }

    @Test func `random bytes are no handshake, and trap nothing`() {
        var dice = SplitMix(seed: 4)
        for count in 0..<400 {
            var bytes = dice.bytes(count)
            if count > 0 { bytes[0] = UInt8(1 + count % 2) }
            var reader = ByteReader(bytes)
            guard let message = try? SessionMessage(reading: &reader) else { continue }
            #expect(SessionPair().take(1, message) != nil)
        }
    }
}
