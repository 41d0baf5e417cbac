import SkeinWire

/// The first lines: who is looking at what, whether anything moves, and what is wrong. Where there is no room for all,
/// what matters least is left out.
enum Header {
    private struct Segment {
        var text: InkedLine
        /// The lower, the longer it stays.
        var priority: Int
    }

    private static let gap = "  "

    static func lines(_ snapshot: Snapshot, _ state: ViewState, columns: Int, rows: Int, _ charset: Charset)
        -> [InkedLine]
    {
        let titleRows = rows >= 12 ? 2 : 1
        let alarmRows = rows >= 30 ? 4 : rows >= 20 ? 3 : rows >= 10 ? 2 : rows >= 5 ? 1 : 0
        return title(snapshot, state, columns: columns, rows: titleRows, charset)
            + alarms(snapshot, columns: columns, rows: alarmRows, charset)
    }

    private static func title(
        _ snapshot: Snapshot, _ state: ViewState, columns: Int, rows: Int, _ charset: Charset
    ) -> [InkedLine] {
        var segments = segments(snapshot, state, columns: columns, charset)
        while true {
            let lines = packed(segments, columns: columns)
            guard lines.count > rows,
                let least = segments.indices.max(by: { segments[$0].priority < segments[$1].priority }),
                segments.count > 1
            else { return Array(lines.prefix(rows)) }
            segments.remove(at: least)
        }
    }

    /// One after the other, in as many lines as it takes.
    private static func packed(_ segments: [Segment], columns: Int) -> [InkedLine] {
        var lines: [InkedLine] = []
        for segment in segments {
            if var line = lines.last, line.count + gap.count + segment.text.count <= columns {
                line.append(gap)
                line.append(segment.text)
                lines[lines.count - 1] = line
            } else {
                lines.append(segment.text)
            }
        }
        return lines
    }

    private static func segments(
        _ snapshot: Snapshot, _ state: ViewState, columns: Int, _ charset: Charset
    ) -> [Segment] {
        var segments = [Segment(text: mode(snapshot, state), priority: 0)]
        if let me = snapshot.me {
            segments.append(Segment(text: self.me(me), priority: 2))
        } else {
            segments.append(Segment(text: InkedLine(snapshot.source, .bold), priority: 5))
        }
        segments.append(Segment(text: SafetyPanel.short(snapshot.safety, namesMax: columns < 60 ? 0 : 3), priority: 1))
        segments.append(Segment(text: mesh(snapshot.mesh), priority: 3))
        if let me = snapshot.me, let leader = me.leader, leader != me.id {
            var text = InkedLine("leader ", .label)
            text.append(me.leaderName ?? "\(leader)")
            if let since = me.leaderSince { text.append(" " + Figures.since(since)) }
            segments.append(Segment(text: text, priority: 6))
        }
        segments.append(Segment(text: counts(snapshot), priority: 4))
        var clock = InkedLine("clock ", .label)
        if let bound = snapshot.clockBound {
            clock.append(charset.plusMinus + Figures.span(bound.value), Aging.isStale(bound.age) ? .stale : .plain)
            if Aging.isStale(bound.age) { clock.append("~", .stale) }
        } else {
            clock.append("-", .faint)
        }
        segments.append(Segment(text: clock, priority: 7))
        if state.isReadOnly { segments.append(Segment(text: InkedLine("read-only", .label), priority: 8)) }
        if let fleet = snapshot.fleet {
            var text = InkedLine("fleet ", .label)
            text.append(fleet)
            segments.append(Segment(text: text, priority: 9))
        }
        if snapshot.me != nil { segments.append(Segment(text: InkedLine(snapshot.source, .faint), priority: 10)) }
        return segments
    }

    private static func mode(_ snapshot: Snapshot, _ state: ViewState) -> InkedLine {
        let reversed = Ink(isBold: true, isReversed: true)
        var line = InkedLine()
        switch snapshot.mode {
        case .live: line.append(" LIVE ", reversed)
        case .simulation: line.append(" SIM ", reversed)
        case .replay: line.append(" REPLAY ", reversed)
        }
        if snapshot.mode != .live {
            line.append(" " + Figures.clockSeconds(snapshot.time))
            if let speed = snapshot.speed { line.append(" x" + Figures.decimal(speed, speed < 10 ? 1 : 0)) }
        }
        if state.isPaused {
            line.append(" PAUSED " + Figures.age(state.shownAge), Ink(colour: .yellow, isBold: true))
        } else if Aging.isStale(state.shownAge) {
            line.append(" NO NEWS " + Figures.age(state.shownAge), .alarm)
        }
        return line
    }

    private static func me(_ me: Snapshot.Me) -> InkedLine {
        var line = InkedLine(me.name, .bold)
        if me.name != "\(me.id)" { line.append(" \(me.id)", .label) }
        line.append(" " + Lists.word(me.role))
        if let since = me.roleSince { line.append(" " + Figures.since(since)) }
        return line
    }

    private static func mesh(_ mesh: Snapshot.Mesh) -> InkedLine {
        var line = InkedLine("mesh ", .label)
        line.append("\(mesh.heard)/\(mesh.known)")
        line.append(" heard", .label)
        if mesh.silent > 0 { line.append(" \(mesh.silent) silent", .alarm) }
        if mesh.leaders > 0 {
            line.append(" \(mesh.leaders)")
            line.append(mesh.leaders == 1 ? " leader" : " leaders", .label)
        }
        return line
    }

    private static func counts(_ snapshot: Snapshot) -> InkedLine {
        let alarms = snapshot.alarms.count { $0.severity == .alarm }
        let warnings = snapshot.alarms.count { $0.severity == .warning }
        guard alarms + warnings > 0 else { return InkedLine("no alarms", .good) }
        var line = InkedLine()
        if alarms > 0 { line.append(alarms == 1 ? "1 alarm" : "\(alarms) alarms", .alarm) }
        if warnings > 0 {
            line.append((alarms > 0 ? " " : "") + (warnings == 1 ? "1 warning" : "\(warnings) warnings"), .warning)
        }
        return line
    }

    /// The worst first, of equals the youngest.
    static func sorted(_ alarms: [Snapshot.Alarm]) -> [Snapshot.Alarm] {
        alarms.enumerated().sorted { left, right in
            if left.element.severity != right.element.severity { return left.element.severity > right.element.severity }
            if left.element.age != right.element.age { return left.element.age < right.element.age }
            return left.offset < right.offset
        }
        .map(\.element)
    }

    private static func alarms(
        _ snapshot: Snapshot, columns: Int, rows: Int, _ charset: Charset
    ) -> [InkedLine] {
        let sorted = sorted(snapshot.alarms)
        return sorted.prefix(rows).enumerated().map { index, alarm in
            var tail = " " + Figures.since(alarm.age)
            if index == rows - 1, sorted.count > rows { tail += ", \(sorted.count - rows) more" }
            let room = max(columns - 2 - tail.count, 0)
            var line = PeersPanel.mark(alarm.severity)
            // Cut here, so that the age behind it stays.
            let text = SafeText.line(alarm.text, charset)
            let isLong = text.count > room
            line.append(
                " " + (isLong ? text.prefix(max(room - 1, 0)) + String(charset.ellipsis) : text), Ink.of(alarm.severity)
            )
            line.append(tail, .label)
            return line
        }
    }
}
