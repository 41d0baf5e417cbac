import ArgumentParser
import Glibc
import SkeinCodec
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinPicture
import SkeinView
import SkeinWire

/// The dashboard.
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top",
        abstract: "The swarm at a glance, live.",
        discussion: """
            Alarms first, then the robots, what is wrong before what is well; the map, tasks, radio, events, who stands. ? \
            shows the keys. Ctrl-X twice is the emergency stop of the fleet.

            Looks through the eyes of this machine's robot; with --lab at every daemon of a running laboratory; with \
            --socket at a running simulation (`skein sim run --serve`), all of it or one --robot; with --replay at a flight \
            log. Where stdout is no terminal: one plain snapshot.

            Exit codes: 0 ok, 2 usage, 3 nobody answers, 4 no such robot.

            Examples:
              skein top
              skein top --lab last
              skein top --socket sim.sock --robot r7
              skein top --replay flight.mcap --speed 4 --from 30
              skein top --json | jq -r '.alarms[] | "\\(.robot): \\(.text)"'
              skein top --stream --interval 5 >> swarm.jsonl
            """)

    @OptionGroup var socket: SocketOption

    @Option(
        help: ArgumentHelp(
            "Every daemon's socket in a running laboratory's folder; last: the newest one's.", valueName: "folder|last")
    )
    var lab: String?

    @Option(help: ArgumentHelp("A flight log, as it was.", valueName: "file"))
    var replay: String?

    @Option(help: ArgumentHelp("With --replay: seconds of the log to a second.", valueName: "factor|max"))
    var speed: Speed?

    @Option(
        help: ArgumentHelp(
            "With --replay: begin so many seconds after the first record (one snapshot: show that moment; default: the end).",
            valueName: "seconds"))
    var from: Double?

    @Option(help: ArgumentHelp("Between two looks, seconds.", valueName: "seconds"))
    var interval = 1.0

    @Flag(
        inversion: .prefixedNo,
        help: "Release nothing, start nothing. (default: unless the robot leads, or a laboratory is looked at)")
    var readonly: Bool?

    @Flag(help: "One snapshot as JSON.")
    var json = false

    @Flag(help: "A snapshot as a line of JSON at every interval.")
    var stream = false

    @Option(help: ArgumentHelp("auto, always, never.", valueName: "when"))
    var color = ColorChoice.auto

    func validate() throws {
        guard (0.2...60).contains(interval) else { throw ValidationError("--interval \(interval) outside 0.2…60") }
        guard lab == nil || socket.socket == nil && socket.robot == nil else {
            throw ValidationError("--lab or --socket; expected one of them")
        }
        guard replay == nil || lab == nil && socket.socket == nil && socket.robot == nil else {
            throw ValidationError("--replay, --lab or --socket; expected one of them")
        }
        guard replay != nil || speed == nil && from == nil else {
            throw ValidationError("--speed and --from need --replay FILE")
        }
        if let from {
            guard (0...1e9).contains(from) else { throw ValidationError("--from \(from) outside 0…1000000000") }
        }
        guard !json || !stream else { throw ValidationError("--json or --stream; expected one of them") }
    }

    func run() throws {
        let view = try source()
        var watch = TopWatch(view, interval: .fromSeconds(interval))
        if stream { return try watch.stream() }
        if json { return try watch.printJSON() }
        guard isatty(STDOUT_FILENO) == 1, let live = TopLive(watch, readonly: readonly, color: color) else {
            return try watch.printPlain()
        }
        live.run()
    }
}

extension TopCommand {
    private func source() throws -> (feed: any Feed, picture: SwarmPicture) {
        guard let replay else {
            return try TopSource(socket: socket, lab: lab, interval: .fromSeconds(interval)).open()
        }
        let (eyes, name) = try ReplayFeed.eyes(replay)
        let isOnce = json || !stream && isatty(STDOUT_FILENO) != 1
        let feed = try ReplayFeed(
            path: replay, speed: isOnce ? 1 : (speed ?? .factor(1)).value, from: from ?? (isOnce ? nil : 0),
            now: MonotonicClock.now())
        var picture = SwarmPicture(mode: .replay, source: replay, eyes: eyes)
        if let eyes, !name.isEmpty { picture.take(names: [(eyes, name)]) }
        return (feed, picture)
    }
}

/// When there is colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

/// What is looked at.
struct TopSource {
    let socket: SocketOption
    let lab: String?
    let interval: Duration

    /// A feed and the picture it goes into. Nobody there is exit code 3.
    func open() throws -> (feed: any Feed, picture: SwarmPicture) {
        if let folder = lab == "last" ? LabFolder.last ?? "no laboratory" : lab ?? folderSocket {
            guard !LabFeed.sockets(in: folder).isEmpty else {
                Console.say("\(folder): no daemon's socket is there; skein lab run says its folder on a terminal")
                throw Exit.unreachable
            }
            return (LabFeed(folder: folder, interval: interval), SwarmPicture(mode: .live, source: folder))
        }
        let talk = try connect()
        let hello = talk.daemon
        guard hello.id == .none || socket.robot != nil else {
            return (
                LocalFeed(path: talk.path, interval: interval, robot: hello.id),
                SwarmPicture(mode: .live, source: talk.path, eyes: hello.id)
            )
        }
        let only = socket.robot == nil ? nil : hello.id
        return (
            LocalFeed(path: talk.path, interval: interval, only: only),
            SwarmPicture(mode: .simulation, source: talk.title, eyes: only)
        )
    }

    /// As `SocketOption.connect`, but a whole simulation is fine.
    private func connect() throws -> Talk {
        guard socket.robot == nil else { return try socket.connect() }
        do throws(TalkError) { return try Talk(path: socket.path) } catch {
            Console.say("\(error)")
            throw error.exitCode
        }
    }

    private var folderSocket: String? {
        guard let path = socket.socket else { return nil }
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR ? path : nil
    }
}
