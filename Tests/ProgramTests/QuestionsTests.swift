import Foundation
import SkeinFiles
import Testing

/// What a person asks a robot, as the program answers it.
@Suite struct QuestionsTests {
    /// Keys that docs/json.md names in the section of a command.
    private struct Documented {
        /// `a.b`, `a[].b`; of `open` the members are not listed.
        var paths: Set<String> = []
        var open: Set<String> = []

        init(_ command: String) throws {
            let page = try String(contentsOf: Program.root.appending(path: "docs/json.md"), encoding: .utf8)
            let parts = page.components(separatedBy: "\n## ")
            let section = try #require(parts.first { $0.hasPrefix("skein \(command)\n") }, "no section on \(command)")
            let rows = section.components(separatedBy: "\n").filter { $0.hasPrefix("| `") }
            for row in rows {
                let key = String(row.dropFirst(3).prefix { $0 != "`" })
                if key.hasSuffix("{}") { open.insert(String(key.dropLast(2))) }
                paths.insert(key.hasSuffix("{}") ? String(key.dropLast(2)) : key)
            }
            #expect(!paths.isEmpty, "\(command)")
        }

        /// Paths that a value has and the page has not, and the other way round where the value has room for them.
        func differences(_ value: JSONValue, at path: String = "") -> (undocumented: Set<String>, absent: Set<String>) {
            switch value {
            case .object(let members):
                var undocumented: Set<String> = []
                var absent = children(of: path).subtracting(members.map(\.key))
                absent = Set(absent.map { path.isEmpty ? $0 : "\(path).\($0)" })
                for member in members {
                    let place = path.isEmpty ? member.key : "\(path).\(member.key)"
                    guard !open.contains(place) else { continue }
                    let within = differences(member.value, at: place)
                    undocumented.formUnion(within.undocumented)
                    absent.formUnion(within.absent)
                }
                return (undocumented, absent)
            case .array(let items):
                let place = path + "[]"
                guard !open.contains(place), items.contains(where: { if case .object = $0 { true } else { false } })
                else {
                    return ([], [])
                }
                return items.reduce(into: ([], [])) { sum, item in
                    let within = differences(item, at: place)
                    sum.0.formUnion(within.undocumented)
                    sum.1.formUnion(within.absent)
                }
            case .null, .bool, .integer, .number, .string: return (paths.contains(path) ? [] : [path], [])
            }
        }

        /// Members that an object here must have.
        private func children(of path: String) -> Set<String> {
            let prefix = path.isEmpty ? "" : path + "."
            return Set(
                paths.filter { $0.hasPrefix(prefix) }.map { place in
                    String(place.dropFirst(prefix.count).prefix { $0 != "." && $0 != "[" })
                })
        }
    }

    private func check(_ command: [String], as title: String? = nil, socket: String) throws {
        let outcome = Program.finish(try Program.start(command + ["--json", "--socket", socket]))
        #expect(outcome.code == 0, "\(command): \(outcome.talk)")
        let value = try #require(outcome.json, "\(command): \(outcome.output)")
        #expect(value["version"] == .integer(1))
        let documented = try Documented(title ?? command.joined(separator: " "))
        let (undocumented, absent) = documented.differences(value)
        #expect(undocumented.isEmpty, "\(command) says what docs/json.md does not: \(undocumented.sorted())")
        #expect(absent.isEmpty, "\(command) does not say what docs/json.md says: \(absent.sorted())")
    }

    @Test func `every question is answered, and its JSON has the keys that docs-json-md names`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let input = folder.appending(path: "island").path
            try OutputFile.write(DaemonTests.island, to: input)
            let order = ["task", "run", "pso", "--input", input, "--key", "7", "--deadline", "30"]
            let done = Program.finish(try Program.start(order + ["--socket", robot.socket]))
            #expect(done.code == 0, "\(done.talk)")
            for command in ["status", "neighbours", "links", "routes", "topology", "tasks", "events"] {
                try check([command], socket: robot.socket)
                let plain = try Program.run(command, "--socket", robot.socket)
                #expect(plain.code == 0 && !plain.output.isEmpty && plain.talk.isEmpty, "\(plain)")
            }
            try check(["why", "leader"], socket: robot.socket)
            try check(["why", "route", "bravo"], as: "why route", socket: robot.socket)
            try check(["why", "failure"], socket: robot.socket)
            #expect(try robot.end().code == 0)
        }
    }

    @Test func `the questions tell what is so`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            func ask(_ words: String...) throws -> Program.Outcome {
                Program.finish(try Program.start(words + ["--socket", robot.socket]))
            }
            #expect(try ask("neighbours").output == "no neighbours\n")
            let way = try ask("why", "route", "bravo")
            #expect(way.output.hasPrefix("no way to bravo is known"), "\(way)")
            #expect(try ask("why", "route", "b").output == way.output, "a unique beginning is enough")
            #expect(try ask("why", "route", "charlie").code == 4)
            #expect(try ask("why", "failure").output.hasPrefix("nothing has failed since this robot's start"))
            let bravo = try ask("why", "failure", "bravo").output
            #expect(bravo.hasPrefix("bravo has not been heard since this robot's start"), "\(bravo)")
            #expect(try ask("why", "failure", "12345").code == 4)
            #expect(try ask("status", "--robot", "alpha").code == 0)
            let other = try ask("status", "--robot", "bravo")
            #expect(other.code == 4 && other.talk.hasSuffix("speaks for alpha alone, not for bravo\n"), "\(other)")
            #expect(try ask("topology", "--dot").output.hasPrefix("digraph mesh {\n"))
            let nowhere = try ask("topology", "--geojson")
            #expect(nowhere.code == 2 && nowhere.talk.contains("--origin LAT,LON"), "\(nowhere)")
            let map = try ask("topology", "--geojson", "--origin", "52.5,13.25")
            #expect(map.json?["type"] == .string("FeatureCollection"), "\(map)")
            #expect(try ask("topology", "--geojson", "--origin", "91,0").code == 2)
            let input = folder.appending(path: "island").path
            try OutputFile.write(DaemonTests.island, to: input)
            #expect(try ask("task", "run", "pso", "--input", input, "--key", "7", "--deadline", "30").code == 0)
            let tasks = try ask("tasks", "--units").output
            #expect(tasks.contains("task 7") && tasks.contains("pso"), "\(tasks)")
            let placement = try ask("why", "placement", "7").output
            #expect(
                placement.hasPrefix("task 7, done after") && placement.contains("below its limit of 90 %"),
                "\(placement)")
            #expect(try ask("why", "failure", "7").output.contains("nothing of task 7 has failed"))
            let events = try ask("events").output
            #expect(events.contains("task 7 done"), "\(events)")
            let last = try #require(try ask("events", "--json").json?["latest"])
            guard case .integer(let latest) = last else { throw Failure.noNumber }
            #expect(latest > 0)
            #expect(try ask("events", "--after", "\(latest + 1_000)").output == "nothing has happened\n")
            #expect(try ask("stop").code != 3)
            let stopped = try ask("status").output
            #expect(stopped.hasPrefix("ALARM") && stopped.contains("STOPPED"), "what is wrong comes first: \(stopped)")
            #expect(try robot.end().code == 0)
        }
    }

    private enum Failure: Error { case noNumber }
}
