import Glibc
import SkeinSeal
import SkeinWire

/// The folder of a robot that is about to join a fleet: its key, which is made here and never leaves, the code that it
/// shows, and, once a fleet has answered, the fleet's files. Nothing is ever overwritten.
///
///     robot.key, robot.pub      made if there is none
///     join.code                 only while a stick is on its way: the code, and how often another was tried
///     fleet.key, fleet.toml     what the fleet gave
///     peer.toml                 to be completed; one that is there stays
package struct JoinFolder: Sendable {
    package let path: String

    private var keyPath: String { "\(path)/robot.key" }
    private var codePath: String { "\(path)/join.code" }
    private var fleetKeyPath: String { "\(path)/\(FleetFolder.fleetKeyName)" }
    private var rosterPath: String { "\(path)/\(FleetFolder.rosterName)" }
    private var configPath: String { "\(path)/peer.toml" }

    /// Made, 0700, if it is not there. A robot that is in a fleet already is told so before anything is asked.
    package init(path: String) throws(FileError) {
        let whole = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        guard !whole.isEmpty else { throw FileError(file: "\"\"", message: "the folder's name is empty") }
        self.path = whole
        if mkdir(whole, 0o700) != 0, errno != EEXIST { throw InputFile.failure("cannot make the folder", whole, errno) }
        for file in [rosterPath, fleetKeyPath] where Self.isThere(file) {
            throw FileError(
                file: file,
                message:
                    "is there already: this robot is in a fleet; to join another, move fleet.toml and fleet.key away")
        }
    }

    private static func isThere(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The robot's own key; made now if it has none.
    package func key() throws(FileError) -> (key: MinisignKey, isNew: Bool) {
        if Self.isThere(keyPath) { return (try KeyFile.secretKey(keyPath), false) }
        let key = MinisignKey(seed: NewSecret.bytes(count: SigningKey.seedBytes))
        try SecretFile.make(KeyFile.secretText(key, of: "this robot"), at: keyPath)
        SecretFile.synchroniseFolder(of: keyPath)
        // The public half follows from the other: an old one in its place is of no use to anybody.
        try SecretFile.replace(KeyFile.publicText(key, of: "this robot"), at: "\(path)/robot.pub")
        return (key, true)
    }

    // MARK: - The code

    /// While a stick is under way.
    package struct Pending: Hashable, Sendable {
        package var code: EnrolmentCode
        package var tries: Int
        package init(code: EnrolmentCode, tries: Int) {
            self.code = code
            self.tries = tries
        }
    }

    private static let codeHead = "skein-join 1"

    /// Nil: none is under way.
    package func pending() throws(FileError) -> Pending? {
        guard Self.isThere(codePath) else { return nil }
        let lines = try SecretFile.text(of: codePath).split(whereSeparator: \.isNewline)
        guard lines.count == 3, lines[0] == Self.codeHead, let code = EnrolmentCode(text: String(lines[1])),
            let tries = UInt8(lines[2])
        else {
            throw FileError(
                file: codePath,
                message: "expected a code under way, found another kind of file: remove it and join anew")
        }
        return Pending(code: code, tries: Int(tries))
    }

    package func keep(_ pending: Pending) throws(FileError) {
        try SecretFile.replace("\(Self.codeHead)\n\(pending.code.text)\n\(min(pending.tries, 255))\n", at: codePath)
    }

    package func forgetCode() { unlink(codePath) }

    // MARK: - The answer

    /// Puts what a fleet gave in place; `keptConfig`: a peer.toml was there and stays.
    package func accept(_ grant: EnrolmentGrant, key: MinisignKey) throws(FileError) -> (
        member: Member, keptConfig: Bool
    ) {
        let text = RosterFile.text(authority: grant.authority, entries: grant.entries)
        // Read as it will be at every start: each signature is checked, the issuers' standing too.
        let roster = try RosterFile(text: text, path: rosterPath)
        let own = roster.members.first { $0.key == key.key.publicKey }
        guard let own, own.id == grant.robot, own.name == grant.name, TomlSchema.Kind.isName(grant.name) else {
            throw FileError(
                file: rosterPath, message: "not written: what the fleet answered does not make this robot a member")
        }
        let keepsConfig = Self.isThere(configPath)
        if !keepsConfig { try put(FleetConfig.text(name: own.name, id: own.id), at: configPath) }
        try put(FleetKeyFile.text(grant.keys), at: fleetKeyPath)
        // Last: with it the robot is in the fleet.
        try put(text, at: rosterPath)
        SecretFile.synchroniseFolder(of: rosterPath)
        return (own, keepsConfig)
    }

    /// Whole or not at all, and over nothing: link(2) takes no name that is taken.
    private func put(_ text: String, at path: String) throws(FileError) {
        let temporary = "\(path).\(getpid()).part"
        unlink(temporary)
        defer { unlink(temporary) }
        try SecretFile.make(text, at: temporary)
        guard link(temporary, path) == 0 else { throw InputFile.failure("cannot make", path, errno) }
    }
}
