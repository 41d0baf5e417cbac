import SkeinWire

// Which neighbour and which band a message goes to, and how long it takes there.

extension Peer {
    /// A neighbour to send to, and the rule that chose it.
    struct Hop {
        var next: NodeID
        var rule: HopRule
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
        hop(to: destination, via: via, now: now)?.next
    }

    func hop(to destination: NodeID, via: NodeID, now: Instant) -> Hop? {
        if let hop = lastingHop(to: destination, now: now) { return hop }
        if via != .none, via != id, via != destination, let hop = lastingHop(to: via, now: now) { return hop }
        if neighbours[destination]?.isAnswering == true { return Hop(next: destination, rule: .directGoing) }
        guard let next = routes.route(to: destination, now: now)?.next, neighbours[next]?.isAnswering == true else {
            return nil
        }
        return Hop(next: next, rule: .learnedGoing)
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

    private func lastingHop(to destination: NodeID, now: Instant) -> Hop? {
        if let direct = neighbours[destination], direct.isControlLasting || direct.isDataLasting {
            return Hop(next: destination, rule: .direct)
        }
        if let between = neighbours.between(destination) { return Hop(next: between, rule: .between) }
        if destination == tree.place.root, neighbours[tree.place.parent]?.isAnswering == true {
            return Hop(next: tree.place.parent, rule: .tree)
        }
        if let way = LeaderWays.way(to: destination, neighbours, us: id, hopsMax: config.mesh.leaderHopsMax) {
            return Hop(next: way.next, rule: .leaderWay)
        }
        guard let route = routes.route(to: destination, now: now), let next = neighbours[route.next],
            next.isControlLasting || next.isDataLasting
        else { return nil }
        return Hop(next: route.next, rule: .learned)
    }

    // MARK: Time on the air

    /// Of what was heard. Of a unicast its sender does not tell on which share of the band it went: on 5 GHz on one as this
    /// robot would have given it.
    func airtime(
        ofHeard bytes: Int, from relay: NodeID, isBroadcast: Bool, shareMHz: Double = Peer.controlShareMHz,
        on band: Band
    ) -> Int64 {
        guard !isBroadcast, let link = neighbours[relay] else {
            return RadioTally.airtime(bytes: bytes, isBroadcast: true, shareMHz: 0, efficiency: 0)
        }
        return RadioTally.airtime(
            bytes: bytes, isBroadcast: false, shareMHz: band == .control ? config.cloud.bandwidthMHz : shareMHz,
            efficiency: band == .control ? link.controlEfficiency : link.efficiency)
    }
}
