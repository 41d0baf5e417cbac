import SkeinFiles
import SkeinWire
import SkeinWorld

extension ScenarioReading {
    /// One `[[fault]]`. A key that belongs to another kind or target is refused: whoever wrote it expects something of it.
    func readFault(_ table: TomlTable, _ config: WorldConfig) throws(FileError) -> Fault {
        guard let at = table.number("at_s"), let kind = table.text("kind").flatMap({ FaultKind(rawValue: $0) }) else {
            preconditionFailure("no at_s or kind after the check")
        }
        let target = try target(table, config)
        let seconds = table.number("for_s") ?? kind.secondsDefault
        try refuse(table, "for_s", unless: kind.secondsDefault != nil, "a \(kind.rawValue) fault does not last")
        try refuse(table, "rate_factor", unless: kind == .slowLink, "only slow-link has a rate")
        try refuse(table, "band", unless: kind == .jam, "only jam is on one band")
        let span = Duration.fromSeconds(seconds ?? 0)
        let what: Fault.Kind =
            switch kind {
            case .crash: .crash
            case .restart: .restart(after: span)
            case .pause: .pause(span)
            case .partition: .partition(span)
            case .slowLink: .slowLink(factor: table.number("rate_factor") ?? 0.1, span)
            case .jam: .jam(table.text("band") == "5" ? .data : .control, span)
            case .late: .late
            }
        return Fault(at: .fromSeconds(at), kind: what, target: target)
    }

    private func target(_ table: TomlTable, _ config: WorldConfig) throws(FileError) -> Fault.Target {
        guard let list = table.list("target") else { preconditionFailure("no target after the check") }
        var robots: [Int] = []
        var word: FaultTarget?
        for item in list {
            if case .integer(let robot) = item {
                guard robot < config.robots else {
                    throw table.fault("target", "target: robot \(robot) outside 0..<\(config.robots)")
                }
                robots.append(robot)
            } else if case .string(let text) = item {
                guard list.count == 1 else {
                    throw table.fault("target", "target: \"\(text)\" stands alone or not at all")
                }
                word = FaultTarget(rawValue: text)
            }
        }
        try refuse(table, "leader_index", unless: word == .leader, "only of the target \"leader\"")
        try refuse(table, "centre", unless: word == .circle, "only of the target \"circle\"")
        try refuse(table, "radius_m", unless: word == .circle, "only of the target \"circle\"")
        try refuse(table, "west_of_m", unless: word == .west, "only of the target \"west\"")
        switch word {
        case .leader: return table.integer("leader_index").map { .leaderAt($0) } ?? .leader
        case .circle:
            let centre = table.point("centre") ?? (config.arena.xMetersMax / 2, config.arena.yMetersMax / 2)
            return .circle(xMeters: centre.x, yMeters: centre.y, radiusMeters: table.number("radius_m") ?? 20)
        case .west: return .west(ofXMeters: table.number("west_of_m") ?? config.arena.xMetersMax / 2)
        case nil: return .robots(Set(robots).sorted())
        }
    }

    private func refuse(_ table: TomlTable, _ key: String, unless fits: Bool, _ why: String) throws(FileError) {
        guard !fits && table[key] != nil else { return }
        throw table.fault(key, "\(key): \(why)")
    }
}
