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

    func run() throws {
        let reading = options.reading
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
        let identity = try PeerIdentity.read(reading)
        let log = DaemonLog(level: reading.settings.logLevel)
        for absence in reading.absences(interfaces: MachineInterfaces.names) { log.write(.warning, "\(absence)") }
        do {
            let state = try StateFolder(path: reading.settings.stateFolder)
            let birth = PeerBirth(settings: reading.settings, identity: identity, state: state)
            try serve(birth, reading, log)
        } catch let error as StateError {
            throw Self.failed("\(error)")
        } catch let error as DaemonError {
            throw Self.failed("\(error)")
        } catch let error as SystemError {
            throw Self.failed("\(error)")
        }
    }

    private static func failed(_ message: String) -> ExitCode {
        Console.say(message)
        return Exit.failed
    }

    private func serve(_ birth: PeerBirth, _ reading: PeerReading, _ log: DaemonLog) throws {
        var hooks = DaemonHooks()
        hooks.log = { log.write($0, $1) }
        let options = options
        var present = reading.settings
        hooks.reload = {
            let next = options.reading
            guard next.errors.isEmpty else {
                return "not reloaded: " + next.errors.map { "\($0)" }.joined(separator: "; ")
            }
            let changes = PeerReload(from: present, to: next.settings)
            log.level = next.settings.logLevel
            present = present.reloaded(from: next.settings)
            return changes.description
        }
        let recording = try record.map { try PeerRecording(path: $0, header: birth.header, log: log) }
        if let recording { hooks.recorder = recording.hook }
        let notifier = Notifier { name in getenv(name).map { String(cString: $0) } }
        let verifier: any Verifier = recording?.verifier ?? SodiumVerifier()
        let daemon = try PeerDaemon(
            config: birth.daemon, peer: birth.peer(verifier: verifier), state: birth.state, notifier: notifier,
            hooks: hooks)
        daemon.run()
        recording?.close()
    }
}

/// The daemon's log: lines on stderr, with the priority that journald reads when it is there (sd-daemon(3)).
final class DaemonLog {
    var level: LogLevel
    private let isJournal = getenv("JOURNAL_STREAM") != nil

    init(level: LogLevel) { self.level = level }

    func write(_ level: DaemonHooks.Level, _ line: String) {
        let (ours, priority): (LogLevel, Int) =
            switch level {
            case .info: (.info, 6)
            case .warning: (.warning, 4)
            case .error: (.error, 3)
            }
        guard ours <= self.level else { return }
        Console.say(isJournal ? "<\(priority)>\(line)" : "\(ours): \(line)")
    }
}
