/// Lines under columns. Where there is no room for all, those that matter least are left out.
struct Table<Row> {
    struct Column {
        var title: String
        var width: Int
        /// The lower, the longer it stays.
        var priority: Int
        var isRight: Bool
        /// Takes what is left over, and at least `width`.
        var isFlexible: Bool
        var cell: (Row) -> InkedLine

        init(
            _ title: String, _ width: Int, priority: Int, isRight: Bool = false, isFlexible: Bool = false,
            _ cell: @escaping (Row) -> InkedLine
        ) {
            self.title = title
            self.width = width
            self.priority = priority
            self.isRight = isRight
            self.isFlexible = isFlexible
            self.cell = cell
        }
    }

    var columns: [Column]
    /// Title of the column that the lines are sorted by, if one is.
    var sorted: String?

    /// Which columns there is room for, and how wide they are, in their order.
    func fitted(within width: Int) -> [(index: Int, width: Int)] {
        var left = width
        var chosen: [Int] = []
        for index in columns.indices.sorted(by: { columns[$0].priority < columns[$1].priority }) {
            let needed = columns[index].width + (chosen.isEmpty ? 0 : 1)
            // One that does not fit ends it: of two figures the more important is never the one missing.
            guard needed <= left else { break }
            chosen.append(index)
            left -= needed
        }
        // Narrower than anything: the most important one, cut.
        if chosen.isEmpty, width > 0,
            let first = columns.indices.min(by: { columns[$0].priority < columns[$1].priority })
        {
            return [(first, width)]
        }
        let flexible = chosen.first { columns[$0].isFlexible }
        return chosen.sorted().map { ($0, columns[$0].width + ($0 == flexible ? left : 0)) }
    }

    /// Titles, then the rows, as many as there is room for, the selected one reversed.
    func draw(_ rows: some Sequence<Row>, selected: Int?, in area: Area, _ grid: inout Grid) {
        guard area.rows > 0, area.columns > 0 else { return }
        let fitted = fitted(within: area.columns)
        var column = area.column
        for (index, width) in fitted {
            let ink = columns[index].title == sorted ? Ink(colour: .cyan, isBold: true) : Ink.label
            if columns[index].isRight {
                grid.putRight(columns[index].title, ink, at: column, area.row, width: width)
            } else {
                grid.put(columns[index].title, ink, at: column, area.row, width: width)
            }
            column += width + 1
        }
        for (offset, row) in rows.prefix(max(area.rows - 1, 0)).enumerated() {
            draw(row, fitted, at: area.column, area.row + 1 + offset, &grid)
            if offset == selected {
                let whole = area.column..<(area.column + area.columns)
                grid.ink(area.row + 1 + offset, columns: whole) { $0.reversed }
            }
        }
    }

    private func draw(
        _ row: Row, _ fitted: [(index: Int, width: Int)], at first: Int, _ line: Int, _ grid: inout Grid
    ) {
        var column = first
        for (index, width) in fitted {
            let cell = columns[index].cell(row)
            let indent = columns[index].isRight ? max(width - cell.count, 0) : 0
            grid.put(cell, at: column + indent, line, width: width - indent)
            column += width + 1
        }
    }

}

/// Of a long list the page with the selected line on it.
enum Paging {
    static func page(of count: Int, around selected: Int?, rows: Int) -> Range<Int> {
        guard rows > 0, count > 0 else { return 0..<0 }
        let first = min(selected ?? 0, count - 1) / rows * rows
        return first..<min(first + rows, count)
    }
}
