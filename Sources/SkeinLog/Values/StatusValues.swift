import SkeinPeer
import SkeinSeal
import SkeinWire

extension PeerStatus {
    /// All but whose it is: the stamp has that.
    var schema: Skein_Status {
        var status = Skein_Status()
        if let root = root.present { status.root = root }
        if let hops { status.hops = UInt32(clamping: hops) }
        if let parent = parent.present { status.parent = parent }
        if let leader = leader.present { status.leader = leader }
        status.leaderReason = LogEnum.number(leaderReason)
        status.plan = plan.schema
        status.grantedPercent = grantedPercent
        status.grantedMhz = grantedMHz
        status.idlePercent = idlePercent
        status.neighbours = UInt32(clamping: neighbours)
        for reason in DropReason.allCases where drops[reason] > 0 {
            var drop = Skein_Drop()
            drop.reason = LogEnum.number(reason)
            drop.datagrams = UInt64(clamping: drops[reason])
            status.drops.append(drop)
        }
        status.missionRunning = isMissionRunning
        status.arrived = hasArrived
        status.xM = xMeters
        status.yM = yMeters
        status.headingRad = headingRadians
        status.clock = clock.schema
        return status
    }

    init(_ status: Skein_Status, _ robot: NodeID) throws(LogFault) {
        self.init(
            id: robot, root: try LogCheck.node(status.hasRoot, status.root, "status.root"),
            hops: status.hasHops ? Int(status.hops) : nil,
            parent: try LogCheck.node(status.hasParent, status.parent, "status.parent"),
            leader: try LogCheck.node(status.hasLeader, status.leader, "status.leader"),
            leaderReason: try LogEnum.value(status.leaderReason, "status.leader_reason"),
            plan: PlanNumber(status.plan),
            grantedPercent: try LogCheck.double(status.grantedPercent, "status.granted_percent"),
            grantedMHz: try LogCheck.double(status.grantedMhz, "status.granted_mhz"),
            idlePercent: try LogCheck.double(status.idlePercent, "status.idle_percent"),
            neighbours: Int(status.neighbours), drops: try Self.drops(status.drops),
            isMissionRunning: status.missionRunning, hasArrived: status.arrived,
            xMeters: try LogCheck.double(status.xM, "status.x_m"),
            yMeters: try LogCheck.double(status.yM, "status.y_m"),
            headingRadians: try LogCheck.double(status.headingRad, "status.heading_rad"),
            clock: try ClockStatus(status.clock))
    }

    private static func drops(_ drops: [Skein_Drop]) throws(LogFault) -> DropCounters {
        var counts = [Int](repeating: 0, count: DropReason.allCases.count)
        for drop in try LogCheck.list(drops, counts.count, "drops") {
            let reason: DropReason = try LogEnum.value(drop.reason, "drops.reason")
            counts[Int(reason.rawValue)] = try LogCheck.count(drop.datagrams, "drops.datagrams")
        }
        guard let counters = DropCounters(counts: counts) else { throw .field("drops") }
        return counters
    }
}

extension ClockStatus {
    fileprivate var schema: Skein_Clock {
        var clock = Skein_Clock()
        clock.localAtNs = local.nanoseconds
        if let time { clock.mesh = time.schema }
        clock.hops = UInt32(clamping: hops)
        if let source = source.present { clock.source = source }
        if let sinceAnswer { clock.sinceAnswerNs = sinceAnswer.nanoseconds }
        clock.answers = UInt64(clamping: answers)
        clock.refusals = UInt64(clamping: refusals)
        return clock
    }

    fileprivate init(_ clock: Skein_Clock) throws(LogFault) {
        self.init(
            local: try LogCheck.instant(clock.localAtNs, "clock.local_at_ns"),
            time: clock.hasMesh ? try MeshTime(clock.mesh) : nil, hops: Int(clock.hops),
            source: try LogCheck.node(clock.hasSource, clock.source, "clock.source"),
            sinceAnswer: clock.hasSinceAnswerNs
                ? try LogCheck.span(clock.sinceAnswerNs, "clock.since_answer_ns") : nil,
            answers: try LogCheck.count(clock.answers, "clock.answers"),
            refusals: try LogCheck.count(clock.refusals, "clock.refusals"))
    }
}

extension OfficeReport {
    var schema: Skein_Office {
        var office = Skein_Office()
        office.term = term
        if let rootSince { office.rootSinceAtNs = rootSince.nanoseconds }
        if let leaderSince { office.leaderSinceAtNs = leaderSince.nanoseconds }
        if let followsSince { office.followsSinceAtNs = followsSince.nanoseconds }
        if let treeSince { office.treeSinceAtNs = treeSince.nanoseconds }
        if let planned { office.planned = planned.schema }
        if let former { office.former = former.schema }
        office.mayLead = mayLead
        if let ownEfficiency { office.ownEfficiencyBitsPerSPerHz = ownEfficiency }
        return office
    }

    init(_ office: Skein_Office) throws(LogFault) {
        self.init(
            term: office.term,
            rootSince: try LogCheck.optional(office.hasRootSinceAtNs, office.rootSinceAtNs, "root_since_at_ns"),
            leaderSince: try LogCheck.optional(
                office.hasLeaderSinceAtNs, office.leaderSinceAtNs, "leader_since_at_ns"),
            followsSince: try LogCheck.optional(
                office.hasFollowsSinceAtNs, office.followsSinceAtNs, "follows_since_at_ns"),
            treeSince: try LogCheck.optional(office.hasTreeSinceAtNs, office.treeSinceAtNs, "tree_since_at_ns"),
            planned: office.hasPlanned ? try Other(office.planned) : nil,
            former: office.hasFormer ? try Other(office.former) : nil, mayLead: office.mayLead,
            ownEfficiency: office.hasOwnEfficiencyBitsPerSPerHz
                ? try LogCheck.double(office.ownEfficiencyBitsPerSPerHz, "own_efficiency_bits_per_s_per_hz") : nil)
    }
}

extension OfficeReport.Other {
    fileprivate var schema: Skein_OtherLeader {
        var other = Skein_OtherLeader()
        other.leader = UInt32(leader.number)
        other.untilAtNs = until.nanoseconds
        return other
    }

    fileprivate init(_ other: Skein_OtherLeader) throws(LogFault) {
        self.init(
            leader: try LogCheck.node(other.leader, "leader"),
            until: try LogCheck.instant(other.untilAtNs, "until_at_ns"))
    }
}

extension LogCheck {
    static func optional(_ isThere: Bool, _ nanoseconds: Int64, _ field: String) throws(LogFault) -> Instant? {
        isThere ? try instant(nanoseconds, field) : nil
    }
}
