import SkeinMCAP
import SkeinWire
import Testing

@testable import SkeinLog

struct SummaryTests {
    @Test func `gaps are spans in which a robot wrote nothing, by its own clock`() throws {
        let second: Int64 = 1_000_000_000
        let records = [0, 1, 2, 9, 10, 30].map { LogBench.line(1, at: $0 * second, mesh: nil, "x") }
        let other = (0..<31).map { LogBench.line(2, at: Int64($0) * second, mesh: nil, "y") }
        let log = LogBench.log([LogBench.birth(1, "a"), LogBench.birth(2, "b")], records + other)
        let summary = try FlightLogSummary(of: McapBytes(log))
        #expect(summary.robots.map(\.gaps) == [2, 0])
        #expect(summary.robots.map(\.gapNanoseconds) == [27_000_000_000, 0])
        #expect(summary.messages == 74)
        #expect(summary.channels.map(\.topic) == ["/a/line", "/a/text", "/b/line", "/b/text"])
        #expect(summary.ending == .whole)
    }

    @Test func `records that the writer had to drop are told`() throws {
        let stamp = LogStamp(robot: NodeID(1), at: .zero, mesh: nil)
        let log = LogBench.log(
            [LogBench.birth(1, "a")], [LogRecord(stamp: stamp, content: .gap(records: 17, reason: "full"))])
        #expect(try FlightLogSummary(of: McapBytes(log)).robots.first?.droppedRecords == 17)
    }

    @Test func `a cut log tells where`() throws {
        let log = LogBench.log([LogBench.birth(1, "a")], [LogBench.line(1, at: 0, mesh: nil, "x")])
        let summary = try FlightLogSummary(of: McapBytes(Array(log.prefix(log.count - 40))))
        #expect(summary.ending != .whole)
        #expect(summary.isMcap)
        #expect(summary.messages == 2)
    }
}
