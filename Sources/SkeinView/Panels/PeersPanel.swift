import SkeinWire

/// The robots, a line each: what is wrong first.
enum PeersPanel {
    private static let nameColumnsMax = 16
    private static let nextColumnsMax = 10
    private static let graphColumns = 8
    /// The top of the graph: what 256-QAM carries at its surest and a little more, b/s/Hz.
    static let linkFull = 8.0

    static func draw(
        _ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid, hasFocus: Bool
    ) {
        let robots = Lists.robots(snapshot, state)
        let selected = hasFocus ? robots.firstIndex { $0.id == state.selectedRobot } : nil
        let page = Paging.page(of: robots.count, around: selected, rows: area.rows - 1)
        table(snapshot, state, grid.charset).draw(
            robots[page], selected: selected.map { $0 - page.lowerBound }, in: area, &grid)
        if robots.isEmpty { grid.put("none", .faint, at: area.column, area.row + 1, width: area.columns) }
    }

    static func table(_ snapshot: Snapshot, _ state: ViewState, _ charset: Charset) -> Table<Snapshot.Robot> {
        let robots = snapshot.robots
        let names = Names(snapshot)
        let widest = max(robots.map { $0.name.unicodeScalars.count }.max() ?? 0, 4)
        var columns: [Table<Snapshot.Robot>.Column] = [
            .init("", 1, priority: 1) { mark($0.severity) },
            .init("NAME", min(widest, nameColumnsMax), priority: 0) { name($0) },
            .init("ROLE", 6, priority: 4) { faded($0, Lists.word($0.role), $0.role == .member ? .plain : .bold) },
            .init("STATE", 9, priority: 2) { InkedLine($0.state, ink($0)) },
            .init("HEARD", 5, priority: 3, isRight: true) { heard($0) },
            .init("HOPS", 4, priority: 6, isRight: true) { faded($0, $0.hops.map { "\($0)" } ?? "-") },
            .init("NEXT", min(widest, nextColumnsMax), priority: 9) {
                faded($0, $0.next == $0.id ? "direct" : names[$0.next])
            },
            .init("b/s/Hz", 6, priority: 7, isRight: true) { link($0.link) },
            .init("BY", 5, priority: 11) { faded($0, ($0.link?.estimator).map(Lists.word) ?? "-") },
            .init("LINK", graphColumns, priority: 9) { graph($0.link, charset) },
            .init("IDLE", 5, priority: 8, isRight: true) { Aging.cell($0.idle, text: Figures.wholePercent) },
        ]
        // What nobody tells takes no room.
        if robots.contains(where: { $0.granted != nil }) {
            columns.append(
                .init("GRANT", 5, priority: 13, isRight: true) { Aging.cell($0.granted, text: Figures.wholePercent) })
        }
        if robots.contains(where: { $0.temperatureCelsius != nil }) {
            columns.append(.init("TEMP", 5, priority: 14, isRight: true) { temperature($0, charset) })
        }
        if robots.contains(where: { $0.battery != nil }) {
            columns.append(.init("BATT", 5, priority: 15, isRight: true) { battery($0) })
        }
        if robots.contains(where: { $0.version != nil }) {
            columns.append(.init("VERSION", 8, priority: 16) { faded($0, $0.version ?? "-") })
        }
        // Where nothing is wrong it only takes what is left over.
        let isCalm = robots.allSatisfy(\.troubles.isEmpty)
        columns.append(
            .init("WRONG", 10, priority: isCalm ? 12 : 5, isFlexible: true) {
                InkedLine($0.troubles.joined(separator: "; "), Ink.of($0.severity))
            })
        return Table(columns: columns, sorted: title(state.peerOrder))
    }

    private static func title(_ order: PeerOrder) -> String? {
        switch order {
        case .trouble: nil
        case .name: "NAME"
        case .role: "ROLE"
        case .hops: "HOPS"
        case .link: "b/s/Hz"
        case .heard: "HEARD"
        case .idle: "IDLE"
        }
    }

    /// `x` alarm, `!` warning.
    static func mark(_ severity: Severity) -> InkedLine {
        switch severity {
        case .calm: InkedLine(" ")
        case .warning: InkedLine("!", .warning)
        case .alarm: InkedLine("x", .alarm)
        }
    }

    private static func ink(_ robot: Snapshot.Robot) -> Ink {
        robot.severity == .calm ? (Aging.isStale(robot.heard) ? .stale : .good) : Ink.of(robot.severity)
    }

    private static func name(_ robot: Snapshot.Robot) -> InkedLine {
        InkedLine(robot.name, robot.severity == .calm ? .bold : Ink.of(robot.severity))
    }

    /// Grey where the robot has not been heard lately.
    private static func faded(_ robot: Snapshot.Robot, _ text: String, _ ink: Ink = .plain) -> InkedLine {
        InkedLine(text, Aging.isStale(robot.heard) ? .stale : ink)
    }

    private static func heard(_ robot: Snapshot.Robot) -> InkedLine {
        guard let heard = robot.heard else { return InkedLine("never", .stale) }
        return InkedLine(Figures.age(heard), Aging.isStale(heard) ? .stale : .plain)
    }

    static func tenths(_ bitsPerSecondPerHz: Double) -> Int {
        guard bitsPerSecondPerHz.isFinite else { return 0 }
        return Int(min(max(bitsPerSecondPerHz / linkFull, 0), 1) * 10)
    }

    private static func link(_ link: Snapshot.RadioLink?) -> InkedLine {
        guard let link else { return InkedLine("-", .faint) }
        return Aging.cell(
            Known(link.bitsPerSecondPerHz, age: link.age), Ink(colour: .quality(tenths(link.bitsPerSecondPerHz)))
        ) { Figures.decimal($0, 1) }
    }

    private static func graph(_ link: Snapshot.RadioLink?, _ charset: Charset) -> InkedLine {
        var line = InkedLine()
        guard let link else { return line }
        let history = link.history.suffix(Snapshot.RadioLink.historyMax).map { $0 / linkFull }
        let ink = Aging.isStale(link.age) ? .stale : Ink(colour: .quality(tenths(link.bitsPerSecondPerHz)))
        line.append(charset.sparkline(history, width: graphColumns), ink)
        return line
    }

    private static func temperature(_ robot: Snapshot.Robot, _ charset: Charset) -> InkedLine {
        Aging.cell(robot.temperatureCelsius) { Figures.decimal($0, 0) + charset.degree }
    }

    private static func battery(_ robot: Snapshot.Robot) -> InkedLine {
        Aging.cell(robot.battery, text: Figures.wholePercent)
    }
}
