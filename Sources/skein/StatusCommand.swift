import ArgumentParser
import SkeinFiles
import SkeinPeer

/// This robot's own account of itself.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How this robot stands in its swarm.",
        discussion: """
            What is wrong comes first. Then whether it stands for an emergency stop, root and leader and since when, the plan \
            in force, what it lends and what of that is granted, tasks, bulk on its way, its mission, where it believes to \
            be, the mesh's time with its bound, what control traffic takes of the air, how motor controller and satellite receiver fare, and what it dropped of what it heard, \
            by reason.

            Exit codes: 0 ok, whatever is wrong, 1 the daemon is leaving, 3 no daemon answers, 4 no such robot.

            Examples:
              skein status
              skein status -w
              skein status --json | jq -r '.alarms[].text'
            """)

    @OptionGroup var options: ReadOptions

    func run() throws {
        let talk = try options.socket.connect()
        try Tool.run {
            let names = try talk.names()
            try options.watch.run {
                let report = try talk.report()
                guard case .peers(let accounts) = try talk.ask(.peers) else { throw TalkError.noSense(talk.path) }
                let status = StatusReport(
                    report: report, accounts: accounts, body: try talk.body(), daemon: talk.daemon, names: names)
                if options.json {
                    try Console.write(status.value, to: "-")
                } else {
                    Console.print(status.text)
                }
            }
        }
    }
}
