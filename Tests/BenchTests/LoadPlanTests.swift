import SkeinBench
import SkeinWire
import Testing

@Suite struct LoadPlanTests {
    let plan = LoadPlan(
        members: 20, seconds: 30, statusHertz: 10, requesters: 5, helpers: 3, taskBytes: 10_000, taskHertz: 1)

    @Test func `helper k of requester i is member 5 + (3 i + k) mod 15`() {
        #expect(plan.helpers(of: 0) == [5, 6, 7])
        #expect(plan.helpers(of: 4) == [17, 18, 19])
        #expect(plan.helpers(of: 5).isEmpty)
        #expect((0..<5).flatMap(plan.helpers(of:)).sorted() == Array(5..<20))
    }

    @Test func `moments are spread over their periods`() {
        let statuses = (0..<20).map { plan.statusTime(0, of: $0) }
        #expect(statuses == (0..<20).map { .milliseconds(5 * $0) })
        let tasks = (0..<3).flatMap { k in (0..<5).map { plan.taskTime(round: 2, helper: k, of: $0) } }
        for (earlier, later) in zip(tasks, tasks.dropFirst()) {
            #expect(abs((later - earlier).inSeconds - 1.0 / 15) < 1e-6)
        }
        #expect(tasks[0] == .seconds(2))
    }

    @Test func `a member says all that its plan has, in order, within the seconds`() {
        var schedule = LoadSchedule(plan, member: 3)
        var statuses = 0
        var tasks: [Int] = []
        var last = Duration.zero
        while let next = schedule.next {
            #expect(next >= last && next < .seconds(30))
            last = next
            switch schedule.take(at: next) {
            case .status(let number):
                #expect(number == statuses)
                statuses += 1
            case .task(let number, let helper):
                #expect(helper == plan.helper(number % 3, of: 3))
                tasks.append(number)
            case nil: Issue.record("nothing is due at \(next)")
            }
        }
        #expect(statuses == 300)
        #expect(tasks.sorted() == Array(0..<90))
        let more = schedule.take(at: .seconds(100))
        #expect(more == nil)
    }

    @Test func `the words of a member are read back as its plan`() throws {
        let read = try #require(LoadPlan.parse(plan.words(of: 7)))
        #expect(read.id == 7)
        #expect(read.plan == plan)
        #expect(LoadPlan.parse(["1", "2"]) == nil)
        #expect(LoadPlan.parse(["1", "2", "x", "4", "5", "6", "7", "8"]) == nil)
    }

    @Test(arguments: [
        (["0", "1", "1", "1", "0", "0", "20", "1"], "N 1"), (["0", "255", "1", "1", "0", "0", "20", "1"], "N 255"),
        (["0", "4", "0", "1", "0", "0", "20", "1"], "SECONDS 0"),
        (["0", "4", "1", "nan", "0", "0", "20", "1"], "STATUS_HZ nan"),
        (["0", "4", "1", "1", "4", "0", "20", "1"], "REQUESTERS 4"),
        (["0", "4", "1", "1", "1", "4", "20", "1"], "HELPERS 4"),
        (["0", "4", "1", "1", "1", "3", "13", "1"], "TASK_BYTES 13"),
        (["0", "4", "1", "1", "1", "3", "20", "-1"], "TASK_HZ -1"),
    ])
    func `a plan that cannot be played says what is wrong with it`(_ words: [String], _ fault: String) throws {
        let plan = try #require(LoadPlan.parse(words)).plan
        #expect(plan.fault?.hasPrefix(fault) == true, "\(plan.fault ?? "nothing")")
    }

    @Test func `each loss and member has its line in the script, and the undoing names each namespace`() {
        let channel = LoadChannel(members: 3, bitsPerSecond: 6_000_000, loss: 0.05)
        #expect(channel.script.contains("tbf rate 6000000bit burst 4kb latency 300ms"))
        #expect(channel.script.contains("address add 10.77.0.3/24 broadcast + dev eth0"))
        #expect(channel.script.split(separator: "\n").count { $0.contains("numgen random mod 10000 < 500 drop") } == 3)
        #expect(!LoadChannel(members: 3, bitsPerSecond: 1, loss: 0).script.contains("nft"))
        #expect(channel.undoing.split(separator: "\n").count { $0.hasPrefix("ip netns delete skein-bench-") } == 4)
    }
}
