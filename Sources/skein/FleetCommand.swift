import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// Who belongs together.
struct FleetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet",
        abstract: "Who belongs to the fleet: make one, bring robots in, throw them out.",
        discussion: """
            A fleet is what its authority has signed: a key pair that init makes and that stays with the operator. Robots \
            with the role enroll may bring others in, and throw them out, in its stead. docs/fleet.md has the rules.
            """,
        subcommands: [
            FleetInit.self, FleetJoin.self, FleetEnroll.self, FleetRevoke.self, FleetRotate.self, FleetRenew.self,
            FleetMerge.self, FleetList.self,
        ])
}

/// What the fleet's commands end with besides `Exit`.
enum FleetExit {
    /// The fleet, or what belonging to it needs, says no.
    static let refused = ExitCode(5)
}

/// Until when a membership is good.
struct FleetExpiry: ExpressibleByArgument {
    /// Nil: for good.
    var days: Int?

    /// A season and some: a robot that nobody has renewed for a year is one that nobody has looked after.
    static let usual = FleetExpiry(days: 365)
    private static let daysMax = 36_500

    init(days: Int?) { self.days = days }

    init?(argument: String) {
        if argument == "never" {
            days = nil
        } else if let number = Int(argument), (1...Self.daysMax).contains(number) {
            days = number
        } else {
            return nil
        }
    }

    var defaultValueDescription: String { days.map { "\($0)" } ?? "never" }

    func seconds(from now: UInt64) -> UInt64? { days.map { now + UInt64($0) * 86_400 } }
}

/// Roles as words by commas.
struct FleetRoles: ExpressibleByArgument {
    var roles: TrustRoles

    /// What a robot needs to do its part and to take any other's place; bringing others in is for few.
    static let usual = FleetRoles(roles: TrustRoles.all.subtracting(.enroll))

    init(roles: TrustRoles) { self.roles = roles }

    init?(argument: String) {
        guard let roles = EntryText.roles(of: argument) else { return nil }
        self.roles = roles
    }

    var defaultValueDescription: String {
        TrustRoles.words.filter { roles.contains($0.role) }.map(\.word).joined(separator: ",")
    }

    static let help = "Of lead, release, command, kernels, enroll, by commas; none for none."
}

/// Where entries are issued: the operator's folder, or this robot.
struct FleetOfficeOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The fleet's folder, with the authority's key. Without it this robot issues, if it has the role enroll.",
            valueName: "folder"))
    var authority: String?

    @OptionGroup var options: ConfigOptions
    @OptionGroup var socket: SocketOption

    func office() throws -> FleetOffice {
        if let authority { return try FleetOffice.authority(folder: authority) }
        let reading = options.reading
        guard reading.errors.isEmpty else {
            for error in reading.errors { Console.say("\(error)") }
            throw Exit.usage
        }
        return .robot(try PeerIdentity.read(reading), reading.settings)
    }

    /// The daemon that hears of it.
    func daemon() -> FleetDaemon {
        let own = authority == nil ? options.reading.settings.socketPath : PeerPlaces.mine().socketPath
        return FleetDaemon(path: socket.socket ?? own)
    }
}

/// What the fleet's commands have in common.
enum FleetTalk {
    /// Seconds of UTC, by this machine's clock, but not before what the authority has dated already: a robot without a
    /// clock issues late, never early.
    static func now(_ entries: [TrustEntry]) -> UInt64 {
        let signed = entries.lazy.filter(\.isByAuthority).map(\.issuedAtSeconds).max() ?? 0
        return max(UInt64(max(0, time(nil))), signed)
    }

    /// What came of an office's work, or the end of the command.
    static func issuing<Result>(_ body: () throws(FleetOffice.Failure) -> Result) throws -> Result {
        do throws(FleetOffice.Failure) {
            return try body()
        } catch {
            switch error {
            case .file(let error): throw error
            case .refused(let refusal):
                Console.say(text(refusal))
                throw refusal == .noSuchRobot ? Exit.noSuchThing : FleetExit.refused
            }
        }
    }

    static func text(_ refusal: TrustIssuer.Refusal) -> String {
        switch refusal {
        case .notEnrolling:
            "refused: this robot has not the role enroll, or has it no more; use the fleet's folder: --authority FOLDER"
        case .nameTaken(let robot):
            "refused: the name is \(robot)'s already; take another, or revoke that robot first"
        case .keyTaken(let name):
            "refused: the key is \(name)'s already: a robot has one name, and no two robots one key; to join anew, move "
                + "its robot.key away"
        case .keyRevoked: "refused: this key is revoked, for good; move robot.key away, and join with a new one"
        case .rolesBeyond(let roles):
            "refused: this robot cannot give the role \(EntryText.roles(roles)); the authority can: --authority FOLDER"
        case .revokesEnroller: "refused: only the authority throws out who enrolls: --authority FOLDER"
        case .noSuchRobot: "no such robot in the fleet; skein fleet list has all"
        case .isRevoked:
            "refused: it is revoked already; it comes back with a new key: skein fleet renew NAME --key FILE.pub"
        case .badKey: "refused: the key is no key that anybody has the secret of"
        case .full: "refused: the fleet's book is full (\(TrustBook.entriesMax) entries); make a new fleet"
        }
    }

    static func fleet(_ fleet: FleetID) -> String {
        let digits = String(fleet.number, radix: 16)
        // All sixteen digits, so that it is one word of one length.
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    static func value(_ member: Member) -> [JSONValue.Member] {
        let fingerprint = Fingerprint(of: member.key)
        return [
            .init("name", .string(member.name)), .init("id", .integer(Int(member.id.number))),
            .init("roles", .array(words(member.roles).map { .string($0) })),
            .init("expires", member.expiresAtSeconds.map { .string(EntryText.date($0)) } ?? .null),
            .init("public_key", .string(KeyText.base64(of: member.key.bytes))),
            .init("fingerprint", .string(fingerprint.text)), .init("words", .string(fingerprint.words)),
        ]
    }

    static func words(_ roles: TrustRoles) -> [String] {
        TrustRoles.words.filter { roles.contains($0.role) }.map(\.word)
    }

    static func expiry(_ member: Member) -> String {
        member.expiresAtSeconds.map { "until \(EntryText.date($0))" } ?? "for good"
    }
}
