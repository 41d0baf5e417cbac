import SkeinWire

/// To whom this robot belongs on the data band.
///
/// The plan says who leads; the robot obeys as soon as the planned leader is heard to lead, and keeps its present one
/// until then, however long: make before break. A leader that a plan retires goes on answering for a while. Without a plan, or when its
/// leader falls silent, a robot takes the strongest leader it hears; when it hears none it leads itself, after a jitter.
/// So every robot in the air is covered whether or not anybody plans. A plan lost: a neighbour's beacon mends
/// it. A planned leader dead: a leader that the plan retires in its favour takes the strongest after `planLeaderWaitMax`;
/// should the planned one come to life, it is obeyed after all.
///
/// A robot whose membership does not let it lead never does: with nobody to lead it, it has no leader (`.none`, `.alone`),
/// computes its own tasks alone, and takes the first leader it hears.
struct Subgroup {
    struct Wanted {
        var leader: NodeID
        var until: Instant
    }

    private(set) var leader = NodeID.none
    private(set) var reason = LeaderReason.alone
    /// The plan taken up last, whether or not its leader was found.
    private(set) var plan = PlanNumber.none
    /// The leader before this one; it still serves until then.
    private(set) var former: (leader: NodeID, until: Instant)?
    private(set) var ownEfficiency: Double?
    private var wanted: Wanted?
    /// The plan's leader that has not been heard to lead yet.
    var planned: Wanted? { wanted }
    private var aloneAt: Instant
    private var isOrphan = false
    /// What this robot's membership says.
    var mayLead = true
    let us: NodeID
    private let tuning: MeshTuning

    init(us: NodeID, tuning: MeshTuning, now: Instant, random: inout PeerRandom) {
        self.us = us
        self.tuning = tuning
        aloneAt = now + tuning.aloneAfter + random.jitter(upTo: tuning.aloneAfter)
    }

    var isLeading: Bool { leader == us }

    /// The start signal: the first leader.
    mutating func start(now: Instant) {
        guard mayLead else { return }
        set(us, .start, now: now)
    }

    /// A robot, perhaps this one, leads no more.
    mutating func disregard(_ robot: NodeID, now: Instant, random: inout PeerRandom) {
        if wanted?.leader == robot { wanted = nil }
        if robot == us, isLeading {
            leader = .none
            reason = .alone
            isOrphan = true
            aloneAt = now + random.jitter(upTo: tuning.orphanJitterMax)
        }
        if former?.leader == robot { former = nil }
    }

    /// The root's word on this robot; `.none`: on nobody that may lead it.
    mutating func adopt(_ number: PlanNumber, leader planned: NodeID, ownEfficiency: Double?, now: Instant) {
        guard number > plan else { return }
        plan = number
        self.ownEfficiency = ownEfficiency
        if planned == us {
            wanted = nil
            if mayLead { set(us, .plan, now: now) }
        } else if planned == leader {
            wanted = nil
            reason = .plan
        } else {
            wanted = planned == .none ? nil : Wanted(leader: planned, until: now + tuning.planLeaderWaitMax)
        }
    }

    /// Looks at the neighbours again. True if the leader changed.
    mutating func update(_ neighbours: NeighbourTable, now: Instant, random: inout PeerRandom) -> Bool {
        let old = leader
        if let former, now >= former.until { self.former = nil }
        followPlan(neighbours, now: now)
        if leader == us {
            joinOthersIfAlone(neighbours, now: now)
        } else if neighbours[leader]?.isLeader != true {
            replaceLeader(neighbours, now: now, random: &random)
        } else {
            isOrphan = false
        }
        return leader != old
    }

    private mutating func followPlan(_ neighbours: NeighbourTable, now: Instant) {
        guard let wanted else { return }
        if neighbours[wanted.leader]?.isLeader == true {
            self.wanted = nil
            set(wanted.leader, .plan, now: now)
        } else if leader == us, now >= wanted.until, let strongest = Self.strongestLeader(neighbours) {
            set(strongest, .strongest, now: now)
        }
    }

    private mutating func replaceLeader(_ neighbours: NeighbourTable, now: Instant, random: inout PeerRandom) {
        if let strongest = Self.strongestLeader(neighbours) {
            set(strongest, .strongest, now: now)
            isOrphan = false
            return
        }
        if leader != .none, !isOrphan {
            isOrphan = true
            aloneAt = now + random.jitter(upTo: tuning.orphanJitterMax)
        }
        if now >= aloneAt { set(mayLead ? us : .none, .alone, now: now) }
    }

    /// Two robots that each began to lead because they heard nobody need not both go on.
    private mutating func joinOthersIfAlone(_ neighbours: NeighbourTable, now: Instant) {
        guard reason == .alone, !neighbours.all.contains(where: { $0.hello?.leader == us }) else { return }
        let others = neighbours.all.filter { other in
            other.isLeader && (other.id < us || (other.hello?.grantCount ?? 0) > 1)
        }
        if let strongest = others.max(by: { $0.dataExpectedDBm < $1.dataExpectedDBm }) {
            set(strongest.id, .strongest, now: now)
        }
    }

    static func strongestLeader(_ neighbours: NeighbourTable) -> NodeID? {
        neighbours.all.filter(\.isLeader).max { $0.dataExpectedDBm < $1.dataExpectedDBm }?.id
    }

    private mutating func set(_ newLeader: NodeID, _ newReason: LeaderReason, now: Instant) {
        reason = newReason
        guard newLeader != leader else { return }
        if leader != .none { former = (leader, now + tuning.retirementSpan) }
        leader = newLeader
    }

    /// Whom to ask for help, best first: the leader, the one before it while it still serves, other leaders heard on the
    /// data band by strength, and those known over the control band, nearest first. Bounded. A robot that leads only
    /// because it is alone has nobody to lend it anything: it asks itself last.
    func candidates(_ neighbours: NeighbourTable, ways: [LeaderWays.Way], now: Instant) -> [NodeID] {
        var leaders: [NodeID] = []
        let isAlone = leader == us && reason == .alone && !neighbours.all.contains { $0.hello?.leader == us }
        if leader != .none, !isAlone, leader == us || neighbours[leader]?.isLeader == true { leaders.append(leader) }
        if let former, former.leader == us || neighbours[former.leader]?.isDataReachable == true {
            leaders.append(former.leader)
        }
        let heard = neighbours.all.filter { $0.isLeader && !leaders.contains($0.id) }
            .sorted { ($1.dataExpectedDBm, $0.id) < ($0.dataExpectedDBm, $1.id) }
        leaders.append(contentsOf: heard.prefix(Self.candidatesMax).map(\.id))
        for way in ways.prefix(Self.candidatesMax) where !leaders.contains(way.leader) { leaders.append(way.leader) }
        if isAlone { leaders.append(us) }
        return leaders
    }

    private static let candidatesMax = 4
}
