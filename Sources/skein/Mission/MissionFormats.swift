import ArgumentParser
import SkeinFiles
import SkeinPeer

struct MissionImport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a mission file of a QGroundControl plan or a GeoJSON file.",
        discussion: """
            By the name's end: .plan is QGroundControl's, .geojson or .json GeoJSON. Of a plan: waypoints, loiter times, \
            delays, speeds and the return, fences of both kinds, rally points; anything else is refused by its name, and \
            altitudes are left out. Of GeoJSON: features with the property kind (docs/missions.md). What such files do not \
            say (counts, rules, deadlines) is for a person to add.

            Exit codes: 0 written; 2 usage or file error, or something in it that is not supported.

            Examples:
              skein mission import survey.plan -o survey.toml
              skein mission import areas.geojson -o areas.toml && skein mission check areas.toml
            """)

    @Argument(help: ArgumentHelp("The file to read.", valueName: "file"))
    var file: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The mission file to write; - is stdout.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("What the mission is called (default: by the file).", valueName: "name"))
    var name: String?

    func run() throws {
        let text = try InputFile.text(of: file)
        let name = self.name ?? Self.name(of: file)
        guard MissionPlan.isName(name) else {
            throw FileError(file: file, message: "\"\(name)\" is no mission's name: say another with --name")
        }
        let plan =
            file.hasSuffix(".plan")
            ? try GroundControlPlan.plan(text: text, path: file, name: name)
            : try PlanGeoJSON.plan(text: text, path: file, name: name, origin: nil)
        let toml = MissionToml.text(plan)
        if output == "-" { Console.print(toml, end: "") } else { try OutputFile.write(Array(toml.utf8), to: output) }
    }

    private static func name(of file: String) -> String {
        let last = file.split(separator: "/").last.map(String.init) ?? file
        let stem = last.split(separator: ".").first.map(String.init) ?? last
        return String(stem.prefix(MissionPlan.nameBytesMax))
    }
}

struct MissionExport: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write a mission as a QGroundControl plan or as GeoJSON.",
        discussion: """
            A plan of QGroundControl's is for one vehicle: one role's waypoints, with fences and rally points. GeoJSON has \
            every place of the mission. To stdout.

            Exit codes: 0 written; 2 usage or file error, or something that the format has no word for.

            Examples:
              skein mission export patrol.toml --plan --role walker > patrol.plan
              skein mission export patrol.toml --geojson > patrol.geojson
            """)

    @Argument(help: ArgumentHelp("The mission file.", valueName: "file"))
    var file: String

    @Flag(help: "As QGroundControl's plan.")
    var plan = false

    @Flag(help: "As GeoJSON.")
    var geojson = false

    @Option(help: ArgumentHelp("Which role's waypoints (with --plan).", valueName: "name"))
    var role: String?

    func validate() throws {
        guard plan != geojson else { throw ValidationError("--plan or --geojson; expected one of them") }
    }

    func run() throws {
        let mission = try SignedMission.plan(file)
        guard plan else { return try Console.write(PlanGeoJSON.value(of: mission), to: "-") }
        do throws(GroundControlPlan.Refusal) {
            let value = try GroundControlPlan.value(of: mission, role: role)
            Console.print(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self), end: "")
        } catch { throw FileError(file: file, message: error.message) }
    }
}
