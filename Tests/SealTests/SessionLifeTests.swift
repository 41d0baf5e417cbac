import SkeinWire
import Testing

@testable import SkeinSeal

@Suite struct SessionLifeTests {
    /// Both say something every `step`, each payload with its number.
    private func talk(_ pair: SessionPair, for span: Duration, step: Duration) -> (said: [Int], unsaid: Int) {
        var said = [0, 0]
        var unsaid = 0
        let end = pair.now + span
        while pair.now < end {
            for robot in 0..<2 {
                if pair.say(robot, [UInt8(truncatingIfNeeded: said[robot])]) { said[robot] += 1 } else { unsaid += 1 }
            }
            pair.run(for: step)
        }
        return (said, unsaid)
    }

    @Test func `keys change every two minutes, and no frame that arrives is refused`() {
        let pair = SessionPair.joined()
        let first = pair.partner(0)?.current?.localNumber
        let (said, unsaid) = talk(pair, for: .seconds(600), step: .milliseconds(200))
        pair.run(for: .seconds(1))
        #expect(unsaid == 0)
        #expect(pair.payloads[1].count == said[0] && pair.payloads[0].count == said[1])
        #expect(pair.refusals == [[], []])
        #expect(pair.said(0).count == 5)
        #expect(pair.partner(0)?.current?.localNumber != first)
    }

    @Test func `keys change under loss, doubling and reordering without a gap`() {
        for seed in 1...60 as ClosedRange<UInt64> {
            let pair = SessionPair.joined(seed: seed)
            pair.loss = 0.3
            pair.doubled = 0.1
            let (_, unsaid) = talk(pair, for: .seconds(400), step: .milliseconds(250))
            pair.loss = 0
            pair.run(for: .seconds(5))
            #expect(unsaid == 0, "seed \(seed)")
            for robot in 0..<2 {
                // Doubled frames are replays; nothing else is refused.
                let odd = pair.refusals[robot].filter { ![.replayed, .crossed, .unasked].contains($0) }
                #expect(odd.isEmpty, "seed \(seed): \(odd)")
                #expect(pair.ends(robot).isEmpty, "seed \(seed)")
            }
            #expect(pair.partner(0)?.current?.localNumber == pair.partner(1)?.current?.remoteNumber, "seed \(seed)")
        }
    }

    @Test func `keys change after so many frames, as soon as that is`() {
        var tuning = SessionTuning()
        tuning.renewalFrames = 64
        tuning.framesMax = 256
        for seed in 1...20 as ClosedRange<UInt64> {
            let pair = SessionPair.joined(seed: seed, tuning: tuning)
            let (said, unsaid) = talk(pair, for: .seconds(20), step: .milliseconds(5))
            pair.run(for: .seconds(1))
            #expect(unsaid == 0, "seed \(seed)")
            #expect(pair.payloads[1].count == said[0] && pair.payloads[0].count == said[1], "seed \(seed)")
            #expect(pair.said(0).count > said[0] / 80, "seed \(seed)")
        }
    }

    @Test func `a session that has carried all it may seals no more`() {
        var tuning = SessionTuning()
        tuning.renewalFrames = 64
        tuning.framesMax = 256
        let pair = SessionPair.joined(tuning: tuning)
        pair.loss = 1
        var count = 0
        while pair.say(0, [1]) { count += 1 }
        #expect((250...256).contains(count))
        #expect(pair.ends(0) == [.expired] && !pair.isReady(0))
        pair.loss = 0
        pair.run(for: .seconds(1))
        #expect(pair.isReady(0) && pair.isReady(1))
    }

    @Test func `a session nobody uses ends after three minutes, and nothing is sent for it`() {
        let pair = SessionPair.joined()
        let heard = pair.overheard.count
        pair.run(for: .seconds(181))
        #expect(pair.overheard.count == heard)
        #expect(pair.ends(0) == [.expired] && pair.ends(1) == [.expired])
        #expect(pair.books.allSatisfy { $0.partners.isEmpty && $0.nextDeadline == .distantFuture })
    }

    @Test func `who only listens says once a second that it is there`() {
        let pair = SessionPair.joined()
        let heard = pair.overheard.count
        for _ in 0..<100 {
            #expect(pair.say(0, [1]))
            pair.run(for: .milliseconds(100))
        }
        let signs = pair.overheard.count - heard - 100
        #expect((8...11).contains(signs))
        #expect(pair.said(0).count == 1)
    }

    @Test func `a partner that has started again is found by its own wish`() {
        let pair = SessionPair.joined()
        pair.reboot(1)
        pair.want(1)
        pair.run(for: .seconds(1))
        #expect(pair.ends(0) == [.restarted])
        #expect(pair.isReady(0) && pair.isReady(1))
        #expect(pair.say(0, [1]) && pair.say(1, [2]))
        pair.run(for: .milliseconds(20))
        #expect(pair.payloads == [[[2]], [[1]]])
    }

    @Test func `a partner that has started again is found by the epoch of any message`() {
        let pair = SessionPair.joined()
        pair.reboot(1)
        pair.note(0, epoch: 1)
        #expect(pair.isReady(0))
        pair.note(0, epoch: 2)
        #expect(!pair.isReady(0) && pair.ends(0) == [.restarted])
        pair.want(0)
        pair.run(for: .milliseconds(20))
        #expect(pair.isReady(0) && pair.isReady(1))
    }

    @Test func `a partner that has started again is found by its silence`() {
        let pair = SessionPair.joined()
        pair.reboot(1)
        for _ in 0..<40 {
            _ = pair.say(0, [1])
            pair.run(for: .milliseconds(100))
        }
        #expect(pair.isReady(0) && pair.isReady(1))
        #expect(pair.say(0, [7]))
        pair.run(for: .milliseconds(20))
        #expect(pair.payloads[1].last == [7])
    }

    @Test func `a wish of a boot that is over is refused`() throws {
        let pair = SessionPair.joined()
        let old = try #require(pair.said(0).first)
        pair.reboot(0)
        pair.want(0)
        pair.run(for: .seconds(1))
        #expect(pair.take(1, old) == .staleEpoch)
        #expect(pair.isReady(1))
    }

    @Test func `either robot starts again at any time, and they find each other`() {
        for seed in 1...60 as ClosedRange<UInt64> {
            let pair = SessionPair.joined(seed: seed)
            pair.loss = 0.2
            for round in 0..<6 {
                pair.reboot(Int((seed >> UInt64(round)) & 1))
                for step in 0..<60 {
                    let robot = step % 2
                    if !pair.say(robot, [UInt8(step)]) { pair.want(robot) }
                    pair.run(for: .milliseconds(Int64(40 + seed)))
                }
            }
            pair.loss = 0
            for _ in 0..<30 {
                for robot in 0..<2 where !pair.say(robot, [99]) { pair.want(robot) }
                pair.run(for: .milliseconds(500))
            }
            #expect(pair.isReady(0) && pair.isReady(1), "seed \(seed)")
            #expect(pair.payloads[0].last == [99] && pair.payloads[1].last == [99], "seed \(seed)")
        }
    }

    @Test func `a robot revoked has no session from that moment on`() throws {
        let pair = SessionPair.joined()
        let frame = try #require(pair.sealed(0, [1]))
        pair.close(1)
        #expect(pair.ends(1) == [.closed])
        #expect(pair.open(1, frame) == .refused(.unknownSession))
        #expect(!pair.say(1, [1]))
    }

    @Test func `a robot enrolled with another key has nothing of the old one's`() {
        let pair = SessionPair.joined()
        var actions: [SessionAction] = []
        let isReady = pair.books[0].want(
            SessionPair.id(1), key: SessionPair.key(8).publicKey, now: pair.now, actions: &actions)
        #expect(!isReady && actions.first == .ended(SessionPair.id(1), .closed))
        #expect(!pair.isReady(0))
    }
}
