/// The field in characters. A robot is the letter of its subgroup, capital where it leads; a mark behind it, where there is
/// room, says more: `!` a step of its has just failed, `'` it carries a camera.
package struct FieldCanvas {
    package struct Glyphs: Sendable {
        var horizontal: Character
        var vertical: Character
        /// Top left, top right, bottom left, bottom right.
        var corners: [Character]
        var ring: Character

        package static let ascii = Glyphs(horizontal: "-", vertical: "|", corners: ["+", "+", "+", "+"], ring: ".")
        package static let boxes = Glyphs(horizontal: "─", vertical: "│", corners: ["┌", "┐", "└", "┘"], ring: "·")
    }

    package static let legend = "A leader  a member  a' camera  a! failing  x off  @ target  % source"
    static let physicalMark: Character = "@"
    static let virtualMark: Character = "%"
    /// Smaller than this nothing can be told apart.
    package static let columnsMin = 12
    package static let rowsMin = 5

    /// Inside the frame.
    private let columns: Int
    private let rows: Int
    private let box: FieldSnapshot.Box
    private var cells: [(character: Character, ink: Ink)]
    private var isTaken: [Bool]

    /// The largest size with the field's shape that fits, the frame included; a character is twice as high as wide.
    package static func size(of box: FieldSnapshot.Box, within columns: Int, rows: Int) -> (columns: Int, rows: Int) {
        let inside = (columns: Double(max(columns - 2, 1)), rows: Double(max(rows - 2, 1)))
        let metersPerRow = max(box.heightMeters / inside.rows, 2 * box.widthMeters / inside.columns)
        let fittedColumns = Int((2 * box.widthMeters / metersPerRow).rounded()) + 2
        let fittedRows = Int((box.heightMeters / metersPerRow).rounded()) + 2
        return (min(max(fittedColumns, columnsMin), columns), min(max(fittedRows, rowsMin), rows))
    }

    /// Lines of the framed field, `columns` wide.
    package static func lines(_ snapshot: FieldSnapshot, columns: Int, rows: Int, glyphs: Glyphs) -> [InkedLine] {
        var canvas = FieldCanvas(box: snapshot.box, columns: max(columns - 2, 1), rows: max(rows - 2, 1))
        canvas.drawRing(snapshot.physicalTarget, snapshot.arrivalRadiusMeters, glyphs.ring)
        canvas.drawRing(snapshot.virtualTarget, snapshot.arrivalRadiusMeters, glyphs.ring)
        canvas.drawRobots(snapshot.robots)
        canvas.put(physicalMark, .bold, at: snapshot.physicalTarget.xMeters, snapshot.physicalTarget.yMeters)
        canvas.put(virtualMark, .bold, at: snapshot.virtualTarget.xMeters, snapshot.virtualTarget.yMeters)
        return canvas.framed(glyphs)
    }

    private init(box: FieldSnapshot.Box, columns: Int, rows: Int) {
        self.box = box
        self.columns = columns
        self.rows = rows
        cells = Array(repeating: (" ", .plain), count: columns * rows)
        isTaken = Array(repeating: false, count: columns * rows)
    }

    private func cell(_ xMeters: Double, _ yMeters: Double) -> Int? {
        let x = (xMeters - box.xMetersMin) / box.widthMeters * Double(columns)
        let y = (box.yMetersMax - yMeters) / box.heightMeters * Double(rows)
        guard x.isFinite, y.isFinite, x >= 0, y >= 0, x <= Double(columns), y <= Double(rows) else { return nil }
        return min(Int(y), rows - 1) * columns + min(Int(x), columns - 1)
    }

    private mutating func put(_ character: Character, _ ink: Ink, at xMeters: Double, _ yMeters: Double) {
        guard let cell = cell(xMeters, yMeters) else { return }
        cells[cell] = (character, ink)
        isTaken[cell] = true
    }

    private mutating func drawRing(
        _ centre: (xMeters: Double, yMeters: Double), _ radiusMeters: Double, _ character: Character
    ) {
        // Sixteen directions a quadrant: enough for a ring of a hundred columns.
        for step in 0..<64 {
            let (x, y) = Self.circle[step]
            guard let cell = cell(centre.xMeters + radiusMeters * x, centre.yMeters + radiusMeters * y) else {
                continue
            }
            cells[cell] = (character, .faint)
        }
    }

    /// Points of the unit circle by the rational parametrisation, so that this room needs no trigonometry.
    private static let circle: [(Double, Double)] = (0..<64).map { step in
        let t = Double(step % 16) / 16
        let x = (1 - t * t) / (1 + t * t)
        let y = 2 * t / (1 + t * t)
        switch step / 16 {
        case 0: return (x, y)
        case 1: return (-y, x)
        case 2: return (-x, -y)
        default: return (y, -x)
        }
    }

    private mutating func drawRobots(_ robots: [FieldSnapshot.Robot]) {
        let leaders = robots.indices.filter { robots[$0].leader == $0 }
        var letters = [Int: Int](minimumCapacity: leaders.count)
        for (letter, leader) in leaders.enumerated() { letters[leader] = letter }
        // Later ones cover earlier ones: leaders and troubles are what one looks for.
        let order = robots.indices.sorted { Self.rank(robots[$0], $0) < Self.rank(robots[$1], $1) }
        for index in order {
            let robot = robots[index]
            let letter = robot.leader.flatMap { letters[$0] }
            put(
                Self.character(robot, letter, leads: robot.leader == index),
                Self.ink(robot, letter, leads: robot.leader == index),
                at: robot.xMeters, robot.yMeters)
        }
        for index in order.reversed() { mark(robots[index]) }
    }

    private static func rank(_ robot: FieldSnapshot.Robot, _ index: Int) -> Int {
        (robot.isFailing ? 4 : 0) + (robot.leader == index ? 2 : 0) + (robot.carriesCamera ? 1 : 0)
    }

    private static func character(_ robot: FieldSnapshot.Robot, _ letter: Int?, leads: Bool) -> Character {
        guard robot.isUp else { return "x" }
        guard let letter else { return "?" }
        let first = leads ? UInt8(ascii: "A") : UInt8(ascii: "a")
        return Character(Unicode.Scalar(first + UInt8(letter % 26)))
    }

    private static func ink(_ robot: FieldSnapshot.Robot, _ letter: Int?, leads: Bool) -> Ink {
        guard robot.isUp, !robot.isFailing, let letter else { return .alarm }
        var ink = Ink.subgroup(letter, isBold: leads)
        // Who has arrived is seen by where it is; it only steps back.
        ink.isFaint = robot.hasArrived && !leads
        return ink
    }

    private mutating func mark(_ robot: FieldSnapshot.Robot) {
        guard robot.isUp, robot.isFailing || robot.carriesCamera, let cell = cell(robot.xMeters, robot.yMeters) else {
            return
        }
        guard cell % columns < columns - 1, !isTaken[cell + 1] else { return }
        cells[cell + 1] = robot.isFailing ? ("!", .alarm) : ("'", cells[cell].ink)
        isTaken[cell + 1] = true
    }

    private func framed(_ glyphs: Glyphs) -> [InkedLine] {
        var lines: [InkedLine] = []
        for row in -1...rows {
            var line = InkedLine()
            let isEdge = row < 0 || row == rows
            let corner = row < 0 ? 0 : 2
            line.append(isEdge ? glyphs.corners[corner] : glyphs.vertical, .faint)
            for column in 0..<columns {
                if isEdge {
                    line.append(glyphs.horizontal, .faint)
                } else {
                    let cell = cells[row * columns + column]
                    line.append(cell.character, cell.ink)
                }
            }
            line.append(isEdge ? glyphs.corners[corner + 1] : glyphs.vertical, .faint)
            lines.append(line)
        }
        return lines
    }
}
