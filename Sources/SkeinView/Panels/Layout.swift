import SkeinWire

/// Who gets which part of the screen.
struct Layout {
    struct Slot {
        var panel: ViewState.Panel
        /// The title's line included.
        var area: Area
        var hasTitle: Bool
    }

    /// From these sizes on several panels stand beside each other.
    private static let wideColumns = 100
    private static let wideRows = 28
    /// From these rows on, what the other panels would say stands in lines below the one.
    private static let stripRows = 18

    private(set) var header: [InkedLine]
    /// Below the header, above the footer.
    private(set) var body: Area
    private(set) var slots: [Slot] = []
    private(set) var strip: [InkedLine] = []
    private(set) var stripRow = 0
    private(set) var separator: (column: Int, rows: Range<Int>)?
    private(set) var footerRow: Int?

    init(_ snapshot: Snapshot, _ state: ViewState, columns: Int, rows: Int, charset: Charset) {
        header = Array(
            Header.lines(snapshot, state, columns: columns, rows: rows, charset).prefix(max(rows, 0)))
        footerRow = rows >= 6 || (state.prompt != nil || state.message != nil) && rows >= 1 ? rows - 1 : nil
        let bodyRows = max(rows - header.count - (footerRow == nil ? 0 : 1), 0)
        body = Area(column: 0, row: header.count, columns: columns, rows: bodyRows)
        guard bodyRows > 0, columns > 0 else { return }
        if !state.isWhole, columns >= Self.wideColumns, rows >= Self.wideRows {
            wide(state)
        } else {
            single(snapshot, state, rows: rows)
        }
    }

    private mutating func single(_ snapshot: Snapshot, _ state: ViewState, rows: Int) {
        var area = body
        if !state.isWhole, rows >= Self.stripRows {
            strip = Strip.lines(snapshot, without: state.panel, columns: body.columns)
            area.rows = max(area.rows - strip.count, 0)
            stripRow = area.row + area.rows
        }
        slots = [Slot(panel: state.panel, area: area, hasTitle: area.rows >= 4)]
    }

    /// Lists on the left, pictures on the right.
    private mutating func wide(_ state: ViewState) {
        let left = body.columns * 56 / 100
        let right = body.columns - left - 1
        separator = (left, body.row..<(body.row + body.rows))
        let peers = body.rows / 2
        let tasks = max(body.rows / 5, 4)
        add(.peers, Area(column: 0, row: body.row, columns: left, rows: peers))
        add(.tasks, Area(column: 0, row: body.row + peers, columns: left, rows: tasks))
        add(
            .events,
            Area(column: 0, row: body.row + peers + tasks, columns: left, rows: body.rows - peers - tasks))
        let radio = min(max(body.rows * 30 / 100, 8), 16)
        let safety = max(body.rows * 14 / 100, 4)
        let map = body.rows - radio - safety
        let panel: ViewState.Panel = state.panel == .mission ? .mission : .map
        add(panel, Area(column: left + 1, row: body.row, columns: right, rows: map))
        add(.radio, Area(column: left + 1, row: body.row + map, columns: right, rows: radio))
        add(.safety, Area(column: left + 1, row: body.row + map + radio, columns: right, rows: safety))
    }

    private mutating func add(_ panel: ViewState.Panel, _ area: Area) {
        slots.append(Slot(panel: panel, area: area, hasTitle: true))
    }
}

/// What panels that are not shown would say, in a few lines.
enum Strip {
    private static let events = 2

    static func lines(_ snapshot: Snapshot, without panel: ViewState.Panel, columns: Int) -> [InkedLine] {
        var lines: [InkedLine] = []
        var first = InkedLine()
        if panel != .tasks { first.append(tasks(snapshot)) }
        if panel != .radio, let radio = snapshot.radio {
            if !first.isEmpty { first.append("  ") }
            first.append(self.radio(radio))
        }
        if !first.isEmpty { lines.append(first) }
        guard panel != .events else { return lines }
        let latest = snapshot.events.suffix(events)
        let widest = min(latest.map { $0.robotName.unicodeScalars.count }.max() ?? 0, 12)
        return lines + latest.map { EventsPanel.line($0, nameColumns: widest) }
    }

    private static func tasks(_ snapshot: Snapshot) -> InkedLine {
        var line = InkedLine("tasks ", .label)
        let running = snapshot.tasks.count { $0.state == .running || $0.state == .accepted }
        let failed = snapshot.tasks.count { $0.state == .failed }
        let away = snapshot.tasks.count { $0.placing == .offloaded || $0.placing == .mixed }
        line.append("\(running) running")
        line.append(", \(away) away")
        if failed > 0 { line.append(", \(failed) failed x", .alarm) }
        return line
    }

    private static func radio(_ radio: Snapshot.Radio) -> InkedLine {
        var line = InkedLine("air ", .label)
        if let busy = radio.bands.compactMap(\.busyFraction).max() {
            line.append(Figures.wholePercent(busy) + " busy, ")
        }
        guard let share = radio.controlFraction else {
            line.append("control -")
            return line
        }
        let isOver = radio.controlFractionMax.map { share > $0 } ?? false
        line.append("control \(Figures.percent(share))", isOver ? .alarm : .plain)
        if let most = radio.controlFractionMax {
            line.append((isOver ? " over " : " of ") + Figures.percent(most), isOver ? .alarm : .plain)
        }
        return line
    }
}
