import ArgumentParser
import Glibc
import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

struct FleetList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Who belongs to the fleet, as the daemon here knows it, or as a folder has it.",
        discussion: """
            Robots with the same digest know the same of their fleet. The words are the beginning of the key's fingerprint, \
            to be read out.

            Exit codes: 0 ok, 1 the daemon is leaving, 2 a file error, 3 no daemon answers.

            Examples:
              skein fleet list
              skein fleet list fleet
              skein fleet list --json | jq -r '.robots[] | select(.state == "revoked") | .name'
            """)

    @Argument(help: ArgumentHelp("A fleet's folder, or a fleet.toml; without it, ask the daemon.", valueName: "folder"))
    var folder: String?

    @OptionGroup var socket: SocketOption

    @Flag(help: "As JSON.")
    var json = false

    func run() throws {
        if let folder { return try show(try Self.report(folder)) }
        let talk = try socket.connect()
        try Tool.run {
            guard case .trust(let report) = try talk.ask(.trust) else { throw TalkError.noSense(talk.path) }
            try show(report)
        }
    }

    private static func report(_ folder: String) throws -> TrustReport {
        let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
        var status = stat()
        let isFolder = stat(base, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        let roster = try RosterFile.read(isFolder ? "\(base)/\(FleetFolder.rosterName)" : folder)
        let now = FleetTalk.now(roster.entries)
        let book = TrustBook(roster: roster.roster, fleet: roster.fleet)
        let keyNumbers = roster.entries.compactMap { entry -> UInt16? in
            guard case .fleetKey(let share) = entry.content else { return nil }
            return share.keyNumber
        }
        return TrustReport(
            fleet: roster.fleet, authority: roster.authority, digest: book.digest, entries: roster.entries.count,
            keyNumber: keyNumbers.max() ?? 1,
            rows: roster.standings.map { standing in
                let isExpired = standing.member.expiresAtSeconds.map { now >= $0 } ?? false
                return .init(
                    member: standing.member, state: standing.isRevoked ? .revoked : isExpired ? .expired : .member)
            })
    }

    private func show(_ report: TrustReport) throws {
        guard json else { return Console.print(Self.text(report)) }
        try Console.write(
            [
                "version": .integer(1), "fleet": .string(FleetTalk.fleet(report.fleet)),
                "authority": report.authority.map { .string(KeyText.base64(of: $0.bytes)) } ?? .null,
                "digest": .string(Self.hex(report.digest)), "entries": .integer(report.entries),
                "key_number": .integer(Int(report.keyNumber)),
                "robots": .array(
                    report.rows.map {
                        .object(FleetTalk.value($0.member) + [.init("state", .string("\($0.state)"))])
                    }),
            ], to: "-")
    }

    private static func text(_ report: TrustReport) -> String {
        var table = TextTable(
            title: "fleet \(FleetTalk.fleet(report.fleet)), digest \(hex(report.digest)) of \(report.entries) entries, "
                + "fleet key \(report.keyNumber)")
        table.add("name", "id", "state", "may", "until", "key")
        for row in report.rows {
            let fingerprint = Fingerprint(of: row.member.key)
            table.add(
                row.member.name, "\(row.member.id.number)", "\(row.state)", EntryText.roles(row.member.roles),
                row.member.expiresAtSeconds.map(EntryText.date) ?? "–", fingerprint.words)
            table.add("", "", "", "", "", fingerprint.text)
        }
        return table.text
    }

    private static func hex(_ digest: UInt32) -> String {
        let digits = String(digest, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
