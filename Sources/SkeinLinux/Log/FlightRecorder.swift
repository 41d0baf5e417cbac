import Glibc
import SkeinLog
import SkeinMCAP
import SkeinPeer
import SkeinWire
import Synchronization

/// Writes a robot's flight log on a thread of its own, so that a slow disk never holds up the loop: handing a record over
/// takes a lock and nothing else. What the thread does not take in time is dropped, counted, and told of in the log.
///
/// The thread looks at what has come every 0.9 s and hands it to the system as one chunk: what a crash takes is younger than
/// a second, and the thread seldom wakes. What a power cut takes is a matter of `LogSync`.
package final class FlightRecorder: Sendable {
    /// Minutes of a busy leader's events. A report counts as many as it may be large.
    package static let waitingMax = 4_096
    private static let reportWeight = 32
    private static let lookMilliseconds: Int32 = 900
    /// At most so much do clocks drift while none was heard of: `ClockSpan`.
    private static let driftPartsPerMillion: Int64 = 100

    /// What it has taken until now; the thread's part is told at its end.
    package struct Cost: Sendable {
        package var records: UInt64 = 0
        package var dropped: UInt64 = 0
        package var bytes: UInt64 = 0
        /// Processor time of the thread, and of the loop for making reports and handing them over.
        package var threadNanoseconds: Int64 = 0
        package var loopNanoseconds: Int64 = 0
    }

    private struct Shared {
        var cost = Cost()
        var waiting: [LogRecord] = []
        var weight = 0
        var dropped: UInt64 = 0
        var notes: [FlightLogNote] = []
        var trouble: SystemError?
        var isClosing = false
        /// The swarm's time as last told, for lines that come without.
        var mesh: (time: MeshTime, at: Instant)?
    }

    private let robot: NodeID
    private let shared = Mutex(Shared())
    private let work: EventCounter
    private let thread = Mutex<Thread?>(nil)

    /// `now`: the robot's clock.
    package init(
        _ config: FlightLogConfig, head: FlightLogHead, sync: LogSync, now: @escaping @Sendable () -> Instant
    ) throws(SystemError) {
        robot = head.birth.robot.id
        work = try EventCounter()
        let started = try Thread(name: "skein-log") { [self] in
            run(FlightLogFiles(config: config, head: head, sync: sync), now: now)
        }
        thread.withLock { $0 = started }
    }

    package var cost: Cost { shared.withLock { $0.cost } }

    /// Why nothing is written now, as the thread saw it last; nil: it is.
    package var trouble: SystemError? { shared.withLock { $0.trouble } }

    /// `begun`: the loop's processor time before the report was made, so that what it costs is known.
    package func report(_ report: PeerReport, mesh: MeshTime?, begun: Int64) {
        take(LogStamp(robot: robot, at: report.now, mesh: mesh), .report(report), weight: Self.reportWeight)
        let spent = MonotonicClock.threadProcessorTime() - begun
        shared.withLock { $0.cost.loopNanoseconds += spent }
    }

    package func event(_ event: Event, number: UInt64, at: Instant, mesh: MeshTime?) {
        take(LogStamp(robot: robot, at: at, mesh: mesh), .event(event, number: number), weight: 1)
    }

    package func line(_ level: LogRecord.Level, _ text: String, at: Instant) {
        let mesh = shared.withLock { $0.mesh }
        let since = mesh.map { at.nanoseconds - $0.at.nanoseconds }
        var time = mesh?.time
        if let since {
            time?.nanoseconds += since
            time?.boundNanoseconds += since / 1_000_000 * Self.driftPartsPerMillion
        }
        take(LogStamp(robot: robot, at: at, mesh: time), .line(level, text), weight: 1)
    }

    private func take(_ stamp: LogStamp, _ content: LogRecord.Content, weight: Int) {
        shared.withLock { shared in
            if let mesh = stamp.mesh { shared.mesh = (mesh, stamp.at) }
            guard shared.weight + weight <= Self.waitingMax, !shared.isClosing else {
                shared.dropped += 1
                return
            }
            shared.weight += weight
            shared.waiting.append(LogRecord(stamp: stamp, content: content))
        }
    }

    /// What the daemon's own log should say.
    package func takeNotes() -> [FlightLogNote] {
        shared.withLock { shared in
            defer { shared.notes = [] }
            return shared.notes
        }
    }

    /// Waits until everything handed over is in the file, with its summary.
    package func close() {
        shared.withLock { $0.isClosing = true }
        work.signal()
        thread.withLock { $0.take() }?.join()
    }

    private func run(_ files: consuming FlightLogFiles, now: @Sendable () -> Instant) {
        var files = files
        files.begin(now: now())
        while true {
            let (records, dropped, isClosing) = shared.withLock { shared in
                defer {
                    shared.waiting = []
                    shared.weight = 0
                    shared.dropped = 0
                }
                return (shared.waiting, shared.dropped, shared.isClosing)
            }
            if dropped > 0 { files.drop(dropped, "the recorder did not keep up") }
            for record in records { files.write(record, now: record.stamp.at) }
            files.pass(now: now())
            if isClosing { files.end(now: now()) }
            let notes = files.takeNotes()
            let trouble = files.trouble
            shared.withLock { shared in
                shared.notes += notes
                shared.trouble = trouble
            }
            if isClosing {
                shared.withLock { shared in
                    shared.cost.threadNanoseconds = MonotonicClock.threadProcessorTime()
                    (shared.cost.records, shared.cost.dropped) = (files.records, files.dropped)
                    shared.cost.bytes = files.bytes
                }
                return
            }
            work.wait(milliseconds: Self.lookMilliseconds)
        }
    }
}
