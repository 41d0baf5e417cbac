import SkeinFiles
import SkeinWire
import SkeinWorld

/// What the `[[adversary]]` tables are called by in a file.
package enum AdversaryKind: String, CaseIterable, Sendable { case outsider, insider }

/// Words for the robots that lie, beside their numbers.
package enum AdversaryTarget: String, CaseIterable, Sendable {
    case leader, root, helper

    package var about: String {
        switch self {
        case .leader: "the leader of most requesters but the start robot"
        case .root: "the root of the hierarchy"
        case .helper: "of the robots that lend, the one with most to lend"
        }
    }
}

extension ScenarioReading {
    /// The `[[adversary]]` tables. A key that belongs to the other kind is refused: whoever wrote it expects something of it.
    func readAdversaries(_ tables: [TomlTable], _ config: inout WorldConfig) throws(FileError) {
        guard tables.count <= AdversaryConfig.countMax else {
            throw tables[AdversaryConfig.countMax].fault(
                nil, "\(tables.count) adversaries, at most \(AdversaryConfig.countMax) are possible")
        }
        for table in tables {
            guard let kind = table.text("kind").flatMap({ AdversaryKind(rawValue: $0) }) else {
                preconditionFailure("no kind after the check")
            }
            let what: AdversaryConfig.Kind
            switch kind {
            case .outsider:
                for key in ["target", "share", "offset_m"] { try refuse(table, key, "only insiders have one") }
                what = .outsider(try outsider(table, config))
            case .insider:
                for key in ["place", "other_place", "band"] { try refuse(table, key, "only outsiders have one") }
                what = .insider(try insider(table, config))
            }
            config.adversaries.append(.init(at: table.number("at_s").map { .fromSeconds($0) }, kind: what))
        }
    }

    private func outsider(_ table: TomlTable, _ config: WorldConfig) throws(FileError) -> OutsiderConfig {
        let known = OutsiderTrick.allCases.map(\.rawValue)
        let tricks = try words(table, known).compactMap { OutsiderTrick(rawValue: $0) }
        let middle = (x: config.arena.xMetersMax / 2, y: config.arena.yMetersMax / 2)
        let place = table.point("place") ?? middle
        let other = table.point("other_place")
        guard tricks.contains(.wormhole) == (other != nil) else {
            let key = other == nil ? "does" : "other_place"
            throw table.fault(key, "\(key): a wormhole needs other_place, and only a wormhole has one")
        }
        return OutsiderConfig(
            tricks: tricks, place: place, otherPlace: other, bands: bands(table.text("band")),
            ratePerSecond: table.number("rate_per_s"))
    }

    private func bands(_ text: String?) -> [Band] {
        switch text {
        case "2.4": [.control]
        case "5": [.data]
        default: [.control, .data]
        }
    }

    private func insider(_ table: TomlTable, _ config: WorldConfig) throws(FileError) -> InsiderConfig {
        let lies = try words(table, InsiderLie.allCases.map(\.rawValue)).compactMap { InsiderLie(rawValue: $0) }
        var insider = InsiderConfig(target: try liars(table, config), lies: lies)
        if let offset = table.number("offset_m") { insider.offsetMeters = offset }
        if let rate = table.number("rate_per_s") {
            guard lies.contains(.flood) else { throw table.fault("rate_per_s", "rate_per_s: only of a flood") }
            insider.ratePerSecond = rate
        }
        return insider
    }

    private func liars(_ table: TomlTable, _ config: WorldConfig) throws(FileError) -> InsiderConfig.Target {
        guard let list = table.list("target") else {
            guard let share = table.number("share") else {
                throw table.fault("kind", "kind: target or share: one of them says which robots lie")
            }
            return .share(share)
        }
        guard table["share"] == nil else { throw table.fault("share", "share: not beside target") }
        var robots: [Int] = []
        for item in list {
            if case .integer(let robot) = item {
                guard robot < config.robots else {
                    throw table.fault("target", "target: robot \(robot) outside 0..<\(config.robots)")
                }
                robots.append(robot)
            } else if case .string(let text) = item, let word = AdversaryTarget(rawValue: text) {
                guard list.count == 1 else {
                    throw table.fault("target", "target: \"\(text)\" stands alone or not at all")
                }
                switch word {
                case .leader: return .leader
                case .root: return .root
                case .helper: return .helper
                }
            }
        }
        return .robots(Set(robots).sorted())
    }

    /// The words of `does`, each once, all of them known.
    private func words(_ table: TomlTable, _ known: [String]) throws(FileError) -> [String] {
        guard case .array(let items)? = table["does"], !items.isEmpty else {
            throw table.fault("does", "does: expected at least one of \(known.joined(separator: ", "))")
        }
        var words: [String] = []
        for case .string(let word) in items {
            guard known.contains(word) else {
                throw table.fault("does", "does: \(NearestName.complaint("word", word, known: known))")
            }
            if !words.contains(word) { words.append(word) }
        }
        return words
    }

    private func refuse(_ table: TomlTable, _ key: String, _ why: String) throws(FileError) {
        guard table[key] != nil else { return }
        throw table.fault(key, "\(key): \(why)")
    }
}

extension ScenarioSchema {
    static let adversary = TomlSchema.Section(
        "adversary", isList: true, about: "Who wants the swarm to fail, as many as 16; what each does, see below.",
        keys: [
            .init(
                "kind", .choice(AdversaryKind.allCases.map(\.rawValue)), nil,
                "`outsider`: a transmitter without a key of the fleet; `insider`: robots that have theirs, and lie."),
            .init("does", .texts, nil, "Words from below, those of its kind; several at once if you like."),
            .init(
                "at_s", .atLeast(0, through: 3_600), "from the first boot on",
                "Begins then, from the mission's start, seconds."),
            .init(
                "rate_per_s", .above(0, through: 10_000), "outsider: as the air lets; insider: 200",
                "Frames a second on each band and place; of an insider's `flood`, messages a second."),
            .init(
                "place", .point(through: 10_000), "the arena's centre",
                "Outsider: where its radio is, `[x, y]`, metres."),
            .init("other_place", .point(through: 10_000), "none", "Outsider: the other end of its `wormhole`, metres."),
            .init("band", .choice(["2.4", "5", "both"]), "\"both\"", "Outsider: where it transmits, GHz."),
            .init(
                "target", .targets(numbers: 0...robotsMax - 1, words: AdversaryTarget.allCases.map(\.rawValue)),
                "by `share`", "Insider: which robots lie; see below."),
            .init(
                "share", .above(0, through: 1), "by `target`",
                "Insider: this part of all robots, drawn by the seed; never the start robot."),
            .init("offset_m", .above(0, through: 1_000), "10", "Insider: how far off its places are, metres."),
        ])
}
