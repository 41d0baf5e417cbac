import SkeinWire

/// What each key does to the view.
package enum ViewKeys {
    /// Within this after the first Ctrl-X the second one stops the fleet.
    package static let stopArmedSpan: Duration = .seconds(2)

    /// Keys and what they do, as the help page tells it.
    static let help: [(keys: String, what: String)] = [
        ("? F1", "this help"), ("q Ctrl-C", "quit"), ("Esc", "back"),
        ("1-6 m", "peers, map, tasks, radio, events, safety, mission; whole"),
        ("0", "overview"), ("Tab", "next panel"),
        ("up down j k", "select"), ("PgUp PgDn g G", "page, first, last"), ("Enter d", "all about the selected"),
        ("left right s", "sort by another column"), ("r", "reverse"), ("/", "show only what contains a text"),
        ("Space", "pause"), ("+ -", "draw more, less often"), ("z Z", "map: nearer, farther; arrows move it"),
        ("l", "events of the selected robot"), ("y", "copy the selected as JSON"), ("e", "write the screen to a file"),
        (":", "command, completed by Tab"),
        ("Ctrl-X Ctrl-X", "EMERGENCY STOP of the fleet, as :stop"), (":release", "end it, by a typed name"),
    ]

    /// `size` is the terminal's, for how far a page goes.
    package static func press(
        _ key: Key, _ state: inout ViewState, _ snapshot: Snapshot, size: (columns: Int, rows: Int), now: Instant
    ) -> ViewAction? {
        if let until = state.message?.until, now >= until { state.message = nil }
        if key == .control("x") { return pressStop(&state, snapshot, now) }
        if state.stopArmedUntil != nil {
            state.stopArmedUntil = nil
            state.message = nil
        }
        if key == .control("c") { return .quit }
        if let prompt = state.prompt { return type(key, prompt, &state, snapshot, now) }
        if let action = pressAction(key, state) { return action }
        if pressMove(key, &state, snapshot, size) { return nil }
        pressView(key, &state, snapshot, now)
        return nil
    }

    private static func pressStop(_ state: inout ViewState, _ snapshot: Snapshot, _ now: Instant) -> ViewAction? {
        if let until = state.stopArmedUntil, now < until {
            state.stopArmedUntil = nil
            state.message = nil
            return .stop
        }
        state.stopArmedUntil = now + stopArmedSpan
        state.say("Ctrl-X again: EMERGENCY STOP of the fleet", .alarm, now, span: stopArmedSpan)
        return nil
    }

    /// Keys that ask something of the program.
    private static func pressAction(_ key: Key, _ state: ViewState) -> ViewAction? {
        switch key {
        case .character("q"): return .quit
        case .character("e"): return .export(to: nil)
        case .character("y"):
            switch (state.page, state.panel) {
            case (.robot(let robot), _): return .copy(.robot(robot))
            case (.work(let key), _): return .copy(.work(key))
            case (nil, .tasks): return .copy(state.selectedWork.map(CopyMatter.work) ?? .everything)
            case (nil, .peers), (nil, .map): return .copy(state.selectedRobot.map(CopyMatter.robot) ?? .everything)
            default: return .copy(.everything)
            }
        default: return nil
        }
    }

    /// Keys that move what is selected, or what is shown of something long.
    private static func pressMove(
        _ key: Key, _ state: inout ViewState, _ snapshot: Snapshot, _ size: (columns: Int, rows: Int)
    ) -> Bool {
        let page = max(size.rows - 8, 1)
        if state.page == nil, state.panel == .map, state.zoom > 1, pan(key, &state) { return true }
        let steps: Int
        switch key {
        case .up, .character("k"): steps = -1
        case .down, .character("j"): steps = 1
        case .pageUp: steps = -page
        case .pageDown: steps = page
        case .home, .character("g"): steps = -farthest
        case .end, .character("G"): steps = farthest
        default: return false
        }
        state.move(by: steps, snapshot, columns: size.columns)
        return true
    }

    /// More than any list is long.
    private static let farthest = 1 << 20

    private static func pan(_ key: Key, _ state: inout ViewState) -> Bool {
        let step = 0.25 / Double(state.zoom)
        switch key {
        case .left: state.middleX -= step
        case .right: state.middleX += step
        case .up: state.middleY += step
        case .down: state.middleY -= step
        default: return false
        }
        state.middleX = min(max(state.middleX, 0), 1)
        state.middleY = min(max(state.middleY, 0), 1)
        return true
    }

    /// Keys that change what is seen.
    private static func pressView(_ key: Key, _ state: inout ViewState, _ snapshot: Snapshot, _ now: Instant) {
        switch key {
        case .character("?"), .function(1): state.open(.help)
        case .escape, .backspace: state.back()
        case .character("/"): state.prompt = .filter(state.filter)
        case .character(":"): state.prompt = .command("")
        case .tab: state.showNext(1)
        case .backTab: state.showNext(-1)
        case .character("0"): state.showOverview()
        case .character("m"): state.show(.mission)
        case .character(let digit) where ("1"..."6").contains(digit):
            state.show(ViewState.Panel.allCases[Int(digit.value - 0x31)])
        case .enter, .character("d"): state.describe(snapshot)
        case .character("s"), .right: state.sortNext(1)
        case .left: state.sortNext(-1)
        case .character("r"): state.isReversed.toggle()
        case .character(" "): state.isPaused.toggle()
        case .character("+"), .character("="): state.changeRefresh(-1, now)
        case .character("-"): state.changeRefresh(1, now)
        case .character("z"): state.zoom = min(state.zoom * 2, ViewState.zoomMax)
        case .character("Z"): state.zoom = max(state.zoom / 2, 1)
        case .character("l"):
            guard let robot = snapshot.robots.first(where: { $0.id == state.selectedRobot }) else { break }
            state.filter = robot.name
            state.show(.events)
        default: break
        }
    }

    /// A key while something is being typed.
    private static func type(
        _ key: Key, _ prompt: ViewState.Prompt, _ state: inout ViewState, _ snapshot: Snapshot, _ now: Instant
    ) -> ViewAction? {
        switch key {
        case .escape:
            if case .filter = prompt { state.filter = "" }
            state.prompt = nil
        case .enter:
            state.prompt = nil
            switch prompt {
            case .filter: break
            case .command(let line): return ViewCommands.run(line, &state, snapshot, now: now)
            case .release(let name): return release(name, &state, snapshot, now)
            }
        case .tab:
            guard case .command(let line) = prompt else { break }
            state.prompt = .command(ViewCommands.completed(line, snapshot, state))
        case .backspace, .delete:
            if prompt.text.isEmpty {
                state.prompt = nil
            } else {
                edit(prompt.with(String(prompt.text.dropLast())), &state)
            }
        case .control("u"): edit(prompt.with(""), &state)
        case .character(let scalar):
            guard prompt.text.unicodeScalars.count < ViewState.promptTextMax else { break }
            edit(prompt.with(prompt.text + String(Character(scalar))), &state)
        default: break
        }
        return nil
    }

    private static func edit(_ prompt: ViewState.Prompt, _ state: inout ViewState) {
        state.prompt = prompt
        if case .filter(let text) = prompt { state.filter = text }
    }

    private static func release(
        _ name: String, _ state: inout ViewState, _ snapshot: Snapshot, _ now: Instant
    ) -> ViewAction? {
        guard !name.isEmpty, name == snapshot.fleet || snapshot.robots.contains(where: { $0.name == name }) else {
            state.say("not released: \(name.isEmpty ? "nothing" : name) is no robot and not the fleet", .warning, now)
            return nil
        }
        return .release(typed: name)
    }
}
