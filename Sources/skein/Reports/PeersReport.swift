import SkeinFiles
import SkeinPeer
import SkeinSeal
import SkeinWire

/// What one robot knows of the others, for people and for programs.
struct PeersReport {
    /// What may be wrong with a robot, worst first.
    enum Wrong: Int, CaseIterable {
        case revoked, keyDoubled, shunned, doubted, demoted, expired, silent
    }

    /// How a robot is reached.
    enum Reach {
        case thisRobot, neighbour, relayed, left, away, unmet
    }

    /// One robot, and what follows from it.
    struct Row {
        let account: PeerAccount
        let name: String
        let reach: Reach
        /// Worst first.
        let wrong: [Wrong]
    }

    private let rows: [Row]
    private let robot: NodeID
    private let names: FleetNames
    private let isWhole: Bool

    /// `isWhole`: the fleet has no robot besides.
    init(accounts: [PeerAccount], robot: NodeID, names: FleetNames, isWhole: Bool) {
        self.robot = robot
        self.names = names
        self.isWhole = isWhole
        rows = accounts.map { account in
            let reach = Self.reach(account, of: robot)
            return Row(
                account: account, name: names.name(account.robot), reach: reach, wrong: Self.wrong(account, reach))
        }.sorted(by: Self.isBefore)
    }

    private static func isBefore(_ left: Row, _ right: Row) -> Bool {
        let ranks = [left, right].map { $0.wrong.first?.rawValue ?? Wrong.allCases.count }
        if ranks[0] != ranks[1] { return ranks[0] < ranks[1] }
        return (left.name, left.account.robot) < (right.name, right.account.robot)
    }

    private static func reach(_ account: PeerAccount, of robot: NodeID) -> Reach {
        if account.robot == robot { return .thisRobot }
        if account.hasLeft { return .left }
        if account.isNeighbour { return .neighbour }
        if account.next != .none { return .relayed }
        return account.epoch == nil && account.contact == nil ? .unmet : .away
    }

    private static func wrong(_ account: PeerAccount, _ reach: Reach) -> [Wrong] {
        Wrong.allCases.filter { wrong in
            switch wrong {
            case .revoked: account.state == .revoked
            case .keyDoubled: account.isDoubled
            case .shunned: if case .shunned? = account.results?.trust { true } else { false }
            case .doubted: account.results?.trust == .doubted
            case .demoted: account.state == .demoted
            case .expired: account.state == .expired
            // Nobody speaks to who is out.
            case .silent: reach == .away && account.contact != nil && account.state != .revoked
            }
        }
    }

    // MARK: For people

    var table: String {
        var table = TextTable(title: headline)
        table.add("peer", "id", "state", "heard", "for s", "silent s", "leader", "stands", "results")
        for row in rows {
            let account = row.account
            table.add(
                row.name, "\(account.robot)", state(row), heard(row),
                account.isNeighbour ? (account.contact?.since.inSeconds).text(0) : "–",
                (account.contact?.silence.inSeconds).text(1), names.name(account.leader),
                account.isStopped.map { $0 ? "yes" : "no" } ?? "–", account.results.map(Self.brief) ?? "–")
        }
        return table.text + (isWhole ? "" : "\nand more that nothing is known of: skein fleet list FOLDER")
    }

    private var headline: String {
        func count(_ reach: Reach) -> Int { rows.count { $0.reach == reach } }
        var parts = ["\(rows.count) \(rows.count == 1 ? "robot" : "robots")"]
        let counts = [
            (count(.neighbour), "heard"), (count(.relayed), "over others"), (count(.left), "left"),
            (count(.away), "away"), (count(.unmet), "not met"),
            (rows.count { !$0.wrong.isEmpty }, "with something wrong"),
        ]
        for (number, what) in counts where number > 0 { parts.append("\(number) \(what)") }
        return "\(names.name(robot)) knows \(parts[0])" + (parts.count > 1 ? ": " : "")
            + parts.dropFirst().joined(separator: ", ")
    }

    private func state(_ row: Row) -> String {
        guard !row.wrong.isEmpty else { return "member" }
        let loss = row.account.results?.lossLast.map { " (\(Self.word($0)))" } ?? ""
        return row.wrong.map { wrong in
            switch wrong {
            case .revoked, .demoted, .expired, .silent: "\(wrong)"
            case .keyDoubled: "key doubled"
            case .shunned: "shunned\(loss)"
            case .doubted: "doubted\(loss)"
            }
        }.joined(separator: ", ")
    }

    private func heard(_ row: Row) -> String {
        switch row.reach {
        case .thisRobot: return "this robot"
        case .neighbour:
            let bands = [("2.4 GHz", row.account.control), ("5 GHz", row.account.data)]
            return bands.compactMap { band, link in link.map { band + ($0.isLink ? "" : " one way") } }
                .joined(separator: " + ")
        case .relayed: return "over \(names.name(row.account.next))"
        case .left: return "has left"
        case .away: return "no way to it"
        case .unmet: return "not met"
        }
    }

    private static func brief(_ results: PeerAccount.Results) -> String {
        var parts = ["\(results.right) right"]
        if results.wrong > 0 { parts.append("\(results.wrong) wrong") }
        if results.isUnreliable { parts.append("breaks its word") }
        if results.isDistrustedLeader { parts.append("its helpers fail") }
        return parts.joined(separator: ", ")
    }

    /// All that is known of each.
    var details: String { rows.map(detail).joined(separator: "\n\n") }

    private func detail(_ row: Row) -> String {
        let account = row.account
        let fingerprint = Fingerprint(of: account.key)
        var table = TextTable(title: "\(row.name) (\(account.robot))")
        table.add("state", state(row))
        table.add("may", EntryText.roles(account.roles))
        table.add("until", account.expiresAtSeconds.map(EntryText.date) ?? "for good")
        table.add("key", fingerprint.text)
        table.add("words", fingerprint.words)
        table.add("boot", account.epoch.map { "\($0.number)" } ?? "it has proved none yet")
        table.add("heard", heard(row))
        if let link = account.control { table.add("2.4 GHz", text(link, account)) }
        if let link = account.data { table.add("5 GHz", text(link, account)) }
        if let contact = account.contact {
            table.add("neighbour since", "\(contact.since.inSeconds.rounded(to: 1)) s ago")
            table.add("last word", "\(contact.silence.inSeconds.rounded(to: 1)) s ago")
        }
        table.add("leader", names.name(account.leader))
        table.add("emergency stop", account.isStopped.map { $0 ? "it stands" : "none holds it" } ?? "no word of it")
        if let results = account.results {
            let words = "\(results.wordsKept) words kept, \(results.wordsBroken) broken"
            table.add(
                "results", "\(Self.trust(results)); \(Self.brief(results)), \(results.probes) of them probes; \(words)")
            if let loss = results.lossLast { table.add("lost trust by", Self.text(loss)) }
        }
        for wrong in row.wrong { if let advice = advice(wrong, row) { table.add("to do", advice) } }
        return table.text
    }

    private func text(_ link: PeerAccount.Link, _ account: PeerAccount) -> String {
        (link.isLink ? "both hear each other" : "heard, and does not hear this robot")
            + (Self.text(link.address, of: account.robot).map { ", at \($0)" } ?? "")
    }

    private static func trust(_ results: PeerAccount.Results) -> String {
        switch results.trust {
        case .trusted: "trusted"
        case .doubted: "doubted, given known answers only"
        case .shunned(let left): "shunned for another \(left.inSeconds.rounded(to: 0)) s"
        }
    }

    private static func word(_ loss: StandingLoss) -> String {
        switch loss {
        case .poisoned: "poisoned"
        case .outvoted: "outvoted"
        case .nonsense: "nonsense"
        case .unreliable: "unreliable"
        case .blackHole: "black hole"
        }
    }

    private static func text(_ loss: StandingLoss) -> String {
        switch loss {
        case .poisoned: "another answer than this robot has computed itself"
        case .outvoted: "another answer than two others"
        case .nonsense: "answers that cannot be any"
        case .unreliable: "taking on what it does not do"
        case .blackHole: "naming helpers that do not work"
        }
    }

    private func advice(_ wrong: Wrong, _ row: Row) -> String? {
        switch wrong {
        case .revoked: "it comes back with a new key only: skein fleet join there"
        case .keyDoubled:
            "two machines have its key: find the other; if you cannot, skein fleet revoke \(row.name), and skein fleet join "
                + "on the right one"
        case .shunned, .doubted:
            "look at it: memory, heat, or somebody in it; it is asked again when it answers rightly"
        case .demoted:
            "it broke the rules of those who lead, provably; skein fleet renew \(row.name) lets it lead again"
        case .expired: "skein fleet renew \(row.name)"
        case .silent: nil
        }
    }

    // MARK: For programs

    var value: JSONValue {
        [
            "version": .integer(1), "robot": names.json(robot), "complete": .bool(isWhole),
            "peers": .array(rows.map(value)),
        ]
    }

    private func value(_ row: Row) -> JSONValue {
        let account = row.account
        let member = Member(
            id: account.robot, key: account.key, roles: account.roles, expiresAtSeconds: account.expiresAtSeconds,
            name: row.name, membershipNumber: 0)
        return .object(
            FleetTalk.value(member) + [
                .init("state", .string("\(account.state)")),
                .init("wrong", .array(row.wrong.map { .string(SharedJSON.snakeCase("\($0)")) })),
                .init("key_doubled", .bool(account.isDoubled)),
                .init("epoch", account.epoch.map { .integer(Int($0.number)) } ?? .null),
                .init("reach", .string(SharedJSON.snakeCase("\(row.reach)"))),
                .init("next", names.json(account.next)),
                .init("links", .object(links(account))),
                .init("connected", .bool(account.isNeighbour)),
                .init("neighbour_since_s", .optional(account.contact?.since.inSeconds)),
                .init("silence_s", .optional(account.contact?.silence.inSeconds)),
                .init("left", .bool(account.hasLeft)), .init("leader", names.json(account.leader)),
                .init("stopped", account.isStopped.map { .bool($0) } ?? .null),
                .init("results", account.results.map(Self.value) ?? .null),
            ])
    }

    private func links(_ account: PeerAccount) -> [JSONValue.Member] {
        [("2.4", account.control), ("5", account.data)].compactMap { band, link in
            link.map { link in
                .init(
                    band,
                    [
                        "up": .bool(link.isLink),
                        "address": Self.text(link.address, of: account.robot).map { .string($0) } ?? .null,
                    ])
            }
        }
    }

    private static func value(_ results: PeerAccount.Results) -> JSONValue {
        let (trust, left): (String, Double?) =
            switch results.trust {
            case .trusted: ("trusted", nil)
            case .doubted: ("doubted", nil)
            case .shunned(let left): ("shunned", left.inSeconds)
            }
        return [
            "trust": .string(trust), "shunned_left_s": .optional(left), "right": .integer(results.right),
            "wrong": .integer(results.wrong), "probes": .integer(results.probes),
            "words_kept": .integer(results.wordsKept), "words_broken": .integer(results.wordsBroken),
            "lost_by": results.lossLast.map { .string(SharedJSON.snakeCase("\($0)")) } ?? .null,
            "unreliable": .bool(results.isUnreliable), "distrusted_leader": .bool(results.isDistrustedLeader),
        ]
    }
}
