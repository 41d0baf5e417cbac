import ArgumentParser
import SkeinFiles
import SkeinSeal

/// Who belongs together.
struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Make a fleet's keys.",
        subcommands: [FleetInit.self])
}

struct FleetInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new fleet: a folder for each robot, with its keys.",
        discussion: """
            Each robot's folder has its own key, the fleet's key, the roster and a peer.toml to be completed; its files \
            go to /etc/skein on that robot and nowhere else. Folders are 0700, files 0600. Nothing is overwritten.

            Exit codes: 0 the fleet is made, 2 a name is wrong, or the folder is there already or cannot be made.

            Example:
              skein fleet init fleet --robots alpha,bravo,charlie
            """)

    @Argument(help: ArgumentHelp("The folder to make.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The robots' names, by commas; numbered from 0.", valueName: "a,b,c"))
    var robots: String

    @Flag(help: "Print what was made as JSON.")
    var json = false

    func run() throws {
        let names = robots.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        let made = try FleetFolder.make(at: folder, names: names, config: FleetConfig.text)
        if json {
            try Console.write(Self.value(made), to: "-")
            return
        }
        let lines = made.robots.map { robot in
            "  \(made.folder(of: robot))  \(robot.id)  \(KeyText.base64(of: robot.publicKey.bytes))"
        }
        Console.print((["fleet \(Self.hex(made))"] + lines).joined(separator: "\n"))
        Console.say(
            "Complete each peer.toml, carry each folder's files to its robot, and keep \(made.path)/fleet.key safe: whoever "
                + "has it can speak to the fleet.")
    }

    private static func value(_ made: FleetFolder) -> JSONValue {
        [
            "folder": .string(made.path), "fleet": .string(hex(made)),
            "robots": .array(
                made.robots.map { robot in
                    [
                        "name": .string(robot.name), "id": .integer(Int(robot.id.number)),
                        "public_key": .string(KeyText.base64(of: robot.publicKey.bytes)),
                        "folder": .string(made.folder(of: robot)),
                    ]
                }),
        ]
    }

    /// All sixteen digits, so that it is one word of one length.
    private static func hex(_ made: FleetFolder) -> String {
        let digits = String(made.fleet.number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
