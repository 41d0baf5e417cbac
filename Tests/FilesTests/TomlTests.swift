import Testing

@testable import SkeinFiles

@Suite struct TomlTests {
    static let schema = TomlSchema([
        .init("", about: "", keys: [.init("title", .text, "\"\"", "")]),
        .init(
            "robots", about: "",
            keys: [
                .init("count", .integer(1...512), nil, ""), .init("cameras", .integer(0...512), "0", ""),
                .init("speed_m_per_s", .above(0, through: .infinity), "6", ""),
                .init("strategy", .choice(["equal", "uoc"]), "\"uoc\"", ""), .init("lit", .flag, "false", ""),
            ]),
        .init(
            "fault", isList: true, about: "",
            keys: [
                .init("at_s", .atLeast(0, through: 3_600), nil, ""), .init("place", .point(through: 100), "none", ""),
                .init("target", .targets(numbers: 0...99, words: ["leader"]), nil, ""),
            ]),
    ])

    private func file(_ text: String) throws(FileError) -> TomlFile {
        try TomlFile(text: text, path: "f.toml", schema: Self.schema)
    }

    private func message(_ text: String) -> String? {
        complaint { () throws(FileError) in _ = try file(text) }
    }

    @Test func `values come out by name`() throws {
        let file = try file(
            """
            title = "x"
            [robots]
            count = 100
            speed_m_per_s = 5
            [[fault]]
            at_s = 1.5
            target = [3, "leader"]
            [[fault]]
            at_s = 2
            target = "leader"
            place = [1, 2.5]
            """)
        let robots = try #require(try file.top.table("robots"))
        #expect(robots.integer("count") == 100)
        #expect(robots.number("speed_m_per_s") == 5)
        #expect(robots.integer("cameras") == nil)
        let faults = try file.top.tables("fault")
        #expect(faults.map { $0.number("at_s") } == [1.5, 2])
        #expect(faults[0].list("target") == [.integer(3), .string("leader")])
        #expect(faults[1].list("target") == [.string("leader")])
        #expect(try #require(faults[1].point("place")) == (1, 2.5))
    }

    @Test(arguments: [
        (
            "[robots]\ncount = 1\ncamaras = 2",
            "f.toml:3:1: [robots] unknown key \"camaras\" (did you mean \"cameras\"?)"
        ),
        ("[robts]\ncount = 1", "f.toml:1:1: unknown table \"robts\" (did you mean \"robots\"?)"),
        (
            "[robots]\ncount = 1\nqqqqqqqqq = 2",
            "f.toml:3:1: [robots] unknown key \"qqqqqqqqq\" (known: count, cameras, speed_m_per_s, strategy, lit)"
        ),
        ("[robots]\n  count = -3", "f.toml:2:3: [robots] count: expected a whole number 1…512, found -3"),
        ("[robots]\ncount = \"ten\"", "f.toml:2:1: [robots] count: expected a whole number 1…512, found \"ten\""),
        (
            "[robots]\ncount = 1\nspeed_m_per_s = 0",
            "f.toml:3:1: [robots] speed_m_per_s: expected a number above 0, found 0"
        ),
        (
            "[robots]\ncount = 1\nspeed_m_per_s = nan",
            "f.toml:3:1: [robots] speed_m_per_s: expected a number above 0, found nan"
        ),
        (
            "[robots]\ncount = 1\nstrategy = \"uco\"",
            "f.toml:3:1: [robots] strategy: unknown word \"uco\" (did you mean \"uoc\"?)"
        ),
        ("[robots]\ncameras = 1", "f.toml:1:1: [robots] count is missing: expected a whole number 1…512"),
        ("title = \"a\"", "f.toml: no [robots] table with count, a whole number 1…512"),
        ("robots = 3", "f.toml:1:1: expected a table [robots], found 3"),
        ("[robots]\ncount = 1\n[fault]\nat_s = 1", "f.toml:3:1: expected tables [[fault]], found a table"),
        (
            "[robots]\ncount = 1\n# [[fault]]\n[[fault]]\nat_s = 1\ntarget = 1\n[[fault]]\nat_s = -1\ntarget = 1",
            "f.toml:8:1: [fault[1]] at_s: expected a number 0…3600, found -1"
        ),
        (
            "[robots]\ncount = 1\n[[fault]]\nat_s = 1\ntarget = [1, \"laeder\"]",
            "f.toml:5:1: [fault[0]] target: unknown word \"laeder\" (did you mean \"leader\"?)"
        ),
        (
            "[robots]\ncount = 1\n[[fault]]\nat_s = 1\ntarget = 1\nplace = [1]",
            "f.toml:6:1: [fault[0]] place: expected a point [x, y], each 0…100, found a list of 1"
        ),
    ])
    func `a fault is named by line, column, what was found and what was expected`(_ text: String, _ expected: String) {
        #expect(message(text) == expected)
    }

    @Test func `what is not TOML is refused where it goes wrong`() {
        #expect(message("[robots]\ncount = \n")?.hasPrefix("f.toml:2:") == true)
        #expect(message("[robots]\ncount = 1\n[robots]\n")?.hasPrefix("f.toml:3:1: ") == true)
        #expect(message("[robots]\ncount = 1 \0 x")?.hasPrefix("f.toml:2:11: expected text, found a NUL") == true)
        #expect(message(String(repeating: "[", count: 10_000)) == "f.toml:1:3: expected a table's name after \"[\"")
        #expect(message("a = [1, \"x\",}]") == "f.toml:1:13: expected a value or \"]\", found \"}\"")
        #expect(message("a = 1\nb = [[{c = 1}],\n  }\n]") == "f.toml:3:3: expected a value or \"]\", found \"}\"")
        #expect(message("[robots]\ncount = 1\n[ =]") == "f.toml:3:3: expected a table's name after \"[\"")
        #expect(message("[robots]\ncount = 1\nx = \n[=]")?.hasPrefix("f.toml:3:") == true)
    }

    @Test func `places are found in quoted keys, inline tables, long strings and dotted keys`() {
        let positions = TomlPositions(
            """
            a = \"\"\"
            b = 1 \"\" \\\"
            \"\"\" # c = 2
            'd' . "e" = { f = 1, g = [ 1, # no
              "]", 3 ] }
            [h.i] # [x]
            j = '''
            k = 1'''
            [[l]]
            [l.m]
            n = 1
            """)
        let expected = [
            "a": (1, 1), "d.e": (4, 1), "d.e.f": (4, 15), "d.e.g": (4, 22), "d.e.g[1]": (5, 3), "h.i": (6, 1),
            "h.i.j": (7, 1),
            "l[0]": (9, 1), "l[0].m": (10, 1), "l[0].m.n": (11, 1),
        ]
        for (path, place) in expected.sorted(by: { $0.key < $1.key }) {
            #expect(positions.position(of: path) == .init(line: place.0, column: place.1), "\(path)")
        }
        for path in ["b", "c", "x", "k"] { #expect(positions.position(of: path) == nil, "\(path)") }
    }

    @Test func `no text traps or hangs`() {
        #expect(message("a = " + String(repeating: "[", count: 100_000)) != nil)
        #expect(message("a = " + String(repeating: "{b=", count: 100_000)) != nil)

        let pieces = ["[", "]", "\"", "'", "=", ".", "{", "}", "\n", "a", "#", "\\", ",", "\"\"\"", " ", "é"]
        var state: UInt64 = 1
        for _ in 0..<2_000 {
            var text = ""
            for _ in 0..<24 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                text += pieces[Int(state >> 33) % pieces.count]
            }
            _ = message(text)
            _ = message("[robots]\ncount = 1\n" + text)
        }
    }
}
