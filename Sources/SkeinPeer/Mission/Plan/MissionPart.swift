import SkeinTasks
import SkeinWire

/// One robot's part in a plan: its role's goal as a place to go to now, and how far it has come. What it has found and the laps it has
/// driven outlive pauses and new orders of the same run; another role begins anew.
struct MissionPart {
    /// What the robot is to do now.
    enum Aim: Hashable {
        case target
        case source
        case go(FieldPoint)
        /// Stand: there is nothing to do here, or it is done.
        case stand
    }

    /// A place has been reached within this, or within the robot's own error if that is larger [R].
    private static let reachMeters = 1.0
    /// Nothing is reached by an error larger than this.
    private static let reachMetersMax = 5.0

    let plan: MissionPlan
    private(set) var role: Int?
    /// Among those of its role, by number.
    private(set) var rank = 0
    private(set) var peers = 1
    /// Where the run began for this robot.
    let home: FieldPoint
    private var places: [FieldPoint] = []
    private var next = 0
    private var lap = 0
    private var heldSince: Instant?
    private(set) var isDone = false

    init(plan: MissionPlan, home: FieldPoint) {
        self.plan = plan
        self.home = home
    }

    /// The roles as the order has them.
    mutating func assigned(_ roles: [MissionBrief.Entry], us: NodeID) {
        let mine = roles.first { $0.robot == us }.map { Int($0.role) }.flatMap {
            plan.roles.indices.contains($0) ? $0 : nil
        }
        let same = roles.filter { entry in mine.map { Int(entry.role) == $0 } ?? false }
        let rank = same.firstIndex { $0.robot == us } ?? 0
        let peers = max(1, same.count)
        guard mine != role || rank != self.rank || peers != self.peers else { return }
        if mine != role { (next, lap, heldSince, isDone) = (0, 0, nil, false) }
        (role, self.rank, self.peers) = (mine, rank, peers)
        layOut()
    }

    /// Another way of dividing a place leaves what was looked at.
    private mutating func layOut() {
        guard let role else { return places = [] }
        switch plan.roles[role].goal {
        case .target, .source, .relay: places = []
        case .waypoints(let way): places = way.waypoints.map(\.point)
        case .hold(let area): places = AreaPlaces.spread(plan.areas[area].shape, in: plan.field, rank: rank, of: peers)
        case .search(let area):
            places = AreaPlaces.cells(plan.areas[area].shape, in: plan.field, rank: rank, of: peers)
            next = min(next, places.count)
        }
    }

    var goal: MissionPlan.Goal? { role.map { plan.roles[$0].goal } }

    /// Where a robot returns to.
    func shelter(from position: FieldPoint) -> FieldPoint { plan.rallyPoint(nearest: position) ?? home }

    /// The limit on the way now.
    var speedMetersPerSecondMax: Double {
        var limit = plan.rules.speedMetersPerSecondMax
        guard let role else { return limit }
        if let own = plan.roles[role].speedMetersPerSecond { limit = min(limit, own) }
        guard case .waypoints(let way) = plan.roles[role].goal else { return limit }
        let said = way.waypoints.prefix(next + 1).compactMap(\.speedMetersPerSecond)
        return min(limit, said.last ?? limit)
    }

    /// Moves on along its places: called at every reading while the robot runs.
    mutating func advance(from position: FieldPoint, sigmaMeters: Double, now: Instant) {
        guard let role, next < places.count else { return }
        let reach = min(Self.reachMetersMax, max(Self.reachMeters, 2 * sigmaMeters))
        guard (places[next] - position).lengthMeters <= reach else { return heldSince = nil }
        switch plan.roles[role].goal {
        case .target, .source, .relay: return
        case .hold: isDone = true
        case .search:
            next += 1
            if next == places.count { isDone = true }
        case .waypoints(let way):
            let since = heldSince ?? now
            heldSince = since
            guard (now - since).inSeconds >= way.waypoints[next].holdSeconds else { return }
            heldSince = nil
            next += 1
            guard next == places.count else { return }
            lap += 1
            if way.laps == 0 || lap < way.laps { next = 0 } else { isDone = true }
        }
    }

    /// What to do now. `targetAt`, `sourceAt`: as far as they are known, for relays to stand before them.
    func aim(from position: FieldPoint, targetAt: FieldPoint?, sourceAt: FieldPoint?) -> Aim {
        guard let role else { return .stand }
        switch plan.roles[role].goal {
        case .target: return .target
        case .source: return .source
        case .relay:
            guard let end = targetAt ?? plan.target ?? sourceAt ?? plan.source else { return .stand }
            // Evenly between where the run began and where the others go: to the target, if there is one.
            return Self.near(RelayPlaces.place(rank: rank, count: peers, from: home, to: end), position)
        case .hold: return places.first.map { Self.near($0, position) } ?? .stand
        case .search: return next < places.count ? .go(places[next]) : .stand
        case .waypoints(let way):
            guard next < places.count else {
                return way.returns ? Self.near(shelter(from: position), position) : .stand
            }
            return heldSince == nil ? .go(places[next]) : .stand
        }
    }

    static func near(_ place: FieldPoint, _ position: FieldPoint) -> Aim {
        (place - position).lengthMeters <= reachMeters ? .stand : .go(place)
    }
}
