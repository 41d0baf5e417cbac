import SkeinMCAP
import SkeinPeer
import SkeinWire

@testable import SkeinLog

/// Logs of robots with clocks of their own, in memory.
enum LogBench {
    static func birth(_ robot: UInt16, _ name: String, epoch: UInt32 = 1, mode: FlightLogBirth.Mode = .live)
        -> FlightLogBirth
    {
        FlightLogBirth(
            robot: LogRobot(id: NodeID(robot), name: name), mode: mode, version: "test", epoch: epoch, at: .zero,
            keyFingerprint: "SHA256:x", configHash: "h")
    }

    /// Mesh time of root 0 in a term.
    static func mesh(_ nanoseconds: Int64, bound: Int64 = 1_000, term: UInt32 = 1) -> MeshTime {
        MeshTime(root: NodeID(0), term: term, nanoseconds: nanoseconds, boundNanoseconds: bound, isOwn: false)
    }

    static func line(_ robot: UInt16, at: Int64, mesh: MeshTime?, _ text: String) -> LogRecord {
        LogRecord(
            stamp: LogStamp(robot: NodeID(robot), at: Instant(nanoseconds: at), mesh: mesh),
            content: .line(.info, text))
    }

    static func log(_ births: [FlightLogBirth], _ records: [LogRecord]) -> [UInt8] {
        var writer = FlightLogWriter()
        for birth in births { writer.add(birth) }
        for record in records { writer.write(record, now: record.stamp.at) }
        writer.finish()
        return writer.take(now: .zero).bytes
    }

    struct Read {
        var records: [LogRecord] = []
        var logTimes: [UInt64] = []
        var births: [FlightLogBirth] = []
        var attachments: [McapAttachment] = []
        var faults = 0
        var ending: McapEnding?
        var names: [String] = []

        var texts: [String] {
            records.compactMap { record in
                switch record.content {
                case .line(_, let text): text
                case .report, .event, .gap: nil
                }
            }
        }
    }

    static func read(_ bytes: [UInt8]) throws -> Read {
        var reader = try FlightLogReader(McapBytes(bytes))
        var read = Read()
        while let item = try reader.next() {
            switch item {
            case .record(let record, let logTime):
                read.records.append(record)
                read.logTimes.append(logTime)
            case .birth(let birth): read.births.append(birth)
            case .attachment(let attachment): read.attachments.append(attachment)
            }
        }
        read.faults = reader.faults
        read.ending = reader.ending
        read.names = reader.robots.map(\.name)
        return read
    }

    /// Every message, those under Foxglove's names too.
    static func messages(_ bytes: [UInt8]) throws -> [(topic: String, message: McapMessage)] {
        var reader = try McapReader(McapBytes(bytes))
        var topics: [UInt16: String] = [:]
        var messages: [(topic: String, message: McapMessage)] = []
        while let item = try reader.next() {
            if case .channel(let channel) = item { topics[channel.id] = channel.topic }
            if case .message(let message) = item { messages.append((topics[message.channelID] ?? "", message)) }
        }
        return messages
    }
}
