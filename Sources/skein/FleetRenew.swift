import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

struct FleetRenew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Give a robot a new membership: another expiry, other roles, another key, or a pardon.",
        discussion: """
            The later membership counts. A robot that was demoted may lead again. With --key the robot changes its own key, \
            or comes back after a revocation: make the new key on the robot beside the old one, renew with its public half, \
            take the fleet.toml that came of it to the robot (skein fleet merge), put the new key in place of robot.key and \
            restart. Until a neighbour has heard of the new key, the old one is good there.

            Exit codes: 0 it spreads; 2 usage or file error; 4 no such robot; 5 refused; 6 stored, but no daemon here has \
            taken it.

            Examples:
              skein fleet renew alpha --expires 90
              skein fleet renew alpha --roles lead,release --authority fleet
              skein fleet renew alpha --key alpha-new.pub --authority fleet
            """)

    @Argument(help: ArgumentHelp("The robot.", valueName: "name"))
    var name: String

    @OptionGroup var place: FleetOfficeOptions

    @Option(help: ArgumentHelp("\(FleetRoles.help) Default: those it has.", valueName: "a,b"))
    var roles: FleetRoles?

    @Option(help: ArgumentHelp("Days that the membership is good for, or never.", valueName: "days"))
    var expires = FleetExpiry.usual

    @Option(help: ArgumentHelp("The robot's new public key, in minisign's format.", valueName: "file"))
    var key: String?

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        let newKey = try key.map { try KeyFile.publicKey($0) }
        let office = try place.office()
        let heard = place.daemon().entries()
        let (member, issued) = try FleetTalk.issuing { () throws(FleetOffice.Failure) in
            try office.issue(heard: heard) { books throws(TrustIssuer.Refusal) in
                let now = FleetTalk.now(books.issuer.entries)
                let member = try books.issuer.renew(
                    name, key: newKey, roles: roles?.roles, expiresAtSeconds: expires.seconds(from: now), now: now)
                // What it was given under its old key it cannot open with the new one.
                if newKey != nil, let secret = books.secrets.last {
                    try books.issuer.share(secret, only: member, now: now)
                }
                return member
            }
        }
        let spreads = place.daemon().spread(issued, from: office)
        if json {
            try Console.write(
                .object(
                    FleetTalk.value(member) + [
                        .init("entries", .integer(issued.count)), .init("spreads", .bool(spreads)),
                    ]), to: "-")
        } else {
            Console.print(
                "\(member.name) (\(member.id)) may \(EntryText.roles(member.roles)), \(FleetTalk.expiry(member)), by key "
                    + Fingerprint(of: member.key).text)
        }
        if !spreads { throw Exit.partial }
    }
}
