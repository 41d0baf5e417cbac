import SkeinMCAP
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLog

struct WriterTests {
    @Test func `records, births and attachments are read as they were written`() throws {
        var maker = ReportMaker(seed: 5)
        var writer = FlightLogWriter()
        writer.add(LogBench.birth(4, "alpha"))
        writer.attach(name: "m.toml", mediaType: "text/plain", data: [1, 2], logTime: 9)
        var records: [LogRecord] = []
        for number in 0..<40 {
            let at = Instant(nanoseconds: Int64(number) * 1_000_000_000)
            let stamp = LogStamp(robot: NodeID(4), at: at, mesh: number < 3 ? nil : LogBench.mesh(at.nanoseconds + 77))
            var report = maker.report(of: NodeID(4))
            report.now = at
            records.append(LogRecord(stamp: stamp, content: .report(report)))
            records.append(LogRecord(stamp: stamp, content: .event(.arrived, number: UInt64(number))))
        }
        for record in records { writer.write(record, now: record.stamp.at) }
        writer.finish()
        let read = try LogBench.read(writer.take(now: .zero).bytes)
        #expect(read.records == records)
        #expect(read.births == [LogBench.birth(4, "alpha")])
        #expect(read.attachments.map(\.name) == ["m.toml"])
        #expect(read.ending == .whole)
        #expect(read.names == ["alpha"])
        #expect(read.faults == 0)
    }

    @Test func `log time is mesh time, and where that is not known the last difference goes on`() throws {
        let records = [
            LogBench.line(1, at: 100, mesh: nil, "before"),
            LogBench.line(1, at: 200, mesh: LogBench.mesh(5_200), "known"),
            LogBench.line(1, at: 300, mesh: nil, "after"),
        ]
        let messages = try LogBench.messages(LogBench.log([LogBench.birth(1, "a")], records))
        let lines = messages.filter { $0.topic == "/a/line" }.map(\.message)
        #expect(lines.map(\.logTime) == [100, 5_200, 5_300])
        #expect(lines.map(\.publishTime) == [100, 200, 300])
        // Foxglove's view of each stands beside it at the same time.
        let views = messages.filter { $0.topic == "/a/text" }.map(\.message)
        #expect(views.map(\.logTime) == lines.map(\.logTime))
        #expect(views.map(\.sequence) == lines.map(\.sequence))
    }

    @Test func `the next file goes on with the clocks of the one before`() throws {
        var first = FlightLogWriter()
        first.add(LogBench.birth(1, "a"))
        first.write(LogBench.line(1, at: 200, mesh: LogBench.mesh(5_200), "known"), now: .zero)
        var second = first.successor()
        second.add(LogBench.birth(1, "a"))
        second.write(LogBench.line(1, at: 300, mesh: nil, "after"), now: .zero)
        second.finish()
        #expect(try LogBench.messages(second.take(now: .zero).bytes).map(\.message.logTime) == [5_300, 5_300])
    }

    @Test func `a report has a pose under Foxglove's name`() throws {
        var maker = ReportMaker(seed: 6)
        var report = maker.report(of: NodeID(2))
        report.status.xMeters = 3
        report.status.yMeters = -4
        report.status.headingRadians = .pi
        let record = LogRecord(stamp: LogStamp(robot: report.id, at: report.now, mesh: nil), content: .report(report))
        let messages = try LogBench.messages(LogBench.log([LogBench.birth(2, "b")], [record]))
        let pose = try Foxglove_PoseInFrame(
            serializedBytes: try #require(messages.first { $0.topic == "/b/pose" }).message.data)
        #expect(pose.pose.position.x == 3 && pose.pose.position.y == -4)
        #expect(abs(pose.pose.orientation.z - 1) < 1e-9 && abs(pose.pose.orientation.w) < 1e-9)
        #expect(pose.frameID == "field")
    }

    @Test func `the disk is told as the policy says`() {
        func written(_ sync: LogSync) -> [Bool] {
            var writer = FlightLogWriter(chunks: McapChunkPolicy(ageMax: .seconds(1)), sync: sync)
            return (0..<8).map { second in
                let now = Instant.zero + .seconds(second)
                writer.write(LogBench.line(1, at: now.nanoseconds, mesh: nil, "x"), now: now)
                writer.closeChunk()
                return writer.take(now: now).synchronises
            }
        }
        #expect(written(.chunk) == [true, true, true, true, true, true, true, true])
        #expect(written(.interval(.seconds(3))) == [false, false, false, true, false, false, false, true])
        #expect(!written(.never).contains(true))
    }

    @Test func `an open chunk has a deadline of its age`() {
        var writer = FlightLogWriter(chunks: McapChunkPolicy(ageMax: .milliseconds(700)), sync: .never)
        #expect(writer.nextDeadline == nil)
        writer.write(LogBench.line(1, at: 0, mesh: nil, "x"), now: .zero)
        #expect(writer.nextDeadline == .zero + .milliseconds(700))
        _ = writer.take(now: .zero)
        writer.deadlinePassed(now: .zero + .milliseconds(700))
        #expect(!writer.take(now: .zero).bytes.isEmpty)
    }

    @Test func `many robots share one log, each under its name`() throws {
        let births = (0..<50).map { LogBench.birth(UInt16($0), "r \($0)/x") }
        let records = (0..<50).map { LogBench.line(UInt16($0), at: 1, mesh: nil, "\($0)") }
        let bytes = LogBench.log(births, records)
        #expect(try LogBench.read(bytes).texts == (0..<50).map(String.init))
        #expect(try LogBench.messages(bytes).first?.topic == "/r_0_x/line")
    }

    @Test func `a log that a robot's clock numbers from the beginning of the earth on is written all the same`() throws
    {
        let record = LogBench.line(1, at: -5, mesh: LogBench.mesh(-7), "early")
        let messages = try LogBench.messages(LogBench.log([], [record]))
        #expect(messages.first?.message.logTime == 0)
        #expect(try LogBench.read(LogBench.log([], [record])).records == [record])
    }

    @Test func `a small chunk stands in the file as it is, a larger one packed`() throws {
        var writer = FlightLogWriter()
        writer.add(LogBench.birth(1, "alpha"))
        // The first four describe their channels, and so are large.
        let long = String(repeating: "haystack ", count: 200)
        let texts = (0..<6).map { "needle \($0)" } + [long]
        for (number, text) in texts.enumerated() {
            let at = Instant(nanoseconds: Int64(number) * 1_000_000_000)
            writer.write(LogBench.line(1, at: at.nanoseconds, mesh: nil, text), now: at)
            writer.closeChunk()
        }
        writer.finish()
        let bytes = writer.take(now: .zero).bytes
        let file = String(decoding: bytes, as: UTF8.self)
        #expect(file.contains("needle 5") && !file.contains(long))
        #expect(try LogBench.read(bytes).texts == texts)
    }
}
