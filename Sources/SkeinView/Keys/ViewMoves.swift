import SkeinWire

extension ViewState {
    package mutating func say(
        _ text: String, _ severity: Severity = .calm, _ now: Instant, span: Duration = .seconds(5)
    ) {
        message = Message(text: text, severity: severity, until: now + span)
    }

    mutating func open(_ page: Page) {
        self.page = page
        top = 0
    }

    mutating func show(_ panel: Panel) {
        self.panel = panel
        isWhole = true
        page = nil
        top = 0
    }

    mutating func showOverview() {
        isWhole = false
        page = nil
        top = 0
    }

    /// The next panel, or the one before, as large as this one.
    mutating func showNext(_ step: Int) {
        let panels = Panel.allCases
        guard let index = panels.firstIndex(of: panel) else { return }
        panel = panels[(index + step + panels.count) % panels.count]
        page = nil
        top = 0
    }

    /// One step back: from a page, from a filter, from a whole panel.
    mutating func back() {
        if page != nil {
            page = nil
            top = 0
        } else if !filter.isEmpty {
            filter = ""
        } else if zoom > 1 && panel == .map {
            zoom = 1
        } else {
            showOverview()
        }
    }

    mutating func describe(_ snapshot: Snapshot) {
        guard page == nil else { return }
        switch panel {
        case .peers, .map:
            guard let robot = selected(in: Lists.robots(snapshot, self)) else { return }
            open(.robot(robot.id))
        case .tasks:
            guard let work = selected(in: Lists.works(snapshot, self)) else { return }
            open(.work(work.key))
        case .radio, .events, .safety, .mission: show(panel)
        }
    }

    /// The line that is selected; the first where none is, or where it has gone.
    func selected(in robots: [Snapshot.Robot]) -> Snapshot.Robot? {
        robots.first { $0.id == selectedRobot } ?? robots.first
    }

    func selected(in works: [Snapshot.Work]) -> Snapshot.Work? {
        works.first { $0.key == selectedWork } ?? works.first
    }

    mutating func move(by steps: Int, _ snapshot: Snapshot, columns: Int) {
        if let long = Texts.lines(snapshot, self, columns: columns, charset: .braille) {
            top = min(max(top + steps, 0), max(long.count - 1, 0))
            return
        }
        switch panel {
        case .peers, .map:
            let robots = Lists.robots(snapshot, self)
            selectedRobot = Self.moved(robots.map(\.id), from: selectedRobot, by: steps)
        case .tasks:
            let works = Lists.works(snapshot, self)
            selectedWork = Self.moved(works.map(\.key), from: selectedWork, by: steps)
        case .events: eventsBack = min(max(eventsBack - steps, 0), max(Lists.events(snapshot, self).count - 1, 0))
        case .radio, .safety, .mission: break
        }
    }

    private static func moved<ID: Equatable>(_ ids: [ID], from id: ID?, by steps: Int) -> ID? {
        guard !ids.isEmpty else { return id }
        guard let id, let index = ids.firstIndex(of: id) else { return steps > 1 ? ids.last : ids.first }
        return ids[min(max(index + steps, 0), ids.count - 1)]
    }

    mutating func sortNext(_ step: Int) {
        if panel == .tasks {
            workOrder = Self.next(workOrder, step)
        } else if panel == .peers {
            peerOrder = Self.next(peerOrder, step)
        }
    }

    private static func next<Order: CaseIterable & Equatable>(_ order: Order, _ step: Int) -> Order {
        let all = Array(Order.allCases)
        guard let index = all.firstIndex(of: order) else { return order }
        return all[(index + step + all.count) % all.count]
    }

    mutating func changeRefresh(_ step: Int, _ now: Instant) {
        let all = Self.refreshes
        let index = all.firstIndex { $0 >= refresh } ?? all.count - 1
        refresh = all[min(max(index + step, 0), all.count - 1)]
        say("draws every \(Figures.span(refresh))", .calm, now)
    }

    mutating func askRelease(_ snapshot: Snapshot, _ now: Instant) {
        if isReadOnly {
            say("read-only here: release from a leader, or with skein stop --release", .warning, now)
        } else if snapshot.safety.state != .stopped {
            say("no stop is in force", .warning, now)
        } else {
            prompt = .release("")
        }
    }
}
