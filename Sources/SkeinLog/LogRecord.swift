import SkeinMCAP
import SkeinPeer
import SkeinWire

/// One thing that a flight log holds of one robot.
package struct LogRecord: Hashable, Sendable {
    package enum Level: UInt8, CaseIterable, Sendable { case info, warning, error }

    package enum Content: Hashable, Sendable {
        case report(PeerReport)
        /// Counted from the robot's start, as on its event shelf; 0: not counted.
        case event(Event, number: UInt64)
        case line(Level, String)
        /// So many records are missing before this one.
        case gap(records: UInt64, reason: String)
    }

    package var stamp: LogStamp
    package var content: Content

    package init(stamp: LogStamp, content: Content) {
        self.stamp = stamp
        self.content = content
    }

    var topic: LogTopic {
        switch content {
        case .report: .report
        case .event: .event
        case .line: .line
        case .gap: .gap
        }
    }

    /// A log that others are to read has no line longer than this, in UTF-8.
    static let textBytesMax = 4_096

    var message: [UInt8] {
        switch content {
        case .report(let report): LogMessage.bytes(report.schema(stamp.schema), capacity: 8_192)
        case .event(let event, let number):
            LogMessage.bytes {
                var message = event.schema
                message.stamp = stamp.schema
                message.number = number
                return message
            }
        case .line(let level, let text):
            LogMessage.bytes {
                var message = Skein_Line()
                message.stamp = stamp.schema
                message.level = LogEnum.number(level)
                message.text = LogMessage.cut(text)
                return message
            }
        case .gap(let records, let reason):
            LogMessage.bytes {
                var message = Skein_Gap()
                message.stamp = stamp.schema
                message.records = records
                message.reason = LogMessage.cut(reason)
                return message
            }
        }
    }

    /// The same under Foxglove's names, for programs that know those; nil: there is none, as of the many events that come with
    /// every step.
    func view(logTime: UInt64, name: String) -> (topic: LogTopic, bytes: [UInt8])? {
        switch content {
        case .report(let report): (.pose, LogMessage.pose(report.status, logTime: logTime))
        case .event(let event, _):
            event.isRoutine ? nil : (.text, LogMessage.text(event.text, .info, name: name, logTime: logTime))
        case .line(let level, let text): (.text, LogMessage.text(text, level, name: name, logTime: logTime))
        case .gap(let records, let reason):
            (.text, LogMessage.text("\(records) records lost: \(reason)", .warning, name: name, logTime: logTime))
        }
    }

    /// Nil: a topic that repeats another.
    init?(_ topic: LogTopic, _ bytes: [UInt8]) throws(LogFault) {
        switch topic {
        case .report:
            let message: Skein_Report = try LogMessage.parsed(bytes, topic)
            stamp = try LogStamp(message.stamp)
            content = .report(try PeerReport(message, stamp))
        case .event:
            let message: Skein_Event = try LogMessage.parsed(bytes, topic)
            stamp = try LogStamp(message.stamp)
            content = .event(try Event(message), number: message.number)
        case .line:
            let message: Skein_Line = try LogMessage.parsed(bytes, topic)
            stamp = try LogStamp(message.stamp)
            content = .line(try LogEnum.value(message.level, "level"), message.text)
        case .gap:
            let message: Skein_Gap = try LogMessage.parsed(bytes, topic)
            stamp = try LogStamp(message.stamp)
            content = .gap(records: message.records, reason: message.reason)
        case .pose, .text: return nil
        }
    }
}
