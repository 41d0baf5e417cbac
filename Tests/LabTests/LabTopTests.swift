import Foundation
import SkeinFiles
import Testing

/// The dashboard on a running laboratory, off a terminal.
@Suite(.serialized) struct LabTopTests {
    /// Robots that take long to get anywhere, so that there is time to look.
    private static let slow = Scenarios.five.replacing("speed_m_per_s = 1\n", with: "speed_m_per_s = 0.05\n")

    private static func top(_ folder: String, _ more: String...) throws -> (code: Int32, json: JSONValue?, talk: String)
    {
        let outcome = try LabProgram.start(["top", "--lab", folder, "--json"] + more, in: folder).finish()
        return (outcome.code, try? JSONReader.read(outcome.output, file: "stdout"), outcome.talk)
    }

    private static func member(_ value: JSONValue?, _ key: String) -> JSONValue? {
        guard case .object(let members)? = value else { return nil }
        return members.first { $0.key == key }?.value
    }

    private static func robots(_ value: JSONValue?) -> [String: JSONValue] {
        guard case .array(let robots)? = member(value, "robots") else { return [:] }
        return robots.reduce(into: [:]) { named, robot in
            if case .string(let name)? = member(robot, "name") { named[name] = robot }
        }
    }

    private static func alarms(_ value: JSONValue?) -> [String] {
        guard case .array(let alarms)? = member(value, "alarms") else { return [] }
        return alarms.compactMap { alarm in
            guard case .string(let kind)? = member(alarm, "kind") else { return nil }
            guard case .string(let robot)? = member(alarm, "robot") else { return kind }
            return "\(kind) \(robot)"
        }
    }

    /// What it says of the laboratory once that holds, or last.
    private static func look(_ run: String, until holds: @escaping (JSONValue?) -> Bool) -> (last: JSONValue?, Bool) {
        let said = Said()
        let isSo = LabProgram.waits {
            said.last = try? top(run).json
            return holds(said.last)
        }
        return (said.last, isSo)
    }

    private final class Said {
        var last: JSONValue?
    }

    @Test func `all daemons of a laboratory are in one picture, and one that is killed is missed`() throws {
        try LabProgram.inFolder { folder in
            let path = "\(folder)/slow.toml"
            try Self.slow.write(toFile: path, atomically: true, encoding: .utf8)
            let lab = try LabProgram.start(["lab", "run", path, "--kill", "2@4"], in: folder)
            defer {
                lab.process.interrupt()
                lab.process.waitUntilExit()
            }
            try Self.watch(in: folder)
        }
    }

    private static func watch(in folder: String) throws {
        #expect(LabProgram.waits { LabProgram.runFolder(in: folder) != nil })
        let run = try #require(LabProgram.runFolder(in: folder))
        let (whole, isWhole) = look(run) { value in
            let robots = robots(value)
            return robots.count == 5 && robots.values.allSatisfy { member($0, "state") == .string("ok") }
        }
        #expect(isWhole, "\(String(describing: whole))")
        #expect(member(whole, "mode") == .string("live") && member(whole, "me") == .null)
        // The newest laboratory of this user is found without its folder's name.
        let found = try LabProgram.start(["top", "--lab", "last", "--json"], in: folder).finish()
        #expect(found.code == 0, "\(found.talk)")
        let (missed, isMissed) = look(run) { value in
            let robot = robots(value)["r2"]
            return member(robot, "off") == .bool(true) || member(robot, "state") == .string("quiet")
        }
        #expect(isMissed, "\(String(describing: missed))")
        let others = robots(missed).filter { $0.key != "r2" }
        #expect(others.values.allSatisfy { member($0, "state") == .string("ok") })
    }
}
