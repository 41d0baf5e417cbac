import SkeinWire
import Testing
import ViewSamples

@testable import SkeinView

struct CellsTests {
    @Test func `columns are left out by what matters least, never wider than the room`() {
        let snapshot = MadeUp.snapshot(robots: 20)
        let table = PeersPanel.table(snapshot, ViewState(isReadOnly: false), .ascii)
        var before: Set<Int> = []
        for width in 1...200 {
            let fitted = table.fitted(within: width)
            let total = fitted.reduce(-1) { $0 + $1.width + 1 }
            #expect(total <= width)
            #expect(fitted.contains { table.columns[$0.index].title == "NAME" }, "\(width)")
            let now = Set(fitted.map(\.index))
            #expect(now.isSuperset(of: before), "\(width): a column came and went")
            before = now
        }
        #expect(before.count == table.columns.count)
    }

    @Test func `without colours no ink has one, and what is stale is dim`() {
        let inks: [Ink] = [
            .good, .warning, .alarm, .label, .stale, Ink(colour: .subgroup(3)), Ink(colour: .quality(4)),
        ]
        for ink in inks {
            #expect(Attributes(ink, .none, colours: 256).colour == nil)
            #expect(Attributes(ink, .fine, colours: 0).colour == nil)
            let sixteen = Attributes(ink, .sixteen, colours: 16).colour
            #expect(sixteen.map { (0..<16).contains($0) } == true)
        }
        #expect(Attributes(.stale, .none, colours: 0).isDim)
        #expect(Attributes(.stale, .sixteen, colours: 8).isDim, "eight colours have no grey")
        #expect(!Attributes(.stale, .sixteen, colours: 16).isDim)
    }

    @Test func `red is for alarm alone, and neighbouring subgroups differ`() {
        for palette in [Palette.sixteen, .fine] {
            for number in -20...40 {
                let colour = palette.number(of: .subgroup(number))
                #expect(colour != palette.number(of: .red))
                #expect(colour != palette.number(of: .subgroup(number + 1)))
            }
        }
    }

    @Test(arguments: [
        (["TERM": "xterm", "LANG": "en_US.UTF-8"], Charset.braille, Palette.sixteen, false),
        (["TERM": "xterm", "LANG": "C"], .ascii, .sixteen, false),
        (["TERM": "linux", "LC_ALL": "C.utf8"], .blocks, .sixteen, false),
        (["TERM": "xterm", "LC_ALL": "POSIX", "LANG": "C.UTF-8"], .ascii, .sixteen, false),
        (["TERM": "xterm", "LANG": "C.UTF-8", "COLORTERM": "truecolor"], .braille, .fine, false),
        (["TERM": "xterm", "LANG": "C.UTF-8", "COLORTERM": "yes"], .braille, .sixteen, false),
        (["TERM": "xterm", "LANG": "C.UTF-8", "COLORTERM": "24bit", "NO_COLOR": "1"], .braille, .none, false),
        (["TERM": "xterm", "NO_COLOR": ""], .ascii, .sixteen, false),
        (["TERM": "dumb", "LANG": "C.UTF-8"], .braille, .none, true), ([:], .ascii, .none, true),
    ])
    func `the environment says what the terminal shows`(
        _ variables: [String: String], _ charset: Charset, _ palette: Palette, _ isDumb: Bool
    ) {
        let surroundings = Surroundings { variables[$0] ?? "" }
        #expect(surroundings.charset == charset)
        #expect(surroundings.palette == palette)
        #expect(surroundings.isDumb == isDumb)
    }

    @Test func `graphs grow with their values, the latest at the right`() {
        func text(_ charset: Charset, _ values: [Double], _ width: Int) -> String {
            String(String.UnicodeScalarView(charset.sparkline(values, width: width)))
        }
        #expect(text(.ascii, [0, 0.5, 1], 4) == " _=#")
        #expect(text(.blocks, [0, 0.5, 1], 3) == "_▄█")
        #expect(text(.braille, [0, 1, 1], 3) == " ⢀⣿")
        #expect(text(.braille, [.nan, .infinity, -1], 1) == "⣀")
        #expect(text(.ascii, [], 3) == "   ")
        #expect(text(.ascii, [1], 0) == "")
    }

    @Test func `dots are where braille has them`() {
        #expect(Charset.braille.character(dots: 0b0000_0001) == "⠁")
        #expect(Charset.braille.character(dots: 0b1000_0000) == "⢀".unicodeScalars.first)
        #expect(Charset.braille.character(dots: 0xFF) == "⣿")
        #expect(Charset.blocks.character(dots: 2) == "▄")
        #expect(Charset.ascii.character(dots: 0) == " ")
    }

    @Test(arguments: [
        (0.0, "now"), (1.9, "now"), (2, "2s"), (3.9, "2s"), (59, "55s"), (60, "1m"), (3_599, "59m"), (7_200, "2h"),
        (200_000, "2d"), (-5, "now"),
    ])
    func `ages go in coarse steps`(_ seconds: Double, _ text: String) {
        #expect(Figures.age(.fromSeconds(seconds)) == text)
    }

    @Test func `figures are short`() {
        #expect(Figures.span(.microseconds(340)) == "340 us")
        #expect(Figures.span(.microseconds(1_840)) == "1.8 ms")
        #expect(Figures.span(.milliseconds(-300)) == "-300 ms")
        #expect(Figures.span(.seconds(90)) == "1m")
        #expect(Figures.percent(0.0134) == "1.3%" && Figures.percent(0.5) == "50%" && Figures.percent(0) == "0%")
        #expect(Figures.short(840) == "840" && Figures.short(6_400) == "6.4k" && Figures.short(88_000) == "88k")
        #expect(Figures.short(999_999) == "1.0M" && Figures.short(.infinity) == "inf")
        #expect(Figures.decimal(-0.04, 1) == "0.0" && Figures.decimal(-1.25, 2) == "-1.25")
        #expect(Figures.clock(.milliseconds(3_723_450)) == "1:02:03.4")
    }

    @Test func `at rest no more is sent than the line bears`() {
        var budget = PaintBudget()
        var sent = 0
        for tick in 0..<600 where budget.allows(bytes: 700, atSeconds: Double(tick) * 0.1) { sent += 700 }
        #expect(Double(sent) <= 60 * PaintBudget.bytesPerSecond + 2_500)
        #expect(Double(sent) >= 55 * PaintBudget.bytesPerSecond * 0.9)
        var large = PaintBudget()
        let answers = [(20_000, 0.0), (10, 5), (10, 12)].map { large.allows(bytes: $0.0, atSeconds: $0.1) }
        #expect(answers == [true, false, true], "what is more than can be saved up goes, and is paid off afterwards")
    }

    @Test func `what does not change costs nothing`() {
        let snapshot = MadeUp.snapshot(robots: 20)
        let state = ViewState(isReadOnly: false)
        let grid = Dashboard.grid(snapshot, state, columns: 120, rows: 40, charset: .braille)
        #expect(PaintBudget.cost(from: grid, to: grid) == 0)
        #expect(PaintBudget.cost(from: nil, to: grid) > 4_000)
        let later = Dashboard.grid(
            MadeUp.snapshot(robots: 20, seconds: 241), state, columns: 120, rows: 40, charset: .braille)
        #expect(PaintBudget.cost(from: grid, to: later) < 2_000)
    }

    @Test(arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")])
    func `base64 is RFC 4648's`(_ text: String, _ encoded: String) {
        #expect(Base64.encoded(Array(text.utf8)) == encoded)
    }
}
