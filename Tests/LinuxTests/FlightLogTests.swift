import Glibc
import SkeinLog
import SkeinMCAP
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// A robot's log as files: one after the other, within their quota, whole again after a crash, and never in the robot's way.
@Suite struct FlightLogTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path + "/log" }

    init() throws { folder = try TemporaryFolder() }

    private func head(epoch: UInt32 = 7) -> FlightLogHead {
        FlightLogHead(
            birth: FlightLogBirth(
                robot: LogRobot(id: NodeID(1), name: "al pha"), mode: .live, version: "test", epoch: epoch, at: .zero,
                keyFingerprint: "", configHash: ""),
            attachments: [FlightLogHead.Attachment(name: "m", mediaType: "text/plain", bytes: [1])])
    }

    private func files(
        epoch: UInt32 = 7, fileBytesMax: UInt64 = 64 << 20, quota: UInt64 = 1 << 30
    ) -> FlightLogFiles {
        FlightLogFiles(
            config: FlightLogConfig(folder: path, fileBytesMax: fileBytesMax, quotaBytes: quota),
            head: head(epoch: epoch), sync: .chunk)
    }

    private func record(_ number: Int, bytes: Int = 20) -> LogRecord {
        // Nothing that zstd could make small of.
        var state = UInt64(number + 1) &* 0x9E37_79B9_7F4A_7C15
        let text = (0..<bytes).map { _ -> Character in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Character(UnicodeScalar(UInt8(33 + state >> 33 % 90)))
        }
        return LogRecord(
            stamp: LogStamp(robot: NodeID(1), at: Instant(nanoseconds: Int64(number) * 100_000_000), mesh: nil),
            content: .line(.info, "\(number) " + String(text)))
    }

    private func write(_ numbers: Range<Int>, to files: inout FlightLogFiles, bytes: Int = 20) {
        for number in numbers {
            let record = record(number, bytes: bytes)
            files.write(record, now: record.stamp.at)
            // The recorder's thread looks each 0.9 s.
            if number % 7 == 6 { files.pass(now: record.stamp.at) }
        }
    }

    private func names() -> [String] { ObjectFiles.names(in: path).filter { $0 != "." && $0 != ".." }.sorted() }

    private func read(_ name: String) throws -> (numbers: [Int], ending: McapEnding?, losses: Int) {
        var reader = try FlightLogReader(LogFileSource(path: path + "/" + name))
        var numbers: [Int] = []
        while let item = try reader.next() {
            guard case .record(let record, _) = item, case .line(_, let text) = record.content else { continue }
            numbers.append(Int(text.split(separator: " ")[0]) ?? -1)
        }
        return (numbers, reader.ending, reader.mcap.lossCount)
    }

    @Test func `a log has the robot's name, its boot and a number, and is whole when it ends`() throws {
        var files = files()
        files.begin(now: .zero)
        write(0..<30, to: &files)
        files.end(now: .zero + .seconds(3))
        #expect(names() == ["al_pha-7-0001.mcap"])
        let log = try read("al_pha-7-0001.mcap")
        #expect(log.numbers == Array(0..<30))
        #expect(log.ending == .whole && log.losses == 0)
        #expect(files.takeNotes().isEmpty)
    }

    @Test func `what is older than a chunk may be is in the file, whatever happens next`() throws {
        var files = files()
        files.begin(now: .zero)
        write(0..<30, to: &files)
        // The last record is 2.9 s old to the first; nobody ends anything.
        let log = try read("al_pha-7-0001.mcap")
        #expect(log.numbers.count > 20 && log.numbers == Array(0..<log.numbers.count))
        let newestLost = 29 - log.numbers.count
        #expect(Double(newestLost) * 0.1 < 1)
    }

    @Test func `a file that has its size is followed by the next, and the oldest go first`() throws {
        var files = files(fileBytesMax: 400_000, quota: 1_300_000)
        files.begin(now: .zero)
        write(0..<900, to: &files, bytes: 3_000)
        files.end(now: .zero + .seconds(120))
        let names = names()
        #expect(names.count == 4 && !names.contains("al_pha-7-0001.mcap"), "\(names)")
        var total: UInt64 = 0
        for name in names {
            let bytes = try LogFileSource(path: path + "/" + name).byteCount
            #expect(bytes <= 400_000)
            total += bytes
        }
        #expect(total <= 1_300_000)
        // What is left is the end of the flight, without a gap.
        let numbers = try names.flatMap { try read($0).numbers }
        #expect(numbers == Array((numbers.first ?? 0)..<900))
        #expect(files.takeNotes().contains { $0.text.contains("removed for room: al_pha-7-0001.mcap") })
    }

    @Test func `another robot's files and other files are let alone`() throws {
        var old = files(epoch: 6)
        old.begin(now: .zero)
        write(0..<5, to: &old)
        old.end(now: .zero + .seconds(1))
        for name in ["bravo-7-0001.mcap", "al_pha-notes.txt", "al_pha-x-0001.mcap"] {
            try Folder.replace(path + "/" + name, with: [UInt8](repeating: 0, count: 50_000))
        }
        // No room beside a file at its full size: this robot's old one goes.
        var files = files(quota: 64 << 20)
        files.begin(now: .zero)
        write(0..<100, to: &files)
        files.end(now: .zero + .seconds(10))
        #expect(names() == ["al_pha-7-0001.mcap", "al_pha-notes.txt", "al_pha-x-0001.mcap", "bravo-7-0001.mcap"])
    }

    @Test func `at the next start a file without its end gets one, and keeps all that was in it`() throws {
        var crashed = files()
        crashed.begin(now: .zero)
        write(0..<50, to: &crashed)
        let before = try read("al_pha-7-0001.mcap")
        #expect(before.ending != .whole)
        var next = files(epoch: 8)
        next.begin(now: .zero)
        write(100..<110, to: &next)
        next.end(now: .zero + .seconds(20))
        #expect(names() == ["al_pha-7-0001.mcap", "al_pha-8-0001.mcap"])
        let after = try read("al_pha-7-0001.mcap")
        #expect(after.ending == .whole && after.losses == 0)
        #expect(after.numbers == before.numbers)
        #expect(next.takeNotes().map(\.isTrouble) == [false])
    }

    @Test func `what is no log, though it is called one, is told of and let alone; an empty file goes`() throws {
        try Folder.make(path, mode: 0o755)
        try Folder.replace(path + "/al_pha-3-0001.mcap", with: [UInt8](repeating: 7, count: 500))
        try Folder.replace(path + "/al_pha-3-0002.mcap", with: [])
        var files = files()
        files.begin(now: .zero)
        #expect(names() == ["al_pha-3-0001.mcap"])
        #expect(try Folder.read(path + "/al_pha-3-0001.mcap", limit: 1_000) == [UInt8](repeating: 7, count: 500))
        #expect(files.takeNotes().map(\.isTrouble) == [true])
    }

    @Test func `a file that was damaged in its midst is kept beside the recovered one`() throws {
        var crashed = files()
        crashed.begin(now: .zero)
        write(0..<200, to: &crashed, bytes: 300)
        let name = path + "/al_pha-7-0001.mcap"
        var bytes = try #require(try Folder.read(name, limit: 1 << 20))
        for index in bytes.count / 2..<bytes.count / 2 + 50 { bytes[index] ^= 0xFF }
        try Folder.replace(name, with: bytes)
        var next = files(epoch: 8)
        next.begin(now: .zero)
        #expect(names() == ["al_pha-7-0001.mcap", "al_pha-7-0001.mcap.damaged"])
        #expect(try Folder.read(name + ".damaged", limit: 1 << 20) == bytes)
        let log = try read("al_pha-7-0001.mcap")
        #expect(log.ending == .whole)
        #expect(log.numbers.first == 0 && log.numbers.count > 150)
    }

    @Test func `a disk that fails stops nothing; when it works again the log goes on and says what is missing`() throws
    {
        // A file where the folder should be.
        try Folder.replace(path, with: [1])
        var files = files()
        files.begin(now: .zero)
        write(0..<5, to: &files)
        #expect(files.takeNotes().map(\.isTrouble) == [true])
        write(5..<15, to: &files)
        #expect(files.takeNotes().isEmpty)
        unlink(path)
        write(15..<60, to: &files)
        #expect(files.takeNotes().map(\.isTrouble) == [false])
        files.end(now: .zero + .seconds(9))
        var reader = try FlightLogReader(LogFileSource(path: path + "/al_pha-7-0001.mcap"))
        var lost: UInt64 = 0
        var kept = 0
        while let item = try reader.next() {
            guard case .record(let record, _) = item else { continue }
            if case .gap(let records, _) = record.content { lost += records } else { kept += 1 }
        }
        #expect(kept + Int(lost) == 60)
        #expect(lost == files.dropped && lost > 0)
    }

    @Test func `a recorder whose disk refuses says so to whoever asks`() throws {
        // A file where the folder should be.
        try Folder.replace(path, with: [1])
        let recorder = try FlightRecorder(FlightLogConfig(folder: path), head: head(), sync: .never) {
            MonotonicClock.now()
        }
        recorder.close()
        #expect(recorder.trouble?.subject.contains(path) == true)
    }

    @Test func `a recorder writes what it was given, from a thread of its own`() throws {
        let recorder = try FlightRecorder(FlightLogConfig(folder: path), head: head(), sync: .never) {
            MonotonicClock.now()
        }
        let now = MonotonicClock.now()
        let mesh = MeshTime(root: NodeID(0), term: 1, nanoseconds: 5_000, boundNanoseconds: 10, isOwn: false)
        recorder.event(.arrived, number: 1, at: now, mesh: mesh)
        recorder.line(.warning, "hot", at: now + .seconds(2))
        recorder.close()
        // Too late, and no harm.
        recorder.line(.info, "after", at: now)
        recorder.close()
        var reader = try FlightLogReader(LogFileSource(path: path + "/al_pha-7-0001.mcap"))
        var records: [LogRecord] = []
        while let item = try reader.next() { if case .record(let record, _) = item { records.append(record) } }
        #expect(records.map(\.content) == [.event(.arrived, number: 1), .line(.warning, "hot")])
        // A line has no mesh time of its own: the last one, gone on, and as much less certain as clocks drift.
        #expect(records.last?.stamp.mesh?.nanoseconds == 2_000_005_000)
        #expect(records.last?.stamp.mesh?.boundNanoseconds == 200_010)
    }

    @Test func `a recorder that is given more than it may hold drops, and says how much`() throws {
        let recorder = try FlightRecorder(FlightLogConfig(folder: path), head: head(), sync: .never) {
            MonotonicClock.now()
        }
        let count = 4 * FlightRecorder.waitingMax
        for number in 0..<count {
            recorder.event(.arrived, number: UInt64(number), at: MonotonicClock.now(), mesh: nil)
        }
        recorder.event(.left, number: 0, at: MonotonicClock.now(), mesh: nil)
        recorder.close()
        var reader = try FlightLogReader(LogFileSource(path: path + "/al_pha-7-0001.mcap"))
        var lost: UInt64 = 0
        var kept = 0
        while let item = try reader.next() {
            guard case .record(let record, _) = item else { continue }
            if case .gap(let records, _) = record.content { lost += records } else { kept += 1 }
        }
        #expect(kept <= count + 1)
        #expect(kept >= FlightRecorder.waitingMax)
        #expect(kept + Int(lost) == count + 1)
    }
}
