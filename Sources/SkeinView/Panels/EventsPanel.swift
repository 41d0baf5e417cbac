import SkeinWire

/// What happened, the latest at the bottom.
enum EventsPanel {
    static func draw(_ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid) {
        let events = Lists.events(snapshot, state)
        let back = min(state.eventsBack, max(events.count - area.rows, 0))
        let last = events.count - back
        let shown = events[max(last - area.rows, 0)..<last]
        let widest = min(max(shown.map { $0.robotName.unicodeScalars.count }.max() ?? 0, 4), 12)
        for (row, event) in shown.enumerated() {
            grid.put(line(event, nameColumns: widest), at: area.column, area.row + row, width: area.columns)
        }
        if events.isEmpty { grid.put("none yet", .faint, at: area.column, area.row, width: area.columns) }
    }

    static func line(_ event: Snapshot.EventLine, nameColumns: Int) -> InkedLine {
        var line = PeersPanel.mark(event.severity)
        line.append(Figures.clock(event.time), .faint)
        line.pad(to: 10)
        line.append(" " + event.robotName, .label)
        line.pad(to: 11 + nameColumns)
        line.append(" " + event.text, Ink.of(event.severity))
        return line
    }
}
