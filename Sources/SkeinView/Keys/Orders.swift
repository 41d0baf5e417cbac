import SkeinWire

/// By what robots are sorted.
package enum PeerOrder: String, Hashable, Sendable, CaseIterable {
    case trouble, name, role, hops, link, heard, idle
}

/// By what tasks are.
package enum WorkOrder: String, Hashable, Sendable, CaseIterable {
    case trouble, deadline, key, kernel, owner, state
}

/// The lines of the lists in the order in which they are drawn, and which are left out: keys and drawing go by the
/// same.
package enum Lists {
    /// What is older is stale.
    package static let freshMax: Duration = .seconds(5)

    package static func robots(_ snapshot: Snapshot, _ state: ViewState) -> [Snapshot.Robot] {
        let shown = snapshot.robots.filter { robot in
            contains(state.filter, [robot.name, "\(robot.id)", robot.state, word(robot.role)] + robot.troubles)
        }
        return sorted(shown, reversed: state.isReversed) { left, right in
            switch state.peerOrder {
            case .trouble: trouble(left, right)
            case .name: compare(left.name, right.name)
            case .role: compare(rank(left.role), rank(right.role))
            case .hops: compare(left.hops ?? .max, right.hops ?? .max)
            case .link: compare(right.link?.bitsPerSecondPerHz ?? -1, left.link?.bitsPerSecondPerHz ?? -1)
            case .heard: compare(left.heard ?? .seconds(1 << 32), right.heard ?? .seconds(1 << 32))
            case .idle: compare(right.idle?.value ?? -1, left.idle?.value ?? -1)
            }
        }
    }

    /// The worst first, then whoever spoke last. In the coarse steps that are shown, so that nobody jumps about.
    private static func trouble(_ left: Snapshot.Robot, _ right: Snapshot.Robot) -> Int {
        let worse = compare(right.severity.rawValue, left.severity.rawValue)
        if worse != 0 { return worse }
        return compare(contact(left), contact(right))
    }

    private static func contact(_ robot: Snapshot.Robot) -> Int64 {
        guard let heard = robot.heard else { return .max }
        return heard <= freshMax ? 0 : heard.nanoseconds / 5_000_000_000
    }

    package static func works(_ snapshot: Snapshot, _ state: ViewState) -> [Snapshot.Work] {
        let shown = snapshot.tasks.filter { work in
            contains(state.filter, [work.key, work.kernel, work.ownerName, work.why] + work.workers)
        }
        return sorted(shown, reversed: state.isReversed) { left, right in
            switch state.workOrder {
            case .trouble:
                chain(
                    compare(right.severity.rawValue, left.severity.rawValue),
                    compare(isOver(left) ? 1 : 0, isOver(right) ? 1 : 0))
            case .deadline:
                compare(left.deadlineLeft ?? .seconds(1 << 32), right.deadlineLeft ?? .seconds(1 << 32))
            case .key: compare(left.key, right.key)
            case .kernel: compare(left.kernel, right.kernel)
            case .owner: compare(left.ownerName, right.ownerName)
            case .state: compare(word(left.state), word(right.state))
            }
        }
    }

    private static func isOver(_ work: Snapshot.Work) -> Bool {
        switch work.state {
        case .accepted, .running: false
        case .done, .failed, .cancelled: true
        }
    }

    package static func events(_ snapshot: Snapshot, _ state: ViewState) -> [Snapshot.EventLine] {
        snapshot.events.filter { contains(state.filter, [$0.robotName, $0.text]) }
    }

    /// Stable: of equals the first stays first, so that lines do not jump about.
    private static func sorted<Line>(
        _ lines: [Line], reversed: Bool, by order: (Line, Line) -> Int
    ) -> [Line] {
        lines.enumerated().sorted { left, right in
            let by = order(left.element, right.element)
            if by != 0 { return reversed ? by > 0 : by < 0 }
            return left.offset < right.offset
        }
        .map(\.element)
    }

    private static func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : right < left ? 1 : 0
    }

    private static func chain(_ first: Int, _ second: Int) -> Int { first != 0 ? first : second }

    /// Without regard to the case of the Latin letters.
    static func contains(_ filter: String, _ texts: [String]) -> Bool {
        guard !filter.isEmpty else { return true }
        let sought = filter.lowercased()
        return texts.contains { $0.lowercased().contains(sought) }
    }

    static func rank(_ role: Snapshot.Role) -> Int {
        switch role {
        case .root: 0
        case .leader: 1
        case .member: 2
        case .alone: 3
        case .unknown: 4
        }
    }

    package static func word(_ role: Snapshot.Role) -> String {
        switch role {
        case .root: "root"
        case .leader: "leader"
        case .member: "member"
        case .alone: "alone"
        case .unknown: "-"
        }
    }

    package static func word(_ state: Snapshot.Work.State) -> String {
        switch state {
        case .accepted: "waits"
        case .running: "running"
        case .done: "done"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    package static func word(_ placing: Snapshot.Work.Placing) -> String {
        switch placing {
        case .undecided: "-"
        case .local: "here"
        case .offloaded: "away"
        case .mixed: "both"
        }
    }

    package static func word(_ answer: Snapshot.Safety.Answer) -> String {
        switch answer {
        case .stands: "stands"
        case .goesOn: "goes on"
        case .waiting: "no answer yet"
        case .unreachable: "no answer"
        case .unknown: "not asked"
        }
    }

    package static func word(_ estimator: Snapshot.RadioLink.Estimator) -> String {
        switch estimator {
        case .measured: "meas"
        case .assumedFloor: "floor"
        case .throughput: "thru"
        case .probed: "probe"
        case .exact: "exact"
        }
    }

    package static func word(_ band: Band) -> String {
        switch band {
        case .control: "2.4 GHz"
        case .data: "5 GHz"
        }
    }

    package static func word(_ trafficClass: TrafficClass) -> String {
        switch trafficClass {
        case .safety: "safety"
        case .membership: "membership"
        case .control: "control"
        case .task: "task"
        case .bulk: "bulk"
        }
    }
}
