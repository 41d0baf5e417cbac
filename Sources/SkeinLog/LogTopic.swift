import SkeinMCAP
import SkeinWire

/// The channels that a robot has in a log, /ROBOT/TOPIC. The first four are what is read back; `pose` and `text` repeat parts
/// of them under Foxglove's names, for programs that know those.
package enum LogTopic: String, CaseIterable, Sendable {
    case report
    case event
    case line
    case gap
    case pose
    case text

    package var schemaName: String {
        switch self {
        case .report: "skein.Report"
        case .event: "skein.Event"
        case .line: "skein.Line"
        case .gap: "skein.Gap"
        case .pose: "foxglove.PoseInFrame"
        case .text: "foxglove.Log"
        }
    }

    static let encoding = "protobuf"

    /// A FileDescriptorSet, as both Foxglove and Rerun want it.
    private var descriptor: String {
        switch self {
        case .report: SchemaDescriptors.report
        case .event: SchemaDescriptors.event
        case .line, .gap: SchemaDescriptors.line
        case .pose: SchemaDescriptors.foxglovePoseInFrame
        case .text: SchemaDescriptors.foxgloveLog
        }
    }

    /// Among all; the schema's number less one.
    var place: Int {
        switch self {
        case .report: 0
        case .event: 1
        case .line: 2
        case .gap: 3
        case .pose: 4
        case .text: 5
        }
    }

    var schema: McapSchema {
        McapSchema(
            id: UInt16(place + 1), name: schemaName, encoding: Self.encoding, data: Base64.decoded(descriptor))
    }

    /// Of the robot that came `index`th in a log.
    func channel(of robot: LogRobot, index: Int) -> McapChannel {
        McapChannel(
            id: channelID(index: index), schemaID: UInt16(place + 1), topic: "/\(robot.topicName)/\(rawValue)",
            messageEncoding: Self.encoding,
            metadata: [McapPair(LogRobot.numberKey, "\(robot.id.number)"), McapPair(LogRobot.nameKey, robot.name)])
    }

    func channelID(index: Int) -> UInt16 { UInt16(index * Self.allCases.count + place + 1) }

    /// More would have no channel numbers left.
    package static let robotsMax = Int(UInt16.max) / allCases.count
}

/// A robot as a log calls it.
package struct LogRobot: Hashable, Sendable {
    static let numberKey = "robot"
    static let nameKey = "name"

    package var id: NodeID
    package var name: String

    package init(id: NodeID, name: String) {
        self.id = id
        self.name = name
    }

    /// A part of a topic: what separates its parts cannot be in it.
    var topicName: String {
        name.isEmpty ? "r\(id.number)" : String(name.map { $0 == "/" || $0.isWhitespace ? "_" : $0 })
    }
}

/// RFC 4648: what the generated descriptors are written in.
enum Base64 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func decoded(_ text: String) -> [UInt8] {
        var values = [UInt8](repeating: 64, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count * 3 / 4)
        var (bits, count) = (UInt32(0), 0)
        for letter in text.utf8 where letter != UInt8(ascii: "=") {
            let value = values[Int(letter)]
            precondition(value < 64, "no base64: \(text)")
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { continue }
            count -= 8
            bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        }
        return bytes
    }
}
