import SkeinPeer
import SkeinSeal
import SkeinWire

// A robot's account of itself. Lists are cut where the peer cuts them; the counts of what was cut travel with them.

extension PeerReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(id)
        writer.u32(epoch.number)
        now.write(to: &writer)
        startedAt.write(to: &writer)
        status.write(to: &writer)
        role.write(to: &writer)
        writer.optional(smellPerMeter)
        office.write(to: &writer)
        writer.list(neighbours, limit: Self.neighboursMax)
        writer.list(members, limit: Self.membersMax)
        writer.list(routes, limit: Self.routesMax)
        radio.write(to: &writer)
        writer.list(tasks, limit: Self.tasksMax)
        writer.list(helping, limit: Self.helpingMax)
        targets.write(to: &writer)
        safety.write(to: &writer)
        writer.list(transfers, limit: Self.transfersMax)
        trust.write(to: &writer)
        plan.write(to: &writer)
        cut.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let id = try reader.node()
        let epoch = Epoch(try reader.u32())
        let now = try Instant(reading: &reader)
        let startedAt = try Instant(reading: &reader)
        let status = try PeerStatus(reading: &reader)
        let role = try RobotRole(reading: &reader)
        let smellPerMeter = try reader.optional(Double.self)
        let office = try OfficeReport(reading: &reader)
        let neighbours = try reader.list(of: NeighbourAccount.self, limit: Self.neighboursMax)
        let members = try reader.list(of: MemberAccount.self, limit: Self.membersMax)
        let routes = try reader.list(of: RouteAccount.self, limit: Self.routesMax)
        let radio = try RadioAccount(reading: &reader)
        let tasks = try reader.list(of: TaskAccount.self, limit: Self.tasksMax)
        guard tasks.reduce(0, { $0 + $1.units.count }) <= Self.unitsMax else {
            throw .tooMany(.entries, count: tasks.reduce(0) { $0 + $1.units.count }, limit: Self.unitsMax)
        }
        let helping = try reader.list(of: HelpAccount.self, limit: Self.helpingMax)
        let targets = try TargetReport(reading: &reader)
        let safety = try SafetyFigures(reading: &reader)
        let transfers = try reader.list(of: TransferAccount.self, limit: Self.transfersMax)
        let trust = try TrustFigures(reading: &reader)
        self.init(
            id: id, epoch: epoch, now: now, startedAt: startedAt, status: status, role: role, office: office,
            radio: radio, safety: safety, trust: trust, plan: try PlanReport(reading: &reader))
        self.smellPerMeter = smellPerMeter
        self.neighbours = neighbours
        self.members = members
        self.routes = routes
        self.tasks = tasks
        self.helping = helping
        self.targets = targets
        self.transfers = transfers
        cut = try Cut(reading: &reader)
    }
}

extension PeerReport.Cut: Coded {
    package func write(to writer: inout ByteWriter) {
        for count in [neighbours, members, routes, tasks, units, helping, transfers, leaders] {
            writer.u32(UInt32(clamping: count))
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init()
        neighbours = Int(try reader.u32())
        members = Int(try reader.u32())
        routes = Int(try reader.u32())
        tasks = Int(try reader.u32())
        units = Int(try reader.u32())
        helping = Int(try reader.u32())
        transfers = Int(try reader.u32())
        leaders = Int(try reader.u32())
    }
}

extension OfficeReport: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.u32(term)
        writer.optional(rootSince)
        writer.optional(leaderSince)
        writer.optional(followsSince)
        writer.optional(treeSince)
        writer.optional(planned)
        writer.optional(former)
        writer.flag(mayLead)
        writer.optional(ownEfficiency)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            term: try reader.u32(), rootSince: try reader.optional(Instant.self),
            leaderSince: try reader.optional(Instant.self), followsSince: try reader.optional(Instant.self),
            treeSince: try reader.optional(Instant.self), planned: try reader.optional(Other.self),
            former: try reader.optional(Other.self), mayLead: try reader.flag(),
            ownEfficiency: try reader.optional(Double.self))
    }
}

extension OfficeReport.Other: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(leader)
        until.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(leader: try reader.node(), until: try Instant(reading: &reader))
    }
}

extension PlanReport: Coded {
    package func write(to writer: inout ByteWriter) {
        number.write(to: &writer)
        writer.node(root)
        writer.list(leaders, limit: PeerReport.leadersMax)
        writer.optional(making)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            number: try PlanNumber(reading: &reader), root: try reader.node(),
            leaders: try reader.list(of: NodeID.self, limit: PeerReport.leadersMax),
            making: try reader.optional(Making.self))
    }
}

extension PlanReport.Making: Coded {
    package func write(to writer: inout ByteWriter) {
        strategy.write(to: &writer)
        reporting.write(to: &writer)
        robots.write(to: &writer)
        writer.optional(plannedAt)
        writer.optional(settledAt)
        writer.list(leaders, limit: PeerReport.leadersMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            strategy: try PlanStrategy(reading: &reader), reporting: try Int(reading: &reader),
            robots: try Int(reading: &reader), plannedAt: try reader.optional(Instant.self),
            settledAt: try reader.optional(Instant.self),
            leaders: try reader.list(of: PlanReport.Leader.self, limit: PeerReport.leadersMax))
    }
}

extension PlanReport.Leader: Coded {
    package func write(to writer: inout ByteWriter) {
        writer.node(leader)
        writer.u16(UInt16(clamping: members))
        writer.double(grantedPercent)
        writer.double(grantedMHz)
        writer.flag(wasLeader)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            leader: try reader.node(), members: Int(try reader.u16()), grantedPercent: try reader.double(),
            grantedMHz: try reader.double(), wasLeader: try reader.flag())
    }
}
