import Testing

@testable import SkeinView

@Suite struct FieldScreenTests {
    private func snapshot(_ robots: [FieldSnapshot.Robot]) -> FieldSnapshot {
        FieldSnapshot(
            title: "a field", box: .init(xMetersMin: 0, xMetersMax: 100, yMetersMin: 0, yMetersMax: 100),
            robots: robots,
            physicalTarget: (20, 80), virtualTarget: (80, 20), arrivalRadiusMeters: 5,
            figures: [.init("time", "1.0 s"), .init("steps failed", "3", isAlarming: true)])
    }

    private func robot(_ x: Double, _ y: Double, leader: Int?) -> FieldSnapshot.Robot {
        .init(
            xMeters: x, yMeters: y, leader: leader, carriesCamera: false, isUp: true, hasArrived: false,
            isFailing: false)
    }

    @Test(arguments: [(80, 24), (120, 40), (40, 15), (200, 12), (20, 50), (10, 3), (1, 1)])
    func `a screen has exactly the lines asked for, none wider`(_ columns: Int, _ rows: Int) {
        let lines = FieldScreen.lines(
            snapshot([robot(0, 0, leader: 0), robot(100, 100, leader: 0)]), columns: columns, rows: rows, glyphs: .ascii
        )
        #expect(lines.count == rows)
        #expect(lines.allSatisfy { $0.count <= columns })
    }

    @Test func `a leader is a capital, its member the same letter small, whatever the colour`() {
        let lines = FieldScreen.lines(
            snapshot([
                robot(10, 10, leader: 0), robot(50, 50, leader: 0), robot(90, 90, leader: 2),
                robot(40, 20, leader: nil),
            ]),
            columns: 80, rows: 24, glyphs: .ascii)
        let field = lines.dropFirst().dropLast().map { $0.plain.prefix(42) }.joined()
        for mark in ["A", "a", "B", "?", "@", "%"] { #expect(field.contains(mark), "\(mark)") }
    }

    @Test func `trouble is said by a mark, not by colour alone`() {
        var failing = robot(50, 50, leader: 0)
        failing.isFailing = true
        var off = robot(30, 50, leader: 0)
        off.isUp = false
        var camera = robot(70, 50, leader: 0)
        camera.carriesCamera = true
        let lines = FieldScreen.lines(snapshot([failing, off, camera]), columns: 80, rows: 24, glyphs: .ascii)
        let text = lines.dropLast().map(\.plain).joined(separator: "\n")
        for mark in ["A!", "x", "a'", "steps failed 3 !"] { #expect(text.contains(mark), "\(mark)") }
    }

    @Test func `robots outside the field or nowhere are not drawn`() {
        let lines = FieldScreen.lines(
            snapshot([robot(-1, 5, leader: 0), robot(.nan, 5, leader: 1), robot(5, .infinity, leader: 2)]), columns: 80,
            rows: 24, glyphs: .ascii)
        #expect(lines.count == 24)
    }

    @Test func `colour is added where the ink changes and taken off at the end`() {
        var line = InkedLine()
        line.append("ab", .alarm)
        line.append("c")
        line.append("d", .faint)
        #expect(line.coloured == "\u{1B}[1;31mab\u{1B}[0mc\u{1B}[2md\u{1B}[0m")
        #expect(line.plain == "abcd")
    }
}
