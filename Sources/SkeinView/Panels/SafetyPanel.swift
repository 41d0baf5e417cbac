import SkeinWire

/// Who stands, by their own word.
enum SafetyPanel {
    static func lines(_ snapshot: Snapshot, columns: Int, _ charset: Charset) -> [InkedLine] {
        let safety = snapshot.safety
        var lines = [headline(safety)]
        for stop in safety.stops {
            var value = InkedLine("\(stop.number) by \(stop.issuerName)", .alarm)
            if let age = stop.age { value.append(", \(Figures.since(age)) ago") }
            lines += Texts.labelled("stop", value, columns: columns)
        }
        lines += safety.details.flatMap { Texts.figure($0, columns: columns) }
        guard !safety.lines.isEmpty else { return lines }
        let widest = min(max(safety.lines.map { $0.name.unicodeScalars.count }.max() ?? 0, 5), 16)
        // Who has not answered is what one looks for.
        let ordered = safety.lines.filter(isMissing) + safety.lines.filter { !isMissing($0) }
        for line in ordered { lines.append(self.line(line, nameColumns: widest)) }
        return lines
    }

    private static func isMissing(_ line: Snapshot.Safety.Line) -> Bool {
        line.answer == .waiting || line.answer == .unreachable
    }

    private static func line(_ line: Snapshot.Safety.Line, nameColumns: Int) -> InkedLine {
        let severity: Severity =
            switch line.answer {
            case .stands, .goesOn, .unknown: .calm
            case .waiting: .warning
            case .unreachable: .alarm
            }
        var text = PeersPanel.mark(severity)
        text.append(" " + line.name, .bold)
        text.pad(to: 3 + nameColumns)
        text.append(Lists.word(line.answer), severity == .calm ? answerInk(line.answer) : Ink.of(severity))
        if let after = line.after {
            text.append(" after ", .label)
            text.append(Figures.span(after))
        }
        if let age = line.age, Aging.isStale(age) { text.append("  \(Figures.since(age)) ago", .stale) }
        return text
    }

    private static func answerInk(_ answer: Snapshot.Safety.Answer) -> Ink {
        switch answer {
        case .stands: .alarm
        case .goesOn: .good
        case .waiting, .unreachable, .unknown: .plain
        }
    }

    /// For the header: `moving`; `STOPPED 18/20, no answer: r4 r9`.
    static func short(_ safety: Snapshot.Safety, namesMax: Int) -> InkedLine {
        switch safety.state {
        case .moving: return InkedLine("moving", .good)
        case .unknown: return InkedLine("safety unknown", .warning)
        case .stopped: return InkedLine(stopped(safety, namesMax: namesMax), .alarm)
        }
    }

    private static func headline(_ safety: Snapshot.Safety) -> InkedLine {
        switch safety.state {
        case .moving: InkedLine("moving: no stop is in force", .good)
        case .unknown: InkedLine("nobody tells whether a stop is in force", .warning)
        case .stopped: InkedLine(stopped(safety, namesMax: 8), .alarm)
        }
    }

    /// Only what robots have said themselves.
    private static func stopped(_ safety: Snapshot.Safety, namesMax: Int) -> String {
        var text = "STOPPED"
        if !safety.lines.isEmpty { text += " \(safety.standing)/\(safety.lines.count)" }
        let missing = safety.unanswered
        guard !missing.isEmpty else { return text }
        guard namesMax > 0 else { return text + ", no answer from \(missing.count)" }
        text += ", no answer: " + missing.prefix(namesMax).map(\.name).joined(separator: " ")
        return missing.count > namesMax ? text + " and \(missing.count - namesMax) more" : text
    }
}
