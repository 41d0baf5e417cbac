import SkeinSeal
import SkeinWire

/// One robot's whole account of itself at one moment: what dashboards, questions, logs and metrics are made of. Instants are
/// of this robot's own clock, which shows `now`. What belongs to other robots is what this one has heard of them.
///
/// Every list is bounded, so that a report fits one frame of the local socket; `cut` says how many of which were left out.
package struct PeerReport: Hashable, Sendable {
    /// Entries left out because a list was full.
    package struct Cut: Hashable, Sendable {
        package var neighbours = 0
        package var members = 0
        package var routes = 0
        package var tasks = 0
        package var units = 0
        package var helping = 0
        package var transfers = 0
        package var leaders = 0
        package init() {}

        package var isNothing: Bool { self == Cut() }
    }

    package static let neighboursMax = 128
    package static let membersMax = 128
    package static let routesMax = 448
    package static let tasksMax = 40
    /// Of all tasks together, and of one.
    package static let unitsMax = 256
    package static let unitsOfTaskMax = 32
    package static let helpingMax = 48
    package static let transfersMax = 24
    package static let leadersMax = 64

    package var id: NodeID
    package var epoch: Epoch
    package var now: Instant
    /// When this boot began.
    package var startedAt: Instant
    package var status: PeerStatus
    package var role: RobotRole
    /// What its nose smells now, 1/m; nil: nothing, or it has none.
    package var smellPerMeter: Double?
    package var office: OfficeReport
    package var neighbours: [NeighbourAccount]
    /// Whom it grants what, as a leader; itself among them. Ascending.
    package var members: [MemberAccount]
    package var routes: [RouteAccount]
    package var radio: RadioAccount
    /// Its own, those at work first, then the latest ended.
    package var tasks: [TaskAccount]
    /// What it computes for others.
    package var helping: [HelpAccount]
    package var targets: TargetReport
    package var safety: SafetyFigures
    package var transfers: [TransferAccount]
    package var trust: TrustFigures
    package var plan: PlanReport
    package var cut: Cut

    package init(
        id: NodeID, epoch: Epoch, now: Instant, startedAt: Instant, status: PeerStatus, role: RobotRole,
        office: OfficeReport, radio: RadioAccount, safety: SafetyFigures, trust: TrustFigures, plan: PlanReport
    ) {
        self.id = id
        self.epoch = epoch
        self.now = now
        self.startedAt = startedAt
        self.status = status
        self.role = role
        self.office = office
        self.radio = radio
        self.safety = safety
        self.trust = trust
        self.plan = plan
        neighbours = []
        members = []
        routes = []
        tasks = []
        helping = []
        transfers = []
        targets = TargetReport()
        cut = Cut()
    }
}
