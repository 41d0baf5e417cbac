import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

struct StepCheckerTests {
    private let second: Int64 = 1_000_000_000

    private func checker() -> StepChecker { StepChecker(robots: 4, step: .seconds(1)) }

    @Test func `no failed step is no gap`() {
        var checker = checker()
        for step in 0..<5 {
            checker.note(.stepStarted(task: UInt32(step), remoteParts: 3), from: 0, now: Int64(step) * second)
            checker.note(.stepEnded(task: UInt32(step), verdict: .completed), from: 0, now: Int64(step + 1) * second)
        }
        checker.finish(now: 5 * second)
        #expect(checker.completed == 5 && checker.failed == 0 && checker.gap == 0)
    }

    @Test func `two failed steps in a row are a gap of two`() {
        var checker = checker()
        for step in 0..<5 {
            let verdict: StepVerdict = step == 2 || step == 3 ? .failed(missing: 1, .noLeader) : .completed
            checker.note(.stepStarted(task: UInt32(step), remoteParts: 3), from: 0, now: Int64(step) * second)
            checker.note(.stepEnded(task: UInt32(step), verdict: verdict), from: 0, now: Int64(step + 1) * second)
        }
        #expect(checker.failed == 2 && checker.gap == 2 * second)
        #expect(checker.troubles[Int(PartTrouble.noLeader.rawValue)] == 2)
    }

    @Test func `steps that do not come are a gap as well, until the robot has arrived or is off`() {
        var silent = checker()
        silent.note(.stepStarted(task: 0, remoteParts: 3), from: 0, now: 0)
        silent.note(.stepEnded(task: 0, verdict: .completed), from: 0, now: second)
        var arrived = silent
        var dead = silent
        silent.finish(now: 5 * second)
        #expect(silent.gap == 3 * second)
        arrived.note(.arrived, from: 0, now: second)
        arrived.finish(now: 5 * second)
        dead.lose(0)
        dead.finish(now: 5 * second)
        #expect(arrived.gap == 0 && dead.gap == 0)
    }

    @Test(arguments: [0, 1, 2])
    func `a step that fails while a plan moves requester, leader or helper was failed by the rebuild`(moved: UInt16) {
        var checker = checker()
        checker.note(.leaderChanged(NodeID(1), .none, .strongest), from: 0, now: 0)
        checker.note(.stepStarted(task: 9, remoteParts: 3), from: 0, now: second)
        checker.note(
            .partOffered(task: 9, part: 0, attempt: 0, helper: NodeID(2), leader: NodeID(1)), from: 0, now: second)
        let plan = PlanNumber(term: 1, number: 2)
        checker.note(.leaderChanged(NodeID(3), plan, .plan), from: Int(moved), now: second + 1)
        checker.note(.stepEnded(task: 9, verdict: .failed(missing: 1, .noResult)), from: 0, now: 2 * second)
        #expect(checker.rebuildFailed == 1)
    }

    @Test func `a plan before the step, or of a stranger, is no rebuild`() {
        var checker = checker()
        let plan = PlanNumber(term: 1, number: 2)
        checker.note(.leaderChanged(NodeID(1), plan, .plan), from: 0, now: 0)
        checker.note(.stepStarted(task: 9, remoteParts: 3), from: 0, now: second)
        checker.note(.leaderChanged(NodeID(1), plan, .plan), from: 3, now: second + 1)
        checker.note(.stepEnded(task: 9, verdict: .failed(missing: 1, .noResult)), from: 0, now: 2 * second)
        #expect(checker.failed == 1 && checker.rebuildFailed == 0)
    }

    @Test func `a part counts as offloaded only if another robot did it`() {
        var checker = checker()
        checker.note(.partDone(task: 1, part: 0, helper: NodeID(2)), from: 0, now: 0)
        checker.note(.partDone(task: 1, part: 1, helper: NodeID(0)), from: 0, now: 0)
        #expect(checker.offloaded == 1)
    }
}
