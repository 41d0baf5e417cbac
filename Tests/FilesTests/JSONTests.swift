import Foundation
import Testing

@testable import SkeinFiles

@Suite struct JSONTests {
    /// Documents and whether RFC 8259 takes them.
    static let documents: [(String, Bool)] = [
        ("{}", true), ("[]", true), ("0", true), ("-0", true), ("1.5e-3", true), ("\"\\u00e9\\n\"", true),
        ("\"\\ud83d\\ude00\"", true), ("[1, [2, {\"a\": null}], true]", true), (" \n\t[1]\r\n", true),
        ("", false), ("hello", false), ("[1,]", false), ("{\"a\" 1}", false), ("{a: 1}", false), ("[1 2]", false),
        ("01", false), ("1.", false), (".5", false), ("+1", false), ("NaN", false), ("Infinity", false),
        ("\"\\x\"", false),
        ("[1] x", false), ("{\"a\": 1", false), ("[1, 2", false), ("\"open", false), ("nul", false),
        ("\"a\nb\"", false),
        ("\"\\u12\"", false),
    ]

    @Test(arguments: documents)
    func `what the standard takes is read, and the library's decoder takes all that is read`(
        _ document: (text: String, isJSON: Bool)
    ) throws {
        let ours = (try? JSONReader.read(document.text, file: "f")) != nil
        let theirs = (try? JSONDecoder().decode(Anything.self, from: Data(document.text.utf8))) != nil
        #expect(ours == document.isJSON)
        // The decoder is the laxer one: it takes `[1,]` and does not look at what it is not asked for.
        #expect(theirs || !ours)
    }

    @Test func `a fault is named by line and column`() {
        #expect(message("{\n  \"a\": [1, 2,, 3]\n}") == "f:2:14: expected a value, found \",\"")
        #expect(message("{\"a\": 1") == "f:1:8: expected \",\" or \"}\", found the end of the file")
        #expect(message("{\"é\": x}") == "f:1:7: expected a value, found \"x\"")
        #expect(message("[1e999]") == "f:1:2: 1e999 is out of range")
        #expect(message("{\"a\": 1, \"a\": 2}") == "f:1:10: the key \"a\" stands here twice")
    }

    @Test func `half of a surrogate pair and deep nesting are refused`() {
        #expect(message("\"\\ud83d\"") != nil)
        #expect(message("\"\\ude00\"") != nil)
        #expect(message("\"\\ud83d\\u0041\"") != nil)
        #expect(message(String(repeating: "[", count: 100_000))?.contains("nested deeper than 64") == true)
    }

    @Test func `every cut of a document is refused, none traps`() {
        let text = #"{"a": [1, -2.5e3, "x\u00e9\\"], "b": {"c": null, "d": [true, false]}}"#
        for length in 0..<text.count { #expect(message(String(text.prefix(length))) != nil) }
    }

    @Test func `what is written reads back the same, in the order given`() throws {
        let value: JSONValue = [
            "z": .numbers([0.1, 1e-300, 1.7976931348623157e308, -2.5]), "a": .integer(-7),
            "text": .string("é \"quoted\" \\ \n \u{1}"),
            "list": .array([["inner": .null], ["inner": .bool(true)]]), "empty": .array([]), "none": .object([]),
        ]
        let text = String(decoding: JSONWriter.bytes(of: value), as: UTF8.self)
        #expect(try JSONReader.read(text, file: "f") == value)
        #expect(text.hasPrefix("{\n  \"z\": [0.1, 1e-300,"))
    }

    @Test func `a figure that is not finite is null, a whole one has no fraction`() {
        let value: JSONValue = .numbers([.nan, .infinity, 3, -0.5])
        #expect(String(decoding: JSONWriter.bytes(of: value), as: UTF8.self) == "[null, null, 3, -0.5]\n")
    }

    @Test func `a cursor names the path to what is wrong`() throws {
        let root = JSONCursor(
            file: "f", value: try JSONReader.read(#"{"instances": [{"links": [[0, 104, 1]]}]}"#, file: "f"))
        let link = try root.needed("instances").elements()[0].needed("links").elements()[0]
        #expect(
            complaint { () throws(FileError) in _ = try link.elements()[1].robot(of: 100) }
                == "f: instances[0].links[0][1]: robot 104 outside 0..<100")
        #expect(
            complaint { () throws(FileError) in _ = try link.needed("x") }
                == "f: instances[0].links[0]: expected an object, found an array of 3")
    }

    private func message(_ text: String) -> String? {
        complaint { () throws(FileError) in _ = try JSONReader.read(text, file: "f") }
    }
}

func complaint(_ body: () throws(FileError) -> Void) -> String? {
    do { try body() } catch { return "\(error)" }
    return nil
}

/// Takes any JSON at all, so that only the syntax is judged.
private struct Anything: Decodable {
    struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
    init(from decoder: Decoder) throws {}
}
