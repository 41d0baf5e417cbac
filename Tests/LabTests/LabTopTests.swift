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

    @Test func `all daemons of a laboratory are in one picture, and one that is killed is missed`() throws {
        try LabProgram.inFolder { folder in
            let path = "\(folder)/slow.toml"
            try Self.slow.write(toFile: path, atomically: true, encoding: .utf8)
            let lab = try LabProgram.start(["lab", "run", path, "--kill", "2@4"], in: folder)
            defer {
                lab.process.interrupt()
                lab.process.waitUntilExit()
            }
            #expect(LabProgram.waits { LabProgram.runFolder(in: folder) != nil })
            let run = try #require(LabProgram.runFolder(in: folder))
            var last: JSONValue?
            let isWhole = LabProgram.waits {
                last = try? Self.top(run).json
                let robots = Self.robots(last)
                return robots.count == 5 && robots.values.allSatisfy { Self.member($0, "state") == .string("ok") }
            }
            #expect(isWhole, "\(String(describing: last))")
            #expect(Self.member(last, "mode") == .string("live") && Self.member(last, "me") == .null)
            // The newest laboratory of this user is found without its folder's name.
            let found = try LabProgram.start(["top", "--lab", "last", "--json"], in: folder).finish()
            #expect(found.code == 0, "\(found.talk)")
            let isMissed = LabProgram.waits {
                last = try? Self.top(run).json
                let robots = Self.robots(last)
                return Self.member(robots["r2"], "off") == .bool(true)
                    || Self.member(robots["r2"], "state") == .string("quiet")
            }
            #expect(isMissed, "\(String(describing: last))")
            let others = Self.robots(last).filter { $0.key != "r2" }
            #expect(others.values.allSatisfy { Self.member($0, "state") == .string("ok") })
        }
    }
}
