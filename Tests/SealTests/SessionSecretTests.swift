import SkeinWire
import Testing

@testable import SkeinSeal

@Suite struct SessionSecretTests {
    @Test func `the secrets of a handshake are gone once it is over`() throws {
        let pair = SessionPair()
        pair.want(0)
        weak let ephemeral = try #require(pair.partner(0)?.wish?.ephemeral)
        #expect(ephemeral != nil)
        pair.run(for: .milliseconds(20))
        #expect(pair.isReady(0) && ephemeral == nil)
    }

    @Test func `a wish that nobody answers leaves no secret`() throws {
        let pair = SessionPair()
        pair.loss = 1
        pair.want(0)
        weak let ephemeral = try #require(pair.partner(0)?.wish?.ephemeral)
        pair.run(for: .seconds(8))
        #expect(ephemeral == nil)
    }

    /// A listener has every byte, and afterwards both robots' long-term keys. He can be either robot then, with any
    /// secrets of his own, but what was said before stays closed: nothing on the air holds the ephemeral halves.
    @Test func `long-term keys taken afterwards open no earlier frame`() throws {
        let pair = SessionPair.joined()
        let frame = try #require(pair.sealed(0, [1, 2, 3]))
        let wish = try #require(pair.said(0).first)
        for seed in 2...50 as ClosedRange<UInt64> {
            // The same wish, the same identity, the same epoch: he answers it with other secrets.
            let thief = SessionPair(seed: seed)
            #expect(thief.take(1, wish) == nil)
            let answer = try #require(thief.partner(1)?.answer)
            // He even knows how the frames called the session.
            var renamed = frame
            for index in 0..<4 {
                renamed[4 + index] = UInt8(truncatingIfNeeded: answer.session.localNumber >> UInt32(24 - 8 * index))
            }
            #expect(thief.open(1, renamed) == .refused(.wrongTag))
        }
        #expect(!pair.open(1, frame).isRefused)
    }

    @Test func `two handshakes of the same robots share no key`() throws {
        let pair = SessionPair.joined()
        let frame = try #require(pair.sealed(0, [1, 2, 3]))
        pair.reboot(0)
        pair.want(0)
        pair.run(for: .seconds(1))
        #expect(pair.open(1, frame) == .refused(.unknownSession))
        var renamed = frame
        let number = try #require(pair.partner(1)?.current?.localNumber)
        for index in 0..<4 { renamed[4 + index] = UInt8(truncatingIfNeeded: number >> UInt32(24 - 8 * index)) }
        renamed[15] = 200
        #expect(pair.open(1, renamed) == .refused(.wrongTag))
    }

    @Test func `once keys have changed, the old ones are zeroed and open nothing`() throws {
        var tuning = SessionTuning()
        tuning.renewalFrames = 8
        tuning.framesMax = 64
        let pair = SessionPair.joined(tuning: tuning)
        let old = try #require(pair.partner(1)?.current)
        let frame = try #require(pair.sealed(0, [1]))
        for _ in 0..<8 {
            pair.say(0, [2])
            pair.run(for: .milliseconds(50))
        }
        #expect(pair.partner(1)?.current !== old && pair.partner(1)?.previous === old)
        pair.run(for: .seconds(6))
        #expect(old.isEnded && pair.partner(1)?.previous == nil)
        #expect(pair.open(1, frame) == .refused(.unknownSession))
    }

    @Test func `what is wiped is zero`() {
        let secret = SecretBytes(count: 32, from: SeededSecrets(seed: 1))
        #expect((0..<32).contains { secret.start[$0] != 0 })
        secret.wipe()
        #expect((0..<32).allSatisfy { secret.start[$0] == 0 })
    }

    @Test func `the same seed gives the same handshake, another seed another`() {
        let bytes = { (seed: UInt64) -> [[UInt8]] in
            let pair = SessionPair.joined(seed: seed)
            return (pair.said(0) + pair.said(1)).map(\.bytes)
        }
        #expect(bytes(5) == bytes(5))
        #expect(bytes(5) != bytes(6))
    }

    @Test func `the book holds so many partners, displaces the idle, and refuses where none is`() throws {
        let pair = SessionPair()
        let book = pair.books[0]
        var actions: [SessionAction] = []
        for number in 0..<SessionBook.partnersMax {
            book.want(
                NodeID(UInt16(100 + number)), key: SessionPair.publicKey(1), now: .zero, actions: &actions)
        }
        #expect(actions.count == SessionBook.partnersMax)
        actions = []
        #expect(!book.want(NodeID(99), key: SessionPair.publicKey(1), now: .zero, actions: &actions))
        #expect(actions.isEmpty && book.partners.count == SessionBook.partnersMax)
        pair.want(1)
        #expect(pair.take(0, try #require(pair.said(1).first)) == .overflow)
        // Nobody answers: all are given up, and their places are free again.
        while book.nextDeadline < .distantFuture { book.deadlinePassed(now: book.nextDeadline, actions: &actions) }
        #expect(book.partners.isEmpty)
    }

    @Test func `an idle partner makes room for a new one`() throws {
        let pair = SessionPair.joined()
        var actions: [SessionAction] = []
        pair.run(for: .seconds(20))
        for number in 0..<SessionBook.partnersMax {
            pair.books[0].want(
                NodeID(UInt16(100 + number)), key: SessionPair.publicKey(1), now: pair.now, actions: &actions)
        }
        #expect(actions.contains(.ended(SessionPair.id(1), .displaced)))
        #expect(pair.books[0].partners.count == SessionBook.partnersMax)
    }
}
