import Glibc
import SkeinSeal
import SkeinWire

/// A new fleet on the disk: a folder a robot with all it needs, to be carried to it.
///
///     fleet.key, fleet.toml       the fleet's key and roster
///     NAME/robot.key              the robot's own key
///     NAME/fleet.key, fleet.toml
///     NAME/peer.toml              to be completed
package struct FleetFolder: Sendable {
    package let path: String
    package let fleet: FleetID
    package let robots: [RosterFile.Robot]

    package func folder(of robot: RosterFile.Robot) -> String { "\(path)/\(robot.name)" }

    /// Robots are numbered from 0 in the order given. The folder appears whole or not at all, and never over one that is
    /// there with anything in it. `config` is the text of a robot's `peer.toml`, which finds its files beside itself.
    package static func make(
        at path: String, names: [String], config: (RosterFile.Robot) -> String
    ) throws(FileError) -> FleetFolder {
        try check(path, names)
        let fleetSecret = NewSecret.bytes(count: FleetKey.byteCount)
        let seeds = names.map { _ in NewSecret.bytes(count: SigningKey.seedBytes) }
        let robots = names.indices.map { index in
            RosterFile.Robot(
                name: names[index], id: NodeID(UInt16(index)), publicKey: SigningKey(seed: seeds[index]).publicKey)
        }
        let whole = path.hasSuffix("/") ? String(path.dropLast()) : path
        let draft = "\(whole).\(getpid()).part"
        let fleetText = KeyFile.text(.fleet, secret: fleetSecret)
        let rosterText = RosterFile.text(of: robots)
        var made = Made()
        do throws(FileError) {
            try made.folder(draft)
            try made.file(fleetText, "\(draft)/fleet.key")
            try made.file(rosterText, "\(draft)/fleet.toml")
            for (robot, seed) in zip(robots, seeds) {
                let folder = "\(draft)/\(robot.name)"
                try made.folder(folder)
                try made.file(KeyFile.text(.robot, secret: seed), "\(folder)/robot.key")
                try made.file(fleetText, "\(folder)/fleet.key")
                try made.file(rosterText, "\(folder)/fleet.toml")
                try made.file(config(robot), "\(folder)/peer.toml")
            }
            // Takes the place of nothing, or of an empty folder; fails on any other: rename(2).
            guard rename(draft, whole) == 0 else { throw InputFile.failure("cannot make", whole, errno) }
        } catch {
            made.undo()
            throw error
        }
        return FleetFolder(path: whole, fleet: FleetKey(bytes: fleetSecret).fleet, robots: robots)
    }

    private static func check(_ path: String, _ names: [String]) throws(FileError) {
        guard !path.isEmpty else { throw FileError(file: "\"\"", message: "cannot make: the folder's name is empty") }
        guard (1...RosterFile.robotsMax).contains(names.count) else {
            throw FileError(
                file: path, message: "expected 1…\(RosterFile.robotsMax) robots, found \(names.count)")
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

        func undo() {
            for path in files { unlink(path) }
            for path in folders.reversed() { rmdir(path) }
        }
    }
}
