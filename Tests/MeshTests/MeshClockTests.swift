import SkeinWire
import Testing

@testable import SkeinPeer

/// One robot's mesh clock, asked and answered by hand.
struct MeshClockTests {
    private static let us = NodeID(7)
    private static let parent = NodeID(3)

    private static func tree(root: UInt16, term: UInt32, parent: NodeID = parent) -> TreeAdvert {
        TreeAdvert(root: NodeID(root), term: term, sequence: 1, hops: root == us.number ? 0 : 1, parent: parent)
    }

    private var clock = MeshClock(us: us, seed: 1)
    private var now = Instant.zero + .seconds(100)

    /// Waits for the next question; nil: none within a minute.
    private mutating func ask(_ robot: NodeID = parent) -> ClockQuestion? {
        for _ in 0..<20 where clock.nextAt < now + .seconds(60) {
            now = max(now, clock.nextAt)
            if clock.deadlinePassed(now: now) { return clock.ask(robot, now: now) }
        }
        return nil
    }

    /// A question, and an answer a millisecond later, by a mesh clock that is so far ahead of this robot's.
    private mutating func exchange(
        ahead: Int64, root: UInt16 = 3, term: UInt32 = 1, hops: UInt8 = 0, bound: UInt64 = 0
    ) -> MeshClock.Verdict? {
        guard let question = ask() else { return nil }
        let time = now.nanoseconds + 500_000 + ahead
        now += .milliseconds(1)
        return clock.take(
            ClockAnswer(
                number: question.number, root: NodeID(root), term: term, hops: hops, receivedNanoseconds: time,
                sentNanoseconds: time, boundNanoseconds: bound), from: Self.parent, now: now)
    }

    @Test mutating func `before the first root there is no mesh time, and nobody is asked or answered`() {
        #expect(clock.time(at: now) == nil && clock.nextAt == .distantFuture)
        #expect(clock.answer(ClockQuestion(number: 1), now: now) == nil)
        clock.follow(.none, now: now)
        #expect(clock.nextAt == .distantFuture)
    }

    @Test mutating func `a robot asks soon, four times quickly, and then every four seconds`() {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        let joined = now
        var asked: [Double] = []
        for _ in 0..<8 {
            #expect(exchange(ahead: 5_000_000_000) == .taken(step: nil))
            asked.append((now - joined).inSeconds)
        }
        #expect(asked[0] <= 0.402 && asked[3] <= 1.6)
        for place in 4..<8 { #expect((3.4...4.6).contains(asked[place] - asked[place - 1])) }
        let time = clock.time(at: now)
        #expect(time.map { ($0.nanoseconds - now.nanoseconds - 5_000_000_000).magnitude < 1_000 } == true)
        #expect(time?.boundNanoseconds ?? .max < 502_000 && time?.root == NodeID(3) && time?.isOwn == false)
        // Ten seconds later it may be a millisecond more.
        #expect(
            clock.time(at: now + .seconds(10)).map { (1_500_000..<1_502_000).contains($0.boundNanoseconds) } == true)
    }

    @Test mutating func `only the robot that was asked answers, with that number, once, and in time`() throws {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        let sent = ask()
        let question = try #require(sent)
        var answer = ClockAnswer(
            number: question.number, root: NodeID(3), term: 1, hops: 0, receivedNanoseconds: 9, sentNanoseconds: 9,
            boundNanoseconds: 0)
        now += .milliseconds(1)
        #expect(clock.take(answer, from: NodeID(4), now: now) == .unasked)
        answer.number &+= 1
        #expect(clock.take(answer, from: Self.parent, now: now) == .unasked)
        answer.number = question.number
        #expect(clock.take(answer, from: Self.parent, now: now + .seconds(2)) == .unasked)
        #expect(clock.take(answer, from: Self.parent, now: now) == .taken(step: nil))
        #expect(clock.take(answer, from: Self.parent, now: now) == .unasked)
    }

    @Test mutating func `answers that nobody honest gives are refused, and another is asked for`() throws {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        // So wrong that its own clock would be no worse.
        #expect(exchange(ahead: 0, bound: 2_000_000_000) == .refused)
        let sent = ask()
        let question = try #require(sent)
        now += .milliseconds(1)
        let slow = ClockAnswer(
            number: question.number, root: NodeID(3), term: 1, hops: 0, receivedNanoseconds: 0,
            sentNanoseconds: 20_000_000, boundNanoseconds: 0)
        #expect(clock.take(slow, from: Self.parent, now: now) == .refused)
        #expect(clock.time(at: now) == nil && clock.status(at: now).refusals == 2)
        #expect(exchange(ahead: 0) == .taken(step: nil))
    }

    @Test mutating func `another tree's time is not this one's`() {
        clock.follow(Self.tree(root: 3, term: 2), now: now)
        #expect(exchange(ahead: 0, term: 1) == .elsewhere)
        #expect(exchange(ahead: 0, root: 4, term: 2) == .elsewhere)
        #expect(clock.time(at: now) == nil)
    }

    @Test mutating func `what contradicts what is known is believed only when three agree, and then it is a step`() {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        for _ in 0..<4 { #expect(exchange(ahead: 0) == .taken(step: nil)) }
        // Liars that do not agree get nowhere, and an answer that fits forgets them.
        for ahead in [1, 2, 3, 4] { #expect(exchange(ahead: Int64(ahead) * 1_000_000_000) == .refused) }
        #expect(exchange(ahead: 7_000_000_000) == .refused && exchange(ahead: 7_000_000_000) == .refused)
        #expect(exchange(ahead: 0) == .taken(step: nil))
        #expect(exchange(ahead: 7_000_000_000) == .refused && exchange(ahead: 7_000_000_000) == .refused)
        #expect(clock.time(at: now).map { ($0.nanoseconds - now.nanoseconds).magnitude < 1_000 } == true)
        guard case .taken(let step?)? = exchange(ahead: 7_000_000_000) else {
            Issue.record("no step")
            return
        }
        #expect((step.nanoseconds - 7_000_000_000).magnitude < 10_000 && step.boundNanoseconds < 2_000_000)
        #expect(clock.time(at: now).map { $0.nanoseconds > now.nanoseconds + 6_999_000_000 } == true)
    }

    @Test mutating func `in another tree the old time is told until the new one is known, and a difference is a step`()
    {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        for _ in 0..<4 { _ = exchange(ahead: 0) }
        clock.follow(.none, now: now)
        #expect(clock.time(at: now)?.term == 1 && clock.nextAt == .distantFuture)
        clock.follow(Self.tree(root: 5, term: 2), now: now)
        #expect(clock.time(at: now)?.term == 1)
        // Within the bounds of both nothing has stepped.
        #expect(exchange(ahead: 200_000, root: 5, term: 2) == .taken(step: nil))
        #expect(clock.time(at: now)?.term == 2)
        clock.follow(Self.tree(root: 6, term: 3), now: now)
        guard case .taken(let step?)? = exchange(ahead: -80_000_000, root: 6, term: 3) else {
            Issue.record("no step")
            return
        }
        #expect((step.nanoseconds + 80_200_000).magnitude < 1_000)
    }

    @Test mutating func `a successor goes on with the time it has, exactly from then on`() throws {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        for _ in 0..<4 { _ = exchange(ahead: 5_000_000_000) }
        let before = try #require(clock.time(at: now))
        clock.follow(Self.tree(root: 7, term: 2, parent: .none), now: now)
        let after = try #require(clock.time(at: now))
        #expect(after.isOwn && after.term == 2 && after.boundNanoseconds == 0)
        #expect(after.nanoseconds == before.nanoseconds && clock.nextAt == .distantFuture)
        // A term later, and when it is no root any more, until it knows another's.
        clock.follow(Self.tree(root: 7, term: 3, parent: .none), now: now + .seconds(9))
        clock.follow(Self.tree(root: 3, term: 4), now: now + .seconds(10))
        let later = try #require(clock.time(at: now + .seconds(10)))
        #expect(later.nanoseconds == before.nanoseconds + 10_000_000_000 && later.term == 3 && later.isOwn)
        let answer = clock.answer(ClockQuestion(number: 5), now: now)
        #expect(answer?.receivedNanoseconds == before.nanoseconds && answer?.boundNanoseconds == 0)
    }

    @Test mutating func `a root that has just started goes on with its neighbours' time`() throws {
        clock.follow(Self.tree(root: 7, term: 4, parent: .none), now: now)
        #expect(clock.isSearching && clock.time(at: now) == nil)
        #expect(clock.answer(ClockQuestion(number: 5), now: now) == nil)
        // Of whatever tree.
        #expect(exchange(ahead: 5_000_000_000, root: 7, term: 3) == .taken(step: nil))
        let time = try #require(clock.time(at: now))
        #expect(time.term == 4 && time.isOwn && time.boundNanoseconds == 0 && !clock.isSearching)
        #expect((time.nanoseconds - now.nanoseconds - 5_000_000_000).magnitude < 1_000)
    }

    @Test mutating func `where nobody knows a time, the first root's own clock is it, a good second later`() throws {
        clock.follow(Self.tree(root: 7, term: 1, parent: .none), now: now)
        let stood = now
        for _ in 0..<MeshClock.searchesMax { #expect(ask() != nil) }
        #expect(ask() == nil)
        let time = try #require(clock.time(at: now))
        #expect(time.nanoseconds == now.nanoseconds && time.isOwn && clock.nextAt == .distantFuture)
        #expect((1.0...1.6).contains((now - stood).inSeconds))
    }

    @Test mutating func `a root begins with no time that it could not tell for years`() throws {
        clock.follow(Self.tree(root: 7, term: 1, parent: .none), now: now)
        _ = exchange(ahead: ClockAnswer.nanosecondsMax - 1_000_000_000_000)
        #expect(clock.time(at: now)?.nanoseconds == now.nanoseconds)
        #expect(clock.answer(ClockQuestion(number: 5), now: now) != nil)
    }

    @Test mutating func `without answers it asks less and less often, and a robot that knows it badly tells nobody`() {
        clock.follow(Self.tree(root: 3, term: 1), now: now)
        for _ in 0..<4 { _ = exchange(ahead: 0) }
        var asked: [Double] = []
        for _ in 0..<8 {
            _ = ask()
            asked.append(now.seconds)
        }
        let pauses = zip(asked.dropFirst(), asked).map { $0 - $1 }
        #expect(pauses.prefix(2).allSatisfy { $0 < 1.2 } && pauses.suffix(4).allSatisfy { $0 > 3.4 })
        #expect(clock.answer(ClockQuestion(number: 5), now: now) != nil)
        // A tenth of a millisecond a second.
        #expect(clock.answer(ClockQuestion(number: 5), now: now + .seconds(10_001)) == nil)
        #expect(clock.time(at: now + .seconds(10_001)) != nil)
    }
}
