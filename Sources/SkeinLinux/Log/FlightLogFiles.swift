import Glibc
import SkeinLog
import SkeinMCAP
import SkeinWire

/// What a flight log has to tell its robot's operator.
package struct FlightLogNote: Hashable, Sendable {
    package var isTrouble: Bool
    package var text: String
}

/// What every file of a robot's log begins with.
package struct FlightLogHead: Sendable {
    package struct Attachment: Sendable {
        package var name: String
        package var mediaType: String
        package var bytes: [UInt8]

        package init(name: String, mediaType: String, bytes: [UInt8]) {
            self.name = name
            self.mediaType = mediaType
            self.bytes = bytes
        }
    }

    package var birth: FlightLogBirth
    package var attachments: [Attachment]

    package init(birth: FlightLogBirth, attachments: [Attachment] = []) {
        self.birth = birth
        self.attachments = attachments
    }
}

/// A robot's log as files, one after the other: the recorder's thread owns it. Nothing that the disk does ends it.
///
///     closed ──record──▶ open ──full──▶ open (the next)
///                         │  ▲
///                     trouble│ after `retrySpan`: the file cut back to what it had whole, then what waits
///                         ▼  │
///                       stuck          records beyond `waitingBytesMax` are dropped, counted, and told of when it works
struct FlightLogFiles {
    static let retrySpan: Duration = .seconds(2)
    static let waitingBytesMax = 4 << 20
    /// What may come before the next look, with which a file must not be larger than it may.
    private static let chunkBytes: UInt64 = 131_072

    private let config: FlightLogConfig
    private let head: FlightLogHead
    private let folder: FlightLogFolder
    private var writer: FlightLogWriter
    private var number: Int
    private var file: Descriptor?
    private var path = ""
    /// The file's whole length, written without trouble.
    private var fileBytes: UInt64 = 0
    /// Bytes of the writer's that the file does not have yet.
    private var waiting: [UInt8] = []
    private var isSyncDue = false
    /// What the disk refuses now.
    private(set) var trouble: SystemError?
    private var retriesAt: Instant?
    private(set) var notes: [FlightLogNote] = []
    /// Since the last one was told of in the log itself.
    private var untold: UInt64 = 0
    private var untoldReason = ""
    private(set) var dropped: UInt64 = 0
    private(set) var records: UInt64 = 0
    /// Of all files.
    private(set) var bytes: UInt64 = 0

    init(config: FlightLogConfig, head: FlightLogHead, sync: LogSync) {
        self.config = config
        self.head = head
        folder = FlightLogFolder(path: config.folder, robot: head.birth.robot.name)
        writer = FlightLogWriter(sync: sync)
        number = 0
    }

    mutating func takeNotes() -> [FlightLogNote] {
        defer { notes = [] }
        return notes
    }

    /// Files without an end get theirs. Numbers go on behind those that are there.
    mutating func begin(now: Instant) {
        do throws(SystemError) { try Folder.make(config.folder, mode: 0o750) } catch { return fail(error, now: now) }
        for recovery in folder.recover() {
            switch recovery {
            case .done(let name, let result):
                var text = "\(name): had no end, recovered \(result.messages) messages in \(result.chunks) chunks"
                if result.lostBytes > 0 { text += ", \(result.lostBytes) bytes lost" }
                notes.append(FlightLogNote(isTrouble: false, text: text))
            case .failed(let name, let why): notes.append(FlightLogNote(isTrouble: true, text: "\(name): \(why)"))
            }
        }
        number = folder.files().last { $0.boot == head.birth.epoch }?.number ?? 0
    }

    /// `now`: when the record's robot made it, so that no record waits longer than a chunk may be old.
    mutating func write(_ record: LogRecord, now: Instant) {
        if file == nil, trouble == nil { open(now: now) }
        if trouble != nil, file == nil || waiting.count >= Self.waitingBytesMax {
            return drop(1, "\(config.folder): the disk fails")
        }
        if untold > 0, trouble == nil {
            let gap = LogRecord.Content.gap(records: untold, reason: untoldReason)
            untold = 0
            writer.write(LogRecord(stamp: record.stamp, content: gap), now: now)
        }
        writer.write(record, now: now)
        records += 1
    }

    /// Records that never came here: the queue was full.
    mutating func drop(_ count: UInt64, _ reason: String) {
        dropped += count
        untold += count
        untoldReason = reason
    }

    /// What has come as a chunk, bytes, the disk; and the next file.
    mutating func pass(now: Instant) {
        if let retriesAt {
            guard now >= retriesAt else { return }
            if file == nil { return open(now: now) }
        }
        guard file != nil else { return }
        writer.closeChunk()
        flush(now: now)
        if trouble == nil, writer.bytes + Self.chunkBytes >= config.fileBytesMax { next(now: now) }
    }

    /// The last chunk, the summary, the disk.
    mutating func end(now: Instant) {
        guard file != nil else { return }
        writer.finish()
        flush(now: now)
        synchronise(now: now)
        file = nil
    }

    private mutating func next(now: Instant) {
        let following = writer.successor()
        end(now: now)
        guard trouble == nil else { return }
        writer = following
        open(now: now)
    }

    // MARK: - The disk

    private mutating func open(now: Instant) {
        number += 1
        let name = folder.name(boot: head.birth.epoch, number: number)
        path = folder.path(of: name)
        do throws(SystemError) {
            try Folder.make(config.folder, mode: 0o750)
            let room = config.fileBytesMax
            let removed = folder.makeRoom(room, quota: config.quotaBytes, kept: name)
            if !removed.isEmpty {
                notes.append(
                    FlightLogNote(isTrouble: false, text: "removed for room: \(removed.joined(separator: ", "))"))
            }
            let made = try Descriptor(
                Glibc.open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640), from: "open", path)
            try? Folder.synchronise(config.folder)
            file = made
        } catch {
            number -= 1
            return fail(error, now: now)
        }
        fileBytes = 0
        waiting = []
        if trouble != nil { writer = writer.successor() }
        mend()
        writer.add(head.birth)
        for attachment in head.attachments {
            writer.attach(
                name: attachment.name, mediaType: attachment.mediaType, data: attachment.bytes,
                logTime: UInt64(clamping: head.birth.at.nanoseconds))
        }
        flush(now: now)
    }

    private mutating func flush(now: Instant) {
        let (bytes, synchronises) = writer.take(now: now)
        waiting += bytes
        isSyncDue = isSyncDue || synchronises
        guard let file else { return }
        if !waiting.isEmpty {
            do throws(SystemError) {
                // A write that failed halfway left a beginning: what follows has to follow what was whole.
                if trouble != nil {
                    let length = off_t(fileBytes)
                    guard file.use({ ftruncate($0, length) }) == 0, file.use({ lseek($0, length, SEEK_SET) }) == length
                    else { throw SystemError("ftruncate", path) }
                }
                try file.writeAll(waiting, subject: path)
            } catch { return fail(error, now: now) }
            fileBytes += UInt64(waiting.count)
            self.bytes += UInt64(waiting.count)
            waiting = []
        }
        mend()
        if isSyncDue { synchronise(now: now) }
    }

    private mutating func synchronise(now: Instant) {
        guard let file, trouble == nil else { return }
        isSyncDue = false
        if file.use({ fdatasync($0) }) != 0 { fail(SystemError("fdatasync", path), now: now) }
    }

    private mutating func fail(_ error: SystemError, now: Instant) {
        if trouble != error {
            notes.append(FlightLogNote(isTrouble: true, text: "\(error); flying on without a log until the disk works"))
        }
        trouble = error
        retriesAt = now + Self.retrySpan
    }

    private mutating func mend() {
        retriesAt = nil
        guard trouble != nil else { return }
        trouble = nil
        let lost = untold > 0 ? ", \(untold) records lost" : ""
        notes.append(FlightLogNote(isTrouble: false, text: "\(config.folder): the log goes on\(lost)"))
    }
}
