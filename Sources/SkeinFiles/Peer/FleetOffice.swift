import Glibc
import SkeinSeal
import SkeinWire

/// Where a fleet's entries are issued: the operator's folder with the authority's key, or a robot that may enroll, with its
/// own key. What is issued is on the disk before anybody hears of it; two that issue at once in one office wait for each
/// other, so that no number is given twice. The authority's key in two places is another matter: keep it in one.
package struct FleetOffice: Sendable {
    package let rosterPath: String
    private let fleetKeyPath: String
    private let issuer: NodeID
    private let key: SigningKey
    /// Of a robot: what was sealed to it.
    private let opener: KeyOpener

    /// The authority's.
    package static func authority(folder: String) throws(FileError) -> FleetOffice {
        let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        let path = "\(base)/\(FleetFolder.authorityKeyName)"
        let key = try KeyFile.secretKey(path)
        let office = FleetOffice(
            rosterPath: "\(base)/\(FleetFolder.rosterName)", fleetKeyPath: "\(base)/\(FleetFolder.fleetKeyName)",
            issuer: .none, key: key.key, opener: KeyOpener(seed: key.seed))
        let roster = try RosterFile.read(office.rosterPath)
        guard roster.authority == key.key.publicKey else {
            throw FileError(file: path, message: "not the key of the authority that \(office.rosterPath) names")
        }
        return office
    }

    /// A robot's, from its own files.
    package static func robot(_ identity: PeerIdentity, _ settings: PeerSettings) -> FleetOffice {
        FleetOffice(
            rosterPath: settings.rosterFile, fleetKeyPath: settings.fleetKeyFile, issuer: identity.id,
            key: identity.key,
            opener: identity.opener)
    }

    package var isAuthority: Bool { issuer == .none }

    /// The fleet as its files have it, and what is to be done with it.
    package struct Books: Sendable {
        package var issuer: TrustIssuer
        /// Ascending; never empty.
        package var secrets: [FleetSecret]

        /// What a robot needs that has just been enrolled.
        package func grant(to member: Member) -> EnrolmentGrant {
            let entries = issuer.entries.filter { entry in
                switch entry.content {
                case .membership, .revocation: true
                // Sealed to others, or kept by the robots themselves.
                case .fleetKey, .demotion: false
                }
            }
            return EnrolmentGrant(
                authority: issuer.authority, robot: member.id, name: member.name, keys: secrets, entries: entries)
        }

        /// A new key for every member.
        package mutating func roll(now: UInt64) throws(TrustIssuer.Refusal) -> FleetSecret {
            let last = issuer.newestKeyNumber(secrets)
            guard last < .max else { throw .full }
            let secret = FleetSecret.fresh(number: last + 1)
            try issuer.share(secret, now: now)
            secrets = FleetSecret.united([secret], secrets)
            return secret
        }
    }

    /// Why nothing was issued.
    package enum Failure: Error, Sendable {
        case file(FileError)
        case refused(TrustIssuer.Refusal)
    }

    /// Looks without changing anything. `heard` is what a daemon knows besides.
    package func books(heard: [TrustEntry] = []) throws(FileError) -> Books {
        let roster = try RosterFile.read(rosterPath)
        let secrets = try FleetKeyFile.read(fleetKeyPath)
        let entries = Self.believed(heard, by: roster)
        return Books(
            issuer: TrustIssuer(issuer: issuer, key: key, authority: roster.authority, entries: entries),
            secrets: FleetSecret.united(
                secrets, issuer == .none ? [] : FleetSecret.opened(entries, robot: issuer, by: opener)))
    }

    /// Whether anything could be issued here.
    package func check() throws(Failure) {
        let books = try Self.failing { () throws(FileError) -> Books in try self.books() }
        do throws(TrustIssuer.Refusal) { _ = try books.issuer.checkOffice() } catch { throw .refused(error) }
    }

    /// Reads, lets `body` issue, and puts what came of it on the disk before it returns.
    package func issue<Result>(
        heard: [TrustEntry] = [], _ body: (inout Books) throws(TrustIssuer.Refusal) -> Result
    ) throws(Failure) -> (result: Result, issued: [TrustEntry]) {
        let lock = try Self.failing { () throws(FileError) -> Int32 in try self.lock() }
        defer { close(lock) }
        var books = try Self.failing { () throws(FileError) -> Books in try self.books(heard: heard) }
        let result: Result
        do throws(TrustIssuer.Refusal) { result = try body(&books) } catch { throw .refused(error) }
        let done = books
        try Self.failing { () throws(FileError) -> Void in try store(done) }
        return (result, books.issuer.issued)
    }

    private static func failing<Result>(_ body: () throws(FileError) -> Result) throws(Failure) -> Result {
        do throws(FileError) { return try body() } catch { throw .file(error) }
    }

    /// Takes in what other offices have issued.
    package func merge(_ heard: [TrustEntry]) throws(FileError) -> [TrustEntry] {
        let lock = try lock()
        defer { close(lock) }
        let before = try RosterFile.read(rosterPath).entries
        let books = try books(heard: heard)
        try store(books)
        return books.issuer.entries.filter { !before.contains($0) }
    }

    /// The keys first: a roster that tells of a key that is nowhere would be worse than a key that nobody speaks of.
    private func store(_ books: Books) throws(FileError) {
        try SecretFile.replace(FleetKeyFile.text(books.secrets), at: fleetKeyPath)
        try SecretFile.replace(
            RosterFile.text(authority: books.issuer.authority, entries: books.issuer.entries), at: rosterPath)
    }

    /// Signatures hold, and who issues is known: the authority's word first.
    private static func believed(_ heard: [TrustEntry], by roster: RosterFile) -> [TrustEntry] {
        guard !heard.isEmpty else { return roster.entries }
        var known = roster.entries
        for entry in TrustSet.inOrder(heard) where !known.contains(entry) {
            if case .demotion = entry.content { continue }
            if TrustSet.isSigned(entry, authority: roster.authority, among: known) { known.append(entry) }
        }
        return TrustSet.inOrder(known)
    }

    /// F_OFD_SETLKW of asm-generic/fcntl.h, which module Glibc leaves out: a lock of the open file, not of the process, so
    /// that two of one process wait for each other too.
    private static let lockAndWait: Int32 = 38

    /// A descriptor whose closing is the unlocking: fcntl(2), and so also when this process dies.
    private func lock() throws(FileError) -> Int32 {
        let path = "\(rosterPath).lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw InputFile.failure("cannot write", path, errno) }
        var whole = flock()
        whole.l_type = Int16(F_WRLCK)
        whole.l_whence = Int16(SEEK_SET)
        while fcntl(descriptor, Self.lockAndWait, &whole) != 0 {
            guard errno == EINTR else {
                let code = errno
                close(descriptor)
                throw InputFile.failure("cannot lock", path, code)
            }
        }
        return descriptor
    }
}
