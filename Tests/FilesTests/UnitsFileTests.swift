import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinFiles

/// Units and what they need, from files that people write.
@Suite struct UnitsFileTests {
    private func units(_ text: String, _ path: String = "u.toml") throws -> [UnitsFile.Unit] {
        try UnitsFile(text: text, path: path).units
    }

    private func complaint(_ text: String, _ path: String = "u.toml") -> String {
        do {
            _ = try UnitsFile(text: text, path: path)
            return "none"
        } catch { return "\(error)" }
    }

    private static let panorama: [UnitsFile.Unit] = [
        .init(name: "left", inputs: [.file("left.png")]), .init(name: nil, inputs: [.file("right.png")]),
        .init(name: "both", inputs: [.output(of: 0), .output(of: 1), .file("unit.cfg")]),
    ]

    @Test func `units need files and the outputs of units before them, by name or number`() throws {
        let toml = """
            [[unit]]
            name = "left"
            inputs = ["left.png"]
            [[unit]]
            inputs = ["right.png"]
            [[unit]]
            name = "both"
            inputs = ["unit:left", "unit:1", "unit.cfg"]
            """
        #expect(try units(toml) == Self.panorama)
        let json = """
            {"units": [{"name": "left", "inputs": ["left.png"]}, {"inputs": ["right.png"]},
             {"name": "both", "inputs": ["unit:left", "unit:1", "unit.cfg"]}]}
            """
        #expect(try units(json, "u.json") == Self.panorama)
    }

    @Test func `files are named from the folder of the units file`() {
        #expect(UnitsFile.path(of: "a", in: "u.toml") == "a")
        #expect(UnitsFile.path(of: "a", in: "x/u.toml") == "x/a")
        #expect(UnitsFile.path(of: "../a", in: "/x/u.toml") == "/x/../a")
        #expect(UnitsFile.path(of: "/a", in: "x/u.toml") == "/a")
    }

    @Test(arguments: [
        ("[[unit]]\nname = \"a\"\ninputs = [\"x\"]\n[[unit]]\ninputs = [\"y\",\n \"unit:b\"]\n", "u.toml:6:2: "),
        ("[[unit]]\ninputs = [\"unit:0\"]\n", "u.toml:2:11: "),
        ("[[unit]]\ninputs = [\"x\"]\n[[unit]]\ninputs = [\"unit:1\"]\n", "u.toml:4:11: "),
        ("[[unit]]\ninputs = []\n", "u.toml:2:1: "), ("[[unit]]\ninputs = \"x\"\n", "u.toml:2:1: "),
        ("[[unit]]\ninput = [\"x\"]\n", "u.toml:2:1: "), ("[[unit]]\nname = \"a\"\n", "u.toml:1:1: "),
        ("[[unit]]\nname = \"7\"\ninputs = [\"x\"]\n", "u.toml:2:1: "),
        ("[[unit]]\nname = \"a\"\ninputs = [\"x\"]\n[[unit]]\nname = \"a\"\ninputs = [\"y\"]\n", "u.toml:5:1: "),
        ("[[unit]]\ninputs = [\"\"]\n", "u.toml:2:11: "), ("[[units]]\ninputs = [\"x\"]\n", "u.toml:1:1: "),
        ("[[unit]]\ninputs = [\"x\"\n", "u.toml:"), ("", "u.toml: "),
    ])
    func `what is wrong is told with its line and column`(text: String, beginning: String) {
        #expect(complaint(text).hasPrefix(beginning), "\(complaint(text))")
    }

    @Test(arguments: [
        ("[]", "u.json: expected an object"), ("{\"units\": [{}]}", "u.json: units[0]: the key \"inputs\" is missing"),
        ("{\"unit\": []}", "u.json: unknown key \"unit\" (did you mean \"units\"?)"),
        ("{\"units\": [{\"inputs\": [\"x\"], \"out\": 1}]}", "u.json: units[0]: unknown key \"out\""),
        ("{\"units\": [{\"inputs\": [\"x\"]}, {\"inputs\": [\"unit:1\"]}]}", "u.json: units[1]: inputs[0]: unit 1"),
        ("{\"units\": [{\"inputs\": [\"x\", 7]}]}", "u.json: units[0].inputs[1]: expected a string, found 7"),
        ("{\"units\": [,]}", "u.json:1:12: "), ("{\"units\": []}", "u.json: no unit"),
    ])
    func `in JSON with its path`(text: String, beginning: String) {
        #expect(complaint(text, "u.json").hasPrefix(beginning), "\(complaint(text, "u.json"))")
    }

    @Test func `there are no more than a task may have`() {
        let one = "[[unit]]\ninputs = [\"x\"]\n"
        #expect(complaint(String(repeating: one, count: JobOrder.unitsMax)) == "none")
        #expect(complaint(String(repeating: one, count: JobOrder.unitsMax + 1)).contains("more than 256 units"))
        let wide = "[[unit]]\ninputs = [" + (0..<JobUnit.inputsMax).map { "\"\($0)\"" }.joined(separator: ", ") + "]\n"
        #expect(complaint(String(repeating: wide, count: JobOrder.inputsMax / JobUnit.inputsMax)) == "none")
        #expect(
            complaint(String(repeating: wide, count: JobOrder.inputsMax / JobUnit.inputsMax + 1))
                .contains("more than 1024 inputs"))
    }
}
