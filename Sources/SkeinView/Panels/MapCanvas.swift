import SkeinWire

/// The field in dots and characters: dots for lines, characters for what stands there. A character is about twice as
/// high as wide, and the field keeps its shape.
struct MapCanvas {
    /// What of the field is seen.
    struct Window: Hashable {
        var xMetersMin: Double
        var yMetersMin: Double
        var widthMeters: Double
        var heightMeters: Double
    }

    let window: Window
    let columns: Int
    let rows: Int
    private let charset: Charset
    private var dots: [UInt8]
    private var inks: [Ink]
    private var marks: [Cell?]
    /// A line's dots at most, however long it is.
    private static let stepsMax = 4_000

    init(window: Window, columns: Int, rows: Int, charset: Charset) {
        self.window = window
        self.columns = columns
        self.rows = rows
        self.charset = charset
        dots = Array(repeating: 0, count: columns * rows)
        inks = Array(repeating: .plain, count: columns * rows)
        marks = Array(repeating: nil, count: columns * rows)
    }

    /// In cells, from the top left; nil: nowhere.
    private func position(_ xMeters: Double, _ yMeters: Double) -> (x: Double, y: Double)? {
        let x = (xMeters - window.xMetersMin) / window.widthMeters * Double(columns)
        let y = (window.yMetersMin + window.heightMeters - yMeters) / window.heightMeters * Double(rows)
        guard x.isFinite, y.isFinite, x.magnitude < 1e6, y.magnitude < 1e6 else { return nil }
        return (x, y)
    }

    /// The cell of a place; nil: outside. Places on the far edges are inside.
    func cell(_ xMeters: Double, _ yMeters: Double) -> (column: Int, row: Int)? {
        guard let (x, y) = position(xMeters, yMeters), x >= 0, y >= 0, x <= Double(columns), y <= Double(rows) else {
            return nil
        }
        return (min(Int(x), columns - 1), min(Int(y), rows - 1))
    }

    /// Sets one dot, unless something stands there.
    private mutating func dot(_ x: Double, _ y: Double, _ ink: Ink) {
        guard x >= 0, y >= 0, x < Double(columns), y < Double(rows) else { return }
        let (across, down) = charset.dots
        let (column, row) = (Int(x), Int(y))
        let bit = Int((y - Double(row)) * Double(down)) * across + Int((x - Double(column)) * Double(across))
        dots[row * columns + column] |= 1 << UInt8(min(bit, 7))
        inks[row * columns + column] = ink
    }

    /// Every `gap`th dot of a line.
    mutating func line(
        _ from: Snapshot.Place, _ to: Snapshot.Place, _ ink: Ink, gap: Int = 1
    ) {
        guard let start = position(from.xMeters, from.yMeters), let end = position(to.xMeters, to.yMeters) else {
            return
        }
        let (across, down) = charset.dots
        let (width, height) = (end.x - start.x, end.y - start.y)
        let length = max(width.magnitude * Double(across), height.magnitude * Double(down))
        let steps = min(max(Int(length.rounded(.up)), 1), Self.stepsMax)
        for step in stride(from: 0, through: steps, by: max(gap, 1)) {
            let part = Double(step) / Double(steps)
            dot(start.x + width * part, start.y + height * part, ink)
        }
    }

    mutating func ring(_ centre: Snapshot.Place, radiusMeters: Double, _ ink: Ink) {
        for (x, y) in Self.circle {
            guard let at = position(centre.xMeters + radiusMeters * x, centre.yMeters + radiusMeters * y) else {
                return
            }
            dot(at.x, at.y, ink)
        }
    }

    /// Points of the unit circle by the rational parametrisation: this room needs no trigonometry.
    private static let circle: [(Double, Double)] = (0..<128).map { step in
        let t = Double(step % 32) / 32
        let x = (1 - t * t) / (1 + t * t)
        let y = 2 * t / (1 + t * t)
        switch step / 32 {
        case 0: return (x, y)
        case 1: return (-y, x)
        case 2: return (-x, -y)
        default: return (y, -x)
        }
    }

    mutating func mark(_ scalar: Unicode.Scalar, _ ink: Ink, at place: Snapshot.Place) {
        guard let (column, row) = cell(place.xMeters, place.yMeters) else { return }
        marks[row * columns + column] = Cell(scalar: scalar, ink: ink)
    }

    /// Behind what stands at a place: a mark or a name, if nothing stands there yet. True if there was room.
    @discardableResult
    mutating func label(_ text: String, _ ink: Ink, at place: Snapshot.Place, from offset: Int = 1) -> Bool {
        guard let (column, row) = cell(place.xMeters, place.yMeters) else { return false }
        let scalars = SafeText.scalars(text, charset)
        let first = column + offset
        // One place stays free behind it, so that two names never run into each other.
        guard first + scalars.count <= columns else { return false }
        let cells = row * columns + first..<row * columns + first + scalars.count
        guard cells.allSatisfy({ marks[$0] == nil }) else { return false }
        guard first + scalars.count == columns || marks[cells.upperBound] == nil else { return false }
        for (index, scalar) in zip(cells, scalars) { marks[index] = Cell(scalar: scalar, ink: ink) }
        return true
    }

    func draw(at column: Int, _ row: Int, _ grid: inout Grid) {
        for line in 0..<rows {
            for place in 0..<columns {
                let index = line * columns + place
                let cell =
                    marks[index] ?? Cell(scalar: charset.character(dots: dots[index]), ink: inks[index])
                grid[column + place, row + line] = cell
            }
        }
    }
}
