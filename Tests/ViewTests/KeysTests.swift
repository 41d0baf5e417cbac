import SkeinWire
import Testing
import ViewSamples

@testable import SkeinView

final class KeysTests {
    private let snapshot = MadeUp.snapshot(robots: 20)
    private var state = ViewState(isReadOnly: false)

    /// The action of the last key.
    @discardableResult
    private func press(_ keys: Key..., at now: Instant = .zero) -> ViewAction? {
        var action: ViewAction?
        for key in keys { action = ViewKeys.press(key, &state, snapshot, size: (80, 24), now: now) }
        return action
    }

    @discardableResult
    private func type(_ text: String) -> ViewAction? {
        var action: ViewAction?
        for scalar in text.unicodeScalars { action = press(.character(scalar)) }
        return action
    }

    @Test func `q and Ctrl-C quit`() {
        #expect(press(.character("q")) == .quit)
        #expect(press(.control("c")) == .quit)
    }

    @Test func `Ctrl-X twice stops the fleet, once does not`() {
        #expect(press(.control("x")) == nil)
        #expect(state.message?.severity == .alarm)
        #expect(press(.control("x"), at: .zero + .milliseconds(1_900)) == .stop)
        #expect(press(.control("x"), at: .zero + .seconds(10)) == nil)
        #expect(press(.control("x"), at: .zero + .seconds(13)) == nil, "too late for the first")
    }

    @Test func `another key between takes the first Ctrl-X back`() {
        press(.control("x"), .character("j"))
        #expect(press(.control("x")) == nil)
    }

    @Test func `a stop is taken while something is typed, and read-only too`() {
        state.isReadOnly = true
        press(.character(":"))
        press(.control("x"))
        #expect(press(.control("x")) == .stop)
        press(.escape)
        type(":stop")
        #expect(press(.enter) == .stop)
    }

    @Test func `stop is never what a shortened command means`() {
        type(":st")
        #expect(press(.enter) == nil)
        #expect(state.message?.severity == .warning)
    }

    @Test func `a release needs the name of the fleet or of a robot, typed`() {
        type(":release")
        press(.enter)
        #expect(state.prompt == .release(""))
        type("meado")
        #expect(press(.enter) == nil)
        #expect(state.message?.text.contains("not released") == true)
        for name in ["meadow", "rover-05"] {
            type(":release")
            press(.enter)
            type(name)
            #expect(press(.enter) == .release(typed: name))
        }
        type(":release")
        press(.enter, .escape)
        #expect(state.prompt == nil)
    }

    @Test func `read-only releases nothing, and nothing is released where nothing stands`() {
        state.isReadOnly = true
        type(":release")
        #expect(press(.enter) == nil && state.prompt == nil)
        state.isReadOnly = false
        var moving = snapshot
        moving.safety = .init(state: .moving)
        for scalar in ":release".unicodeScalars {
            _ = ViewKeys.press(.character(scalar), &state, moving, size: (80, 24), now: .zero)
        }
        _ = ViewKeys.press(.enter, &state, moving, size: (80, 24), now: .zero)
        #expect(state.prompt == nil && state.message?.text == "no stop is in force")
    }

    @Test func `arrows and letters select, and the selection stays with the robot`() {
        press(.down)
        let first = state.selectedRobot
        #expect(first == NodeID(19), "the worst is first")
        press(.character("j"))
        #expect(state.selectedRobot == NodeID(17))
        press(.character("k"))
        #expect(state.selectedRobot == first)
        press(.character("G"))
        let last = state.selectedRobot
        press(.down)
        #expect(state.selectedRobot == last)
        press(.character("g"))
        #expect(state.selectedRobot == first)
        press(.pageDown)
        #expect(state.selectedRobot != first)
        press(.character("r"))
        #expect(state.selectedRobot != first && state.isReversed)
    }

    @Test func `Enter describes, Esc goes back step by step`() {
        press(.down, .enter)
        #expect(state.page == .robot(NodeID(19)))
        #expect(press(.character("y")) == .copy(.robot(NodeID(19))))
        press(.escape)
        #expect(state.page == nil)
        type("/rover-0")
        press(.enter)
        #expect(state.filter == "rover-0" && Lists.robots(snapshot, state).count == 10)
        press(.character("3"))
        #expect(state.panel == .tasks && state.isWhole)
        press(.escape)
        #expect(state.filter.isEmpty && state.isWhole)
        press(.escape)
        #expect(!state.isWhole)
    }

    @Test func `digits and Tab go from panel to panel`() {
        for (digit, panel) in zip("123456".unicodeScalars, ViewState.Panel.allCases) {
            press(.character(digit))
            #expect(state.panel == panel && state.isWhole)
        }
        press(.character("m"))
        #expect(state.panel == .mission)
        press(.character("0"), .tab)
        #expect(state.panel == .peers && !state.isWhole)
        press(.backTab)
        #expect(state.panel == .mission)
    }

    @Test func `columns to sort by go round, backwards too`() {
        press(.character("s"))
        #expect(state.peerOrder == .name)
        press(.left, .left)
        #expect(state.peerOrder == .idle)
        press(.right)
        #expect(state.peerOrder == .trouble)
    }

    @Test func `long texts are scrolled no farther than their end`() {
        press(.character("?"))
        press(.character("G"))
        let end = state.top
        press(.pageDown)
        #expect(state.top == end && end > 0 && end < 100)
        press(.character("g"))
        #expect(state.top == 0)
    }

    @Test func `events stand still when one has gone up, and follow again at the end`() {
        press(.character("5"), .up, .up)
        #expect(state.eventsBack == 2)
        press(.character("g"))
        #expect(state.eventsBack == snapshot.events.count - 1)
        press(.character("G"))
        #expect(state.eventsBack == 0)
    }

    @Test func `commands are completed`() {
        type(":ref")
        press(.tab)
        #expect(state.prompt == .command("refresh "))
        type("5")
        press(.enter)
        #expect(state.refresh == .seconds(5))
        type(":robot rover-1")
        press(.tab)
        #expect(state.prompt == .command("robot rover-1"))
        type("7")
        press(.enter)
        #expect(state.page == .robot(NodeID(17)))
        type(":zzz")
        press(.enter)
        #expect(state.message?.text.hasPrefix("no command zzz") == true)
    }

    @Test func `every command of the help does something`() {
        for command in ViewCommands.commands {
            state = ViewState(isReadOnly: false)
            let arguments = [
                "robot": " rover-03", "task": " r3:171", "filter": " x", "sort": " name", "refresh": " 2",
                "export": " f",
            ]
            let before = state
            type(":" + command.name + (arguments[command.name] ?? ""))
            let action = press(.enter)
            let isDefault = ["peers", "overview"].contains(command.name)
            #expect(action != nil || state != before || isDefault, "\(command.name)")
        }
    }

    @Test func `the map comes nearer, and arrows move it`() {
        press(.character("2"), .character("z"), .character("z"), .right, .up)
        #expect(state.zoom == 4 && state.middleX > 0.5 && state.middleY > 0.5)
        for _ in 0..<100 { press(.right) }
        #expect(state.middleX == 1)
        press(.character("Z"), .character("Z"), .character("Z"))
        #expect(state.zoom == 1)
    }

    @Test func `what is typed has an end`() {
        press(.character("/"))
        type(String(repeating: "a", count: 1_000))
        #expect(state.filter.count == ViewState.promptTextMax)
        press(.control("u"))
        #expect(state.filter.isEmpty)
        press(.backspace)
        #expect(state.prompt == nil)
    }

    @Test func `space pauses, plus and minus change how often is drawn, l shows a robot's events`() {
        press(.character(" "))
        #expect(state.isPaused)
        press(.character("+"))
        #expect(state.refresh == .milliseconds(500))
        for _ in 0..<9 { press(.character("-")) }
        #expect(state.refresh == .seconds(10))
        press(.down, .character("l"))
        #expect(state.panel == .events && state.filter == "rover-19")
        #expect(press(.character("e")) == .export(to: nil))
    }

    @Test func `ncurses' codes are keys`() {
        #expect(KeyCode.character(24) == .control("x"))
        #expect(KeyCode.character(13) == .enter)
        #expect(KeyCode.character(27) == .escape)
        #expect(KeyCode.character(0xE9) == .character("\u{E9}"))
        #expect(KeyCode.character(0xD800) == nil)
        #expect(KeyCode.function(0o402) == .down)
        #expect(KeyCode.function(0o411) == .function(1))
        #expect(KeyCode.function(0o632) == nil, "a resize is no key")
    }
}
