import SkeinWire

/// The whole screen as cells: a snapshot and what a person has made of the view, at a size. Every size is drawn, the
/// smallest too; what there is no room for is left out, the header last.
package enum Dashboard {
    package static func grid(
        _ snapshot: Snapshot, _ state: ViewState, columns: Int, rows: Int, charset: Charset
    ) -> Grid {
        var grid = Grid(columns: columns, rows: rows, charset: charset)
        let layout = Layout(
            snapshot, state, columns: grid.columns, rows: grid.rows, charset: charset)
        for (row, line) in layout.header.enumerated() { grid.put(line, at: 0, row, width: grid.columns) }
        if let page = state.page {
            drawPage(page, snapshot, state, in: layout.body, &grid)
        } else {
            for slot in layout.slots { draw(slot, snapshot, state, &grid) }
            for (offset, line) in layout.strip.enumerated() {
                grid.put(line, at: 0, layout.stripRow + offset, width: grid.columns)
            }
            for row in layout.separator?.rows ?? 0..<0 {
                grid.put(charset.vertical, .faint, at: layout.separator?.column ?? 0, row)
            }
        }
        if let row = layout.footerRow { drawFooter(snapshot, state, row, &grid) }
        if !state.isPaused, Aging.isStale(state.shownAge) { grey(from: layout.header.count, &grid) }
        return grid
    }

    /// Nothing new has come for a while: nothing looks fresh.
    private static func grey(from first: Int, _ grid: inout Grid) {
        for row in first..<max(grid.rows - 1, first) {
            grid.ink(row, columns: 0..<grid.columns) { ink in Ink(colour: .grey, isReversed: ink.isReversed) }
        }
    }

    private static func draw(_ slot: Layout.Slot, _ snapshot: Snapshot, _ state: ViewState, _ grid: inout Grid) {
        let hasFocus = slot.panel == state.panel
        var area = slot.area
        if slot.hasTitle {
            drawTitle(slot.panel, snapshot, state, in: area, hasFocus: hasFocus, &grid)
            area = area.dropping(rows: 1)
        }
        switch slot.panel {
        case .peers: PeersPanel.draw(snapshot, state, in: area, &grid, hasFocus: hasFocus)
        case .map: MapPanel.draw(snapshot, state, in: area, &grid, hasFocus: hasFocus)
        case .tasks: TasksPanel.draw(snapshot, state, in: area, &grid, hasFocus: hasFocus)
        case .events: EventsPanel.draw(snapshot, state, in: area, &grid)
        case .mission: MissionPanel.draw(snapshot, state, in: area, &grid)
        case .radio, .safety:
            let lines = Texts.lines(of: slot.panel, snapshot, columns: area.columns, charset: grid.charset) ?? []
            Texts.draw(lines, top: hasFocus ? state.top : 0, in: area, &grid)
        }
    }

    private static func drawTitle(
        _ panel: ViewState.Panel, _ snapshot: Snapshot, _ state: ViewState, in area: Area, hasFocus: Bool,
        _ grid: inout Grid
    ) {
        for column in area.column..<(area.column + area.columns) {
            grid.put(grid.charset.horizontal, .faint, at: column, area.row)
        }
        var line = InkedLine(" \(panel.key) \(panel.name) ", hasFocus ? Ink(isBold: true, isReversed: true) : .bold)
        let note = note(panel, snapshot, state)
        if !note.isEmpty { line.append(note + " ", .label) }
        grid.put(line, at: area.column + 1, area.row, width: area.columns - 1)
    }

    /// How many lines there are, and how they are sorted and chosen.
    private static func note(_ panel: ViewState.Panel, _ snapshot: Snapshot, _ state: ViewState) -> String {
        func counted(_ shown: Int, _ all: Int, _ order: String) -> String {
            (shown == all ? " \(all)" : " \(shown) of \(all)") + ", by " + order + (state.isReversed ? " reversed" : "")
        }
        switch panel {
        case .peers:
            return counted(Lists.robots(snapshot, state).count, snapshot.robots.count, state.peerOrder.rawValue)
        case .tasks:
            return counted(Lists.works(snapshot, state).count, snapshot.tasks.count, state.workOrder.rawValue)
        case .events where state.panel == .events && state.eventsBack > 0: return " \(state.eventsBack) below"
        case .map, .radio, .events, .safety, .mission: return ""
        }
    }

    private static func drawPage(
        _ page: ViewState.Page, _ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid
    ) {
        let title =
            switch page {
            case .robot(let robot): "robot " + Names(snapshot)[robot]
            case .work(let key): "task " + key
            case .help: "help"
            }
        for column in area.column..<(area.column + area.columns) {
            grid.put(grid.charset.horizontal, .faint, at: column, area.row)
        }
        var line = InkedLine(" " + title + " ", Ink(isBold: true, isReversed: true))
        line.append(" Esc: back ", .label)
        if area.rows > 0 { grid.put(line, at: area.column + 1, area.row, width: area.columns - 1) }
        let lines = Texts.lines(snapshot, state, columns: area.columns, charset: grid.charset) ?? []
        Texts.draw(lines, top: state.top, in: area.dropping(rows: 1), &grid)
    }

    private static func drawFooter(_ snapshot: Snapshot, _ state: ViewState, _ row: Int, _ grid: inout Grid) {
        var line = InkedLine()
        if let prompt = state.prompt {
            let (label, hint) =
                switch prompt {
                case .filter: ("/", "")
                case .command: (":", "")
                case .release: ("type the fleet's or a robot's name to release: ", "")
                }
            line.append(label + hint, .label)
            // Of a long line its end is what is being typed.
            let room = max(grid.columns - label.count - 1, 1)
            line.append(String(prompt.text.suffix(room)))
            line.append(" ", Ink(isReversed: true))
        } else if let message = state.message {
            line.append(PeersPanel.mark(message.severity))
            line.append(" " + message.text, message.severity == .calm ? .bold : Ink.of(message.severity))
        } else {
            if !state.filter.isEmpty {
                line.append("only ", .label)
                line.append(state.filter, .warning)
                line.append(" (Esc: all)  ", .label)
            }
            line.append("? help  Tab panel  Enter detail  / filter  : command  ^X^X STOP  q quit", .faint)
        }
        grid.put(line, at: 0, row, width: grid.columns)
    }
}

/// The mission: the field, the figures beside it, or below where the screen is narrow.
enum MissionPanel {
    private static let figuresColumns = 36

    static func draw(_ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid) {
        let lines = Texts.figures(snapshot.mission, columns: figuresColumns)
        if area.columns >= figuresColumns + MapPanel.columnsMin + 2, area.rows >= MapPanel.rowsMin {
            var map = area
            map.columns -= figuresColumns + 2
            MapPanel.draw(snapshot, state, in: map, &grid, hasFocus: false)
            Texts.draw(
                lines, top: state.top,
                in: Area(
                    column: area.column + map.columns + 2, row: area.row, columns: figuresColumns, rows: area.rows),
                &grid)
            return
        }
        let figures = min(lines.count, max(area.rows / 3, 1))
        let hasMap = area.rows - figures >= MapPanel.rowsMin && area.columns >= MapPanel.columnsMin
        if hasMap {
            MapPanel.draw(snapshot, state, in: area.prefix(rows: area.rows - figures), &grid, hasFocus: false)
        }
        let below = hasMap ? area.dropping(rows: area.rows - figures) : area
        Texts.draw(Texts.figures(snapshot.mission, columns: area.columns), top: state.top, in: below, &grid)
    }
}
