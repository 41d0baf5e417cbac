import RealModule
import SkeinPeer
import SkeinWire
import SwiftProtobuf

/// Messages of the schemas as bytes, and back.
enum LogMessage {
    /// `capacity`: what most of its kind fit into; more costs a copy.
    static func bytes(_ message: some SwiftProtobuf.Message, capacity: Int = 256) -> [UInt8] {
        MessageEncoder.bytes(of: message, capacity: capacity)
    }

    static func bytes<Schema: SwiftProtobuf.Message>(_ made: () -> Schema) -> [UInt8] { bytes(made()) }

    static func parsed<Schema: SwiftProtobuf.Message>(
        _ bytes: [UInt8], _ topic: LogTopic
    ) throws(LogFault) -> Schema {
        guard let message = try? Schema(serializedBytes: bytes) else { throw .notProtobuf(topic.schemaName) }
        return message
    }

    /// UTF-8 of bounded length, cut at a character.
    static func cut(_ text: String) -> String {
        guard text.utf8.count > LogRecord.textBytesMax else { return text }
        var kept = text
        while kept.utf8.count > LogRecord.textBytesMax { kept.removeLast() }
        return kept
    }

    private static func timestamp(_ nanoseconds: UInt64) -> Google_Protobuf_Timestamp {
        Google_Protobuf_Timestamp(
            seconds: Int64(nanoseconds / 1_000_000_000), nanos: Int32(nanoseconds % 1_000_000_000))
    }

    static func pose(_ status: PeerStatus, logTime: UInt64) -> [UInt8] {
        var message = Foxglove_PoseInFrame()
        message.timestamp = timestamp(logTime)
        message.frameID = "field"
        message.pose.position.x = status.xMeters
        message.pose.position.y = status.yMeters
        // A turn about z.
        message.pose.orientation.z = Double.sin(status.headingRadians / 2)
        message.pose.orientation.w = Double.cos(status.headingRadians / 2)
        return bytes(message)
    }

    static func text(_ text: String, _ level: LogRecord.Level, name: String, logTime: UInt64) -> [UInt8] {
        var message = Foxglove_Log()
        message.timestamp = timestamp(logTime)
        message.level =
            switch level {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        message.message = cut(text)
        message.name = name
        return bytes(message)
    }
}
