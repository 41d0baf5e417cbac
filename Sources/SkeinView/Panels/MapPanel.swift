import SkeinWire

/// The field: robots, links, leaders, targets. A robot is the letter of its subgroup, capital where it leads; a mark
/// behind it, where there is room, says more: `!` it fails, `'` it carries a camera.
enum MapPanel {
    static let legend = "A leader  a member  ? nobody's  x off  a! failing  a' camera  @ target  % source"
    /// Smaller than this nothing can be told apart.
    static let columnsMin = 10
    static let rowsMin = 3
    /// Names beside the robots where there are no more than one for so many cells.
    private static let cellsPerName = 90

    static func draw(
        _ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid, hasFocus: Bool
    ) {
        guard area.columns >= columnsMin, area.rows >= rowsMin else {
            grid.put("no room for a map", .faint, at: area.column, area.row, width: area.columns)
            return
        }
        guard let bounds = bounds(snapshot) else {
            grid.put("nobody tells where it is", .faint, at: area.column, area.row, width: area.columns)
            return
        }
        let hasLegend = area.rows >= 12
        let frame = frame(bounds, within: area.prefix(rows: area.rows - (hasLegend ? 1 : 0)))
        drawFrame(frame, &grid)
        var canvas = MapCanvas(
            window: window(bounds, state), columns: frame.columns - 2, rows: frame.rows - 2, charset: grid.charset)
        let selected = hasFocus ? state.selectedRobot : nil
        drawField(snapshot, &canvas)
        drawLinks(snapshot, selected, &canvas)
        drawTargets(snapshot, &canvas)
        drawRobots(snapshot, state, selected, &canvas)
        canvas.draw(at: frame.column + 1, frame.row + 1, &grid)
        drawLeaders(snapshot, beside: frame, in: area, &grid)
        if hasLegend {
            let text = state.zoom > 1 ? "x\(state.zoom)  " + legend : legend
            grid.put(text, .faint, at: area.column, area.row + area.rows - 1, width: area.columns)
        }
    }

    /// The field, or what the robots span.
    private static func bounds(_ snapshot: Snapshot) -> Snapshot.Field? {
        if let field = snapshot.field, field.widthMeters.isFinite, field.heightMeters.isFinite { return field }
        let places = snapshot.robots.compactMap(\.place?.value) + snapshot.targets.map(\.place.value)
        let finite = places.filter { $0.xMeters.magnitude < 1e9 && $0.yMeters.magnitude < 1e9 }
        guard let left = finite.map(\.xMeters).min(), let right = finite.map(\.xMeters).max(),
            let bottom = finite.map(\.yMeters).min(), let top = finite.map(\.yMeters).max()
        else { return nil }
        // In steps, so that the picture stands still while somebody on its edge moves.
        let step = max(max(right - left, top - bottom) / 8, 5)
        return Snapshot.Field(
            xMetersMin: ((left - step / 2) / step).rounded(.down) * step,
            xMetersMax: ((right + step / 2) / step).rounded(.up) * step,
            yMetersMin: ((bottom - step / 2) / step).rounded(.down) * step,
            yMetersMax: ((top + step / 2) / step).rounded(.up) * step)
    }

    /// The largest frame of the field's shape.
    private static func frame(_ bounds: Snapshot.Field, within area: Area) -> Area {
        let inside = (columns: Double(area.columns - 2), rows: Double(max(area.rows - 2, 1)))
        let metersPerRow = max(bounds.heightMeters / inside.rows, 2 * bounds.widthMeters / inside.columns)
        let columns = Int((2 * bounds.widthMeters / metersPerRow).rounded()) + 2
        let rows = Int((bounds.heightMeters / metersPerRow).rounded()) + 2
        return Area(
            column: area.column, row: area.row, columns: min(max(columns, columnsMin), area.columns),
            rows: min(max(rows, rowsMin), area.rows))
    }

    private static func window(_ bounds: Snapshot.Field, _ state: ViewState) -> MapCanvas.Window {
        let part = 1 / Double(max(state.zoom, 1))
        /// Never beyond the field's edge.
        func first(_ middle: Double) -> Double { min(max(middle - part / 2, 0), 1 - part) }
        return MapCanvas.Window(
            xMetersMin: bounds.xMetersMin + first(state.middleX) * bounds.widthMeters,
            yMetersMin: bounds.yMetersMin + first(state.middleY) * bounds.heightMeters,
            widthMeters: bounds.widthMeters * part, heightMeters: bounds.heightMeters * part)
    }

    private static func drawFrame(_ frame: Area, _ grid: inout Grid) {
        let corners: [Unicode.Scalar] = grid.charset == .ascii ? ["+", "+", "+", "+"] : ["┌", "┐", "└", "┘"]
        let (last, bottom) = (frame.column + frame.columns - 1, frame.row + frame.rows - 1)
        for column in frame.column...last {
            grid.put(grid.charset.horizontal, .faint, at: column, frame.row)
            grid.put(grid.charset.horizontal, .faint, at: column, bottom)
        }
        for row in frame.row...bottom {
            grid.put(grid.charset.vertical, .faint, at: frame.column, row)
            grid.put(grid.charset.vertical, .faint, at: last, row)
        }
        grid.put(corners[0], .faint, at: frame.column, frame.row)
        grid.put(corners[1], .faint, at: last, frame.row)
        grid.put(corners[2], .faint, at: frame.column, bottom)
        grid.put(corners[3], .faint, at: last, bottom)
    }

    /// Which letter is whose, where the field leaves room for it.
    private static func drawLeaders(_ snapshot: Snapshot, beside frame: Area, in area: Area, _ grid: inout Grid) {
        let column = frame.column + frame.columns + 2
        let room = area.column + area.columns - column
        guard room >= 16 else { return }
        let letters = Letters(snapshot)
        var lines: [InkedLine] = []
        for robot in snapshot.robots.filter({ $0.leader == $0.id }).sorted(by: { $0.id < $1.id }) {
            let members = snapshot.robots.count { $0.leader == robot.id }
            var line = InkedLine(String(Character(letters.mark(robot))), letters.ink(robot, isStale: false))
            line.append(" " + robot.name)
            line.append(members == 1 ? " alone" : " and \(members - 1)", .label)
            lines.append(line)
        }
        let nobodys = snapshot.robots.count { $0.leader == nil && !$0.isOff }
        if nobodys > 0 { lines.append(InkedLine("? \(nobodys) belong to nobody", .warning)) }
        let off = snapshot.robots.count(where: \.isOff)
        if off > 0 { lines.append(InkedLine("x \(off) off", .alarm)) }
        Texts.draw(
            lines, top: 0, in: Area(column: column, row: frame.row, columns: room, rows: frame.rows), &grid)
    }

    private static func drawField(_ snapshot: Snapshot, _ canvas: inout MapCanvas) {
        for wall in snapshot.field?.walls ?? [] { canvas.line(wall.from, wall.to, .bold) }
        for target in snapshot.targets {
            guard let radius = target.arrivalRadiusMeters else { continue }
            canvas.ring(target.place.value, radiusMeters: radius, .faint)
        }
    }

    /// The tree faint and dotted, members' links to their leaders whole; of the selected robot all.
    private static func drawLinks(_ snapshot: Snapshot, _ selected: NodeID?, _ canvas: inout MapCanvas) {
        let places = Dictionary(
            snapshot.robots.compactMap { robot in robot.place.map { (robot.id, $0.value) } },
            uniquingKeysWith: { first, _ in first })
        let letters = Letters(snapshot)
        func draw(_ link: Snapshot.Link, _ ink: Ink, gap: Int) {
            guard let from = places[link.from], let to = places[link.to] else { return }
            canvas.line(from, to, Aging.isStale(link.age) ? .stale : ink, gap: gap)
        }
        for link in snapshot.links where link.isTree { draw(link, .faint, gap: 3) }
        for link in snapshot.links where link.isSubgroup {
            draw(link, letters.ink(of: link.from) ?? .plain, gap: 1)
        }
        guard let selected else { return }
        for link in snapshot.links where link.from == selected || link.to == selected {
            draw(link, Ink(colour: .cyan, isBold: true), gap: 1)
        }
    }

    private static func drawTargets(_ snapshot: Snapshot, _ canvas: inout MapCanvas) {
        for target in snapshot.targets {
            let mark: Unicode.Scalar =
                switch target.kind {
                case .physical: "@"
                case .source: "%"
                case .waypoint: "+"
                }
            canvas.mark(mark, Aging.isStale(target.place.age) ? .stale : .bold, at: target.place.value)
        }
    }

    private static func drawRobots(
        _ snapshot: Snapshot, _ state: ViewState, _ selected: NodeID?, _ canvas: inout MapCanvas
    ) {
        let letters = Letters(snapshot)
        // Later ones cover earlier ones: leaders and troubles are what one looks for, and whom one has selected.
        func rank(_ robot: Snapshot.Robot) -> Int {
            (robot.id == selected ? 8 : 0) + (robot.isFailing ? 4 : 0) + (robot.leader == robot.id ? 2 : 0)
                + (robot.carriesCamera ? 1 : 0)
        }
        let placed = snapshot.robots.filter { $0.place != nil }
            .enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
        for robot in placed {
            guard let place = robot.place else { continue }
            let ink = letters.ink(robot, isStale: Aging.isStale(place.age))
            canvas.mark(letters.mark(robot), robot.id == selected ? ink.reversed : ink, at: place.value)
        }
        let hasNames = canvas.columns * canvas.rows >= placed.count * cellsPerName / max(state.zoom * state.zoom, 1)
        for robot in placed.reversed() {
            guard let place = robot.place?.value else { continue }
            let ink = letters.ink(robot, isStale: false)
            if !robot.isOff, robot.isFailing {
                canvas.label("!", .alarm, at: place)
            } else if !robot.isOff, robot.carriesCamera {
                canvas.label("'", ink, at: place)
            }
            guard hasNames || robot.id == selected else { continue }
            let isMarked = !robot.isOff && (robot.isFailing || robot.carriesCamera)
            canvas.label(robot.name, .faint, at: place, from: isMarked ? 2 : 1)
        }
    }
}

/// Subgroups by letter: the leaders in ascending order of their numbers, so that a letter stays.
struct Letters {
    private var numbers: [NodeID: Int] = [:]
    private var leaders: [NodeID: NodeID] = [:]

    init(_ snapshot: Snapshot) {
        let leading = snapshot.robots.filter { $0.leader == $0.id }.map(\.id).sorted()
        for (number, leader) in leading.enumerated() { numbers[leader] = number }
        for robot in snapshot.robots { leaders[robot.id] = robot.leader }
    }

    func mark(_ robot: Snapshot.Robot) -> Unicode.Scalar {
        guard !robot.isOff else { return "x" }
        guard let number = robot.leader.flatMap({ numbers[$0] }) else { return "?" }
        let first = robot.leader == robot.id ? UInt8(ascii: "A") : UInt8(ascii: "a")
        return Unicode.Scalar(first + UInt8(number % 26))
    }

    func ink(_ robot: Snapshot.Robot, isStale: Bool) -> Ink {
        guard !robot.isOff, !robot.isFailing, robot.severity != .alarm else { return .alarm }
        guard !isStale else { return .stale }
        guard var ink = ink(of: robot.id) else { return .warning }
        ink.isBold = robot.leader == robot.id
        // Who has arrived is seen by where it is; it only steps back.
        ink.isFaint = robot.hasArrived && !ink.isBold
        return ink
    }

    /// Of a robot's subgroup.
    func ink(of robot: NodeID) -> Ink? {
        leaders[robot].flatMap { numbers[$0] }.map { Ink(colour: .subgroup($0)) }
    }
}
