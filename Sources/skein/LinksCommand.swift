import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// The radio neighbours, and what each reading rests on.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "Every neighbour on every band, and how well it is heard.",
        discussion: """
            What a reading rests on is said with it: measured (signal and noise), assumed_floor (signal, the noise \
            assumed), throughput (the rate the driver expects), probed (what gets through, and the time an echo takes: \
            dBm are then those of a radio as good). A link is up when each hears the other, else one way. Mb/s is what \
            20 MHz of it carry at best; RTT an echo's time, – if none came back; silent is since its last beacon or hello.

            Exit codes: 0 ok, also without neighbours, 1 the daemon is leaving, 3 no daemon answers.

            Examples:
              skein links
              skein links --json | jq '.links[] | select(.basis == "probed") | .neighbour'
            """)

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard case .links(let links) = try talk.ask(.links) else { throw TalkError.noSense(talk.path) }
            if json {
                try Console.write(
                    ["version": .integer(1), "links": .array(links.map { Self.value($0, names) })], to: "-")
            } else {
                Console.print(links.isEmpty ? "no neighbours" : Self.text(links, names))
            }
        }
    }

    private static func text(_ links: [LinkStatus], _ names: FleetNames) -> String {
        var table = TextTable(["neighbour", "band", "link", "dBm", "Mb/s", "RTT ms", "silent s", "by"])
        for link in links {
            table.add(
                names.name(link.neighbour), link.band == .control ? "2.4 GHz" : "5 GHz", link.isLink ? "up" : "one way",
                link.powerDBm.rounded(to: 1), (link.efficiency * 20).rounded(to: 0),
                link.roundTrip.map { $0.inSeconds * 1e3 }.text(1), link.silence.inSeconds.rounded(to: 1),
                SharedJSON.snakeCase("\(link.basis)"))
        }
        return table.text
    }

    private static func value(_ link: LinkStatus, _ names: FleetNames) -> JSONValue {
        [
            "neighbour": names.json(link.neighbour), "band": .string(link.band == .control ? "2.4" : "5"),
            "up": .bool(link.isLink), "power_dbm": .number(link.powerDBm),
            "capacity_bits_per_s": .number(link.efficiency * 20e6),
            "basis": .string(SharedJSON.snakeCase("\(link.basis)")), "silence_s": .number(link.silence.inSeconds),
            "round_trip_s": .optional(link.roundTrip?.inSeconds),
        ]
    }
}
