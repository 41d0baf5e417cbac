import SkeinWire

// Which way a message to a robot would take, and by which rule.

extension Peer {
    /// The ways to everybody of the fleet to whom one is known, or was learned; ascending.
    func routeAccounts(now: Instant) -> [RouteAccount] {
        var accounts: [RouteAccount] = []
        for robot in seal.trust.members where robot != id && !departures.contains(robot) {
            let learned = routes.learned(robot)
            guard let hop = hop(to: robot, via: .none, now: now) else {
                guard let learned else { continue }
                accounts.append(
                    RouteAccount(
                        destination: robot, next: .none, rule: nil, hops: Int(learned.hops),
                        learnedAt: learned.learnedAt))
                continue
            }
            accounts.append(
                RouteAccount(
                    destination: robot, next: hop.next, rule: hop.rule, hops: hops(to: robot, by: hop.rule),
                    learnedAt: Self.isLearned(hop.rule) ? learned?.learnedAt : nil))
        }
        return accounts
    }

    private static func isLearned(_ rule: HopRule) -> Bool {
        switch rule {
        case .learned, .learnedGoing: true
        case .direct, .between, .tree, .leaderWay, .directGoing: false
        }
    }

    func hops(to robot: NodeID, by rule: HopRule) -> Int? {
        switch rule {
        case .direct, .directGoing: 1
        case .between: 2
        case .tree: Int(tree.place.hops)
        case .leaderWay:
            LeaderWays.way(to: robot, neighbours, us: id, hopsMax: config.mesh.leaderHopsMax).map { Int($0.hops) }
        case .learned, .learnedGoing: routes.learned(robot).map { Int($0.hops) }
        }
    }
}
