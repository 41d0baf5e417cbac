import SkeinSeal
import SkeinWire

/// Who belongs to a fleet, as a file: the authority's public key, and an entry a line, as its issuer signed it. No secrets.
/// Nothing in it can be changed by whoever has no key of an issuer: a line that is taken away is all they can do, and what
/// the robots have heard from each other makes up for that.
///
///     [fleet]
///     authority = "Zz8…="
///     entries = [
///       "AQAA…",  # authority 1: member alpha (r0), …
///     ]
///
/// The authority's entries stand first, then each issuer's, by number, so that who issues stands before what it issues.
package struct RosterFile: Sendable {
    package let path: String
    package let authority: PublicKey
    package let entries: [TrustEntry]
    /// Ascending by number: members, and those whose key is out.
    package let standings: [TrustSet.Standing]

    package static let robotsMax = 16_384
    private static let bytesMax = 24 << 20

    package static let schema = TomlSchema([
        .init(
            "fleet", about: "The fleet.",
            keys: [
                .init("authority", .text, nil, "The authority's Ed25519 key, 32 bytes in base64 or hexadecimal."),
                .init("entries", .texts, nil, "Who belongs to it, as signed."),
            ])
    ])

    package var fleet: FleetID { FleetID(authority: authority) }

    /// Ascending by number; without those that are out.
    package var members: [Member] { standings.filter { !$0.isRevoked }.map(\.member) }

    package var roster: Roster { Roster(members: members, authority: authority, entries: entries) }

    package static func read(_ path: String) throws(FileError) -> RosterFile {
        try RosterFile(text: try InputFile.text(of: path), path: path)
    }

    package init(text: String, path: String) throws(FileError) {
        self.path = path
        let file = try TomlFile(text: text, path: path, schema: Self.schema, bytesMax: Self.bytesMax)
        guard let table = try file.top.table("fleet"), let keyText = table.text("authority"),
            let items = table.list("entries")
        else { preconditionFailure("a fleet without authority or entries after the check") }
        guard let bytes = KeyText.bytes(of: keyText, bytesMax: 2 * PublicKey.byteCount),
            let key = PublicKey(bytes: bytes)
        else {
            throw table.fault(
                "authority",
                "authority: expected \(PublicKey.byteCount) bytes in base64 or hexadecimal, found \"\(keyText.prefix(80))\""
            )
        }
        authority = key
        guard items.count <= EnrolmentGrant.entriesMax else {
            throw table.fault(
                "entries", "entries: \(items.count) of them, at most \(EnrolmentGrant.entriesMax) are possible")
        }
        var entries: [TrustEntry] = []
        var authorityEntries: [TrustEntry] = []
        for (index, item) in items.enumerated() {
            guard case .string(let text) = item else { preconditionFailure("an entry that is no text after the check") }
            do throws(Complaint) {
                let entry = try Self.entry(text, after: entries.last, authority: key, among: authorityEntries)
                entries.append(entry)
                if entry.isByAuthority { authorityEntries.append(entry) }
            } catch { throw table.fault("entries[\(index)]", "entries[\(index)]: \(error.message)") }
        }
        self.entries = entries
        standings = TrustSet.members(of: entries)
        guard !standings.isEmpty else { throw table.fault("entries", "entries: nobody is a member") }
        guard standings.count <= Self.robotsMax else {
            throw table.fault("entries", "entries: \(standings.count) robots, at most \(Self.robotsMax) are possible")
        }
    }

    private struct Complaint: Error { var message: String }

    private static func entry(
        _ text: String, after last: TrustEntry?, authority: PublicKey, among others: [TrustEntry]
    ) throws(Complaint) -> TrustEntry {
        guard let bytes = KeyText.bytes(of: text, bytesMax: TrustEntry.bytesMax) else {
            throw Complaint(message: "expected an entry in base64, found other text")
        }
        let entry: TrustEntry
        do throws(WireError) {
            entry = try TrustEntry(bytes: bytes[...])
        } catch { throw Complaint(message: "expected an entry, found bytes that are none (\(error))") }
        if case .demotion = entry.content {
            throw Complaint(message: "a demotion is kept by the robots, not in this file")
        }
        if let last, !TrustSet.precedes(last, entry) {
            throw Complaint(
                message: last == entry
                    ? "\(EntryText.place(entry)) stands here twice"
                    : "\(EntryText.place(entry)) stands after \(EntryText.place(last)): lines were moved or put in")
        }
        guard TrustSet.isSigned(entry, authority: authority, among: others) else {
            let knowsIssuer =
                entry.isByAuthority
                || TrustSet.issuers(of: others).contains { $0.id == entry.issuer }
            throw Complaint(
                message: knowsIssuer
                    ? "the signature of \(EntryText.place(entry)) does not hold: the line was forged or damaged, or is "
                        + "another fleet's"
                    : "\(EntryText.place(entry)): the authority has not made \(entry.issuer) one that enrolls")
        }
        return entry
    }

    /// Without demotions, which the robots keep themselves.
    package static func text(authority: PublicKey, entries: [TrustEntry]) -> String {
        let kept = TrustSet.inOrder(entries).filter { entry in
            if case .demotion = entry.content { false } else { true }
        }
        let lines = kept.map { entry in
            "  \(TomlValue.string(KeyText.base64(of: entry.bytes)).text),  # \(EntryText.line(entry))\n"
        }
        return """
            # Who belongs to the fleet, as its authority, and the robots that enroll in its stead, have signed it.
            # It holds no secret. Written by skein fleet; a line that is changed no longer holds.
            [fleet]
            authority = \(TomlValue.string(KeyText.base64(of: authority.bytes)).text)
            entries = [

            """ + lines.joined() + "]\n"
    }
}
