import Foundation
import Testing
import ViewSamples

@testable import SkeinView

/// The screen as it was when somebody last looked at it and found it good. `SKEIN_CAPTURE=1 swift test --filter
/// CaptureTests` takes them anew; what then differs is to be read before it is committed.
struct CaptureTests {
    struct Capture: CustomTestStringConvertible {
        var name: String
        var columns: Int
        var rows: Int
        var robots = 20
        var charset = Charset.braille
        var keys: [Key] = []
        var showsInks = false

        var testDescription: String { name }
    }

    static let captures: [Capture] =
        [(40, 15), (80, 24), (120, 40)].flatMap { columns, rows in
            [20, 100].map { Capture(name: "\($0)-\(columns)x\(rows)", columns: columns, rows: rows, robots: $0) }
        } + [
            Capture(name: "20-120x40-inks", columns: 120, rows: 40, showsInks: true),
            Capture(name: "100-80x24-inks", columns: 80, rows: 24, robots: 100, showsInks: true),
            Capture(name: "20-80x24-ascii", columns: 80, rows: 24, charset: .ascii),
            Capture(name: "map-100-120x40", columns: 120, rows: 40, robots: 100, keys: [.character("2")]),
            Capture(name: "map-20-80x24-blocks", columns: 80, rows: 24, charset: .blocks, keys: [.character("2")]),
            Capture(
                name: "map-20-80x24-ascii-near", columns: 80, rows: 24, charset: .ascii,
                keys: [.character("2"), .down, .character("z")]),
            Capture(name: "tasks-20-80x24", columns: 80, rows: 24, keys: [.character("3"), .down, .down]),
            Capture(name: "radio-20-80x24", columns: 80, rows: 24, keys: [.character("4")]),
            Capture(name: "radio-20-40x15", columns: 40, rows: 15, keys: [.character("4")]),
            Capture(name: "events-20-40x15", columns: 40, rows: 15, keys: [.character("5"), .up, .up, .up]),
            Capture(name: "safety-100-80x24", columns: 80, rows: 24, robots: 100, keys: [.character("6")]),
            Capture(name: "mission-20-80x24", columns: 80, rows: 24, keys: [.character("m")]),
            Capture(name: "robot-20-80x24", columns: 80, rows: 24, keys: [.down, .enter]),
            Capture(
                name: "task-20-60x20", columns: 60, rows: 20, keys: [.character("3"), .down, .enter]),
            Capture(name: "help-20-80x24", columns: 80, rows: 24, keys: [.function(1)]),
            Capture(
                name: "filter-100-80x24", columns: 80, rows: 24, robots: 100,
                keys: [.character("/"), .character("s"), .character("i"), .character("l")]),
            Capture(name: "stop-20-40x15", columns: 40, rows: 15, keys: [.control("x")]),
        ]

    @Test(arguments: captures)
    func `the screen is as it was found good`(_ capture: Capture) throws {
        let snapshot = MadeUp.snapshot(robots: capture.robots)
        var state = ViewState(isReadOnly: false)
        for key in capture.keys {
            _ = ViewKeys.press(key, &state, snapshot, size: (capture.columns, capture.rows), now: .zero)
        }
        let grid = Dashboard.grid(
            snapshot, state, columns: capture.columns, rows: capture.rows, charset: capture.charset)
        #expect(grid.columns == capture.columns && grid.rows == capture.rows)
        let lines = capture.showsInks ? Self.inks(grid) : grid.lines
        let drawn = lines.joined(separator: "\n") + "\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "captures/\(capture.name).txt")
        if ProcessInfo.processInfo.environment["SKEIN_CAPTURE"] == "1" {
            try Data(drawn.utf8).write(to: file)
        }
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(drawn == expected, "differs from captures/\(capture.name).txt; now:\n\(drawn)")
    }

    /// A letter for each cell's ink: colours small, in bold capital, reversed and no colour `R`, plain a space.
    static func inks(_ grid: Grid) -> [String] {
        (0..<grid.rows).map { row in
            var line = (0..<grid.columns).map { letter(grid[$0, row].ink) }.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private static func letter(_ ink: Ink) -> String {
        let letter: String? =
            switch ink.colour {
            case nil: nil
            case .green: "g"
            case .yellow: "y"
            case .red: "r"
            case .cyan: "c"
            case .grey: "s"
            case .subgroup(let number): "\(number % 10)"
            case .quality: "q"
            }
        guard let letter else { return ink.isReversed ? "R" : ink.isBold ? "B" : ink.isFaint ? "." : " " }
        return ink.isBold ? letter.uppercased() : letter
    }
}
