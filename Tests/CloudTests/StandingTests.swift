import SkeinWire
import Testing

@testable import SkeinPeer

/// How a robot loses its standing, and how it comes back.
@Suite struct StandingTests {
    private let robot = NodeID(7)

    private func seconds(_ count: Int) -> Instant { .zero + .seconds(count) }

    private func note(_ standings: inout Standings, _ note: Standings.Note, at second: Int) -> StandingLoss? {
        standings.age(now: seconds(second))
        return standings.take(note, now: seconds(second))?.loss
    }

    @Test func `a wrong answer to a known question is enough, and only time and right answers mend it`() throws {
        var standings = Standings()
        #expect(standings.isTrusted(robot), "who is not known is trusted")
        #expect(note(&standings, .wrong(robot, .poisoned, isProbe: true), at: 0) == .poisoned)
        #expect(!standings.isTrusted(robot))
        for second in 1..<60 { _ = note(&standings, .right(robot, isProbe: true), at: second) }
        #expect(standings[robot]?.state == .shunned(until: seconds(60)), "right answers alone mend nothing")
        standings.age(now: seconds(60))
        #expect(standings[robot]?.state == .doubted(since: seconds(60), right: 0))
        for second in 61...63 { _ = note(&standings, .right(robot, isProbe: true), at: second) }
        #expect(!standings.isTrusted(robot), "never at once")
        _ = note(&standings, .right(robot, isProbe: true), at: 80)
        #expect(standings.isTrusted(robot))
        let again = note(&standings, .wrong(robot, .poisoned, isProbe: false), at: 81)
        #expect(again == .poisoned)
        #expect(standings[robot]?.state == .shunned(until: seconds(81 + 120)), "twice as long")
    }

    @Test func `being outvoted once is a doubt, twice is more`() {
        var standings = Standings()
        #expect(note(&standings, .wrong(robot, .outvoted, isProbe: false), at: 0) == .outvoted)
        #expect(standings[robot]?.state == .doubted(since: .zero, right: 0))
        #expect(note(&standings, .wrong(robot, .outvoted, isProbe: false), at: 1) == .outvoted)
        #expect(standings[robot]?.state == .shunned(until: seconds(61)))
        #expect(note(&standings, .wrong(robot, .outvoted, isProbe: false), at: 2) == nil, "no news")
    }

    @Test func `nonsense now and then is forgiven, nonsense by habit is not`() {
        var standings = Standings()
        for second in 0..<40 {
            let said = note(
                &standings, second % 4 == 0 ? .nonsense(robot) : .keptWord(robot), at: second)
            #expect(said == nil)
        }
        let habit = (40..<44).compactMap { note(&standings, .nonsense(robot), at: $0) }
        #expect(habit.first == .nonsense)
        #expect(!standings.isTrusted(robot))
    }

    @Test func `broken words put a helper last, kept ones and time bring it back`() {
        var standings = Standings()
        let losses = (0..<3).compactMap { _ in note(&standings, .brokeWord(robot), at: 0) }
        #expect(losses == [.unreliable])
        #expect(standings.isTrusted(robot), "it says the truth, but not about when")
        #expect(standings.excluded(besides: [], unreliable: true, now: .zero) == [robot])
        #expect(standings.excluded(besides: [], unreliable: false, now: .zero) == [])
        // Three in a row: one is forgotten in four times five seconds.
        #expect((standings[robot]?.isUnreliable(now: seconds(19)) ?? false))
        #expect(!(standings[robot]?.isUnreliable(now: seconds(20)) ?? false))
        _ = note(&standings, .brokeWord(robot), at: 20)
        #expect((standings[robot]?.isUnreliable(now: seconds(20)) ?? false))
        _ = note(&standings, .keptWord(robot), at: 20)
        #expect(!(standings[robot]?.isUnreliable(now: seconds(20)) ?? false))
    }

    @Test func `who has never kept its word is asked last from the first one it breaks`() {
        var standings = Standings()
        let other = NodeID(8)
        _ = note(&standings, .keptWord(other), at: 0)
        for helper in [robot, other] { _ = note(&standings, .brokeWord(helper), at: 1) }
        #expect(standings.isAskedLast(robot, now: seconds(1)))
        #expect(!standings.isAskedLast(other, now: seconds(1)))
        #expect(!(standings[robot]?.isUnreliable(now: seconds(1)) ?? false), "that is not yet a habit")
        #expect(!standings.isAskedLast(robot, now: seconds(6)), "and forgotten soon")
    }

    @Test func `a leader whose helpers never work comes last for a while`() {
        var standings = Standings()
        let other = NodeID(8)
        for _ in 0..<5 { #expect(note(&standings, .matched(robot, works: false), at: 0) == nil) }
        #expect(note(&standings, .matched(robot, works: false), at: 0) == .blackHole)
        #expect(standings.ordered([robot, other], now: seconds(9)) == [other, robot])
        #expect(standings.ordered([robot, other], now: seconds(10)) == [robot, other])
        _ = note(&standings, .matched(robot, works: false), at: 11)
        #expect(note(&standings, .matched(robot, works: false), at: 11) == .blackHole, "two are enough now")
        #expect(standings.ordered([robot, other], now: seconds(30)) == [other, robot], "and twice as long")
        _ = note(&standings, .matched(robot, works: true), at: 32)
        for _ in 0..<5 { #expect(note(&standings, .matched(robot, works: false), at: 33) == nil) }
    }

    @Test func `a full table forgets the trusted first, and shunned robots last`() {
        var standings = Standings()
        _ = note(&standings, .wrong(NodeID(0), .poisoned, isProbe: true), at: 0)
        for number in 1...(2 * UInt16(Standings.robotsMax)) {
            _ = note(&standings, .keptWord(NodeID(number)), at: Int(number) / 10)
        }
        #expect(standings.all.count == Standings.robotsMax)
        #expect(!standings.isTrusted(NodeID(0)))
        #expect(standings.all == standings.all.sorted { $0.robot < $1.robot })
        #expect(standings[NodeID(1)] == nil && standings[NodeID(2 * UInt16(Standings.robotsMax))] != nil)
    }

    @Test func `a doubted robot is tried again, now and then, by the way its units went`() {
        var standings = Standings()
        let placement = Placement(
            helper: robot, leader: NodeID(9), parts: 1, shareKHz: 1_000,
            efficiency: EfficiencyField(bitsPerSecondPerHz: 2))
        _ = note(&standings, .placed(placement), at: 0)
        _ = note(&standings, .wrong(robot, .outvoted, isProbe: false), at: 0)
        #expect(standings.probeDue(now: .zero) == placement)
        _ = note(&standings, .probed(robot), at: 1)
        #expect(standings.probeDue(now: seconds(5)) == nil)
        #expect(standings.probeDue(now: seconds(6)) == placement)
    }
}
