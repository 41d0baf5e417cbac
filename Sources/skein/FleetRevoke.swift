import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

struct FleetRevoke: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Throw a robot out of the fleet, for good.",
        discussion: """
            Signs that the robot's key is out, rolls the fleet's shared key for all the others, and hands both to the \
            daemon here, which spreads them. Of what the robot itself has issued all that is known here stands; --disown \
            undoes that too. It comes back only with a new key: skein fleet renew NAME --key FILE.pub.

            Exit codes: 0 it spreads; 2 usage or file error; 4 no such robot; 5 refused: this robot may not, or it is out \
            already; 6 stored, but no daemon here has taken it.

            Examples:
              skein fleet revoke charlie
              skein fleet revoke charlie --authority fleet --json
            """)

    @Argument(help: ArgumentHelp("The robot.", valueName: "name"))
    var name: String

    @OptionGroup var place: FleetOfficeOptions

    @Flag(help: "Do not roll the fleet's key: the robot can go on filling the air with what others throw away.")
    var keepKey = false

    @Flag(help: "Undo what the robot has issued itself: memberships and revocations.")
    var disown = false

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let office = try place.office()
        let heard = place.daemon().entries()
        let (result, issued) = try FleetTalk.issuing { () throws(FleetOffice.Failure) in
            try office.issue(heard: heard) { books throws(TrustIssuer.Refusal) in
                let now = FleetTalk.now(books.issuer.entries)
                let member = try books.issuer.revoke(name, disowning: disown, now: now)
                return (member, keepKey ? nil : try books.roll(now: now).number)
            }
        }
        let (member, keyNumber) = result
        let spreads = place.daemon().spread(issued, from: office)
        if json {
            try Console.write(
                .object(
                    FleetTalk.value(member) + [
                        .init("key_number", keyNumber.map { .integer(Int($0)) } ?? .null),
                        .init("entries", .integer(issued.count)), .init("spreads", .bool(spreads)),
                    ]), to: "-")
        } else {
            Console.print(
                "\(member.name) (\(member.id)) is out of the fleet, its key \(Fingerprint(of: member.key).text) for good"
                    + (keyNumber.map { "; the others go on with fleet key \($0)" } ?? ""))
        }
        if !spreads { throw Exit.partial }
    }
}

struct FleetRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Roll the fleet's shared key: every member gets a new one, sealed to it alone.",
        discussion: """
            Robots take both keys for a minute after they have heard of the new one, so that nobody is deaf meanwhile; one \
            that was away longer is brought up to date by its first neighbour.

            Exit codes: 0 it spreads; 2 usage or file error; 5 refused; 6 stored, but no daemon here has taken it.

            Example:
              skein fleet rotate --authority fleet
            """)

    @OptionGroup var place: FleetOfficeOptions

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let office = try place.office()
        let heard = place.daemon().entries()
        let (number, issued) = try FleetTalk.issuing { () throws(FleetOffice.Failure) in
            try office.issue(heard: heard) { books throws(TrustIssuer.Refusal) in
                try books.roll(now: FleetTalk.now(books.issuer.entries)).number
            }
        }
        let spreads = place.daemon().spread(issued, from: office)
        if json {
            try Console.write(
                [
                    "key_number": .integer(Int(number)), "entries": .integer(issued.count), "spreads": .bool(spreads),
                ], to: "-")
        } else {
            Console.print("fleet key \(number) for \(issued.count) robots")
        }
        if !spreads { throw Exit.partial }
    }
}
