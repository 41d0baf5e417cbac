import SkeinBench
import SkeinFiles
import SkeinWire
import Testing

@Suite struct LoadFiguresTests {
    let plan = LoadPlan(
        members: 2, seconds: 1, statusHertz: 2, requesters: 1, helpers: 1, taskBytes: 100, taskHertz: 1)

    private func tally() -> LoadTally {
        var tally = LoadTally(plan)
        tally.saidStatus()
        tally.saidStatus()
        tally.saidTask(0, at: .zero + .milliseconds(10))
        return tally
    }

    @Test func `what comes twice, and what nobody says, counts once and never`() {
        var tally = tally()
        let now = Instant.zero + .milliseconds(50)
        let status = LoadStamp(sender: 1, number: 1, said: .zero + .milliseconds(20))
        let statuses = [(status, 1), (status, 1), (LoadStamp(sender: 1, number: 2, said: .zero), 1), (status, 2)]
            .map { tally.status($0.0, from: $0.1, now: now) }
        #expect(statuses == [true, false, false, false])
        let task = tally.task(LoadStamp(sender: 1, number: 0, said: .zero), from: 1, now: now)
        #expect(!task)
        let results = [1, 0, 0].map { tally.result(of: $0, now: now) }
        #expect(results == [false, true, false])
        #expect(tally.statusNanoseconds == [30_000_000])
        // From its task's sending.
        #expect(tally.resultNanoseconds == [40_000_000])
    }

    @Test func `a stamp is read back from what it fills, and from nothing shorter`() throws {
        let stamp = LoadStamp(sender: 7, number: 1_234, said: Instant(nanoseconds: 9_876_543_210))
        let bytes = stamp.bytes(filledTo: 256)
        #expect(bytes.count == 256)
        #expect(LoadStamp(bytes[...]) == stamp)
        #expect(LoadStamp(bytes[..<13]) == nil)
        var wrong = bytes
        wrong[6] = 0xFF
        #expect(LoadStamp(wrong[...]) == nil)
    }

    @Test func `latencies are little-endian`() {
        #expect(LatencyFile.bytes(of: [1, 0x0102_0304]) == [1, 0, 0, 0, 0, 0, 0, 0, 4, 3, 2, 1, 0, 0, 0, 0])
        #expect(LatencyFile.nanoseconds(of: LatencyFile.bytes(of: [7, .max])) == [7, .max])
        #expect(LatencyFile.nanoseconds(of: [1, 2, 3]) == nil)
    }

    @Test func `a member's line is one line of JSON with the keys that are asked for`() throws {
        let line = MemberLine(tally(), processorSeconds: 0.25, residentKilobytes: 9_000)
        #expect(
            line.text == """
                {"status_tx": 2, "status_rx": 0, "task_tx": 1, "task_rx": 0, "result_rx": 0, "cpu_s": 0.25, "hwm_kb": 9000}
                """)
        #expect(MemberLine(line.text) == line)
        for wrong in ["", "{}", "[1]", #"{"status_tx": "2"}"#, line.text.replacing("0.25", with: "-1")] {
            #expect(MemberLine(wrong) == nil)
        }
    }

    @Test func `shares count against what was said, and only what came within a second`() {
        let line = MemberLine(tally(), processorSeconds: 0.3, residentKilobytes: 100)
        let figures = LoadFigures(
            plan, lines: [line, line], status: [1_000_000, 2_000_000, 1_000_000_001], task: [],
            result: [1_000_000_000])
        #expect(figures.statusShare == 0.5)
        #expect(figures.resultShare == 0.5)
        #expect(figures.taskShare == 0)
        #expect(figures.result.milliseconds(0.99) == 1_000)
        #expect(figures.task.milliseconds(0.5) == nil)
        #expect(abs(figures.processorFraction - 0.1) < 1e-9)
    }

    @Test func `a share of latencies is the smallest that so many are no longer than`() {
        let latencies = LoadFigures.Latencies((1...100).reversed().map { UInt64($0) * 1_000_000 })
        #expect(latencies.milliseconds(0.5) == 50)
        #expect(latencies.milliseconds(0.99) == 99)
        #expect(latencies.milliseconds(1) == 100)
        #expect(latencies.milliseconds(0) == 1)
    }

    @Test func `where a member starts is said in full, or it does not start`() {
        for wrong in [[:], ["SWARM_START": "soon"], ["SWARM_START": "nan"], ["SWARM_START": "0.5"]] {
            #expect(throws: FileError.self) { try MemberPlace(wrong) }
        }
        let later = ["SWARM_START": "\(MemberPlace.monotonicSeconds() + 100)"]
        #expect(throws: Never.self) { try MemberPlace(later) }
        #expect(throws: FileError.self) { try MemberPlace(later.merging(["SWARM_DUMP": "no-such-folder"]) { $1 }) }
    }
}
