import SkeinPeer
import SkeinWire

extension PlanReport {
    var schema: Skein_Plan {
        var plan = Skein_Plan()
        plan.number = number.schema
        if let root = root.present { plan.root = root }
        plan.leaders = leaders.map { UInt32($0.number) }
        if let making { plan.making = making.schema }
        return plan
    }

    init(_ plan: Skein_Plan) throws(LogFault) {
        var leaders: [NodeID] = []
        for leader in try LogCheck.list(plan.leaders, PeerReport.leadersMax, "plan.leaders") {
            leaders.append(try LogCheck.node(leader, "plan.leaders"))
        }
        self.init(
            number: PlanNumber(plan.number), root: try LogCheck.node(plan.hasRoot, plan.root, "plan.root"),
            leaders: leaders, making: plan.hasMaking ? try Making(plan.making) : nil)
    }
}

extension PlanReport.Making {
    fileprivate var schema: Skein_PlanMaking {
        var making = Skein_PlanMaking()
        making.strategy = LogEnum.number(strategy)
        making.reporting = UInt32(clamping: reporting)
        making.robots = UInt32(clamping: robots)
        if let plannedAt { making.plannedAtNs = plannedAt.nanoseconds }
        if let settledAt { making.settledAtNs = settledAt.nanoseconds }
        making.leaders = leaders.map { leader in
            var planned = Skein_PlannedLeader()
            planned.leader = UInt32(leader.leader.number)
            planned.members = UInt32(clamping: leader.members)
            planned.grantedPercent = leader.grantedPercent
            planned.grantedMhz = leader.grantedMHz
            planned.ledBefore = leader.wasLeader
            return planned
        }
        return making
    }

    fileprivate init(_ making: Skein_PlanMaking) throws(LogFault) {
        var leaders: [PlanReport.Leader] = []
        for leader in try LogCheck.list(making.leaders, PeerReport.leadersMax, "making.leaders") {
            leaders.append(
                PlanReport.Leader(
                    leader: try LogCheck.node(leader.leader, "making.leader"), members: Int(leader.members),
                    grantedPercent: try LogCheck.double(leader.grantedPercent, "making.granted_percent"),
                    grantedMHz: try LogCheck.double(leader.grantedMhz, "making.granted_mhz"),
                    wasLeader: leader.ledBefore))
        }
        self.init(
            strategy: try LogEnum.value(making.strategy, "making.strategy"), reporting: Int(making.reporting),
            robots: Int(making.robots),
            plannedAt: try LogCheck.optional(making.hasPlannedAtNs, making.plannedAtNs, "planned_at_ns"),
            settledAt: try LogCheck.optional(making.hasSettledAtNs, making.settledAtNs, "settled_at_ns"),
            leaders: leaders)
    }
}
