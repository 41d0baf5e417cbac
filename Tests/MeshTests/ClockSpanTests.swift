import SkeinWire
import Testing

@testable import SkeinPeer

/// What an exchange says of two clocks, and what is left of it later.
struct ClockSpanTests {
    private static func answer(received: Int64, sent: Int64, bound: UInt64 = 0) -> ClockAnswer {
        ClockAnswer(
            number: 1, root: NodeID(1), term: 1, hops: 0, receivedNanoseconds: received, sentNanoseconds: sent,
            boundNanoseconds: bound)
    }

    @Test func `four timestamps leave half of the way there and back, and the answerer's own bound`() throws {
        // Mesh time is 5 s ahead; 1 ms there, 2 ms in between, 3 ms back: the middle is 1 ms off, within its 2 ms.
        let asked = Instant(nanoseconds: 1_000_000_000)
        let span = try #require(
            ClockSpan(
                asked: asked, Self.answer(received: 6_001_000_000, sent: 6_003_000_000, bound: 500_000),
                now: asked + .milliseconds(6)))
        #expect((span.offset - 4_999_000_000).magnitude < 1_000)
        #expect((2_500_000...2_501_000).contains(span.bound))
        #expect(span.low <= 5_000_000_000 && span.high >= 5_000_000_000)
    }

    @Test func `an answer that left before its question came says nothing`() {
        let asked = Instant(nanoseconds: 0)
        // Two milliseconds of work within one of waiting.
        #expect(
            ClockSpan(asked: asked, Self.answer(received: 0, sent: 2_000_000), now: asked + .milliseconds(1)) == nil)
        #expect(
            ClockSpan(asked: asked, Self.answer(received: 0, sent: 1_000_100), now: asked + .milliseconds(1)) != nil)
    }

    @Test func `what is known grows by a tenth of a millisecond a second on both sides, later and earlier`() {
        let span = ClockSpan(exactly: 7, at: .zero + .seconds(100))
        for seconds in [-50, 50] {
            let moved = span.moved(to: .zero + .seconds(100 + seconds))
            #expect(moved.offset == 7 && moved.bound == 5_000_001)
        }
        #expect(span.moved(to: span.at) == span)
    }

    @Test func `two spans leave what they have in common, and contradict each other where they have nothing`() throws {
        let early = ClockSpan(exactly: 0, at: .zero)
        // After 10 s it is known to a millisecond.
        let near = ClockSpan(exactly: 900_000, at: .zero + .seconds(10))
        let far = ClockSpan(exactly: 1_100_000, at: .zero + .seconds(10))
        #expect(early.overlap(near) == near && near.overlap(early) == near)
        #expect(early.overlap(far) == nil)
    }

    /// Two clocks of random speeds, ways of random length: the truth is in every span, and in what they have in common.
    @Test func `the truth is never outside`() throws {
        var dice = Dice(seed: 5)
        for _ in 0..<200 {
            let ours = Int64(dice.below(100_001)) - 50_000
            let theirs = Int64(dice.below(100_001)) - 50_000
            let origin = Int64(dice.below(1_000_000_000_000))
            func read(_ drift: Int64, _ world: Int64) -> Int64 { world + world * drift / 1_000_000_000 }
            var known: ClockSpan?
            var world: Int64 = 0
            for _ in 0..<50 {
                world += Int64(dice.below(20_000_000_000))
                let asked = Instant(nanoseconds: read(ours, world))
                let there = world + Int64(dice.below(5_000_000))
                let left = there + Int64(dice.below(1_000_000))
                world = left + Int64(dice.below(5_000_000))
                let now = Instant(nanoseconds: read(ours, world))
                let answer = Self.answer(
                    received: origin + read(theirs, there), sent: origin + read(theirs, left))
                let span = try #require(ClockSpan(asked: asked, answer, now: now))
                let common = try #require(known.map { $0.overlap(span) } ?? span)
                let truth = origin + read(theirs, world) - now.nanoseconds
                #expect((common.low...common.high).contains(truth))
                #expect((common.offset - truth).magnitude <= common.bound.magnitude)
                known = common
            }
        }
    }
}
