import SkeinWire
import Testing
import ViewSamples

@testable import SkeinView

/// What comes from others never reaches the terminal but as printable characters of one column.
struct HostileTextTests {
    private static let hostile = [
        "\u{1B}[2J\u{1B}]0;owned\u{07}", "a\r\nb\tc\u{0}d\u{7F}", "\u{9B}31m\u{90}q",
        "\u{202E}dlrow\u{2066}\u{200B}\u{FEFF}",
        "\u{2028}x\u{2029}", "e\u{301}\u{302}\u{20DD}", "\u{1F600}\u{1F468}\u{200D}\u{1F469}", "漢字テスト한국어",
        "\u{0E33}\u{0947}\u{FE0F}\u{E0041}", String(repeating: "long", count: 5_000), "\u{AD}\u{61C}\u{3164}\u{115F}",
        "",
    ]

    private static func snapshot() -> Snapshot {
        var snapshot = MadeUp.snapshot(robots: 12)
        for (index, text) in hostile.enumerated() {
            snapshot.robots[index].name = text
            snapshot.robots[index].state = text
            snapshot.robots[index].troubles = [text, text]
            snapshot.robots[index].version = text
            snapshot.robots[index].details = [.init(text, text, severity: .alarm)]
            snapshot.events.append(
                .init(time: .seconds(-5), robot: nil, robotName: text, severity: .alarm, text: text))
            snapshot.alarms.append(.init(.alarm, text, age: .seconds(-1)))
            var work = Snapshot.Work(
                key: text, kernel: text, owner: .none, ownerName: text, state: .running, partsDone: -1, parts: .max)
            work.stateWords = text
            work.why = text
            work.workers = [text, text]
            snapshot.tasks.append(work)
            snapshot.targets.append(.init(kind: .waypoint, name: text, place: Known(.init(xMeters: 1, yMeters: 1))))
            snapshot.mission.append(.init(text, text))
            snapshot.radio?.drops.append(.init(reason: text, count: .max, perSecond: .nan))
            snapshot.safety.lines[index].name = text
            snapshot.safety.stops.append(.init(number: .max, issuerName: text))
        }
        snapshot.fleet = hostile[0]
        snapshot.source = hostile[2]
        snapshot.me?.name = hostile[1]
        return snapshot
    }

    @Test(arguments: Charset.allCases)
    func `no cell holds what a terminal would obey or misplace`(_ charset: Charset) {
        let snapshot = Self.snapshot()
        let pages: [ViewState.Page?] =
            [nil, .help] + (0..<12).map { .robot(NodeID(UInt16($0))) } + snapshot.tasks.map { .work($0.key) }
        for page in pages {
            for panel in ViewState.Panel.allCases where page == nil || panel == .peers {
                for (columns, rows) in [(40, 15), (120, 40)] {
                    var state = ViewState(isReadOnly: false, panel: panel, isWhole: columns == 40)
                    state.page = page
                    state.filter = ""
                    state.prompt = .command(Self.hostile[0])
                    let grid = Dashboard.grid(snapshot, state, columns: columns, rows: rows, charset: charset)
                    #expect(grid.cells.allSatisfy { Self.isHarmless($0.scalar, charset) })
                }
            }
        }
        let plain = PlainText.lines(snapshot, charset: charset).flatMap(\.unicodeScalars)
        #expect(plain.allSatisfy { Self.isHarmless($0, charset) })
    }

    private static func isHarmless(_ scalar: Unicode.Scalar, _ charset: Charset) -> Bool {
        if charset == .ascii { return (0x20...0x7E).contains(scalar.value) }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .nonspacingMark, .enclosingMark, .spacingMark, .otherLetter:
            return false
        default: return scalar.value < 0x2900 && (scalar == " " || !scalar.properties.isWhitespace)
        }
    }

    @Test func `each bad character is one question mark, each mark on a letter nothing`() {
        #expect(SafeText.line("a\u{1B}[0mb", .braille) == "a?[0mb")
        #expect(SafeText.line("e\u{301}t\u{E9}", .braille) == "et\u{E9}")
        #expect(SafeText.line("漢字", .braille) == "??")
        #expect(SafeText.line("\u{E9}t\u{E9}", .ascii) == "?t?")
    }

    @Test func `numbers without sense are drawn`() {
        var snapshot = MadeUp.snapshot(robots: 6)
        for (index, value) in [Double.nan, .infinity, -.infinity, 1e300, -1e300, Double.leastNonzeroMagnitude]
            .enumerated()
        {
            snapshot.robots[index].place = Known(.init(xMeters: value, yMeters: value, headingRadians: value))
            snapshot.robots[index].idle = Known(value, age: .nanoseconds(Int64.max))
            snapshot.robots[index].battery = Known(value)
            snapshot.robots[index].temperatureCelsius = Known(value)
            snapshot.robots[index].heard = .nanoseconds(Int64.min + 1)
            snapshot.robots[index].hops = .max
            var link = Snapshot.RadioLink(
                estimator: .probed, bitsPerSecondPerHz: value, band: .data, age: .seconds(1 << 33))
            link.history = [value, 1, value]
            link.snrDecibels = value
            snapshot.robots[index].link = link
            snapshot.targets.append(
                .init(
                    kind: .physical, name: "t", place: Known(.init(xMeters: value, yMeters: 3)),
                    arrivalRadiusMeters: value))
        }
        snapshot.field = .init(xMetersMin: 0, xMetersMax: .infinity, yMetersMin: 0, yMetersMax: 1e300)
        snapshot.radio?.controlFraction = .nan
        snapshot.radio?.controlFractionMax = 0
        snapshot.speed = .infinity
        snapshot.clockBound = Known(.nanoseconds(Int64.max))
        for panel in ViewState.Panel.allCases {
            for order in PeerOrder.allCases {
                var state = ViewState(isReadOnly: false, panel: panel)
                state.peerOrder = order
                let grid = Dashboard.grid(snapshot, state, columns: 120, rows: 40, charset: .braille)
                #expect(grid.cells.count == 4_800)
            }
        }
        snapshot.field = nil
        #expect(
            Dashboard.grid(
                snapshot, .init(isReadOnly: false, panel: .map, isWhole: true), columns: 80, rows: 24, charset: .braille
            ).cells.count == 1_920)
    }
}
