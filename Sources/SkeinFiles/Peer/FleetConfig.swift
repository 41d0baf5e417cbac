import SkeinWire

/// The `peer.toml` that a new robot's folder starts with: complete but for what only its operator knows.
package enum FleetConfig {
    package static func text(name: String, id: NodeID) -> String {
        PeerWriter.commented(
            heading: [
                "The configuration of \(name). To be completed: where it starts, its radios' transport and interfaces.",
                "Put the folder's files into /etc/skein on the robot, then: skein config check",
            ],
            [
                .init("robot.name", .string(name)),
                .init("robot.id", .integer(Int(id.number))),
            ] + files)
    }

    /// Beside the configuration file, wherever that is.
    static let files: [PeerWriter.Word] = [
        .init("robot.key_file", .string("robot.key")),
        .init("fleet.key_file", .string("fleet.key")),
        .init("fleet.roster_file", .string("fleet.toml")),
    ]
}
