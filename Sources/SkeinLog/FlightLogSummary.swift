import SkeinMCAP
import SkeinPeer
import SkeinWire

/// What is in a log: `skein log info`.
package struct FlightLogSummary: Sendable {
    package struct Channel: Sendable {
        package var topic: String
        package var schema: String
        package var messages: UInt64 = 0
        package var bytes: UInt64 = 0
        package var firstTime: UInt64 = .max
        package var lastTime: UInt64 = 0
    }

    package struct Robot: Sendable {
        package var id: NodeID
        package var name: String
        package var births: [FlightLogBirth] = []
        package var messages: UInt64 = 0
        package var reports: UInt64 = 0
        package var events: UInt64 = 0
        package var firstTime: UInt64 = .max
        package var lastTime: UInt64 = 0
        /// By the robot's own clock: spans without any record longer than `gapMin`, how many, and together.
        package var gaps = 0
        package var gapNanoseconds: UInt64 = 0
        /// Records that its writer says are missing.
        package var droppedRecords: UInt64 = 0
        fileprivate var lastAt: UInt64?
    }

    /// Longer than this nobody is silent who reports each second.
    package static let gapMin: Duration = .seconds(3)

    package var bytes: UInt64 = 0
    package var profile = ""
    package var library = ""
    package var messages: UInt64 = 0
    package var chunks = 0
    package var channels: [Channel] = []
    package var robots: [Robot] = []
    package var attachments: [(name: String, mediaType: String, bytes: Int)] = []
    package var metadata: [McapMetadata] = []
    package var firstTime: UInt64?
    package var lastTime: UInt64?
    package var losses: [McapLoss] = []
    package var lossCount = 0
    package var lostBytes: UInt64 = 0
    package var ending = McapEnding.cut(at: 0)
    package var isMcap = false

    /// `progress`: bytes read, of how many.
    package init<Source: McapSource>(
        of source: Source, progress: (UInt64, UInt64) -> Void = { _, _ in }
    ) throws(McapError) {
        var reader = try McapReader(source)
        bytes = reader.byteCount
        isMcap = reader.hasMagic
        var schemas: [UInt16: String] = [:]
        var places: [UInt16: (channel: Int, robot: Int?)] = [:]
        while let item = try reader.next() {
            switch item {
            case .header(let profile, let library): (self.profile, self.library) = (profile, library)
            case .schema(let schema): schemas[schema.id] = schema.name
            case .channel(let channel):
                let pairs = McapMetadata(name: "", pairs: channel.metadata)
                let robot = pairs.value(LogRobot.numberKey).flatMap { UInt16($0) }.map {
                    place(of: LogRobot(id: NodeID($0), name: pairs.value(LogRobot.nameKey) ?? ""))
                }
                places[channel.id] = (channels.count, robot)
                channels.append(Channel(topic: channel.topic, schema: schemas[channel.schemaID] ?? ""))
            case .message(let message):
                guard let (channel, robot) = places[message.channelID] else { continue }
                count(message, channel, robot)
                if messages % 4_096 == 0 { progress(reader.offset, bytes) }
            case .attachment(let attachment):
                attachments.append((attachment.name, attachment.mediaType, attachment.data.count))
            case .metadata(let metadata):
                self.metadata.append(metadata)
                if let birth = FlightLogBirth(metadata) { robots[place(of: birth.robot)].births.append(birth) }
            }
        }
        chunks = reader.chunks
        losses = reader.losses
        lossCount = reader.lossCount
        lostBytes = reader.lostBytes
        ending = reader.ending ?? .cut(at: 0)
    }

    private var robotPlaces: [NodeID: Int] = [:]

    private mutating func place(of robot: LogRobot) -> Int {
        if let place = robotPlaces[robot.id] { return place }
        robotPlaces[robot.id] = robots.count
        robots.append(Robot(id: robot.id, name: robot.topicName))
        return robots.count - 1
    }

    private mutating func count(_ message: McapMessage, _ place: Int, _ robot: Int?) {
        messages += 1
        firstTime = min(firstTime ?? message.logTime, message.logTime)
        lastTime = max(lastTime ?? message.logTime, message.logTime)
        channels[place].messages += 1
        channels[place].bytes += UInt64(message.data.count)
        channels[place].firstTime = min(channels[place].firstTime, message.logTime)
        channels[place].lastTime = max(channels[place].lastTime, message.logTime)
        guard let robot else { return }
        robots[robot].messages += 1
        robots[robot].firstTime = min(robots[robot].firstTime, message.logTime)
        robots[robot].lastTime = max(robots[robot].lastTime, message.logTime)
        switch channels[place].schema {
        case LogTopic.report.schemaName: robots[robot].reports += 1
        case LogTopic.event.schemaName: robots[robot].events += 1
        case LogTopic.gap.schemaName:
            if case .gap(let records, _)? = (try? LogRecord(.gap, message.data))?.content {
                robots[robot].droppedRecords &+= records
            }
        default: break
        }
        // A clock that goes back is another boot's.
        if let last = robots[robot].lastAt, message.publishTime > last,
            message.publishTime - last > UInt64(Self.gapMin.nanoseconds)
        {
            robots[robot].gaps += 1
            robots[robot].gapNanoseconds &+= message.publishTime - last
        }
        robots[robot].lastAt = message.publishTime
    }
}
