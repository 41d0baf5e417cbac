import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinSeal
import SkeinWire

/// A daemon's flight log, from its configuration.
enum PeerLog {
    /// Of all attachments together: every file of the log carries them.
    private static let attachmentBytesMax = 1 << 20

    /// Nil: the configuration wants none.
    static func recorder(
        _ birth: PeerBirth, attachments: [FlightLogHead.Attachment]
    ) throws(SystemError) -> FlightRecorder? {
        let settings = birth.settings.flightLog
        guard settings.isEnabled else { return nil }
        let config = FlightLogConfig(
            folder: settings.folder, fileBytesMax: UInt64(settings.fileMiB) << 20,
            quotaBytes: UInt64(settings.quotaMiB) << 20)
        let sync: LogSync =
            switch settings.sync {
            case .chunk: .chunk
            case .interval: .interval(settings.syncInterval)
            case .never: .never
            }
        let head = FlightLogHead(
            birth: FlightLogBirth(
                robot: LogRobot(id: birth.identity.id, name: birth.identity.name),
                mode: birth.settings.control.transport == .medium ? .lab : .live, version: Program.version,
                epoch: birth.state.epoch.number, at: birth.now,
                keyFingerprint: Fingerprint(of: birth.identity.key.publicKey).text,
                configHash: hash(Array(PeerWriter.text(of: birth.settings).utf8))), attachments: attachments)
        return try FlightRecorder(config, head: head, sync: sync) { MonotonicClock.now() }
    }

    /// Everything is in the file, and what that took is told.
    static func end(_ recorder: FlightRecorder, _ log: DaemonLog) {
        recorder.close()
        for note in recorder.takeNotes() where note.isTrouble { log.write(.warning, "flight log: \(note.text)") }
        log.write(.info, LogCost(recorder.cost, processNanoseconds: MonotonicClock.processorTime()).line)
    }

    /// BLAKE2b, as objects are called.
    static func hash(_ bytes: [UInt8]) -> String {
        ObjectHash.of(bytes).map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    static func attachments(_ paths: [String]) throws(FileError) -> [FlightLogHead.Attachment] {
        var left = attachmentBytesMax
        var attachments: [FlightLogHead.Attachment] = []
        for path in paths {
            let bytes = try InputFile.bytes(of: path)
            left -= bytes.count
            guard left >= 0 else {
                throw FileError(
                    file: path, message: "expected at most \(attachmentBytesMax) bytes of attachments together")
            }
            attachments.append(
                FlightLogHead.Attachment(
                    name: path.split(separator: "/").last.map(String.init) ?? path, mediaType: mediaType(path),
                    bytes: bytes))
        }
        return attachments
    }

    private static func mediaType(_ path: String) -> String {
        let isText = [".toml", ".txt", ".waypoints"].contains { path.hasSuffix($0) }
        if path.hasSuffix(".json") || path.hasSuffix(".plan") || path.hasSuffix(".geojson") {
            return "application/json"
        }
        return isText ? "text/plain" : "application/octet-stream"
    }

    static func level(_ level: DaemonHooks.Level) -> LogRecord.Level {
        switch level {
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}

/// What a flight log has cost a daemon, as the daemon's last line tells it and `skein bench log` reads it.
struct LogCost: Hashable {
    var records: UInt64
    var bytes: UInt64
    /// Microseconds of processor time: of the recorder's thread, of the loop for its sake, of the whole daemon.
    var thread: Int64
    var loop: Int64
    var process: Int64

    init(_ cost: FlightRecorder.Cost, processNanoseconds: Int64) {
        (records, bytes) = (cost.records, cost.bytes)
        (thread, loop) = (cost.threadNanoseconds / 1_000, cost.loopNanoseconds / 1_000)
        process = processNanoseconds / 1_000
    }

    private static let head = "flight log: "

    var line: String {
        "\(Self.head)\(records) records in \(bytes) bytes; processor time: \(thread) us in its thread, \(loop) us in the loop, "
            + "\(process) us in all"
    }

    /// Nil: another line.
    init?(line: String) {
        guard let start = line.firstRange(of: Self.head) else { return nil }
        let numbers = line[start.upperBound...].split { !$0.isNumber }.compactMap { Int64($0) }
        guard line.hasSuffix("us in all"), numbers.count == 5 else { return nil }
        (records, bytes) = (UInt64(numbers[0]), UInt64(numbers[1]))
        (thread, loop, process) = (numbers[2], numbers[3], numbers[4])
    }
}
