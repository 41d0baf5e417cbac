import SkeinWire

/// Panels and pages that are lines to be scrolled.
enum Texts {
    private static let labelColumns = 12

    /// What of them is on the screen now; nil: something that is no such lines.
    static func lines(
        _ snapshot: Snapshot, _ state: ViewState, columns: Int, charset: Charset
    ) -> [InkedLine]? {
        switch state.page {
        case .robot(let robot): RobotPage.lines(robot, snapshot, columns: columns, charset)
        case .work(let key): WorkPage.lines(key, snapshot, columns: columns)
        case .help: HelpPage.lines(columns: columns)
        case nil: lines(of: state.panel, snapshot, columns: columns, charset: charset)
        }
    }

    static func lines(
        of panel: ViewState.Panel, _ snapshot: Snapshot, columns: Int, charset: Charset
    ) -> [InkedLine]? {
        switch panel {
        case .radio: RadioPanel.lines(snapshot, columns: columns, charset)
        case .safety: SafetyPanel.lines(snapshot, columns: columns, charset)
        case .mission: figures(snapshot.mission, columns: columns)
        case .peers, .map, .tasks, .events: nil
        }
    }

    /// From `top` on; never so far that the end leaves the bottom.
    static func draw(_ lines: [InkedLine], top: Int, in area: Area, _ grid: inout Grid) {
        let first = min(max(top, 0), max(lines.count - area.rows, 0))
        for (row, line) in lines.dropFirst(first).prefix(area.rows).enumerated() {
            grid.put(line, at: area.column, area.row + row, width: area.columns)
        }
    }

    static func figures(_ figures: [Snapshot.MissionFigure], columns: Int) -> [InkedLine] {
        figures.isEmpty
            ? [InkedLine("nothing is known of a mission", .faint)]
            : figures.flatMap { figure($0, columns: columns) }
    }

    static func figure(_ figure: Snapshot.MissionFigure, columns: Int) -> [InkedLine] {
        var value = InkedLine(figure.value, Ink.of(figure.severity))
        switch figure.severity {
        case .calm: break
        case .warning: value.append(" !", .warning)
        case .alarm: value.append(" x", .alarm)
        }
        return labelled(figure.label, value, columns: columns)
    }

    /// A label and what it labels; a text too long for the line goes on in the next ones.
    static func labelled(_ label: String, _ value: InkedLine, columns: Int) -> [InkedLine] {
        var first = InkedLine(label, .label)
        first.pad(to: labelColumns)
        if label.unicodeScalars.count >= labelColumns { first.append(" ") }
        let room = max(columns - labelColumns, 8)
        guard value.count > room, value.pieces.count == 1 else {
            first.append(value)
            return [first]
        }
        return wrapped(value.pieces[0].text, to: room).enumerated().map { index, text in
            var line = index == 0 ? first : InkedLine(String(repeating: " ", count: labelColumns))
            line.append(text, value.pieces[0].ink)
            return line
        }
    }

    /// Broken at spaces where that is possible.
    static func wrapped(_ text: String, to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ", omittingEmptySubsequences: true).map(String.init) {
            var word = Substring(word)
            if !line.isEmpty, line.count + 1 + word.count > width {
                lines.append(line)
                line = ""
            }
            while word.count > width {
                lines.append(String(word.prefix(width)))
                word = word.dropFirst(width)
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        if !line.isEmpty || lines.isEmpty { lines.append(line) }
        return lines
    }

    /// A heading within lines.
    static func heading(_ text: String) -> InkedLine { InkedLine(text, .bold) }
}
