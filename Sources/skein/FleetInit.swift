import ArgumentParser
import SkeinFiles
import SkeinSeal
import SkeinWire

struct FleetInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new fleet: its authority, and a folder for each robot, with its keys.",
        discussion: """
            The folder has the authority's key, which decides who belongs to the fleet: keep it in one place, and off the \
            robots. Each robot's folder has its own key, the fleet's shared key, the signed roster and a peer.toml to be \
            completed; its files go to /etc/skein on that robot and nowhere else. Keys are minisign's. Folders are 0700, \
            files 0600. Nothing is overwritten.

            Exit codes: 0 the fleet is made, 2 a name is wrong, or the folder is there already or cannot be made.

            Examples:
              skein fleet init fleet --robots alpha,bravo,charlie
              skein fleet init fleet --robots alpha,bravo --roles lead,release,command,kernels,enroll --expires never
            """)

    @Argument(help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The robots' names, by commas; numbered from 0.", valueName: "a,b,c"))
    var robots: String

    @Option(help: ArgumentHelp(FleetRoles.help, valueName: "a,b"))
    var roles = FleetRoles.usual

    @Option(help: ArgumentHelp("Days that the memberships are good for, or never.", valueName: "days"))
    var expires = FleetExpiry.usual

    @Flag(help: "Print what was made as JSON.")
    var json = false

    func run() throws {
        let names = robots.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let now = FleetTalk.now([])
        let made = try FleetFolder.make(
            at: folder, names: names,
            terms: .init(roles: roles.roles, expiresAtSeconds: expires.seconds(from: now), now: now),
            config: FleetConfig.text)
        if json {
            try Console.write(Self.value(made), to: "-")
            return
        }
        var table = TextTable(title: "fleet \(FleetTalk.fleet(made.fleet))")
        for robot in made.robots {
            let fingerprint = Fingerprint(of: robot.key)
            table.add("  \(made.folder(of: robot))", "\(robot.id)", fingerprint.text, fingerprint.words)
        }
        Console.print(table.text)
        Console.say(
            "Complete each peer.toml and carry each folder's files to its robot. Keep \(made.path)/"
                + "\(FleetFolder.authorityKeyName) safe: whoever has it decides who belongs to the fleet.")
    }

    private static func value(_ made: FleetFolder) -> JSONValue {
        [
            "folder": .string(made.path), "fleet": .string(FleetTalk.fleet(made.fleet)),
            "authority": .string(KeyText.base64(of: made.authority.bytes)),
            "robots": .array(
                made.robots.map { robot in
                    .object(FleetTalk.value(robot) + [.init("folder", .string(made.folder(of: robot)))])
                }),
        ]
    }
}
