import SkeinMCAP
import SkeinPeer
import SkeinWire

/// One log on its way into a merged one: read twice, first for its robots' clocks, then for its records.
struct MergeInput<Source: McapSource> {
    /// A message as it will stand in the merged log.
    struct Message {
        var channel: McapChannel
        var schema: McapSchema?
        /// Its log time is never less than the same log's before it.
        var message: McapMessage
    }

    /// What stands between the messages.
    enum Other {
        case metadata(McapMetadata)
        case attachment(McapAttachment)
    }

    /// A robot's boots in the log have a clock each.
    private struct Boots {
        var tracks: [ClockTrack] = [ClockTrack()]
        var present = 0
        var shift: Int64 = 0
    }

    private let source: Source
    private var reader: McapReader<Source>
    private var schemas: [UInt16: McapSchema] = [:]
    private var channels: [UInt16: McapChannel] = [:]
    private var boots: [NodeID: Boots] = [:]
    /// A simulation's log has the world's own time: nothing is better.
    private var isSimulated = false
    /// The log time of the message before; 0 after another boot, whose swarm may count from anywhere.
    private var newest: UInt64 = 0
    private(set) var next: Message?
    private(set) var steps = 0

    init(_ source: Source) throws(McapError) {
        self.source = source
        reader = try McapReader(source)
    }

    var byteCount: UInt64 { reader.byteCount }
    var lostBytes: UInt64 { reader.lostBytes }
    var ending: McapEnding? { reader.ending }
    /// Where reading stands.
    var position: UInt64 { reader.offset }

    /// The first pass. `progress` gets bytes read since it was last told.
    mutating func learn(progress: (UInt64) -> Void) throws(McapError) {
        var told: UInt64 = 0
        while let item = try reader.next() {
            take(item, isLearning: true)
            if reader.offset - told > 1 << 20 {
                progress(reader.offset - told)
                told = reader.offset
            }
        }
        progress(reader.byteCount - told)
        begun = [:]
        for robot in boots.keys.sorted() {
            steps += boots[robot]?.tracks.reduce(0) { $0 + $1.stepCount } ?? 0
            boots[robot]?.present = 0
        }
        reader = try McapReader(source)
        schemas = [:]
        channels = [:]
    }

    /// The second pass: goes on to the next message, which `next` then is; what stands before it is given.
    mutating func advance() throws(McapError) -> [Other] {
        var others: [Other] = []
        next = nil
        while let item = try reader.next() {
            take(item, isLearning: false)
            switch item {
            case .header, .schema, .channel: break
            case .metadata(let metadata): others.append(.metadata(metadata))
            case .attachment(let attachment): others.append(.attachment(attachment))
            case .message(let message):
                guard let channel = channels[message.channelID] else { continue }
                var moved = message
                // A better reading may set the robot's mesh time back by as much as the one before was off.
                newest = max(newest, aligned(message, channel))
                moved.logTime = newest
                next = Message(channel: channel, schema: schemas[channel.schemaID], message: moved)
                return others
            }
        }
        return others
    }

    private mutating func take(_ item: McapItem, isLearning: Bool) {
        switch item {
        case .header, .attachment: break
        case .schema(let schema): schemas[schema.id] = schema
        case .channel(let channel): channels[channel.id] = channel
        case .metadata(let metadata):
            guard let birth = FlightLogBirth(metadata) else { return }
            if birth.mode == .sim { isSimulated = true }
            begin(birth, isLearning: isLearning)
        case .message(let message):
            guard isLearning, let channel = channels[message.channelID], let stamp = stamp(message, channel) else {
                return
            }
            let place = boots[stamp.robot, default: Boots()].present
            boots[stamp.robot, default: Boots()].tracks[place].note(stamp)
        }
    }

    /// Another boot of a robot: another clock, unless nothing was told of the one before.
    private mutating func begin(_ birth: FlightLogBirth, isLearning: Bool) {
        guard var known = boots[birth.robot.id] else {
            boots[birth.robot.id] = Boots()
            begun[birth.robot.id] = birth.epoch
            return
        }
        guard begun[birth.robot.id] != birth.epoch else { return }
        let isFirst = begun[birth.robot.id] == nil
        begun[birth.robot.id] = birth.epoch
        guard !isFirst else { return }
        if isLearning { known.tracks.append(ClockTrack()) }
        known.present = min(known.present + 1, known.tracks.count - 1)
        newest = 0
        boots[birth.robot.id] = known
    }

    /// Of each robot the boot that was told of last.
    private var begun: [NodeID: UInt32] = [:]

    private func stamp(_ message: McapMessage, _ channel: McapChannel) -> LogStamp? {
        guard let name = schemas[channel.schemaID]?.name, name.hasPrefix("skein.") else { return nil }
        return StampReader.stamp(of: message.data)
    }

    /// What repeats a record under another name moves as that did, which stands before it.
    private mutating func aligned(_ message: McapMessage, _ channel: McapChannel) -> UInt64 {
        guard !isSimulated else { return message.logTime }
        guard let stamp = stamp(message, channel) else {
            let pairs = McapMetadata(name: "", pairs: channel.metadata)
            guard let robot = pairs.value(LogRobot.numberKey).flatMap({ UInt16($0) }) else { return message.logTime }
            let shift = boots[NodeID(robot)]?.shift ?? 0
            return UInt64(clamping: Int64(clamping: message.logTime) &+ shift)
        }
        guard let known = boots[stamp.robot] else { return message.logTime }
        let time = UInt64(clamping: known.tracks[known.present].aligned(at: stamp.at, mesh: stamp.mesh))
        boots[stamp.robot]?.shift = Int64(clamping: time) - Int64(clamping: message.logTime)
        return time
    }
}
