import ArgumentParser
import Glibc
import SkeinCodec
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// The daemon on a robot.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Run this robot's peer: the daemon.",
        discussion: """
            Finds the other robots of its fleet, relays for them, lends them idle processor time, and flies its part of the \
            mission. Runs in the foreground until SIGTERM or SIGINT, which leave the mesh politely; SIGHUP reads the \
            configuration again and says what needs a restart. Tells systemd how it fares (Type=notify, WatchdogSec). An \
            interface that is missing is waited for.

            With --record, everything that decides what this peer does goes to FILE; `skein sim replay FILE` does it again. \
            No key is in it, but what the radios carried is, in the clear.

            Every flight is logged (docs/logs.md), unless the configuration says otherwise; `skein log` reads the files.

            Exit codes: 0 told to end; 1 another daemon holds the state folder or the socket, or the system gave no \
            descriptor, thread or disk; 2 wrong usage, configuration, key or roster.

            Examples:
              skein peer
              skein peer --config /etc/skein/peer.toml --set log.level=warning
              skein peer --set radio.control.interface=wlan0 --record flight.rec
            """)

    @OptionGroup var options: ConfigOptions

    @Option(help: ArgumentHelp("Record all that the peer is told and decides; must not exist.", valueName: "file"))
    var record: String?

    @Option(
        help: ArgumentHelp("Attach this file to the flight log: a mission, a scenario. Repeatable.", valueName: "file"))
    var attach: [String] = []

    func run() throws {
        StandardStreams.fill()
        let reading = options.reading
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
        if let record, access(record, F_OK) == 0 {
            Console.say(
                "\(record): expected no such file, since a recording overwrites nothing; move it or name another")
            throw Exit.usage
        }
        let attachments = try PeerLog.attachments(attach)
        let identity = try PeerIdentity.read(reading)
        let log = DaemonLog(level: reading.settings.logLevel)
        for absence in reading.absences(interfaces: MachineInterfaces.names) { log.write(.warning, "\(absence)") }
        do {
            let state = try StateFolder(path: reading.settings.stateFolder)
            let birth = PeerBirth(settings: reading.settings, identity: identity, state: state)
            try serve(birth, reading, log, attachments)
        } catch let error as StateError {
            throw Self.failed("\(error)")
        } catch let error as DaemonError {
            throw Self.failed("\(error)")
        } catch let error as SystemError {
            throw Self.failed("\(error)")
        }
    }

    private static func words(_ gauge: LatenessGauge) -> String {
        let lateness = gauge.lateness
        return "deadlines: \(gauge.count), 99 % within \(lateness.p99Milliseconds.rounded(to: 2)) ms, the latest "
            + "\(lateness.maxMilliseconds.rounded(to: 2)) ms late, \(gauge.missed) missed"
    }

    private static func failed(_ message: String) -> ExitCode {
        Console.say(message)
        return Exit.failed
    }

    private func serve(
        _ birth: PeerBirth, _ reading: PeerReading, _ log: DaemonLog, _ attachments: [FlightLogHead.Attachment]
    ) throws {
        var hooks = DaemonHooks()
        let flightLog = try PeerLog.recorder(birth, attachments: attachments)
        hooks.flightLog = flightLog
        log.flightLog = flightLog
        hooks.log = { log.write($0, $1) }
        let options = options
        var present = reading.settings
        hooks.reload = {
            let next = options.reading
            guard next.errors.isEmpty else {
                return (.error, "not reloaded: " + next.errors.map { "\($0)" }.joined(separator: "; "))
            }
            let changes = PeerReload(from: present, to: next.settings)
            // By the old level or the new, whichever tells more: who asks for a reload wants to know what came of it.
            log.level = max(log.level, next.settings.logLevel)
            log.write(changes.restart.isEmpty ? .info : .warning, changes.description)
            log.level = next.settings.logLevel
            present = present.reloaded(from: next.settings)
            return (.info, "reloaded")
        }
        let recording = try record.map { try PeerRecording(path: $0, birth: birth, log: log) }
        if let recording { hooks.recorder = recording.hook }
        let notifier = Notifier { name in getenv(name).map { String(cString: $0) } }
        let daemon = try PeerDaemon(
            config: birth.daemon, peer: birth.peer(recording: recording?.verifier), state: birth.state,
            notifier: notifier, hooks: hooks)
        daemon.run()
        recording?.close()
        log.flightLog = nil
        log.write(.info, Self.words(daemon.lateness))
        if let flightLog { PeerLog.end(flightLog, log) }
    }
}

/// The daemon's log: lines on stderr, with the priority that journald reads when it is there (sd-daemon(3)). A reader that
/// has stopped reading loses lines, and does not stop the daemon.
final class DaemonLog {
    var level: LogLevel
    /// Takes every line, whatever the level.
    var flightLog: FlightRecorder?
    private let lines: LogLines

    init(level: LogLevel) {
        self.level = level
        lines = LogLines(STDERR_FILENO) { Self.text(.warning, "\($0) lines of this log were lost: it was not read") }
    }

    private static let isJournal = getenv("JOURNAL_STREAM") != nil

    func write(_ level: DaemonHooks.Level, _ line: String) {
        let ours: LogLevel =
            switch level {
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        flightLog?.line(PeerLog.level(level), line, at: MonotonicClock.now())
        guard ours <= self.level else { return }
        lines.write(Self.text(level, line))
    }

    private static func text(_ level: DaemonHooks.Level, _ line: String) -> String {
        guard isJournal else { return "\(level): \(line)" }
        let priority =
            switch level {
            case .info: 6
            case .warning: 4
            case .error: 3
            }
        return "<\(priority)>\(line)"
    }
}
