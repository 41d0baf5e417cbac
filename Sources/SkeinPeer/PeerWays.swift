import SkeinWire

// Ways to other robots: the next hop and its band (docs/mesh.md, Routes).

extension Peer {
    /// A next hop, the rule that chose it, and how far the robot is by what that rule goes by.
    struct NextHop {
        var next: NodeID
        var rule: WayRule
        var hops: UInt8
    }

    /// 5 GHz if it reaches, else 2.4 GHz.
    func band(to next: NodeID) -> Band {
        neighbours[next].map { $0.isDataLasting || $0.isDataReachable && !$0.isControlLasting } == true
            ? .data : .control
    }

    /// The neighbour on the shortest way that will last for an answer: the destination itself in range, a neighbour of both,
    /// the tree to the root, the leaders' ways, what was learned; then the same for `via`. A link about to break is taken
    /// when there is nothing else; one that has gone quiet is not: whoever still hears it will answer a route request.
    func nextHop(to destination: NodeID, via: NodeID, now: Instant) -> NodeID? {
        if let hop = lastingHop(to: destination, now: now) { return hop.next }
        if via != .none, via != id, via != destination, let hop = lastingHop(to: via, now: now) { return hop.next }
        return breakingHop(to: destination, now: now)?.next
    }

    /// The same, with the rule that chose it.
    func way(to destination: NodeID, now: Instant) -> NextHop? {
        lastingHop(to: destination, now: now) ?? breakingHop(to: destination, now: now)
    }

    private func breakingHop(to destination: NodeID, now: Instant) -> NextHop? {
        if neighbours[destination]?.isAnswering == true {
            return NextHop(next: destination, rule: .breaking, hops: 1)
        }
        guard let route = routes.route(to: destination, now: now), neighbours[route.next]?.isAnswering == true else {
            return nil
        }
        return NextHop(next: route.next, rule: .breaking, hops: route.hops)
    }

    /// A neighbour that has gone quiet may still be there, and a relay cannot wait: better than to drop what it carries.
    func lastResort(to destination: NodeID, now: Instant) -> NodeID? {
        if let direct = neighbours[destination], direct.isControlReachable || direct.isDataReachable {
            return destination
        }
        if destination == tree.place.root, tree.place.parent != .none { return tree.place.parent }
        guard let next = routes.route(to: destination, now: now)?.next, let link = neighbours[next],
            link.isControlReachable || link.isDataReachable
        else { return nil }
        return next
    }

    private func lastingHop(to destination: NodeID, now: Instant) -> NextHop? {
        if let direct = neighbours[destination], direct.isControlLasting || direct.isDataLasting {
            return NextHop(next: destination, rule: .direct, hops: 1)
        }
        if let between = neighbours.between(destination) { return NextHop(next: between, rule: .between, hops: 2) }
        if destination == tree.place.root, neighbours[tree.place.parent]?.isAnswering == true {
            return NextHop(next: tree.place.parent, rule: .tree, hops: tree.place.hops)
        }
        if let way = LeaderWays.way(to: destination, neighbours, us: id, hopsMax: config.mesh.leaderHopsMax) {
            return NextHop(next: way.next, rule: .leader, hops: way.hops)
        }
        guard let route = routes.route(to: destination, now: now), let next = neighbours[route.next],
            next.isControlLasting || next.isDataLasting
        else { return nil }
        return NextHop(next: route.next, rule: .learned, hops: route.hops)
    }
}
