import SkeinWire

/// Who serves which role: what the root of the tree decides from the reports it has, and tells with the order
/// (docs/missions.md). The same robots and the same roles before give the same roles.
///
/// - Who has a role keeps it as long as it is heard of, fit, able, and within the count.
/// - Roles are filled in the plan's order, with robots that can serve them: first who could serve the fewest other roles with a count
///   that is not full, then the lowest number. A role without a count takes who is left.
/// - The reserve is who has none. Where it is empty, the highest numbers of a role without a count step in.
package struct RoleAssignment: Hashable, Sendable {
    /// A robot that is heard of.
    package struct Candidate: Hashable, Sendable {
        package var robot: NodeID
        package var state: LinkReport.MissionState

        package init(robot: NodeID, state: LinkReport.MissionState) {
            self.robot = robot
            self.state = state
        }
    }

    /// Why a robot has its role, or has none.
    package enum Reason: UInt8, CaseIterable, Hashable, Sendable {
        /// It had it before.
        case kept = 0
        /// Of those that could, it was the next.
        case filled = 1
        /// Its role takes who is left.
        case left = 2
        /// It could serve a role, and all those are full: it stands by.
        case reserve = 3
        /// It carries what no role needs.
        case unable = 4
        /// Its battery is low.
        case unfit = 5
        /// The roles in an order are as many as an order holds.
        case crowded = 6
    }

    package struct Place: Hashable, Sendable {
        package var robot: NodeID
        package var role: Int?
        package var reason: Reason

        package init(robot: NodeID, role: Int?, reason: Reason) {
            self.robot = robot
            self.role = role
            self.reason = reason
        }
    }

    /// Ascending by robot.
    package private(set) var places: [Place] = []

    /// `candidates` and `before` ascending by robot.
    package init(plan: MissionPlan, candidates: [Candidate], before: [MissionBrief.Entry]) {
        let roles = plan.roles
        var role = [Int?](repeating: nil, count: candidates.count)
        var reason = candidates.map { candidate in
            candidate.state.isUnfit
                ? Reason.unfit
                : roles.contains { Self.serves(candidate.state, $0.needs) } ? Reason.reserve : .unable
        }
        var room = roles.map { $0.count ?? .max }
        // What holds goes on.
        var cursor = 0
        for (index, candidate) in candidates.enumerated() where !candidate.state.isUnfit {
            while cursor < before.count, before[cursor].robot < candidate.robot { cursor += 1 }
            guard cursor < before.count, before[cursor].robot == candidate.robot else { continue }
            let held = Int(before[cursor].role)
            guard roles.indices.contains(held), room[held] > 0, Self.serves(candidate.state, roles[held].needs) else {
                continue
            }
            (role[index], reason[index]) = (held, .kept)
            if roles[held].count != nil { room[held] -= 1 }
        }
        for (wanted, plan) in roles.enumerated() where plan.count != nil {
            while room[wanted] > 0,
                let index = Self.next(for: wanted, roles: roles, candidates: candidates, role: role, room: room)
            {
                (role[index], reason[index]) = (wanted, .filled)
                room[wanted] -= 1
            }
        }
        for index in candidates.indices where role[index] == nil && !candidates[index].state.isUnfit {
            guard
                let open = roles.indices.first(where: {
                    roles[$0].count == nil && Self.serves(candidates[index].state, roles[$0].needs)
                })
            else { continue }
            (role[index], reason[index]) = (open, .left)
        }
        places = candidates.indices.map { Place(robot: candidates[$0].robot, role: role[$0], reason: reason[$0]) }
        limit()
    }

    /// As many as an order holds.
    private mutating func limit() {
        var count = 0
        for index in places.indices where places[index].role != nil {
            count += 1
            guard count > MissionBrief.entriesMax else { continue }
            places[index].role = nil
            places[index].reason = .crowded
        }
    }

    /// As an order tells it.
    package var entries: [MissionBrief.Entry] {
        places.compactMap { place in place.role.map { MissionBrief.Entry(robot: place.robot, role: UInt8($0)) } }
    }

    package static func serves(_ state: LinkReport.MissionState, _ needs: MissionPlan.Needs) -> Bool {
        switch needs {
        case .any: true
        case .camera: state.carriesCamera
        // Whoever carries no camera carries a nose.
        case .nose: !state.carriesCamera
        case .satellite: state.carriesSatelliteReceiver
        }
    }

    /// The robot that fills a role: one that stands by before one that serves a role without a count.
    private static func next(
        for wanted: Int, roles: [MissionPlan.Role], candidates: [Candidate], role: [Int?], room: [Int]
    ) -> Int? {
        var best: (index: Int, rank: (Int, Int))?
        for (index, candidate) in candidates.enumerated() {
            guard !candidate.state.isUnfit, serves(candidate.state, roles[wanted].needs) else { continue }
            let isFree = role[index] == nil
            guard isFree || role[index].map({ roles[$0].count == nil }) == true else { continue }
            let others = roles.indices.count {
                $0 != wanted && roles[$0].count != nil && room[$0] > 0 && serves(candidate.state, roles[$0].needs)
            }
            // Of those in a role without a count the last steps in, so that the others need not be told anything.
            let rank = (isFree ? others : roles.count + 1, isFree ? index : candidates.count - index)
            if best.map({ rank < $0.rank }) ?? true { best = (index, rank) }
        }
        return best?.index
    }
}
