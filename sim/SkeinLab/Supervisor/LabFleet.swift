import Glibc
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire
import SkeinWorld

/// The fleet's files in the run's folder: one roster and fleet key, and for each robot its key, its state folder and its
/// configuration. Keys follow from the seed as in the simulator, so a robot is who it is there; they guard nothing.
package struct LabFleet {
    let folder: LabFolder
    let config: WorldConfig
    let layout: Layout
    /// UDP, on the loopback.
    let mediumPort: UInt16

    static let bodySocketName = "body.sock"

    static func name(_ robot: Int) -> String { "r\(robot)" }

    func socketPath(_ robot: Int) -> String { folder.file("\(Self.name(robot)).sock") }
    func configPath(_ robot: Int) -> String { folder.file("\(Self.name(robot)).toml") }
    /// The robot's line to its motor controller.
    package static func linePath(_ robot: Int, folder: String) -> String { "\(folder)/\(name(robot)).tty" }
    func logPath(_ robot: Int) -> String { folder.file("\(Self.name(robot)).log") }
    func recordPath(_ robot: Int, epoch: UInt32) -> String { folder.file("\(Self.name(robot)).\(epoch).skeinrec") }
    private func bridgeKeyPath(_ robot: Int) -> String { folder.file("\(Self.name(robot)).bridge.key") }
    private func keyPath(_ robot: Int) -> String { folder.file("\(Self.name(robot)).key") }
    private func stateFolder(_ robot: Int) -> String { folder.file(Self.name(robot)) }
    private var rosterPath: String { folder.file("fleet.toml") }
    private var fleetKeyPath: String { folder.file("fleet.key") }

    /// Before the first boot.
    func write() throws(FileError) {
        let keys = FleetKeys(robots: config.robots, seed: config.seed)
        let authority = MinisignKey(seed: authoritySeed)
        var issuer = TrustIssuer(issuer: .none, key: authority.key, authority: authority.key.publicKey, entries: [])
        try SecretFile.make(
            FleetKeyFile.text([FleetSecret(number: 1, bytes: keys.fleetSecret)]), at: fleetKeyPath)
        for robot in 0..<config.robots {
            let key = MinisignKey(seed: keys.seeds[robot])
            do throws(TrustIssuer.Refusal) {
                // Dated before any clock: a run does not depend on the day.
                let member = try issuer.enroll(
                    name: Self.name(robot), key: key.key.publicKey, roles: TrustRoles.all.subtracting(.enroll),
                    expiresAtSeconds: nil, now: 0)
                precondition(member.id == NodeID(UInt16(robot)), "robot \(robot) is numbered \(member.id)")
            } catch {
                throw FileError(file: rosterPath, message: "no membership for \(Self.name(robot)): \(error)")
            }
            try SecretFile.make(KeyFile.secretText(key, of: Self.name(robot)), at: keyPath(robot))
            try SecretFile.make(
                BridgeKeyFile.text(PlayedController.key(of: robot, config)), at: bridgeKeyPath(robot))
            guard mkdir(stateFolder(robot), 0o700) == 0 else {
                throw FileError(file: stateFolder(robot), message: "cannot make: \(String(cString: strerror(errno)))")
            }
        }
        // Whoever has the folder may sign missions and change the fleet, as with that of `skein fleet init`.
        try SecretFile.make(
            KeyFile.secretText(authority, of: "the fleet's authority"), at: folder.file(FleetFolder.authorityKeyName))
        let roster = RosterFile.text(authority: issuer.authority, entries: issuer.entries)
        try OutputFile.write(Array(roster.utf8), to: rosterPath)
    }

    /// The robots' and the fleet's have the numbers below.
    private var authoritySeed: [UInt8] {
        var dice = Dice(seed: config.seed, stream: .keys, index: config.robots + 1)
        return (0..<SigningKey.seedBytes).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }

    /// Before every boot: where a robot believes to stand is part of its configuration.
    func configure(
        _ robot: Int, epoch: UInt32, at place: FieldPoint, headingRadians: Double, isFirst: Bool, logFolder: String?
    ) throws(FileError) {
        var dice = config.bootDice(robot, epoch: epoch)
        var settings = PeerSettings(places: .system)
        settings.name = Self.name(robot)
        settings.id = NodeID(UInt16(robot))
        settings.role = layout.roles[robot]
        settings.start = config.startPose(at: place, headingRadians: headingRadians, isFirst: isFirst, dice: &dice)
        settings.robotKeyFile = keyPath(robot)
        settings.fleetKeyFile = fleetKeyPath
        settings.rosterFile = rosterPath
        settings.stateFolder = stateFolder(robot)
        settings.socketPath = socketPath(robot)
        let medium = Endpoint(address: 0x7F00_0001, port: mediumPort)
        settings.control = BandSettings(transport: .medium, medium: medium)
        settings.data = BandSettings(transport: .medium, medium: medium)
        settings.processor.mode = .stated
        settings.processor.idlePercent = layout.idlePercent[robot]
        settings.processor.neededPercent = layout.neededPercent[robot]
        settings.bodySocket = folder.file(Self.bodySocketName)
        settings.bridge.device = Self.linePath(robot, folder: folder.path)
        settings.bridge.keyFile = bridgeKeyPath(robot)
        settings.config = config.peer
        settings.flightLog.isEnabled = logFolder != nil
        if let logFolder { settings.flightLog.folder = logFolder }
        try OutputFile.write(Array(PeerWriter.text(of: settings).utf8), to: configPath(robot))
    }
}
