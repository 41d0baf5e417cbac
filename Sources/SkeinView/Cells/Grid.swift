/// One place of the screen.
package struct Cell: Hashable, Sendable {
    package var scalar: Unicode.Scalar
    package var ink: Ink

    package static let empty = Cell(scalar: " ", ink: .plain)
}

/// The screen as cells. Whatever is put beside it is cut off, so that drawing never has to fear for room.
package struct Grid: Hashable, Sendable {
    package let columns: Int
    package let rows: Int
    package let charset: Charset
    package private(set) var cells: [Cell]

    /// Larger ones are cut: no terminal is.
    package static let columnsMax = 1_000
    package static let rowsMax = 1_000

    package init(columns: Int, rows: Int, charset: Charset) {
        self.columns = min(max(columns, 0), Self.columnsMax)
        self.rows = min(max(rows, 0), Self.rowsMax)
        self.charset = charset
        cells = Array(repeating: .empty, count: self.columns * self.rows)
    }

    package subscript(column: Int, row: Int) -> Cell {
        get {
            precondition(contains(column, row), "cell \(column), \(row) of \(columns) x \(rows)")
            return cells[row * columns + column]
        }
        set {
            guard contains(column, row) else { return }
            cells[row * columns + column] = newValue
        }
    }

    func contains(_ column: Int, _ row: Int) -> Bool {
        (0..<columns).contains(column) && (0..<rows).contains(row)
    }

    /// Whole lines, without the space at their ends.
    package var lines: [String] {
        (0..<rows).map { row in
            var line = String.UnicodeScalarView()
            var end = columns
            while end > 0, self[end - 1, row].scalar == " " { end -= 1 }
            for column in 0..<end { line.append(self[column, row].scalar) }
            return String(line)
        }
    }

    mutating func put(_ scalar: Unicode.Scalar, _ ink: Ink = .plain, at column: Int, _ row: Int) {
        self[column, row] = Cell(scalar: scalar, ink: ink)
    }

    /// Of text what goes into `width` cells; what does not is told by an ellipsis. Returns the column behind it.
    @discardableResult
    mutating func put(
        _ text: String, _ ink: Ink = .plain, at column: Int, _ row: Int, width: Int = .max
    ) -> Int {
        let room = min(max(width, 0), max(columns - column, 0))
        let scalars = SafeText.scalars(text, charset)
        guard scalars.count > room else {
            for (offset, scalar) in scalars.enumerated() { put(scalar, ink, at: column + offset, row) }
            return column + scalars.count
        }
        guard room > 0 else { return column }
        for offset in 0..<(room - 1) { put(scalars[offset], ink, at: column + offset, row) }
        put(charset.ellipsis, ink, at: column + room - 1, row)
        return column + room
    }

    /// As `put`, with its end at the right of `width` cells.
    mutating func putRight(_ text: String, _ ink: Ink = .plain, at column: Int, _ row: Int, width: Int) {
        let count = SafeText.scalars(text, charset).count
        put(text, ink, at: column + max(width - count, 0), row, width: min(width, count))
    }

    /// Pieces of text after each other, within `width` cells.
    @discardableResult
    mutating func put(_ line: InkedLine, at column: Int, _ row: Int, width: Int = .max) -> Int {
        var next = column
        for piece in line.pieces {
            let left = width == .max ? Int.max : column + width - next
            guard left > 0 else { break }
            next = put(piece.text, piece.ink, at: next, row, width: left)
        }
        return next
    }

    /// A graph, each of its cells in one ink.
    mutating func put(_ scalars: [Unicode.Scalar], _ ink: Ink, at column: Int, _ row: Int) {
        for (offset, scalar) in scalars.enumerated() { put(scalar, ink, at: column + offset, row) }
    }

    /// Gives the cells of a line another ink.
    mutating func ink(_ row: Int, columns range: Range<Int>, _ change: (Ink) -> Ink) {
        for column in range where contains(column, row) {
            cells[row * columns + column].ink = change(cells[row * columns + column].ink)
        }
    }
}

/// A line of pieces, each with its ink.
package struct InkedLine: Hashable, Sendable {
    package struct Piece: Hashable, Sendable {
        package var text: String
        package var ink: Ink
    }

    package var pieces: [Piece] = []

    package init() {}

    package init(_ text: String, _ ink: Ink = .plain) { append(text, ink) }

    package mutating func append(_ text: String, _ ink: Ink = .plain) {
        guard !text.isEmpty else { return }
        pieces.append(Piece(text: text, ink: ink))
    }

    package mutating func append(_ line: InkedLine) { pieces += line.pieces }

    /// Of the house's own characters.
    mutating func append(_ scalars: [Unicode.Scalar], _ ink: Ink = .plain) {
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        append(String(text), ink)
    }

    mutating func pad(to width: Int) {
        let missing = width - count
        if missing > 0 { append(String(repeating: " ", count: missing)) }
    }

    package var isEmpty: Bool { pieces.isEmpty }

    /// Columns it takes: a combining mark takes none.
    package var count: Int { pieces.reduce(0) { $0 + SafeText.scalars($1.text, .braille).count } }
}

/// A part of the screen.
struct Area: Hashable {
    var column: Int
    var row: Int
    var columns: Int
    var rows: Int

    /// Without its first lines.
    func dropping(rows count: Int) -> Area {
        let cut = min(max(count, 0), rows)
        return Area(column: column, row: row + cut, columns: columns, rows: rows - cut)
    }

    func prefix(rows count: Int) -> Area {
        Area(column: column, row: row, columns: columns, rows: min(max(count, 0), rows))
    }
}
