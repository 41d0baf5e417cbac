import Glibc
import SkeinFiles
import SkeinLinux
import SkeinPicture
import SkeinView
import SkeinWire

/// A feed and its picture, looked at from time to time.
struct TopWatch {
    let feed: any Feed
    var picture: SwarmPicture
    let interval: Duration

    /// Who has not answered by then is shown as one who does not.
    private static let patience: Duration = .seconds(4)
    private static let glance: Duration = .milliseconds(200)

    init(_ source: (feed: any Feed, picture: SwarmPicture), interval: Duration) {
        feed = source.feed
        picture = source.picture
        self.interval = interval
    }

    var now: Instant { MonotonicClock.now() }

    /// Takes what has come and asks what is due.
    mutating func advance() { feed.advance(&picture, now: now) }

    /// `patient`: alarms are raised when their conditions have held for their spans.
    mutating func look(patient: Bool) -> Snapshot {
        let time = feed.time(at: now)
        picture.watch(at: time, patient: patient)
        return picture.snapshot(at: time)
    }

    func value(_ snapshot: Snapshot) -> JSONValue {
        SnapshotJSON.value(snapshot, alarms: picture.alarms, name: picture.name)
    }

    // MARK: Off a terminal

    mutating func printPlain() throws {
        let snapshot = try first()
        let charset = LiveView.surroundings.charset
        Console.print(PlainText.lines(snapshot, charset: charset).joined(separator: "\n"))
    }

    mutating func printJSON() throws {
        let snapshot = try first()
        try Console.write(JSONWriter.bytes(of: value(snapshot)))
    }

    mutating func stream() throws {
        Interruption.note()
        _ = try first()
        var dueAt = now
        while !Interruption.isNoted, !feed.isOver {
            wait(until: dueAt)
            guard now >= dueAt else { continue }
            let snapshot = look(patient: true)
            // Whoever read us has gone.
            do { try Console.write(JSONWriter.line(of: value(snapshot))) } catch { return }
            dueAt = max(dueAt + interval, now)
        }
    }

    /// The first answers of everybody, or what has come of them in time.
    private mutating func first() throws -> Snapshot {
        let limit = now + Self.patience
        advance()
        while !feed.hasAnswered, now < limit, !Interruption.isNoted { wait(until: limit) }
        guard picture.hasReports else {
            Console.say("\(picture.source): nobody answers")
            throw Exit.unreachable
        }
        return look(patient: false)
    }

    private mutating func wait(until deadline: Instant) {
        let until = min(deadline, min(feed.nextDeadline, now + Self.glance))
        var polled = feed.descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = Int32(clamping: (max((until - now).nanoseconds, 0) + 999_999) / 1_000_000)
        poll(&polled, nfds_t(polled.count), milliseconds)
        advance()
    }
}
