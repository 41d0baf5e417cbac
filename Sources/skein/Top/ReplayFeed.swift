import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinMCAP
import SkeinPeer
import SkeinPicture
import SkeinWire

/// A flight log as a feed: its records when their time comes. The picture's time is the log's, from its first record on; at the
/// end of the log it stands still, so that nobody who told to the last is shown as silent.
final class ReplayFeed: Feed {
    /// Taken at once: the keys are heard in between.
    private static let recordsMax = 4_096

    private let path: String
    private var reader: FlightLogReader<LogFileSource>
    /// Nil: as fast as it goes.
    private let speed: Double?
    /// The log's time when it began to run, and when that was; nil: it stands still.
    private var base: Duration
    private var ranFrom: Instant?
    private var first: UInt64?
    private var last: Duration = .zero
    /// Read, and its time has not come.
    private var next: (record: LogRecord, at: Duration)?
    private(set) var isOver = false
    private var news: [String] = []
    private var robotsTold = 0

    /// `from`: seconds after the first record; nil: its end, for who looks only once.
    init(path: String, speed: Double?, from: Double?, now: Instant) throws(FileError) {
        self.path = path
        self.speed = speed
        reader = try LogFile.reader(path)
        base = from.map { .fromSeconds($0) } ?? .seconds(Int64(1) << 32)
        ranFrom = now
    }

    /// The robot of a log of one; nil: it is a swarm's. By the log's beginning.
    static func eyes(_ path: String) throws -> (eyes: NodeID?, name: String) {
        var reader = try LogFile.reader(path)
        try LogFile.wrapping(path) {
            for _ in 0..<recordsMax where reader.robots.count < 2 { guard try reader.next() != nil else { break } }
        }
        guard let robot = reader.robots.first, reader.robots.count == 1 else { return (nil, "") }
        return (robot.id, robot.name)
    }

    var descriptors: [Int32] { [] }
    var hasAnswered: Bool { isOver || next.map { $0.at > elapsed(at: .zero) } ?? false }

    var nextDeadline: Instant {
        guard let ranFrom, !isOver else { return .distantFuture }
        guard let speed, let next else { return .zero }
        return ranFrom + .fromSeconds((next.at - base).inSeconds / speed)
    }

    private func elapsed(at now: Instant) -> Duration {
        guard let ranFrom, now > ranFrom else { return base }
        guard let speed else { return .seconds(Int64(1) << 32) }
        return base + .fromSeconds((now - ranFrom).inSeconds * speed)
    }

    func time(at now: Instant) -> Instant { .zero + (isOver ? min(last, elapsed(at: now)) : elapsed(at: now)) }

    func pause(_ isPaused: Bool, now: Instant) {
        guard isPaused != (ranFrom == nil) else { return }
        base = elapsed(at: now)
        ranFrom = isPaused ? nil : now
    }

    func advance(_ picture: inout SwarmPicture, now: Instant) {
        picture.speed = speed
        let limit = elapsed(at: now)
        for _ in 0..<Self.recordsMax {
            if next == nil { read() }
            guard let (record, at) = next, at <= limit else { return }
            next = nil
            last = max(last, at)
            take(record, at: .zero + at, &picture)
        }
    }

    /// The next record; a file that cannot be read on is at its end, and says so.
    private func read() {
        guard !isOver else { return }
        do throws(McapError) {
            while let item = try reader.next() {
                guard case .record(let record, let logTime) = item else { continue }
                let start = first ?? logTime
                first = start
                let since: UInt64 = logTime < start ? 0 : logTime - start
                next = (record, Duration.nanoseconds(Int64(clamping: since)))
                return
            }
            news.append("the log ends here")
        } catch { news.append("\(path): \(error)") }
        isOver = true
    }

    private func take(_ record: LogRecord, at now: Instant, _ picture: inout SwarmPicture) {
        if robotsTold < reader.robots.count {
            picture.take(names: reader.robots.map { ($0.id, $0.name.isEmpty ? "\($0.id)" : $0.name) })
            robotsTold = reader.robots.count
        }
        let robot = record.stamp.robot
        switch record.content {
        case .report(let report): picture.take(report, of: robot, at: now)
        case .event(let event, let number):
            let counted = number == 0 ? picture.eventLast(of: robot) + 1 : number
            let note = EventNote(number: counted, at: record.stamp.at, mesh: record.stamp.mesh, event: event)
            picture.take([note], of: robot, at: now)
        case .line: break
        case .gap(let records, let reason):
            news.append("\(picture.name(robot)): \(records) records are missing: \(reason)")
        }
    }

    func send(_ order: OperatorCommand) -> Bool {
        news.append("what is recorded is over: no orders")
        return true
    }

    func takeNews() -> [String] {
        defer { news = [] }
        return news
    }
}
