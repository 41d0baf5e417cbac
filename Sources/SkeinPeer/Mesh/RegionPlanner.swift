import SkeinWire

/// The root's side of planning: collects link reports, has a plan computed when they have settled, and floods it when
/// it differs from the one in force.
///
/// Reports are soft state: they age out unless refreshed, and a link counts on a band only while both ends report it there,
/// so a dead robot falls out as its neighbours report. A report overtaken on its way by a later one is not taken, nor one
/// whose list is not in order, which no robot sends.
/// A plan is due when a change has been quiet for `planQuiet`, or waited
/// for `planSpacingMax`, and never sooner than `planSpacingMin` after the last. The hierarchy has settled when every
/// reporting robot has acknowledged the plan in a report and nothing has changed since. A new root begins with an empty
/// book; robots report to it as soon as they see it; the old plan holds until it has made a new one. A root that sees a plan
/// in force that is not older than its own, and not its own, cannot be heard below it: it stands anew, above.
struct RegionPlanner {
    private struct Entry {
        var robot: NodeID
        var report: LinkReport
        var receivedAt: Instant
        /// What the last plan was made from.
        var planned: LinkReport?
    }

    /// The region as it was when a plan was asked for: index → robot.
    private struct Draft {
        var robots: [NodeID]
        var own: [Double]
    }

    private var entries: [Entry] = []
    private var draft: Draft?
    private var changedAt: Instant?
    private var firstChangeAt: Instant?
    private var plannedAt: Instant?
    private var acknowledgedAt: Instant?
    private var overtakenAt: Instant?
    private(set) var number: UInt32 = 0
    private var leaders: [NodeID] = []
    private var owners: [(robot: NodeID, leader: NodeID)] = []
    /// What the plan in force promises of each leader; told of when asked.
    private var made: [PlanReport.Leader] = []
    private var madeAt: Instant?
    /// Since when the hierarchy has stood; nil while it does not.
    private(set) var settledAt: Instant?
    var isSettled: Bool { settledAt != nil }
    private let tuning: MeshTuning

    init(tuning: MeshTuning) { self.tuning = tuning }

    var isPlanning: Bool { draft != nil }
    var robots: Int { entries.count }

    mutating func take(_ report: LinkReport, from robot: NodeID, now: Instant) {
        guard Self.isOrdered(report, of: robot) else { return }
        if let index = entries.firstIndex(where: { $0.robot == robot }) {
            let old = entries[index]
            guard report.version >= old.report.version || now - old.receivedAt > Self.reorderSpan else { return }
            if report.plan != old.report.plan { acknowledgedAt = now }
            entries[index].report = report
            entries[index].receivedAt = now
            if isMaterial(report, since: old.planned) { noteChange(now: now) }
            return
        }
        guard entries.count < tuning.planRobotsMax else { return }
        acknowledgedAt = now
        let position = entries.firstIndex { $0.robot > robot } ?? entries.count
        entries.insert(Entry(robot: robot, report: report, receivedAt: now), at: position)
        noteChange(now: now)
    }

    /// A robot has left.
    mutating func forget(_ robot: NodeID, now: Instant) {
        guard let index = entries.firstIndex(where: { $0.robot == robot }) else { return }
        entries.remove(at: index)
        noteChange(now: now)
    }

    /// Whether a report differs from what was planned on by more than the thresholds (spec §4). Efficiencies do not count:
    /// noise alone would have the swarm planning for ever.
    private func isMaterial(_ report: LinkReport, since planned: LinkReport?) -> Bool {
        guard let planned, planned.entries.count == report.entries.count,
            abs(planned.idle.percent - report.idle.percent) < tuning.reportIdleChangePercent
        else { return true }
        return zip(planned.entries, report.entries).contains { old, new in
            old.neighbour != new.neighbour || hasMoved(old.controlPower, new.controlPower)
                || hasMoved(old.dataPower, new.dataPower)
        }
    }

    private func hasMoved(_ old: PowerField, _ new: PowerField) -> Bool {
        guard let before = old.dBm, let after = new.dBm else { return old != new }
        return abs(before - after) >= tuning.reportPowerChangeDB
    }

    /// A report this much younger than the last, with a lower version, is of a new boot: nobody reports sooner after one.
    private static let reorderSpan: Duration = .seconds(2)

    /// Neighbours ascending, each once, the reporter not among them.
    private static func isOrdered(_ report: LinkReport, of robot: NodeID) -> Bool {
        let entries = report.entries
        return zip(entries, entries.dropFirst()).allSatisfy { $0.neighbour < $1.neighbour }
            && !entries.contains { $0.neighbour == robot }
    }

    private mutating func noteChange(now: Instant) {
        changedAt = now
        if firstChangeAt == nil { firstChangeAt = now }
        settledAt = nil
    }

    /// Who may lead has changed.
    mutating func rolesChanged(now: Instant) { noteChange(now: now) }

    /// The graph to plan on, if a plan is due. `mayLead`: whom the fleet lets lead.
    mutating func due(
        us: NodeID, cloud: CloudTuning, mayLead: (NodeID) -> Bool = { _ in true }, now: Instant
    ) -> (PlanGraph, previousLeaders: [Int]?)? {
        let before = entries.count
        entries.removeAll { now - $0.receivedAt > tuning.reportLifetime }
        if entries.count != before { noteChange(now: now) }
        guard draft == nil, let changed = changedAt, let first = firstChangeAt else { return nil }
        let isQuiet = now - changed >= tuning.planQuiet || now - first >= tuning.planSpacingMax
        guard isQuiet, plannedAt.map({ now - $0 >= tuning.planSpacingMin }) ?? true else { return nil }
        guard entries.contains(where: { $0.robot == us }) else { return nil }
        changedAt = nil
        firstChangeAt = nil
        plannedAt = now
        for index in entries.indices { entries[index].planned = entries[index].report }
        return graph(us: us, cloud: cloud, mayLead: mayLead)
    }

    private mutating func graph(
        us: NodeID, cloud: CloudTuning, mayLead: (NodeID) -> Bool
    ) -> (PlanGraph, previousLeaders: [Int]?) {
        let present = entries.filter { $0.robot == us || isHeard($0.robot) }
        let robots = present.map(\.robot)
        let candidates = robots.map { $0 == us || mayLead($0) }
        var control = [[ControlLink]](repeating: [], count: robots.count)
        var data = [[DataLink]](repeating: [], count: robots.count)
        for (reporter, entry) in present.enumerated() {
            for link in entry.report.entries {
                guard let other = Self.index(of: link.neighbour, in: robots) else { continue }
                let back = Self.link(to: entry.robot, in: present[other].report)
                // A full report may have left it out for want of room.
                guard back != nil || present[other].report.entries.count >= LinkReport.entriesMax else { continue }
                if let power = link.controlPower.dBm, back?.controlPower != .nothing {
                    control[reporter].append(ControlLink(robot: other, powerDBm: power))
                }
                if candidates[other], let power = link.dataPower.dBm, back?.dataPower != .nothing {
                    data[other].append(
                        DataLink(
                            robot: reporter, powerDBm: power,
                            bitsPerSecondPerHertz: link.efficiency.bitsPerSecondPerHz))
                }
            }
        }
        let planGraph = PlanGraph(
            start: Self.index(of: us, in: robots) ?? 0, idlePercent: present.map(\.report.idle.percent),
            control: control, data: data, bandwidthMHz: cloud.bandwidthMHz,
            rateMbpsPerPercent: cloud.rateMbpsPerPercent, mayLead: candidates)
        draft = Draft(robots: robots, own: planGraph.ownBitsPerSecondPerHertz)
        let previous = leaders.compactMap { Self.index(of: $0, in: robots) }.filter { candidates[$0] }
        return (planGraph, leaders.isEmpty ? nil : previous)
    }

    /// Who reports and is heard by somebody else, ascending: who can be given something to do.
    func candidates(us: NodeID) -> [RoleAssignment.Candidate] {
        let heard = entries.flatMap { $0.report.entries.map(\.neighbour) }.sorted()
        var cursor = 0
        return entries.compactMap { entry in
            while cursor < heard.count, heard[cursor] < entry.robot { cursor += 1 }
            let isHeard = cursor < heard.count && heard[cursor] == entry.robot
            guard entry.robot == us || isHeard else { return nil }
            return RoleAssignment.Candidate(robot: entry.robot, state: entry.report.state)
        }
    }

    private func isHeard(_ robot: NodeID) -> Bool {
        entries.contains { $0.robot != robot && Self.link(to: robot, in: $0.report) != nil }
    }

    /// What a report says of a robot.
    private static func link(to robot: NodeID, in report: LinkReport) -> LinkReport.Entry? {
        var low = 0
        var high = report.entries.count
        while low < high {
            let middle = (low + high) / 2
            if report.entries[middle].neighbour < robot { low = middle + 1 } else { high = middle }
        }
        return low < report.entries.count && report.entries[low].neighbour == robot ? report.entries[low] : nil
    }

    private static func index(of robot: NodeID, in robots: [NodeID]) -> Int? {
        var low = 0
        var high = robots.count
        while low < high {
            let middle = (low + high) / 2
            if robots[middle] < robot { low = middle + 1 } else { high = middle }
        }
        return low < robots.count && robots[low] == robot ? low : nil
    }

    /// The computed plan as parts to flood; empty when nothing changed. `term` is the tree's.
    mutating func planned(_ plan: Plan, us: NodeID, term: UInt32, now: Instant) -> [PlanPart] {
        guard let draft, plan.owner.count == draft.robots.count else { return [] }
        self.draft = nil
        let newLeaders = plan.leaders.map { draft.robots[$0] }
        // Whom nobody that may lead can own finds a leader by itself, or none.
        let newOwners = plan.owner.indices.filter { plan.owner[$0] >= 0 }.map {
            (robot: draft.robots[$0], leader: draft.robots[plan.owner[$0]])
        }
        let isSame =
            newLeaders == leaders && newOwners.count == owners.count
            && zip(newOwners, owners).allSatisfy { $0.robot == $1.robot && $0.leader == $1.leader }
        guard !isSame else { return [] }
        number += 1
        settledAt = nil
        madeAt = now
        made = plan.leaders.enumerated().map { rank, leader in
            let owned = plan.owner.indices.filter { plan.owner[$0] == leader }
            return PlanReport.Leader(
                leader: newLeaders[rank], members: owned.count,
                grantedPercent: owned.reduce(0) { $0 + plan.grantedPercent[$1] },
                grantedMHz: owned.reduce(0) { $0 + plan.grantedMHz[$1] }, wasLeader: leaders.contains(newLeaders[rank]))
        }
        leaders = newLeaders
        owners = newOwners
        let listed = zip(newLeaders, plan.leaders).prefix(PlanPart.leadersMax).map { id, index in
            PlanPart.Leader(id: id, efficiency: EfficiencyField(bitsPerSecondPerHz: draft.own[index]))
        }
        let parts = max(1, (newOwners.count + PlanPart.entriesMax - 1) / PlanPart.entriesMax)
        return (0..<parts).map { part in
            let slice = newOwners[(part * newOwners.count / parts)..<((part + 1) * newOwners.count / parts)]
            let placed = slice.compactMap { owner in
                listed.firstIndex { $0.id == owner.leader }.map {
                    PlanPart.Entry(robot: owner.robot, owner: UInt8($0))
                }
            }
            return PlanPart(
                root: us, plan: PlanNumber(term: term, number: number), part: UInt8(part), parts: UInt8(parts),
                leaders: Array(listed), entries: placed)
        }
    }

    /// For the report.
    func making(strategy: PlanStrategy) -> PlanReport.Making {
        PlanReport.Making(
            strategy: strategy, reporting: entries.count, robots: owners.count, plannedAt: madeAt,
            settledAt: settledAt, leaders: Array(made.prefix(PeerReport.leadersMax)))
    }

    /// True once, when everybody who reports has taken up the plan and it has been quiet since.
    mutating func becomesSettled(term: UInt32, now: Instant) -> Bool {
        guard !isSettled, draft == nil, changedAt == nil, number > 0, let quietSince = acknowledgedAt,
            now - quietSince >= tuning.settledQuiet
        else { return false }
        let current = PlanNumber(term: term, number: number)
        let listed = leaders.prefix(PlanPart.leadersMax)
        var cursor = 0
        // Both ascending by robot. Whose leader found no room in the plan has nothing to acknowledge.
        for owner in owners where listed.contains(owner.leader) {
            while cursor < entries.count, entries[cursor].robot < owner.robot { cursor += 1 }
            guard cursor < entries.count, entries[cursor].robot == owner.robot, entries[cursor].report.plan == current
            else { return false }
        }
        settledAt = now
        return true
    }

    /// True when a plan that is not this root's has been in force for a while, and hides this root's from everybody.
    mutating func isOvertaken(
        by plan: PlanNumber, of root: NodeID, us: NodeID, term: UInt32, now: Instant
    ) -> Bool {
        let own = PlanNumber(term: term, number: number)
        guard term < .max, plan > own || plan == own && root != us else {
            overtakenAt = nil
            return false
        }
        // Another root may be about to win, as the tree decides; this waits for that.
        let since = overtakenAt ?? now
        overtakenAt = since
        return now - since >= tuning.planSpacingMin
    }
}
