import SkeinMCAP
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLog

/// Many robots' logs on one time axis.
struct MergeTests {
    private func merged(_ logs: [[UInt8]]) throws -> (bytes: [UInt8], result: FlightLogMerged) {
        var bytes: [UInt8] = []
        let result = try FlightLogMerge.run(logs.map(McapBytes.init)) { bytes += $0 }
        return (bytes, result)
    }

    /// A robot whose clock is `offset` behind the swarm's, one line each `step` of the swarm's time from `from` on.
    private func log(_ robot: UInt16, offset: Int64, from: Int64, step: Int64, count: Int, knownFrom: Int = 0)
        -> [UInt8]
    {
        let records = (0..<count).map { number in
            let time = from + Int64(number) * step
            return LogBench.line(
                robot, at: time - offset, mesh: number < knownFrom ? nil : LogBench.mesh(time), "\(robot):\(time)")
        }
        return LogBench.log([LogBench.birth(robot, "r\(robot)")], records)
    }

    @Test func `records stand in the order of the swarm's time, whatever the robots' clocks say`() throws {
        let (bytes, result) = try merged([
            log(1, offset: 1_000_000, from: 2_000_000, step: 300, count: 40),
            log(2, offset: -900_000_000, from: 2_000_100, step: 500, count: 40),
            log(3, offset: 0, from: 2_000_050, step: 77, count: 40),
        ])
        let read = try LogBench.read(bytes)
        #expect(read.records.count == 120)
        #expect(read.logTimes == read.logTimes.sorted())
        #expect(zip(read.records, read.logTimes).allSatisfy { UInt64($0.stamp.mesh?.nanoseconds ?? -1) == $1 })
        #expect(read.births.count == 3)
        #expect(read.ending == .whole)
        #expect(result.messages == 240)
        #expect(result.steps == 0)
    }

    @Test func `what a robot wrote before it knew the swarm's time is placed by its own clock`() throws {
        let (bytes, _) = try merged([
            log(1, offset: 500_000, from: 1_000_000, step: 1_000, count: 10, knownFrom: 6),
            log(2, offset: 0, from: 1_000_500, step: 1_000, count: 10),
        ])
        let read = try LogBench.read(bytes)
        let times: [UInt64] = (0..<20).map { 1_000_000 + $0 * 500 }
        let texts: [String] = times.enumerated().map { "\($0.offset % 2 + 1):\($0.element)" }
        #expect(read.texts == texts)
        #expect(read.logTimes == times)
        // The views moved along.
        let messages = try LogBench.messages(bytes)
        let views = messages.filter { $0.topic.hasSuffix("/text") }.map(\.message.logTime)
        #expect(views == read.logTimes)
    }

    @Test func `where two halves meet, what came before counts on the time that won`() throws {
        // Robot 2's half has a time 10 ms ahead, until it meets the other at its own 5 ms.
        let ahead: Int64 = 10_000_000
        var records: [LogRecord] = []
        for number in 0..<10 {
            let local = Int64(number) * 1_000_000
            let isMet = number >= 5
            records.append(
                LogBench.line(
                    2, at: local, mesh: LogBench.mesh(local + (isMet ? 0 : ahead), term: isMet ? 1 : 9), "2:\(local)"))
        }
        let other = log(1, offset: 0, from: 500_000, step: 1_000_000, count: 10)
        let (bytes, result) = try merged([LogBench.log([LogBench.birth(2, "b")], records), other])
        let read = try LogBench.read(bytes)
        #expect(result.steps == 1)
        let times: [UInt64] = (0..<20).map { $0 * 500_000 }
        #expect(read.logTimes == times)
        // The stamps say what the robot believed then.
        #expect(read.records.first?.stamp.mesh?.nanoseconds == ahead)
    }

    @Test func `a better reading is no step`() throws {
        var track = ClockTrack()
        track.note(LogStamp(robot: NodeID(1), at: Instant(nanoseconds: 0), mesh: LogBench.mesh(100, bound: 500)))
        track.note(LogStamp(robot: NodeID(1), at: Instant(nanoseconds: 1_000), mesh: LogBench.mesh(700, bound: 300)))
        #expect(track.stepCount == 0)
        track.note(LogStamp(robot: NodeID(1), at: Instant(nanoseconds: 2_000), mesh: LogBench.mesh(9_000, bound: 300)))
        #expect(track.stepCount == 1)
    }

    @Test func `a better reading that sets a robot's time back does not set the merged log's back`() throws {
        let told: [Int64] = [1_000_000, 2_000_000, 1_400_000, 2_200_000]
        let records = told.enumerated().map { number, mesh in
            LogBench.line(1, at: Int64(number), mesh: LogBench.mesh(mesh, bound: 1_000_000), "\(mesh)")
        }
        let (bytes, result) = try merged([LogBench.log([LogBench.birth(1, "a")], records)])
        let read = try LogBench.read(bytes)
        let times: [UInt64] = [1_000_000, 2_000_000, 2_000_000, 2_200_000]
        #expect(result.steps == 0)
        #expect(read.logTimes == times)
        #expect(read.records.map { $0.stamp.mesh?.nanoseconds } == told)
    }

    @Test func `a robot's boots have a clock each`() throws {
        let first = log(1, offset: 50_000, from: 100_000, step: 1_000, count: 5, knownFrom: 2)
        var writer = FlightLogWriter()
        writer.add(LogBench.birth(1, "r1", epoch: 2))
        for number in 0..<5 {
            let time = Int64(200_000 + number * 1_000)
            writer.write(
                LogBench.line(1, at: time - 199_000, mesh: number < 2 ? nil : LogBench.mesh(time), "1:\(time)"),
                now: .zero)
        }
        writer.finish()
        let (once, _) = try merged([writer.take(now: .zero).bytes, first])
        // And again, as one file.
        let (twice, _) = try merged([once])
        let early: [UInt64] = (0..<5).map { 100_000 + $0 * 1_000 }
        let late: [UInt64] = (0..<5).map { 200_000 + $0 * 1_000 }
        for bytes in [once, twice] {
            let times = try LogBench.read(bytes).logTimes
            #expect(times == early + late)
        }
    }

    @Test func `a cut log is merged as far as it goes`() throws {
        let whole = log(1, offset: 0, from: 0, step: 1_000, count: 2_000)
        let (bytes, result) = try merged([
            Array(whole.prefix(whole.count / 2)), log(2, offset: 0, from: 5, step: 1_000, count: 3),
        ])
        let read = try LogBench.read(bytes)
        #expect(result.cutInputs == 1)
        #expect(read.texts.contains("2:2005"))
        #expect(read.logTimes == read.logTimes.sorted())
    }

    @Test func `what many robots carry along is attached once`() throws {
        let logs = (1...3).map { robot in
            var writer = FlightLogWriter()
            writer.add(LogBench.birth(UInt16(robot), "r"))
            writer.attach(name: "m.toml", mediaType: "text/plain", data: [1, 2, 3], logTime: 0)
            writer.finish()
            return writer.take(now: .zero).bytes
        }
        #expect(try LogBench.read(merged(logs).bytes).attachments.count == 1)
    }

    @Test func `bytes that are no logs merge to a log with nothing in it`() throws {
        let (bytes, result) = try merged([[], [1, 2, 3]])
        #expect(result.messages == 0)
        #expect(try LogBench.read(bytes).ending == .whole)
    }
}
