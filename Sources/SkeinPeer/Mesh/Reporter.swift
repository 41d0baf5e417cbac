import SkeinWire

/// Tells the root about this robot's links and idle share, when it has something to tell: a new root, a plan taken up, a
/// link gained or lost, a smoothed power or an idle share changed past its threshold, and now and then in any
/// case. A report is one message up the tree; a lost one is made good by the next.
struct Reporter {
    private var reported: LinkReport?
    private var reportedTo = NodeID.none
    /// A root that stands anew begins with an empty book.
    private var reportedTerm: UInt32 = 0
    private var version: UInt32 = 0
    private var sentAt: Instant
    private let bootedAt: Instant
    private let tuning: MeshTuning

    init(tuning: MeshTuning, now: Instant) {
        self.tuning = tuning
        bootedAt = now
        sentAt = now
    }

    /// The report to send now, if any.
    mutating func due(
        root: NodeID, term: UInt32, plan: PlanNumber, idlePercent: Double, neighbours: NeighbourTable,
        state: LinkReport.MissionState = LinkReport.MissionState(), now: Instant
    ) -> LinkReport? {
        guard root != .none, now - bootedAt >= tuning.reportHoldOff else { return nil }
        let sinceLast = now - sentAt
        if reported != nil, sinceLast < tuning.reportUrgentSpacingMin { return nil }
        if let reported, reportedTo == root, reportedTerm == term {
            if sinceLast < tuning.reportRefresh {
                let isUrgent = reported.plan != plan || reported.state != state
                guard isUrgent || sinceLast >= tuning.reportSpacingMin else { return nil }
                guard isUrgent || isChanged(reported, idlePercent: idlePercent, neighbours) else { return nil }
            }
        }
        version += 1
        var report = Self.report(version: version, plan: plan, idlePercent: idlePercent, neighbours)
        report.state = state
        reported = report
        reportedTo = root
        reportedTerm = term
        sentAt = now
        return report
    }

    /// The strongest links, as many as fit.
    static func report(version: UInt32, plan: PlanNumber, idlePercent: Double, _ neighbours: NeighbourTable)
        -> LinkReport
    {
        var linked = neighbours.all.filter { $0.isControlLink || $0.isDataLink }
        if linked.count > LinkReport.entriesMax {
            linked.sort { ($1.strengthDBm, $0.id) < ($0.strengthDBm, $1.id) }
            linked.removeLast(linked.count - LinkReport.entriesMax)
            linked.sort { $0.id < $1.id }
        }
        return LinkReport(
            version: version, plan: plan, idle: PercentField(percent: idlePercent),
            entries: linked.map { neighbour in
                LinkReport.Entry(
                    neighbour: neighbour.id,
                    controlPower: neighbour.isControlLink ? PowerField(dBm: neighbour.controlPowerDBm) : .nothing,
                    dataPower: neighbour.isDataLink
                        ? PowerField(dBm: neighbour.dataPowerDBm ?? NeighbourTable.assumedNoiseDBm) : .nothing,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: neighbour.isDataLink ? neighbour.efficiency : 0))
            })
    }

    private func isChanged(_ old: LinkReport, idlePercent: Double, _ neighbours: NeighbourTable) -> Bool {
        if abs(old.idle.percent - idlePercent) >= tuning.reportIdleChangePercent { return true }
        let isFull = old.entries.count >= LinkReport.entriesMax
        var cursor = 0
        for neighbour in neighbours.all where neighbour.isControlLink || neighbour.isDataLink {
            while cursor < old.entries.count, old.entries[cursor].neighbour < neighbour.id {
                if !isFull { return true }
                cursor += 1
            }
            guard cursor < old.entries.count, old.entries[cursor].neighbour == neighbour.id else {
                if isFull { continue }
                return true
            }
            if hasMoved(old.entries[cursor], neighbour) { return true }
            cursor += 1
        }
        return !isFull && cursor < old.entries.count
    }

    private func hasMoved(_ old: LinkReport.Entry, _ neighbour: Neighbour) -> Bool {
        if (old.controlPower != .nothing) != neighbour.isControlLink { return true }
        if (old.dataPower != .nothing) != neighbour.isDataLink { return true }
        if let power = old.controlPower.dBm, abs(power - neighbour.controlPowerDBm) >= tuning.reportPowerChangeDB {
            return true
        }
        if let power = old.dataPower.dBm, let present = neighbour.dataPowerDBm {
            return abs(power - present) >= tuning.reportPowerChangeDB
        }
        return false
    }
}

extension Neighbour {
    /// For choosing whom to speak of when not all fit.
    fileprivate var strengthDBm: Double {
        isControlLink ? controlPowerDBm : (dataPowerDBm ?? -200)
    }
}
