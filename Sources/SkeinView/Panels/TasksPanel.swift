import SkeinWire

/// Tasks, a line each: where they are computed, and why there.
enum TasksPanel {
    static func draw(
        _ snapshot: Snapshot, _ state: ViewState, in area: Area, _ grid: inout Grid, hasFocus: Bool
    ) {
        let works = Lists.works(snapshot, state)
        let selected = hasFocus ? works.firstIndex { $0.key == state.selectedWork } : nil
        let page = Paging.page(of: works.count, around: selected, rows: area.rows - 1)
        table(snapshot, state).draw(works[page], selected: selected.map { $0 - page.lowerBound }, in: area, &grid)
        if works.isEmpty { grid.put("none", .faint, at: area.column, area.row + 1, width: area.columns) }
    }

    static func table(_ snapshot: Snapshot, _ state: ViewState) -> Table<Snapshot.Work> {
        func widest(_ texts: [String], _ bounds: ClosedRange<Int>) -> Int {
            min(max(texts.map { $0.unicodeScalars.count }.max() ?? 0, bounds.lowerBound), bounds.upperBound)
        }
        let works = snapshot.tasks
        let columns: [Table<Snapshot.Work>.Column] = [
            .init("", 1, priority: 1) { PeersPanel.mark($0.severity) },
            .init("TASK", widest(works.map(\.key), 4...12), priority: 0) { InkedLine($0.key, .bold) },
            .init("KERNEL", widest(works.map(\.kernel), 6...14), priority: 7) { InkedLine($0.kernel) },
            .init("OWNER", widest(works.map(\.ownerName), 5...12), priority: 4) { InkedLine($0.ownerName) },
            .init("STATE", 9, priority: 2) { stateCell($0) },
            .init("DONE", 5, priority: 7, isRight: true) { InkedLine("\($0.partsDone)/\($0.parts)") },
            .init("LEFT", 7, priority: 6, isRight: true) { left($0) },
            .init("WHERE", 5, priority: 3) { InkedLine(Lists.word($0.placing)) },
            .init("HELPERS", 10, priority: 8) {
                InkedLine($0.workers.isEmpty ? "-" : $0.workers.joined(separator: " "))
            },
            .init("WHY", 16, priority: 5, isFlexible: true) { InkedLine($0.why) },
        ]
        return Table(columns: columns, sorted: title(state.workOrder))
    }

    private static func title(_ order: WorkOrder) -> String? {
        switch order {
        case .trouble: nil
        case .deadline: "LEFT"
        case .key: "TASK"
        case .kernel: "KERNEL"
        case .owner: "OWNER"
        case .state: "STATE"
        }
    }

    static func ink(_ work: Snapshot.Work) -> Ink {
        guard work.severity == .calm else { return Ink.of(work.severity) }
        switch work.state {
        case .accepted, .cancelled: return .plain
        case .running, .done: return .good
        case .failed: return .alarm
        }
    }

    private static func stateCell(_ work: Snapshot.Work) -> InkedLine {
        InkedLine(work.stateWords.isEmpty ? Lists.word(work.state) : work.stateWords, ink(work))
    }

    private static func left(_ work: Snapshot.Work) -> InkedLine {
        guard let left = work.deadlineLeft else { return InkedLine("-", .faint) }
        return InkedLine(Figures.span(left), left < .zero ? .alarm : .plain)
    }
}
