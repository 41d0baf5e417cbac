import SkeinWire
import Testing
import ViewSamples

@testable import SkeinView

struct DashboardTests {
    private static func text(
        _ snapshot: Snapshot, _ state: ViewState = ViewState(isReadOnly: false), _ columns: Int = 80, _ rows: Int = 24,
        _ charset: Charset = .ascii
    ) -> [String] {
        Dashboard.grid(snapshot, state, columns: columns, rows: rows, charset: charset).lines
    }

    /// Each size once, with another panel and another set of characters from one to the next.
    @Test(arguments: 1...60)
    func `every size is drawn, to its last cell`(_ rows: Int) {
        let snapshot = MadeUp.snapshot(robots: 9)
        for columns in 1...200 {
            var state = ViewState(isReadOnly: true)
            let turn = columns &+ rows &* 3
            state.panel = ViewState.Panel.allCases[turn % ViewState.Panel.allCases.count]
            state.isWhole = turn % 3 == 0
            state.page = [nil, .help, .robot(NodeID(4)), .work("r3:171"), nil, nil, nil][turn % 7]
            state.selectedRobot = NodeID(4)
            state.zoom = 1 << (turn % 4)
            state.top = turn % 5 * 40
            let grid = Dashboard.grid(
                snapshot, state, columns: columns, rows: rows, charset: Charset.allCases[turn % 3])
            #expect(grid.columns == columns && grid.rows == rows && grid.cells.count == columns * rows)
        }
    }

    @Test func `nothing at all is drawn too`() {
        let nothing = Snapshot(
            mode: .replay, source: "", time: .zero, mesh: .init(known: 0, heard: 0, silent: 0, leaders: 0),
            safety: .init(state: .unknown))
        for panel in ViewState.Panel.allCases {
            for (columns, rows) in [(0, 0), (0, 5), (5, 0), (1, 1), (40, 15), (80, 24), (120, 40)] {
                let grid = Dashboard.grid(
                    nothing, ViewState(isReadOnly: true, panel: panel, isWhole: true), columns: columns, rows: rows,
                    charset: .braille)
                #expect(grid.cells.count == columns * rows)
            }
        }
    }

    @Test func `what is wrong comes first: alarms above everything, then the robots in trouble`() {
        let lines = Self.text(MadeUp.snapshot(robots: 20))
        #expect(lines[0].contains("STOPPED 18/20, no answer: rover-17 rover-19"))
        #expect(lines[2].hasPrefix("x 2 robots have not answered"))
        #expect(lines[4].hasPrefix("! rover-18"))
        let peers = lines.drop { !$0.contains("NAME") }.dropFirst()
        #expect(Array(peers.prefix(3)).map { String($0.prefix(10)) } == ["x rover-19", "x rover-17", "! rover-18"])
    }

    @Test func `the header keeps its essentials however narrow the terminal is`() {
        for columns in 40...200 {
            let lines = Self.text(MadeUp.snapshot(robots: 20), .init(isReadOnly: true), columns, 15)
            #expect(lines[0].hasPrefix(" LIVE "), "\(columns): \(lines[0])")
            #expect(lines[0].contains("STOPPED") || lines[1].contains("STOPPED"), "\(columns)")
        }
    }

    @Test func `what is wrong is said in words or marks, whatever the colours`() {
        let text = Self.text(MadeUp.snapshot(robots: 20), .init(isReadOnly: false), 120, 40).joined(separator: "\n")
        for mark in ["x rover-19", "silent", "! rover-18", "failing", "40%~", "x r3:171", "d!"] {
            #expect(text.contains(mark), "\(mark)")
        }
    }

    @Test func `an old value is grey and has a tilde, a fresh one is not`() throws {
        var robot = Snapshot.Robot(id: NodeID(1), name: "one", state: "ok")
        robot.heard = .seconds(1)
        robot.idle = Known(0.5, age: .seconds(6))
        robot.granted = Known(0.3, age: .seconds(4))
        var snapshot = MadeUp.snapshot(robots: 4)
        snapshot.robots = [robot]
        var state = ViewState(isReadOnly: false)
        state.isWhole = true
        let grid = Dashboard.grid(snapshot, state, columns: 120, rows: 24, charset: .ascii)
        let row = try #require(grid.lines.firstIndex { $0.contains("  one") })
        let line = Array(grid.lines[row])
        let stale = try #require(String(line).firstRange(of: "50%~"))
        #expect(!String(line).contains("30%~") && String(line).contains("30%"))
        let column = String(line).distance(from: String(line).startIndex, to: stale.lowerBound)
        #expect(grid[column, row].ink == .stale && grid[column + 3, row].ink == .stale)
    }

    @Test func `when nothing new comes the header says so and nothing looks fresh`() {
        var state = ViewState(isReadOnly: false)
        state.shownAge = .seconds(12)
        let grid = Dashboard.grid(MadeUp.snapshot(robots: 20), state, columns: 80, rows: 24, charset: .ascii)
        #expect(grid.lines[0].contains("NO NEWS 10s"))
        let colours = (6..<23).flatMap { row in (0..<80).map { grid[$0, row].ink.colour } }
        #expect(colours.allSatisfy { $0 == .grey })
        state.isPaused = true
        #expect(Self.text(MadeUp.snapshot(robots: 20), state)[0].contains("PAUSED 10s"))
    }

    @Test func `read-only is said`() {
        #expect(Self.text(MadeUp.snapshot(robots: 20), .init(isReadOnly: true), 200, 24)[0].contains("read-only"))
        #expect(!Self.text(MadeUp.snapshot(robots: 20), .init(isReadOnly: false), 200, 24)[0].contains("read-only"))
    }

    @Test func `each mode is named, and time runs where it is not ours`() {
        var snapshot = MadeUp.snapshot(robots: 4)
        for (mode, text) in [
            (Snapshot.Mode.live, " LIVE"), (.simulation, " SIM  4:00 x2.0"), (.replay, " REPLAY  4:00 x2.0"),
        ] {
            snapshot.mode = mode
            snapshot.speed = 2
            #expect(Self.text(snapshot)[0].hasPrefix(text))
        }
    }

    @Test func `several panels stand beside each other where there is room`() {
        let text = Self.text(MadeUp.snapshot(robots: 20), .init(isReadOnly: false), 120, 40).joined(separator: "\n")
        for panel in ["1 peers", "2 map", "3 tasks", "4 radio", "5 events", "6 safety"] {
            #expect(text.contains(panel), "\(panel)")
        }
        #expect(!Self.text(MadeUp.snapshot(robots: 20)).joined().contains("2 map"))
    }

    @Test func `a hundred robots: the page of the list with the selected one is shown`() {
        let snapshot = MadeUp.snapshot(robots: 100)
        var state = ViewState(isReadOnly: false)
        #expect(!Self.text(snapshot, state).joined().contains("rover-77"))
        state.selectedRobot = NodeID(77)
        #expect(Self.text(snapshot, state).joined().contains("rover-77"))
    }

    @Test func `plain text has every robot, no escape, and no line beyond its width`() {
        for charset in Charset.allCases {
            let lines = PlainText.lines(MadeUp.snapshot(robots: 100), charset: charset)
            #expect((0..<100).allSatisfy { robot in lines.contains { $0.contains(MadeUp.name(robot)) } })
            #expect(lines.allSatisfy { $0.count <= PlainText.columns && !$0.hasSuffix(" ") })
            let scalars = lines.flatMap(\.unicodeScalars)
            #expect(scalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F })
            #expect(charset != .ascii || scalars.allSatisfy(\.isASCII))
        }
    }
}
