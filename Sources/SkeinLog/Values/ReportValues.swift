import SkeinPeer
import SkeinSeal
import SkeinWire

extension PeerReport {
    func schema(_ stamp: Skein_Stamp) -> Skein_Report {
        var report = Skein_Report()
        report.stamp = stamp
        report.epoch = epoch.number
        report.startedAtNs = startedAt.nanoseconds
        report.camera = role.carriesCamera
        report.satelliteReceiver = role.carriesSatelliteReceiver
        if let smellPerMeter { report.smellPerM = smellPerMeter }
        report.status = status.schema
        report.office = office.schema
        report.neighbours = neighbours.map(\.schema)
        report.members = members.map(\.schema)
        report.routes = routes.map(\.schema)
        report.radio = radio.schema
        report.tasks = tasks.map(\.schema)
        report.helping = helping.map(\.schema)
        report.targets = targets.schema
        report.safety = safety.schema
        report.transfers = transfers.map(\.schema)
        report.trust = trust.schema
        report.plan = plan.schema
        report.cut = cut.schema
        return report
    }

    /// Robot and clock are the stamp's.
    init(_ report: Skein_Report, _ stamp: LogStamp) throws(LogFault) {
        self.init(
            id: stamp.robot, epoch: Epoch(report.epoch), now: stamp.at,
            startedAt: try LogCheck.instant(report.startedAtNs, "started_at_ns"),
            status: try PeerStatus(report.status, stamp.robot),
            role: RobotRole(
                carriesCamera: report.camera, carriesSatelliteReceiver: report.satelliteReceiver),
            office: try OfficeReport(report.office), radio: try RadioAccount(report.radio),
            safety: try SafetyFigures(report.safety), trust: try TrustFigures(report.trust),
            plan: try PlanReport(report.plan))
        smellPerMeter = report.hasSmellPerM ? try LogCheck.double(report.smellPerM, "smell_per_m") : nil
        for value in try LogCheck.list(report.neighbours, Self.neighboursMax, "neighbours") {
            neighbours.append(try NeighbourAccount(value))
        }
        for value in try LogCheck.list(report.members, Self.membersMax, "members") {
            members.append(try MemberAccount(value))
        }
        for value in try LogCheck.list(report.routes, Self.routesMax, "routes") {
            routes.append(try RouteAccount(value))
        }
        for value in try LogCheck.list(report.tasks, Self.tasksMax, "tasks") { tasks.append(try TaskAccount(value)) }
        for value in try LogCheck.list(report.helping, Self.helpingMax, "helping") {
            helping.append(try HelpAccount(value))
        }
        for value in try LogCheck.list(report.transfers, Self.transfersMax, "transfers") {
            transfers.append(try TransferAccount(value))
        }
        targets = try TargetReport(report.targets)
        cut = Cut(report.cut)
    }
}

extension LogCheck {
    static func list<Value>(_ values: [Value], _ limit: Int, _ field: String) throws(LogFault) -> [Value] {
        guard values.count <= limit else { throw .field(field) }
        return values
    }
}

extension PeerReport.Cut {
    fileprivate var schema: Skein_Cut {
        var cut = Skein_Cut()
        cut.neighbours = UInt32(clamping: neighbours)
        cut.members = UInt32(clamping: members)
        cut.routes = UInt32(clamping: routes)
        cut.tasks = UInt32(clamping: tasks)
        cut.units = UInt32(clamping: units)
        cut.helping = UInt32(clamping: helping)
        cut.transfers = UInt32(clamping: transfers)
        cut.leaders = UInt32(clamping: leaders)
        return cut
    }

    fileprivate init(_ cut: Skein_Cut) {
        self.init()
        neighbours = Int(cut.neighbours)
        members = Int(cut.members)
        routes = Int(cut.routes)
        tasks = Int(cut.tasks)
        units = Int(cut.units)
        helping = Int(cut.helping)
        transfers = Int(cut.transfers)
        leaders = Int(cut.leaders)
    }
}

extension PlanNumber {
    var schema: Skein_PlanNumber {
        var plan = Skein_PlanNumber()
        plan.term = term
        plan.number = number
        return plan
    }

    init(_ plan: Skein_PlanNumber) { self.init(term: plan.term, number: plan.number) }
}
