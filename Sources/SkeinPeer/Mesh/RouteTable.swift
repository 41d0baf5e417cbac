import SkeinWire

/// Ways learned from what passed by: who last brought a robot's message here is the way back to it. A flood's first
/// copies come the shortest way, so after a route request and its reply both ends hold shortest ways. Bounded; the
/// oldest makes room; nothing older than its lifetime is used.
struct RouteTable {
    struct Route {
        var destination: NodeID
        var next: NodeID
        var hops: UInt8
        var learnedAt: Instant
    }

    private var routes: [Route] = []
    private let tuning: MeshTuning
    /// A longer way replaces a shorter one only when that one is this old.
    private static let trustSpan: Duration = .seconds(1)

    init(tuning: MeshTuning) { self.tuning = tuning }

    mutating func learn(_ destination: NodeID, next: NodeID, hops: UInt8, now: Instant) {
        let route = Route(destination: destination, next: next, hops: hops, learnedAt: now)
        if let index = routes.firstIndex(where: { $0.destination == destination }) {
            if hops <= routes[index].hops || now - routes[index].learnedAt > Self.trustSpan { routes[index] = route }
            return
        }
        if routes.count >= tuning.routesMax,
            let oldest = routes.indices.min(by: { routes[$0].learnedAt < routes[$1].learnedAt })
        {
            routes.remove(at: oldest)
        }
        routes.append(route)
    }

    func route(to destination: NodeID, now: Instant) -> Route? {
        guard let route = routes.first(where: { $0.destination == destination }),
            now - route.learnedAt <= tuning.routeLifetime
        else { return nil }
        return route
    }

    /// The latest way that was learned, usable or not.
    func learned(_ destination: NodeID) -> Route? { routes.first { $0.destination == destination } }

    /// The ways to a robot and over it.
    mutating func forget(_ robot: NodeID) {
        routes.removeAll { $0.next == robot || $0.destination == robot }
    }
}
