import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

struct FleetMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Take in what was issued elsewhere: a fleet.toml that somebody has carried here.",
        discussion: """
            Two rosters of one fleet unite: what either knows, both know, and nothing is undone. Here it goes into this \
            robot's files and to its daemon, which spreads it; with --authority into that folder, so that the authority \
            knows what robots have issued in its stead.

            Exit codes: 0 all is known here and spreads; 2 usage or file error; 5 it is another fleet's; 6 stored, but no \
            daemon here has taken it.

            Examples:
              skein fleet merge /media/usb/fleet.toml
              skein fleet merge /media/usb/fleet.toml --authority fleet
            """)

    @Argument(help: ArgumentHelp("The other roster.", valueName: "file"))
    var file: String

    @OptionGroup var place: FleetOfficeOptions

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let other = try RosterFile.read(file)
        let office = try place.office()
        let fleet = try office.books().issuer.fleet
        guard other.fleet == fleet else {
            Console.say(
                "refused: \(file) is of fleet \(FleetTalk.fleet(other.fleet)), \(office.rosterPath) of "
                    + FleetTalk.fleet(fleet))
            throw FleetExit.refused
        }
        let new = try office.merge(other.entries)
        let spreads = place.daemon().spread(other.entries, from: office)
        if json {
            try Console.write(["new": .integer(new.count), "spreads": .bool(spreads)], to: "-")
        } else {
            Console.print(
                ([new.isEmpty ? "nothing new" : "\(new.count) new"] + new.map { "  " + EntryText.line($0) })
                    .joined(separator: "\n"))
        }
        if !spreads { throw Exit.partial }
    }
}
