import SkeinWire

/// What is typed behind a colon.
enum ViewCommands {
    /// Name, what follows it, what it does.
    static let commands: [(name: String, argument: String, what: String)] = [
        ("stop", "", "emergency stop of the fleet"),
        ("release", "", "end the stop; asks for a name"),
        ("quit", "", "leave"),
        ("peers", "", "the robots"),
        ("map", "", "the field and its links"),
        ("tasks", "", "what is computed, and where"),
        ("radio", "", "what the air is used for"),
        ("events", "", "what happened"),
        ("safety", "", "who stands"),
        ("mission", "", "the mission in figures"),
        ("overview", "", "several panels at once"),
        ("robot", "NAME", "all about one robot"),
        ("task", "KEY", "all about one task"),
        ("filter", "TEXT", "only what contains it"),
        ("sort", "COLUMN", "by that column"),
        ("refresh", "SECONDS", "how often to draw"),
        ("pause", "", "stand still, or go on"),
        ("copy", "", "everything as JSON to the clipboard"),
        ("export", "FILE", "the screen as text"),
        ("help", "", "the keys"),
    ]

    /// The line with its last word completed as far as it is unambiguous.
    static func completed(_ line: String, _ snapshot: Snapshot, _ state: ViewState) -> String {
        guard let space = line.firstIndex(of: " ") else {
            let matches = commands.filter { $0.name.hasPrefix(line) }
            let name = commonPrefix(matches.map(\.name))
            guard matches.count == 1 else { return name.count > line.count ? name : line }
            return matches[0].argument.isEmpty ? name : name + " "
        }
        let typed = String(line[line.index(after: space)...])
        let choices = arguments(of: String(line[..<space]), snapshot, state).filter { $0.hasPrefix(typed) }
        let argument = commonPrefix(choices)
        return argument.count > typed.count ? line[...space] + argument : line
    }

    private static func arguments(of command: String, _ snapshot: Snapshot, _ state: ViewState) -> [String] {
        switch command {
        case "robot": snapshot.robots.map(\.name)
        case "task": snapshot.tasks.map(\.key)
        case "sort":
            state.panel == .tasks ? WorkOrder.allCases.map(\.rawValue) : PeerOrder.allCases.map(\.rawValue)
        case "refresh": ViewState.refreshes.map { Figures.decimal($0.inSeconds, $0 < .seconds(1) ? 1 : 0) }
        default: []
        }
    }

    private static func commonPrefix(_ names: [String]) -> String {
        guard var prefix = names.first else { return "" }
        for name in names.dropFirst() {
            while !name.hasPrefix(prefix) { prefix.removeLast() }
        }
        return prefix
    }

    /// Does what a whole line says. A command may be shortened as far as it is unambiguous; `stop` may not: what is
    /// typed in haste is typed whole.
    static func run(
        _ line: String, _ state: inout ViewState, _ snapshot: Snapshot, now: Instant
    ) -> ViewAction? {
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        guard let first = words.first else { return nil }
        let argument = words.count > 1 ? words[1].trimmingSpaces : ""
        let matches =
            commands.filter { $0.name == first }.isEmpty
            ? commands.filter { $0.name.hasPrefix(first) && $0.name != "stop" } : commands.filter { $0.name == first }
        guard matches.count == 1 else {
            state.say(
                matches.isEmpty
                    ? "no command \(first); ? shows them"
                    : "\(first): " + matches.map(\.name).joined(separator: ", ")
                        + "?", .warning, now)
            return nil
        }
        switch matches[0].name {
        case "stop": return .stop
        case "release":
            state.askRelease(snapshot, now)
            return nil
        case "quit": return .quit
        case "copy": return .copy(.everything)
        case "export": return .export(to: argument.isEmpty ? nil : argument)
        default:
            view(matches[0].name, argument, &state, snapshot, now)
            return nil
        }
    }

    /// The commands that change what is seen.
    private static func view(
        _ command: String, _ argument: String, _ state: inout ViewState, _ snapshot: Snapshot, _ now: Instant
    ) {
        if let panel = ViewState.Panel.allCases.first(where: { $0.name == command }) {
            state.show(panel)
            return
        }
        switch command {
        case "overview": state.showOverview()
        case "help": state.open(.help)
        case "pause": state.isPaused.toggle()
        case "filter": state.filter = argument
        case "sort": sort(argument, &state, now)
        case "refresh": refresh(argument, &state, now)
        case "robot":
            let found = snapshot.robots.filter { $0.name.hasPrefix(argument) || "\($0.id)" == argument }
            let exact = found.filter { $0.name == argument || "\($0.id)" == argument }
            guard !argument.isEmpty, let robot = exact.first ?? (found.count == 1 ? found[0] : nil) else {
                state.say(
                    found.isEmpty ? "no robot \(argument)" : "\(argument): which of \(found.count)?", .warning, now)
                return
            }
            state.selectedRobot = robot.id
            state.open(.robot(robot.id))
        case "task":
            guard let work = snapshot.tasks.first(where: { $0.key == argument }) else {
                state.say("no task \(argument)", .warning, now)
                return
            }
            state.selectedWork = work.key
            state.open(.work(work.key))
        default: preconditionFailure("a command that does nothing: \(command)")
        }
    }

    private static func sort(_ argument: String, _ state: inout ViewState, _ now: Instant) {
        if state.panel == .tasks, let order = WorkOrder(rawValue: argument) {
            state.workOrder = order
        } else if state.panel != .tasks, let order = PeerOrder(rawValue: argument) {
            state.peerOrder = order
        } else {
            let orders = state.panel == .tasks ? WorkOrder.allCases.map(\.rawValue) : PeerOrder.allCases.map(\.rawValue)
            state.say("sort by " + orders.joined(separator: ", "), .warning, now)
        }
    }

    private static func refresh(_ argument: String, _ state: inout ViewState, _ now: Instant) {
        guard let seconds = Double(argument), seconds >= 0.2, seconds <= 60 else {
            state.say("refresh: 0.2 to 60 seconds", .warning, now)
            return
        }
        state.refresh = .fromSeconds(seconds)
    }
}

extension String {
    /// Without spaces at either end.
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
