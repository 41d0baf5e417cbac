import FoundationEssentials
import SkeinWire
import Testing
import WireSamples

/// The source beside the bytes: every kind's layout is drawn where it is written, and the drawing tells the truth.
struct DiagramTests {
    /// The doc comment above each struct of Sources/SkeinWire/Messages, by the struct's name.
    private func diagrams() throws -> [(name: String, diagram: String)] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let folder = root + "/Sources/SkeinWire/Messages"
        var found: [(String, String)] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            let data = try #require(FileManager.default.contents(atPath: folder + "/" + file))
            var comment: [Substring] = []
            for line in String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false) {
                if line.hasPrefix("///") {
                    comment.append(line.dropFirst(3))
                } else {
                    if let name = Self.structName(line) {
                        found.append((name, comment.filter { $0.hasPrefix("     ") }.joined(separator: " ")))
                    }
                    comment = []
                }
            }
        }
        return found
    }

    private static func structName(_ line: Substring) -> String? {
        guard line.hasPrefix("package struct ") else { return nil }
        return String(line.dropFirst("package struct ".count).prefix { $0.isLetter || $0.isNumber })
    }

    /// The bytes of a drawing without its lists: every `u8`, `u16`, `f32` … outside `n × …`; `6 × f32` is no list.
    private static func fixedBytes(_ diagram: String, parts: [String: String]) -> Int {
        var sum = 0
        for cell in diagram.split(separator: "|") where !["n ×", "m ×", "l ×"].contains(where: cell.contains) {
            if let part = parts[cell.trimmed] { sum += fixedBytes(part, parts: parts) }
            for field in cell.split(separator: ",") {
                // Remarks stand in brackets; the width is a word of its own.
                let times = field.contains("6 ×") ? 6 : 1
                for word in field.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
                    sum += times * (Self.widths.first { $0.0 == word }?.1 ?? 0)
                }
            }
        }
        return sum
    }

    private static let widths: [(Substring, Int)] = [
        ("u8", 1), ("u16", 2), ("i16", 2), ("u32", 4), ("f32", 4), ("u64", 8),
    ]

    @Test(arguments: GoldenMessage.all)
    func `every kind's layout is drawn, and its fixed fields add up`(_ golden: GoldenMessage) throws {
        let all = try diagrams()
        let name = "\(Mirror(reflecting: golden.message).children.first.map { type(of: $0.value) } ?? Never.self)"
        let diagram = try #require(all.first { $0.name == name }?.diagram, "\(name) has no file")
        #expect(diagram.contains("|"), "\(name) has no byte diagram")
        let parts = Dictionary(uniqueKeysWithValues: all.map { ($0.name == "TaskID" ? "task" : $0.name, $0.diagram) })
        let drawn = Self.fixedBytes(diagram, parts: parts)
        #expect(drawn == Self.emptied(golden.message).bytes.count, "\(name): \(diagram)")
    }

    /// The same message with empty lists.
    private static func emptied(_ message: Message) -> Message {
        switch message {
        case .beacon(var body):
            body.neighbours = []
            body.leaders = []
            return .beacon(body)
        case .hello(var body):
            body.grants = []
            return .hello(body)
        case .linkReport(var body):
            body.entries = []
            return .linkReport(body)
        case .plan(var body):
            body.leaders = []
            body.entries = []
            return .plan(body)
        case .request(var body):
            body.excluded = []
            return .request(body)
        case .claim(var body):
            body.excluded = []
            return .claim(body)
        case .claimReply(var body):
            body.placements = []
            return .claimReply(body)
        case .match(var body):
            body.placements = []
            return .match(body)
        case .unit(var body):
            body.input = []
            return .unit(body)
        case .result(var body):
            body.output = []
            return .result(body)
        case .fixes: return .fixes(Fixes(entries: []))
        case .mission, .sighting, .unitReceipt, .routeRequest, .routeReply, .echo: return message
        }
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}
