import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinWire

/// Who is who in the fleet, as this robot has found them.
struct PeersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peers",
        abstract: "Every robot of the fleet: who it is, whether it is heard, what it is worth.",
        discussion: """
            What is wrong comes first, then all others by name. With names, all that is known of those robots: a name, a \
            unique beginning of one, or a number.

            state     member, or what is wrong: revoked; key doubled: two machines speak with its key; shunned, doubted: it \
            has computed wrongly for this robot; demoted: it leads no more; expired; silent: it was a neighbour, and no way \
            to it is known
            heard     on which bands, or over whom a message to it goes; "not met": nothing has come from it since this \
            robot's start
            for s     since it became a neighbour; silent s: since its last word
            leader    whom it follows; stands: it stands for an emergency stop, by its own word
            results   its answers that this robot could check

            Exit codes: 0 ok, whatever is wrong, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein peers
              skein peers bravo
              skein peers --json | jq -r '.peers[] | select(.wrong != []) | "\\(.name): \\(.wrong | join(", "))"'
            """)

    @Argument(help: ArgumentHelp("Only these, with all that is known of them.", valueName: "name"))
    var robots: [String] = []

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let talk = try socket.connect()
        try Tool.run {
            let names = try talk.names()
            guard case .peers(let accounts) = try talk.ask(.peers) else { throw TalkError.noSense(talk.path) }
            let report = PeersReport(
                accounts: try chosen(of: accounts, names), robot: talk.daemon.id, names: names,
                isWhole: accounts.count < PeerAccount.countMax)
            if json {
                try Console.write(report.value, to: "-")
            } else {
                Console.print(robots.isEmpty ? report.table : report.details)
            }
        }
    }

    private func chosen(of accounts: [PeerAccount], _ names: FleetNames) throws -> [PeerAccount] {
        guard !robots.isEmpty else { return accounts }
        var chosen: [PeerAccount] = []
        for text in robots {
            guard let id = names.robot(text), let account = accounts.first(where: { $0.robot == id }) else {
                Console.say(names.complaint(text))
                throw Exit.noSuchThing
            }
            if !chosen.contains(account) { chosen.append(account) }
        }
        return chosen
    }
}
