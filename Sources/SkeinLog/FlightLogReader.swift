import SkeinMCAP
import SkeinPeer
import SkeinWire

/// One thing that a log tells, in the order of the file.
package enum FlightLogItem: Hashable, Sendable {
    /// `logTime`: where the log puts it on its own time axis (docs/logs.md).
    case record(LogRecord, logTime: UInt64)
    case birth(FlightLogBirth)
    case attachment(McapAttachment)
}

/// Reads a flight log, whole or cut or damaged: an iterator of what it holds. Messages of topics that repeat others are passed
/// over; messages that are none of ours are counted.
package struct FlightLogReader<Source: McapSource> {
    package private(set) var mcap: McapReader<Source>
    /// Channels that are read, by number; nil: another's, or one that repeats.
    private var channels: [UInt16: LogTopic] = [:]
    private var schemas: [UInt16: String] = [:]
    /// The robots of the log so far, in the order in which they came.
    package private(set) var robots: [LogRobot] = []
    private var places: [NodeID: Int] = [:]
    /// Messages of our schemas that could not be read, and why the first of them could not.
    package private(set) var faults = 0
    package private(set) var firstFault: LogFault?

    package init(_ source: Source) throws(McapError) { mcap = try McapReader(source) }

    /// Nil at the end; then `ending` says how the file ends. Throws only if the source does.
    package mutating func next() throws(McapError) -> FlightLogItem? {
        while let item = try mcap.next() {
            switch item {
            case .header: break
            case .schema(let schema): schemas[schema.id] = schema.name
            case .channel(let channel): take(channel)
            case .metadata(let metadata):
                guard let birth = FlightLogBirth(metadata) else { continue }
                know(birth.robot)
                return .birth(birth)
            case .attachment(let attachment): return .attachment(attachment)
            case .message(let message):
                guard let topic = channels[message.channelID] else { continue }
                do throws(LogFault) {
                    guard let record = try LogRecord(topic, message.data) else { continue }
                    return .record(record, logTime: message.logTime)
                } catch {
                    faults += 1
                    if firstFault == nil { firstFault = error }
                }
            }
        }
        return nil
    }

    package var ending: McapEnding? { mcap.ending }

    package func name(of robot: NodeID) -> String {
        places[robot].map { robots[$0].topicName } ?? "r\(robot.number)"
    }

    private mutating func take(_ channel: McapChannel) {
        let name = schemas[channel.schemaID]
        guard channel.messageEncoding == LogTopic.encoding,
            let topic = LogTopic.allCases.first(where: { $0.schemaName == name })
        else { return }
        channels[channel.id] = topic
        let pairs = McapMetadata(name: "", pairs: channel.metadata)
        guard let number = pairs.value(LogRobot.numberKey).flatMap({ UInt16($0) }) else { return }
        know(LogRobot(id: NodeID(number), name: pairs.value(LogRobot.nameKey) ?? ""))
    }

    private mutating func know(_ robot: LogRobot) {
        guard places[robot.id] == nil else { return }
        places[robot.id] = robots.count
        robots.append(robot)
    }
}
