import SkeinWire

/// All about one robot.
enum RobotPage {
    private static let eventsMax = 12

    static func lines(_ id: NodeID, _ snapshot: Snapshot, columns: Int, _ charset: Charset) -> [InkedLine] {
        guard let robot = snapshot.robots.first(where: { $0.id == id }) else {
            return [InkedLine("\(id) is not among the robots any more", .warning)]
        }
        let names = Names(snapshot)
        var lines = [title(robot)]
        for trouble in robot.troubles {
            lines += Texts.labelled(
                "wrong", InkedLine(trouble, Ink.of(max(robot.severity, .warning))), columns: columns)
        }
        func add(_ label: String, _ value: InkedLine) { lines += Texts.labelled(label, value, columns: columns) }
        add("role", InkedLine(Lists.word(robot.role)))
        add("leader", InkedLine(robot.leader == robot.id ? "itself" : names[robot.leader]))
        add("heard", heard(robot))
        add("way", way(robot, names))
        add("link", link(robot.link, charset))
        add("idle", Aging.line(robot.idle) { Figures.wholePercent($0) + " of a processor" })
        add("granted", Aging.line(robot.granted) { Figures.wholePercent($0) + " of a processor" })
        if robot.temperatureCelsius != nil {
            add("temperature", Aging.line(robot.temperatureCelsius) { Figures.decimal($0, 1) + charset.degree })
        }
        if robot.battery != nil { add("battery", Aging.line(robot.battery, Figures.wholePercent)) }
        add("place", Aging.line(robot.place) { place($0) })
        if let target = robot.target, snapshot.targets.indices.contains(target) {
            add("target", InkedLine(snapshot.targets[target].name + (robot.hasArrived ? ", arrived" : "")))
        }
        if let version = robot.version { add("version", InkedLine(version)) }
        lines += robot.details.flatMap { Texts.figure($0, columns: columns) }
        lines += links(robot, snapshot, names, columns)
        lines += works(robot, snapshot, columns)
        lines += events(robot, snapshot)
        return lines
    }

    private static func title(_ robot: Snapshot.Robot) -> InkedLine {
        var line = InkedLine(robot.name, .bold)
        line.append(" \(robot.id) ", .label)
        line.append(robot.state, robot.severity == .calm ? .good : Ink.of(robot.severity))
        if robot.isFailing { line.append(" failing", .alarm) }
        if robot.carriesCamera { line.append(" camera", .label) }
        return line
    }

    private static func heard(_ robot: Snapshot.Robot) -> InkedLine {
        guard let heard = robot.heard else { return InkedLine("never", .stale) }
        let text = Figures.age(heard)
        return InkedLine(text == "now" ? text : text + " ago", Aging.isStale(heard) ? .stale : .plain)
    }

    private static func way(_ robot: Snapshot.Robot, _ names: Names) -> InkedLine {
        guard let hops = robot.hops else { return InkedLine("none known", .warning) }
        var line = InkedLine(hops == 1 ? "1 hop" : "\(hops) hops")
        if let next = robot.next { line.append(" by " + names[next]) }
        return line
    }

    private static func link(_ link: Snapshot.RadioLink?, _ charset: Charset) -> InkedLine {
        guard let link else { return InkedLine("no neighbour", .faint) }
        var text = Figures.decimal(link.bitsPerSecondPerHz, 2) + " b/s/Hz on " + Lists.word(link.band)
        if let snr = link.snrDecibels { text += ", SNR \(Figures.decimal(snr, 1)) dB" }
        if let delivered = link.deliveredFraction { text += ", \(Figures.wholePercent(delivered)) gets through" }
        text += ", " + told(link.estimator)
        if Aging.isStale(link.age) { text += ", \(Figures.since(link.age)) ago" }
        return InkedLine(text, Aging.isStale(link.age) ? .stale : .plain)
    }

    private static func told(_ estimator: Snapshot.RadioLink.Estimator) -> String {
        switch estimator {
        case .measured: "measured"
        case .assumedFloor: "noise assumed"
        case .throughput: "by the driver's throughput"
        case .probed: "by what gets through"
        case .exact: "by the simulation"
        }
    }

    private static func place(_ place: Snapshot.Place) -> String {
        var text = "x \(Figures.decimal(place.xMeters, 1)) m, y \(Figures.decimal(place.yMeters, 1)) m"
        if let heading = place.headingRadians { text += ", heading \(Figures.decimal(heading * 180 / .pi, 0)) deg" }
        return text
    }

    private static func links(
        _ robot: Snapshot.Robot, _ snapshot: Snapshot, _ names: Names, _ columns: Int
    ) -> [InkedLine] {
        let links = snapshot.links.filter { $0.from == robot.id || $0.to == robot.id }
        guard !links.isEmpty else { return [] }
        return [Texts.heading("links")]
            + links.map { link in
                let other = link.from == robot.id ? link.to : link.from
                var line = InkedLine("  " + names[other])
                line.pad(to: 16)
                line.append(Lists.word(link.band), .label)
                line.pad(to: 24)
                let ink = Aging.isStale(link.age) ? Ink.stale : .plain
                line.append(link.bitsPerSecondPerHz.map { Figures.decimal($0, 1) + " b/s/Hz" } ?? "-", ink)
                if link.isTree { line.append(" tree", .label) }
                if link.isSubgroup { line.append(" subgroup", .label) }
                if Aging.isStale(link.age) { line.append(" \(Figures.since(link.age)) ago", .stale) }
                return line
            }
    }

    private static func works(_ robot: Snapshot.Robot, _ snapshot: Snapshot, _ columns: Int) -> [InkedLine] {
        let works = snapshot.tasks.filter { $0.owner == robot.id || $0.workers.contains(robot.name) }
        guard !works.isEmpty else { return [] }
        return [Texts.heading("tasks")]
            + works.map { work in
                var line = PeersPanel.mark(work.severity)
                line.append(" " + work.key + " " + work.kernel)
                line.append(work.owner == robot.id ? " own " : " helps \(work.ownerName) ", .label)
                line.append(Lists.word(work.state), TasksPanel.ink(work))
                line.append(" \(work.partsDone)/\(work.parts)")
                return line
            }
    }

    private static func events(_ robot: Snapshot.Robot, _ snapshot: Snapshot) -> [InkedLine] {
        let events = snapshot.events.filter { $0.robot == robot.id }.suffix(eventsMax)
        guard !events.isEmpty else { return [] }
        return [Texts.heading("events")] + events.map { EventsPanel.line($0, nameColumns: robot.name.count) }
    }
}

/// All about one task.
enum WorkPage {
    static func lines(_ key: String, _ snapshot: Snapshot, columns: Int) -> [InkedLine] {
        guard let work = snapshot.tasks.first(where: { $0.key == key }) else {
            return [InkedLine("task \(key) is not among the tasks any more", .warning)]
        }
        var title = InkedLine(work.key, .bold)
        title.append(" " + work.kernel + " ", .label)
        title.append(Lists.word(work.state), TasksPanel.ink(work))
        if !work.stateWords.isEmpty { title.append(" " + work.stateWords, Ink.of(work.severity)) }
        var lines = [title]
        func add(_ label: String, _ text: String, _ ink: Ink = .plain) {
            lines += Texts.labelled(label, InkedLine(text, ink), columns: columns)
        }
        add("owner", work.ownerName)
        add("since", Figures.since(work.age))
        add("done", "\(work.partsDone) of \(work.parts) parts")
        if let left = work.deadlineLeft {
            add(
                "deadline", left < .zero ? "missed by \(Figures.span(.zero - left))" : "in " + Figures.span(left),
                left < .zero ? .alarm : .plain)
        }
        add("where", placed(work))
        if !work.why.isEmpty { add("why", work.why) }
        return lines + work.details.flatMap { Texts.figure($0, columns: columns) }
    }

    private static func placed(_ work: Snapshot.Work) -> String {
        let helpers = work.workers.joined(separator: ", ")
        switch work.placing {
        case .undecided: return "not decided"
        case .local: return "on its own robot"
        case .offloaded: return "elsewhere: " + helpers
        case .mixed: return "on its own robot and " + helpers
        }
    }
}

/// The keys.
enum HelpPage {
    static func lines(columns: Int) -> [InkedLine] {
        var lines: [InkedLine] = []
        for (keys, what) in ViewKeys.help {
            var label = InkedLine(keys, .label)
            label.pad(to: 15)
            for (index, text) in Texts.wrapped(what, to: max(columns - 16, 8)).enumerated() {
                var line = index == 0 ? label : InkedLine(String(repeating: " ", count: 15))
                line.append(" " + text)
                lines.append(line)
            }
        }
        lines.append(InkedLine())
        for text in legend {
            lines += Texts.wrapped(text, to: max(columns, 8)).map { InkedLine($0, .faint) }
        }
        lines.append(InkedLine())
        lines.append(Texts.heading("commands"))
        for command in ViewCommands.commands {
            var line = InkedLine(":" + command.name, .label)
            line.append(" " + command.argument)
            line.pad(to: 18)
            line.append(command.what)
            lines.append(line)
        }
        return lines
    }

    private static let legend = [
        "x alarm, ! warning. Grey with a tilde behind it: older than 5 s.",
        "Map: capital: a leader, its members the same letter small; ? belongs to nobody, x off, ! failing, ' camera;"
            + " @ target, % source, + place; lines are links: between leader and member, and the tree.",
        "BY: meas signal and noise measured, floor noise assumed, thru the driver's throughput,"
            + " probe what gets through.",
    ]
}
