import ArgumentParser
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinPicture
import SkeinWire

/// What has happened with a robot lately, and what happens.
struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        abstract: "What has happened lately: the latest 512 events of this robot.",
        discussion: """
            Each with its number, which its daemon gives once and counts from its start, and seconds of the robot's own \
            clock. --follow goes on with what happens from now on, until Ctrl-C; its --json is an object a line. An older \
            event than those 512 is in the flight log, if one is kept.

            Exit codes: 0 ok, also without any, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein events --since 60
              skein events --follow
              skein events --json | jq -r '.events[] | select(.severity != "calm") | .text'
            """)

    @Flag(name: .shortAndLong, help: "Go on with what happens, until Ctrl-C.")
    var follow = false

    @Option(help: ArgumentHelp("Only those with higher numbers.", valueName: "n"))
    var after: UInt64 = 0

    @Option(help: ArgumentHelp("Only those of the last so many seconds.", valueName: "s"))
    var since: Double?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if let since, !(since > 0 && since <= 1e9) { throw ValidationError("--since \(since) outside 0…1e9 s") }
    }

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            if follow { try talk.subscribe() }
            let (notes, latest) = try talk.events(after: after)
            guard case .status(let status) = try talk.ask(.status) else { throw TalkError.noSense(talk.path) }
            let now = status.clock.local
            let shown = notes.filter { note in since.map { (now - note.at).inSeconds <= $0 } ?? true }
            guard follow else {
                if json { return try Console.write(value(shown, latest, now, names), to: "-") }
                return Console.print(shown.isEmpty ? "nothing has happened" : text(shown, names))
            }
            try show(shown, names)
            try goOn(talk, from: notes.last?.number ?? after, names)
        }
    }

    /// Asks for what is new whenever something has happened, so that every line has its number and none is lost.
    private func goOn(_ talk: Talk, from number: UInt64, _ names: FleetNames) throws {
        var number = number
        while true {
            _ = try talk.awaitEvent(until: MonotonicClock.now() + .seconds(2))
            let (notes, _) = try talk.events(after: number)
            try show(notes, names)
            number = notes.last?.number ?? number
        }
    }

    private func show(_ notes: [EventNote], _ names: FleetNames) throws {
        guard json else {
            if !notes.isEmpty { Console.print(text(notes, names)) }
            return
        }
        for note in notes { try Console.write(JSONWriter.line(of: EventValue(names: names).value(note, at: nil))) }
    }

    private func text(_ notes: [EventNote], _ names: FleetNames) -> String {
        let words = EventWords(name: names.name)
        return notes.map { note in
            let mark =
                switch EventWords.severity(note.event) {
                case .calm: " "
                case .warning: "!"
                case .alarm: "‼"
                }
            let seconds = note.at.seconds.rounded(to: 3)
            let space = String(repeating: " ", count: max(0, 12 - seconds.count))
            return "\(note.number)  \(space)\(seconds) s \(mark) \(words.text(note.event))"
        }.joined(separator: "\n")
    }

    private func value(_ notes: [EventNote], _ latest: UInt64, _ now: Instant, _ names: FleetNames) -> JSONValue {
        [
            "version": .integer(1), "now_s": .number(now.seconds), "latest": .integer(Int(clamping: latest)),
            "events": .array(notes.map { EventValue(names: names).value($0, at: now) }),
        ]
    }
}
