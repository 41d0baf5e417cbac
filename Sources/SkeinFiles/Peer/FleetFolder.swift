import Glibc
import SkeinSeal
import SkeinWire

/// A new fleet on the disk: the authority's key, and a folder a robot with all it needs, to be carried to it.
///
///     authority.key, authority.pub    whoever has the key decides who belongs to the fleet
///     fleet.key, fleet.toml           the fleet's shared keys, and who belongs to it
///     NAME/robot.key, robot.pub       the robot's own key
///     NAME/fleet.key, fleet.toml
///     NAME/peer.toml                  to be completed
package struct FleetFolder: Sendable {
    package let path: String
    package let authority: PublicKey
    package let robots: [Member]

    package static let authorityKeyName = "authority.key"
    package static let authorityPublicName = "authority.pub"
    package static let fleetKeyName = "fleet.key"
    package static let rosterName = "fleet.toml"

    package var fleet: FleetID { FleetID(authority: authority) }

    package func folder(of robot: Member) -> String { "\(path)/\(robot.name)" }

    /// What the first robots may do, and until when.
    package struct Terms: Sendable {
        package var roles: TrustRoles
        /// Nil: never.
        package var expiresAtSeconds: UInt64?
        /// Seconds of UTC.
        package var now: UInt64

        package init(roles: TrustRoles, expiresAtSeconds: UInt64?, now: UInt64) {
            self.roles = roles
            self.expiresAtSeconds = expiresAtSeconds
            self.now = now
        }
    }

    /// Robots are numbered from 0 in the order given. The folder appears whole or not at all, and never over one that is
    /// there with anything in it. `config` is the text of a robot's `peer.toml`, which finds its files beside itself.
    package static func make(
        at path: String, names: [String], terms: Terms, config: (String, NodeID) -> String
    ) throws(FileError) -> FleetFolder {
        try check(path, names)
        let authority = MinisignKey(seed: NewSecret.bytes(count: SigningKey.seedBytes))
        let keys = names.map { _ in MinisignKey(seed: NewSecret.bytes(count: SigningKey.seedBytes)) }
        var issuer = TrustIssuer(
            issuer: .none, key: authority.key, authority: authority.key.publicKey, entries: [])
        var robots: [Member] = []
        for (name, key) in zip(names, keys) {
            do throws(TrustIssuer.Refusal) {
                robots.append(
                    try issuer.enroll(
                        name: name, key: key.key.publicKey, roles: terms.roles,
                        expiresAtSeconds: terms.expiresAtSeconds, now: terms.now))
            } catch { preconditionFailure("a new fleet refuses \(name): \(error)") }
        }
        let whole = path.hasSuffix("/") ? String(path.dropLast()) : path
        let draft = "\(whole).\(getpid()).part"
        let fleetText = FleetKeyFile.text([.fresh(number: 1)])
        let rosterText = RosterFile.text(authority: authority.key.publicKey, entries: issuer.entries)
        var made = Made()
        do throws(FileError) {
            try made.folder(draft)
            try made.pair(authority, of: "the fleet's authority", "\(draft)/authority")
            try made.file(fleetText, "\(draft)/\(fleetKeyName)")
            try made.file(rosterText, "\(draft)/\(rosterName)")
            for (robot, key) in zip(robots, keys) {
                let folder = "\(draft)/\(robot.name)"
                try made.folder(folder)
                try made.pair(key, of: robot.name, "\(folder)/robot")
                try made.file(fleetText, "\(folder)/\(fleetKeyName)")
                try made.file(rosterText, "\(folder)/\(rosterName)")
                try made.file(config(robot.name, robot.id), "\(folder)/peer.toml")
            }
            // Takes the place of nothing, or of an empty folder; fails on any other: rename(2).
            guard rename(draft, whole) == 0 else { throw InputFile.failure("cannot make", whole, errno) }
        } catch {
            made.undo()
            throw error
        }
        return FleetFolder(path: whole, authority: authority.key.publicKey, robots: robots)
    }

    /// Half of what a robot's book holds, so that there is room for what is said of them later.
    private static let robotsMax = TrustBook.entriesMax / 2

    private static func check(_ path: String, _ names: [String]) throws(FileError) {
        guard !path.isEmpty else { throw FileError(file: "\"\"", message: "cannot make: the folder's name is empty") }
        guard (1...robotsMax).contains(names.count) else {
            throw FileError(
                file: path, message: "expected 1…\(robotsMax) robots, found \(names.count)")
        }
        var known: Set<String> = []
        for name in names {
            guard TomlSchema.Kind.isName(name) else {
                throw FileError(
                    file: path, message: "robot \"\(name)\": expected \(TomlSchema.Kind.name.expected)")
            }
            guard known.insert(name).inserted else {
                throw FileError(file: path, message: "robot \"\(name)\" is named twice")
            }
        }
        var status = stat()
        guard lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw FileError(file: path, message: "is there already") }
        guard try InputFolder.names(of: path).isEmpty else {
            throw FileError(
                file: path, message: "is not empty: a fleet's keys are never overwritten; name another folder")
        }
    }

    /// What stands on the disk so far, to be taken back if the rest fails.
    private struct Made {
        private var folders: [String] = []
        private var files: [String] = []

        mutating func folder(_ path: String) throws(FileError) {
            guard mkdir(path, 0o700) == 0 else { throw InputFile.failure("cannot make the folder", path, errno) }
            folders.append(path)
            // The umask may have taken from it.
            guard chmod(path, 0o700) == 0 else { throw InputFile.failure("cannot make the folder", path, errno) }
        }

        mutating func file(_ text: String, _ path: String) throws(FileError) {
            files.append(path)
            try SecretFile.make(text, at: path)
        }

        mutating func pair(_ key: MinisignKey, of owner: String, _ path: String) throws(FileError) {
            try file(KeyFile.secretText(key, of: owner), "\(path).key")
            try file(KeyFile.publicText(key, of: owner), "\(path).pub")
        }

        func undo() {
            for path in files { unlink(path) }
            for path in folders.reversed() { rmdir(path) }
        }
    }
}
