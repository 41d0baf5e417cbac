import SkeinWire

/// A snapshot as text for a file or a pipe: no colours, nothing that moves a cursor, every robot.
package enum PlainText {
    package static let columns = 120
    private static let eventsMax = 20

    package static func lines(_ snapshot: Snapshot, columns: Int = columns, charset: Charset) -> [String] {
        var state = ViewState(isReadOnly: false)
        state.isWhole = true
        var lines: [String] = []
        func add(_ title: String?, rows: Int, _ draw: (Area, inout Grid) -> Void) {
            var grid = Grid(columns: columns, rows: rows, charset: charset)
            draw(Area(column: 0, row: 0, columns: grid.columns, rows: grid.rows), &grid)
            if let title { lines += ["", title] }
            lines += grid.lines
        }
        let header = Header.lines(snapshot, state, columns: columns, rows: 24, charset)
        add(nil, rows: header.count) { _, grid in
            for (row, line) in header.enumerated() { grid.put(line, at: 0, row) }
        }
        add("PEERS", rows: max(snapshot.robots.count, 1) + 1) { area, grid in
            PeersPanel.draw(snapshot, state, in: area, &grid, hasFocus: false)
        }
        if !snapshot.tasks.isEmpty {
            add("TASKS", rows: snapshot.tasks.count + 1) { area, grid in
                TasksPanel.draw(snapshot, state, in: area, &grid, hasFocus: false)
            }
        }
        func add(_ title: String, _ texts: [InkedLine]) {
            add(title, rows: texts.count) { area, grid in Texts.draw(texts, top: 0, in: area, &grid) }
        }
        if snapshot.radio != nil { add("RADIO", RadioPanel.lines(snapshot, columns: columns, charset)) }
        if !snapshot.mission.isEmpty { add("MISSION", Texts.figures(snapshot.mission, columns: columns)) }
        add("SAFETY", SafetyPanel.lines(snapshot, columns: columns, charset))
        if !snapshot.events.isEmpty {
            add("EVENTS", rows: min(snapshot.events.count, eventsMax)) { area, grid in
                EventsPanel.draw(snapshot, state, in: area, &grid)
            }
        }
        return lines
    }
}
