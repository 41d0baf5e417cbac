import SkeinMCAP
import SkeinPeer
import SkeinWire

/// When what was written is made to survive a power cut.
package enum LogSync: Hashable, Sendable {
    /// With every chunk.
    case chunk
    /// So much later at most.
    case interval(Duration)
    /// When the system likes.
    case never
}

/// A flight log as bytes: takes records of one robot or of many, gives what to append to the file, and says when that has to
/// reach the disk. Pure: `now` is whatever clock its owner lives by.
///
/// Log time is mesh time, where the robot knew it; else its own clock and the last difference between the two that this log
/// has seen of it (none: 0). A record that says otherwise (`logTime`: the simulator's, which has one true time) is believed.
/// Publish time is the robot's own clock. docs/logs.md.
package struct FlightLogWriter {
    package static let profile = "skein"
    /// Metadata about clocks in one file: more steps than these say nothing new.
    private static let clockNotesMax = 64

    private struct Known {
        var robot: LogRobot
        var topicName: String
        var index: Int
        var sequence: UInt32 = 0
        /// Mesh time less its own clock, as last known.
        var offset: Int64?
        /// Whose time that was.
        var root: NodeID?
        var term: UInt32 = 0
        /// Which of its channels this file has.
        var topics: [Bool] = LogTopic.allCases.map { _ in false }
        var clockNotes = 0
    }

    private var mcap: McapWriter
    private let chunks: McapChunkPolicy
    private let sync: LogSync
    private var robots: [NodeID: Known] = [:]
    private var schemas: [Bool] = LogTopic.allCases.map { _ in false }
    /// When the first bytes were given out that the disk was not told to keep.
    private var unsyncedSince: Instant?
    package private(set) var records: UInt64 = 0

    package init(chunks: McapChunkPolicy = McapChunkPolicy(), sync: LogSync = .interval(.seconds(5))) {
        self.chunks = chunks
        self.sync = sync
        mcap = McapWriter(profile: Self.profile, policy: chunks)
    }

    /// The file after this one: it knows the clocks that this one has seen.
    package func successor() -> FlightLogWriter {
        var next = FlightLogWriter(chunks: chunks, sync: sync)
        next.robots = robots.mapValues { known in
            var known = known
            known.topics = LogTopic.allCases.map { _ in false }
            known.clockNotes = 0
            known.root = nil
            return known
        }
        return next
    }

    // MARK: - What goes in

    package mutating func add(_ birth: FlightLogBirth) {
        know(birth.robot)
        mcap.add(birth.metadata)
    }

    package mutating func add(_ metadata: McapMetadata) { mcap.add(metadata) }

    package mutating func attach(name: String, mediaType: String, data: [UInt8], logTime: UInt64) {
        mcap.add(
            McapAttachment(logTime: logTime, createTime: logTime, name: name, mediaType: mediaType, data: data))
    }

    /// The robot was told of with its `birth`; else it goes by its number.
    package mutating func write(_ record: LogRecord, logTime: UInt64? = nil, now: Instant) {
        let id = record.stamp.robot
        know(LogRobot(id: id, name: ""))
        guard var known = robots[id] else { preconditionFailure("\(id) is known") }
        if let mesh = record.stamp.mesh { take(mesh, at: record.stamp.at, of: &known, notes: logTime == nil) }
        let time = logTime ?? Self.logTime(record.stamp, offset: known.offset)
        known.sequence &+= 1
        put(record.topic, record.message, record.stamp, time, &known, now: now)
        if let view = record.view(logTime: time, name: known.topicName) {
            put(view.topic, view.bytes, record.stamp, time, &known, now: now)
        }
        robots[id] = known
        records += 1
    }

    static func logTime(_ stamp: LogStamp, offset: Int64?) -> UInt64 {
        let nanoseconds = stamp.mesh?.nanoseconds ?? stamp.at.nanoseconds &+ (offset ?? 0)
        return UInt64(clamping: nanoseconds)
    }

    private mutating func know(_ robot: LogRobot) {
        guard robots[robot.id] == nil else { return }
        precondition(robots.count < LogTopic.robotsMax, "more than \(LogTopic.robotsMax) robots in one log")
        robots[robot.id] = Known(robot: robot, topicName: robot.topicName, index: robots.count)
    }

    private mutating func take(_ mesh: MeshTime, at: Instant, of known: inout Known, notes: Bool) {
        let offset = mesh.nanoseconds - at.nanoseconds
        known.offset = offset
        guard notes, known.root != mesh.root || known.term != mesh.term, known.clockNotes < Self.clockNotesMax else {
            return
        }
        known.root = mesh.root
        known.term = mesh.term
        known.clockNotes += 1
        let clock = FlightLogClock(
            robot: known.robot.id, at: at, offsetNanoseconds: offset, boundNanoseconds: mesh.boundNanoseconds,
            root: mesh.root, term: mesh.term)
        mcap.add(clock.metadata)
    }

    private mutating func put(
        _ topic: LogTopic, _ bytes: [UInt8], _ stamp: LogStamp, _ logTime: UInt64, _ known: inout Known, now: Instant
    ) {
        let place = topic.place
        if !schemas[place] {
            schemas[place] = true
            mcap.add(topic.schema)
        }
        if !known.topics[place] {
            known.topics[place] = true
            mcap.add(topic.channel(of: known.robot, index: known.index))
        }
        mcap.write(
            McapMessage(
                channelID: topic.channelID(index: known.index), sequence: known.sequence, logTime: logTime,
                publishTime: UInt64(clamping: stamp.at.nanoseconds), data: bytes), now: now)
    }

    // MARK: - What comes out

    /// When `deadlinePassed` has something to do: an open chunk becomes too old, or bytes wait for the disk.
    package var nextDeadline: Instant? {
        var next = mcap.chunkDeadline
        if case .interval(let interval) = sync, let since = unsyncedSince {
            next = min(next ?? .distantFuture, since + interval)
        }
        return next
    }

    package mutating func deadlinePassed(now: Instant) { mcap.deadlinePassed(now: now) }

    /// Of the file, if it were finished now.
    package var bytes: UInt64 { mcap.bytesWritten + mcap.bytesToFinish }

    package var statistics: McapStatistics { mcap.statistics }

    /// What to append, and whether the disk has to have it before the next.
    package mutating func take(now: Instant) -> (bytes: [UInt8], synchronises: Bool) {
        let bytes = mcap.take()
        if !bytes.isEmpty, unsyncedSince == nil { unsyncedSince = now }
        guard let since = unsyncedSince else { return (bytes, false) }
        let isDue =
            switch sync {
            case .chunk: true
            case .interval(let interval): now >= since + interval
            case .never: false
            }
        if isDue || sync == .never { unsyncedSince = nil }
        return (bytes, isDue)
    }

    /// Everything so far, in whole chunks.
    package mutating func closeChunk() { mcap.closeChunk() }

    /// The end of the file; then only `take`.
    package mutating func finish() { mcap.finish() }
}
