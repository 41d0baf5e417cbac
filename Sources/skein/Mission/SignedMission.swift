import ArgumentParser
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// A mission with its signature, as files: `patrol.toml`, what it was compiled to (`patrol.mission`), and the signature of that
/// (`patrol.mission.minisig`).
enum SignedMission {
    static let suffix = ".mission"

    /// The compiled plan's file of a mission file; itself, if it is that.
    static func planPath(_ file: String) -> String {
        guard !file.hasSuffix(suffix) else { return file }
        return (file.hasSuffix(".toml") ? String(file.dropLast(5)) : file) + suffix
    }

    /// Everything that is wrong is told, and ends the program.
    static func plan(_ file: String) throws -> MissionPlan {
        guard !file.hasSuffix(suffix) else { return try compiled(file).plan }
        let read = MissionFile.read(file)
        guard let plan = read.plan else {
            for fault in read.faults { Console.say("\(fault)") }
            throw Exit.usage
        }
        return plan
    }

    private static func compiled(_ file: String) throws -> (plan: MissionPlan, bytes: [UInt8]) {
        let bytes = try InputFile.bytes(of: file)
        do throws(WireError) { return (try MissionPlanBytes.plan(of: bytes), bytes) } catch {
            throw FileError(file: file, message: "not a mission plan that this program can read (\(error))")
        }
    }

    /// There is a signature of what it says now; whose it is, the daemon judges.
    static func isSigned(_ file: String, _ plan: MissionPlan) -> Bool {
        let path = planPath(file)
        guard InputFile.isReadable(path), InputFile.isReadable(path + MissionSignatureFile.suffix) else { return false }
        return (try? InputFile.bytes(of: path)) == MissionPlanBytes.bytes(of: plan)
    }

    /// As the daemon takes it. Unsigned, or changed since: exit code 5.
    static func read(_ file: String) throws -> SignedPlan {
        let plan = try plan(file)
        let path = planPath(file)
        guard InputFile.isReadable(path), InputFile.isReadable(path + MissionSignatureFile.suffix) else {
            Console.say("\(file): not signed; skein mission sign \(file) --authority FOLDER")
            throw Exit.refused
        }
        guard try InputFile.bytes(of: path) == MissionPlanBytes.bytes(of: plan) else {
            Console.say("\(file): changed since it was signed; skein mission sign \(file) --authority FOLDER")
            throw Exit.refused
        }
        return SignedPlan(plan, signature: try MissionSignatureFile.read(path + MissionSignatureFile.suffix))
    }
}

struct MissionSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a mission file with the authority's key, or that of a robot that may command.",
        discussion: """
            Writes what the file is compiled to, FILE.mission, and a minisign signature of that, FILE.mission.minisig, whose \
            trusted comment names the mission and its revision. Areas of GeoJSON files are in it, so nothing that robots \
            go by can be changed after. minisign -Vm FILE.mission -p authority.pub checks it.

            Exit codes: 0 signed; 2 usage or file error.

            Examples:
              skein mission sign patrol.toml --authority fleet
              skein mission sign patrol.toml --key /etc/skein/robot.key
            """)

    @Argument(help: ArgumentHelp("The mission file.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("The folder with the fleet's authority.key.", valueName: "folder"))
    var authority: String?

    @Option(help: ArgumentHelp("The secret key of a robot with the role command.", valueName: "file"))
    var key: String?

    func validate() throws {
        guard (authority == nil) != (key == nil) else {
            throw ValidationError("--authority or --key; expected one of them")
        }
    }

    func run() throws {
        let plan = try SignedMission.plan(file)
        let keyPath = authority.map { "\($0)/\(FleetFolder.authorityKeyName)" } ?? key ?? ""
        let signer = try KeyFile.secretKey(keyPath)
        let signed = SignedPlan(plan, by: signer)
        let path = SignedMission.planPath(file)
        try OutputFile.write(MissionPlanBytes.bytes(of: plan), to: path)
        let owner = authority == nil ? "a robot" : "the fleet's authority"
        try OutputFile.write(
            Array(MissionSignatureFile.text(signed.signature, of: owner).utf8),
            to: path + MissionSignatureFile.suffix)
        Console.say("\(signed.signature.comment): wrote \(path) and \(path)\(MissionSignatureFile.suffix)")
    }
}
