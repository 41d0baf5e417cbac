/// Rows in aligned columns.
struct TextTable {
    private var title: String?
    private var rows: [[String]] = []
    /// Columns from this one on stand to the right: figures under each other.
    private let rightColumn: Int

    /// Figures in columns under their names.
    init(_ header: [String]) {
        rows.append(header)
        rightColumn = 1
    }

    /// Names, each with what is to be said of it.
    init(title: String) {
        self.title = title
        rightColumn = .max
    }

    mutating func add(_ row: String...) { rows.append(row) }

    mutating func add(row: [String]) { rows.append(row) }

    /// Words in every column: all to the left.
    var leftText: String { text(right: .max) }

    var text: String { text(right: rightColumn) }

    private func text(right rightColumn: Int) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let lines = rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (column < rightColumn ? cell + space : space + cell)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        return ((title.map { [$0] } ?? []) + lines).joined(separator: "\n")
    }
}

/// Numbers for people.
extension Double {
    /// With so many digits after the point.
    func rounded(to digits: Int) -> String {
        guard isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((magnitude * scale).rounded())
        let sign = self < 0 && whole != 0 ? "-" : ""
        guard digits > 0 else { return sign + String(whole) }
        let fraction = String(whole % Int(scale))
        return sign + "\(whole / Int(scale))." + String(repeating: "0", count: digits - fraction.count) + fraction
    }

    var percent: String { (self * 100).rounded(to: 2) + " %" }
}

extension Double? {
    func text(_ digits: Int, _ unit: String = "") -> String {
        self.map { $0.rounded(to: digits) + (unit.isEmpty ? "" : " " + unit) } ?? "–"
    }
}
