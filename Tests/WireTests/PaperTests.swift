import FoundationEssentials
import SkeinWire
import Testing
import WireSamples

/// The table of messages in docs/wire.md says what the code does.
struct PaperTests {
    /// The cells of the row of a kind.
    private func row(_ kind: MessageKind) throws -> [String] {
        let root = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined()
        let data = try #require(FileManager.default.contents(atPath: root + "/docs/wire.md"))
        let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("| `\(kind)` |") }
        return try #require(line, "\(kind) is not in the table").split(separator: "|").map {
            String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    @Test(arguments: MessageKind.allCases)
    func `the table knows a kind's number, class, flooding and size`(_ kind: MessageKind) throws {
        let cells = try row(kind)
        var maker = MessageMaker(seed: 1)
        #expect(cells.count == 8)
        #expect(cells[1] == "\(kind.rawValue)")
        #expect(cells[2] == "\(kind.trafficClass)")
        #expect(cells[3].contains("flood") == kind.isFlooded)
        #expect(cells[7] == "\(maker.largest(kind).bytes.count)")
        let least = (0..<400).map { _ in maker.message(kind).bytes.count }.min() ?? 0
        #expect((Int(cells[6]) ?? .max) <= least)
    }
}
