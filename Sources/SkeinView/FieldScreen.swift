/// The whole screen of the live view: the field, the figures beside it, or below where the terminal is narrow. Always
/// exactly as many lines as asked for, none wider than asked for.
package enum FieldScreen {
    private static let panelColumns = 36
    private static let labelColumns = 13

    package static func lines(
        _ snapshot: FieldSnapshot, columns: Int, rows: Int, glyphs: FieldCanvas.Glyphs
    ) -> [InkedLine] {
        var lines: [InkedLine] = []
        var title = InkedLine()
        title.append(snapshot.title, .bold)
        lines.append(title)
        if columns >= panelColumns + FieldCanvas.columnsMin + 2 && rows >= FieldCanvas.rowsMin + 2 {
            lines += beside(snapshot, columns: columns, rows: rows - 2, glyphs)
            var legend = InkedLine()
            legend.append(FieldCanvas.legend, .faint)
            lines.append(legend)
        } else {
            let figures = snapshot.figures.filter { !$0.label.isEmpty }
            let figureRows = min(figures.count, max(rows / 3, 1))
            let room = rows - 1 - figureRows
            if room >= FieldCanvas.rowsMin && columns >= FieldCanvas.columnsMin {
                let size = FieldCanvas.size(of: snapshot.box, within: columns, rows: room)
                lines += FieldCanvas.lines(snapshot, columns: size.columns, rows: size.rows, glyphs: glyphs)
            }
            lines += figures.prefix(figureRows).map(line)
        }
        while lines.count < rows { lines.append(InkedLine()) }
        lines.removeLast(lines.count - rows)
        for index in lines.indices { lines[index].cut(to: columns) }
        return lines
    }

    private static func beside(
        _ snapshot: FieldSnapshot, columns: Int, rows: Int, _ glyphs: FieldCanvas.Glyphs
    ) -> [InkedLine] {
        let size = FieldCanvas.size(of: snapshot.box, within: columns - panelColumns - 2, rows: rows)
        let field = FieldCanvas.lines(snapshot, columns: size.columns, rows: size.rows, glyphs: glyphs)
        let figures = snapshot.figures.map(line)
        return (0..<min(rows, max(field.count, figures.count))).map { row in
            var line = row < field.count ? field[row] : InkedLine()
            line.pad(to: size.columns + 2)
            if row < figures.count { line.append(figures[row]) }
            return line
        }
    }

    private static func line(_ figure: FieldSnapshot.Figure) -> InkedLine {
        var line = InkedLine()
        line.append(figure.label, .faint)
        line.pad(to: labelColumns)
        line.append(figure.value, figure.isAlarming ? .alarm : .plain)
        if figure.isAlarming { line.append(" !", .alarm) }
        return line
    }
}
