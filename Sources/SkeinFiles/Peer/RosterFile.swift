import SkeinSeal
import SkeinWire

/// Who belongs to a fleet, as a file: a `[[robot]]` for each. No secrets: it is the same on every robot.
package struct RosterFile: Sendable {
    package struct Robot: Hashable, Sendable {
        package var name: String
        package var id: NodeID
        package var publicKey: PublicKey

        package init(name: String, id: NodeID, publicKey: PublicKey) {
            self.name = name
            self.id = id
            self.publicKey = publicKey
        }
    }

    package let path: String
    /// In the file's order.
    package let robots: [Robot]

    package static let robotsMax = 16_384
    private static let bytesMax = 4 << 20

    package static let schema = TomlSchema([
        .init(
            "robot", isList: true, about: "A robot of the fleet.",
            keys: [
                .init("name", .name, nil, "What people call it."),
                .init("id", .integer(0...65_534), nil, "What messages call it."),
                .init("public_key", .text, nil, "Its Ed25519 key, 32 bytes in base64 or hexadecimal."),
            ])
    ])

    package static func read(_ path: String) throws(FileError) -> RosterFile {
        try RosterFile(text: try InputFile.text(of: path), path: path)
    }

    package init(text: String, path: String) throws(FileError) {
        self.path = path
        let tables = try TomlFile(text: text, path: path, schema: Self.schema, bytesMax: Self.bytesMax).top
            .tables("robot")
        guard !tables.isEmpty else { throw FileError(file: path, message: "no [[robot]] in the roster") }
        guard tables.count <= Self.robotsMax else {
            throw FileError(file: path, message: "\(tables.count) robots, at most \(Self.robotsMax) are possible")
        }
        var robots: [Robot] = []
        var names: [String: Int] = [:]
        var ids: [NodeID: Int] = [:]
        var keys: [PublicKey: Int] = [:]
        for (index, table) in tables.enumerated() {
            let robot = try Self.robot(table)
            if let other = names.updateValue(index, forKey: robot.name) {
                throw table.fault("name", "name: \"\(robot.name)\" is robot[\(other)]'s already")
            }
            if let other = ids.updateValue(index, forKey: robot.id) {
                throw table.fault("id", "id: \(robot.id.number) is robot[\(other)]'s already")
            }
            if let other = keys.updateValue(index, forKey: robot.publicKey) {
                throw table.fault("public_key", "public_key: is robot[\(other)]'s already; every robot has its own")
            }
            robots.append(robot)
        }
        self.robots = robots
    }

    private static func robot(_ table: TomlTable) throws(FileError) -> Robot {
        guard let name = table.text("name"), let id = table.integer("id"), let text = table.text("public_key") else {
            preconditionFailure("a robot without name, id or public_key after the check")
        }
        guard let bytes = KeyText.bytes(of: text, bytesMax: 2 * PublicKey.byteCount) else {
            throw table.fault(
                "public_key",
                "public_key: expected \(PublicKey.byteCount) bytes in base64 or hexadecimal, found \"\(text.prefix(80))\""
            )
        }
        guard let key = PublicKey(bytes: bytes) else {
            throw table.fault(
                "public_key", "public_key: expected \(PublicKey.byteCount) bytes, found \(bytes.count)")
        }
        return Robot(name: name, id: NodeID(UInt16(id)), publicKey: key)
    }

    package static func text(of robots: [Robot]) -> String {
        "# The fleet's roster: the same on every robot. It holds no secret.\n"
            + robots.map { robot in
                """

                [[robot]]
                name = \(TomlValue.string(robot.name).text)
                id = \(robot.id.number)
                public_key = \(TomlValue.string(KeyText.base64(of: robot.publicKey.bytes)).text)

                """
            }.joined()
    }

    package var roster: Roster { Roster(robots.map { ($0.id, $0.publicKey) }) }
}
