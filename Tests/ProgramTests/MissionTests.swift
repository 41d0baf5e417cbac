import Foundation
import Testing

/// Mission files as a person uses them: checked, signed, given to a robot, paused, changed.
@Suite struct MissionTests {
    private static let mission = """
        name = "walk"
        revision = 2
        [[role]]
        name = "walker"
        goal = "waypoints"
        waypoints = [[10, 10], [20, 10]]

        """

    private func write(_ text: String, in folder: URL) throws -> String {
        let file = folder.appending(path: "walk.toml")
        try Data(text.utf8).write(to: file)
        return file.path
    }

    @Test func `only what is signed by who may, unchanged and not older is taken; the rest is refused with 5`() throws {
        try Program.inFolder { folder in
            let robot = try Robot(in: folder)
            try robot.start()
            let file = try write(Self.mission, in: folder)
            let fleet = folder.appending(path: "fleet").path
            func run(_ more: String...) throws -> Program.Outcome {
                Program.finish(
                    try Program.start(
                        ["mission", "run", file, "--socket", robot.socket] + (more.isEmpty ? ["--yes"] : more)))
            }
            let none = try Program.run("mission", "run", "--yes", "--socket", robot.socket)
            #expect(none.code == 2 && none.talk.contains("Name its file, or say --configured"), "\(none)")
            let configured = try Program.run("mission", "run", "--configured", "--socket", robot.socket)
            #expect(configured.code == 2 && configured.talk.contains("--yes"), "\(configured)")
            let unsigned = try run()
            #expect(unsigned.code == 5 && unsigned.talk.contains("not signed"), "\(unsigned)")
            #expect(try Program.run("mission", "sign", file, "--authority", fleet).code == 0)
            let unasked = try run("--organise-only")
            #expect(unasked.code == 0, "\(unasked)")
            let silent = Program.finish(try Program.start(["mission", "run", file, "--socket", robot.socket]))
            #expect(silent.code == 2 && silent.talk.contains("--yes"), "\(silent)")
            #expect(try run().code == 0)
            _ = try write(Self.mission + "laps = 3\n", in: folder)
            let changed = try run()
            #expect(changed.code == 5 && changed.talk.contains("changed since it was signed"), "\(changed)")
            #expect(try Program.run("mission", "sign", file, "--key", robot.keyFile).code == 0)
            let other = try run()
            #expect(other.code == 5 && other.talk.contains("raise revision"), "\(other)")
            _ = try write(Self.mission.replacingOccurrences(of: "revision = 2", with: "revision = 1"), in: folder)
            #expect(try Program.run("mission", "sign", file, "--key", robot.keyFile).code == 0)
            let older = try run()
            #expect(
                older.code == 5 && older.talk.contains("an older revision: the swarm has had revision 2"), "\(older)")
            _ = try write(Self.mission.replacingOccurrences(of: "revision = 2", with: "revision = 3"), in: folder)
            #expect(try Program.run("mission", "sign", file, "--key", robot.keyFile).code == 0)
            #expect(try run().code == 0)
            let status = try Program.run("mission", "status", "--json", "--socket", robot.socket)
            #expect(status.code == 0 && status.output.contains("\"revision\": 3"), "\(status)")
            let resumed = try Program.run("mission", "resume", "--yes", "--socket", robot.socket)
            #expect(resumed.code == 1 && resumed.talk.contains("no mission is paused"), "\(resumed)")
            #expect(try Program.run("mission", "stop", "--socket", robot.socket).code == 0)
            _ = try robot.end()
        }
    }

    @Test(arguments: ["two-target", "patrol", "relays"])
    func `the example missions end as they are meant to when they are flown before`(_ name: String) throws {
        let file = Program.root.appending(path: "field-configs/missions/\(name).toml").path
        let check = try Program.run("mission", "check", file, "--simulate", "--range", "150", "--json")
        #expect(check.code == 0, "\(check)")
        for key in ["\"ended\": true", "\"served_by\"", "\"rules_fired\"", "\"failed_steps\"", "\"contacts\": {"] {
            #expect(check.output.contains(key), "\(key)")
        }
    }

    @Test func `check tells every fault and ends with 2, plan says who would do what, and export comes back`() throws {
        try Program.inFolder { folder in
            let file = try write(Self.mission + "lapz = 3\narea = \"x\"\n", in: folder)
            let check = try Program.run("mission", "check", file)
            #expect(check.code == 2 && check.output.isEmpty, "\(check)")
            #expect(check.talk.contains("walk.toml:7:1: [role[0]] unknown key \"lapz\" (did you mean \"laps\"?)"))
            #expect(check.talk.contains("walk.toml:8:1: [role[0]] area: says nothing"))
            let good = try write(Self.mission + "count = 2\n", in: folder)
            #expect(try Program.run("mission", "check", good).code == 0)
            let plan = try Program.run("mission", "plan", good, "--robots", "3")
            #expect(plan.code == 0 && plan.output.hasPrefix("walker (2 waypoints): 2/2 r0 r1"), "\(plan)")
            #expect(try Program.run("mission", "plan", good, "--robots", "1").code == 6)
            let exported = try Program.run("mission", "export", good, "--geojson")
            let geojson = folder.appending(path: "walk.geojson")
            try Data(exported.output.utf8).write(to: geojson)
            let imported = folder.appending(path: "again.toml").path
            #expect(try Program.run("mission", "import", geojson.path, "-o", imported).code == 0)
            #expect(try Program.run("mission", "check", imported).code == 0)
            let refused = try Program.run("mission", "export", good, "--plan")
            #expect(refused.code == 2 && refused.talk.contains("needs [origin]"), "\(refused)")
        }
    }
}
