import SkeinPeer
import SkeinWire

/// The mesh as a graph: robots, the tree to the root, who belongs to which leader, and the links. Made from the reports of
/// one robot, which knows its own and what its neighbours say, or of many, which together know the whole.
package struct SwarmGraph: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package var xMeters: Double
        package var yMeters: Double
    }

    package struct Robot: Hashable, Sendable {
        package var id: NodeID
        /// By its own word; nil: not known.
        package var place: Place?
        package var isRoot = false
        package var isLeader = false
        package var leader = NodeID.none
        /// To the root; nil: not known.
        package var hops: Int?
        /// It has told of itself; of others only what neighbours say is known.
        package var hasReported = false
        /// It stands for an emergency stop; nil: not known.
        package var isStopped: Bool?
    }

    package enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// From a robot to its parent on the way to the root.
        case tree
        /// From a member to its leader.
        case member
        /// Each hears the other, on this band.
        case control
        case data
    }

    package struct Edge: Hashable, Sendable {
        package var from: NodeID
        package var to: NodeID
        package var kind: Kind
        /// Of links: as heard by who reported it, the weaker of both if both did; nil for tree and members.
        package var powerDBm: Double?
        package var efficiency: Double?
    }

    /// Ascending.
    package private(set) var robots: [Robot] = []
    /// By kind, then ascending.
    package private(set) var edges: [Edge] = []

    package init(_ reports: [PeerReport]) {
        let ordered = reports.sorted { $0.id < $1.id }
        for report in ordered { hear(report) }
        // What a robot says of itself counts before what others say of it.
        for report in ordered { place(report) }
        for report in ordered {
            for neighbour in report.neighbours { link(report, neighbour) }
        }
        for robot in robots {
            if robot.leader != .none, robot.leader != robot.id { add(robot.id, robot.leader, .member) }
        }
        edges.sort { ($0.kind.rawValue, $0.from, $0.to) < ($1.kind.rawValue, $1.from, $1.to) }
    }

    // MARK: Robots

    private func index(_ id: NodeID) -> Int {
        var (low, high) = (0, robots.count)
        while low < high {
            let middle = (low + high) / 2
            if robots[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func enter(_ id: NodeID) -> Int {
        let place = index(id)
        if place == robots.count || robots[place].id != id { robots.insert(Robot(id: id), at: place) }
        return place
    }

    /// What it says of its neighbours.
    private mutating func hear(_ report: PeerReport) {
        for neighbour in report.neighbours {
            let place = enter(neighbour.id)
            if let told = neighbour.place { robots[place].place = Place(xMeters: told.xMeters, yMeters: told.yMeters) }
            if neighbour.isLeader { robots[place].isLeader = true }
            if neighbour.leader != .none { robots[place].leader = neighbour.leader }
            if let hops = neighbour.hops {
                robots[place].hops = hops
                robots[place].isRoot = neighbour.root == neighbour.id
                if neighbour.parent != .none { tree(neighbour.id, neighbour.parent) }
            }
            if let isStopped = neighbour.isStopped { robots[place].isStopped = isStopped }
        }
        if report.status.root != .none { _ = enter(report.status.root) }
    }

    /// What it says of itself.
    private mutating func place(_ report: PeerReport) {
        let place = enter(report.id)
        let status = report.status
        robots[place].hasReported = true
        robots[place].place = Place(xMeters: status.xMeters, yMeters: status.yMeters)
        robots[place].isRoot = report.office.rootSince != nil
        robots[place].isLeader = status.leader == report.id
        robots[place].leader = status.leader
        robots[place].hops = status.hops
        robots[place].isStopped = report.safety.isStopped
        edges.removeAll { $0.kind == .tree && $0.from == report.id }
        if status.parent != .none { tree(report.id, status.parent) }
    }

    // MARK: Edges

    private mutating func tree(_ robot: NodeID, _ parent: NodeID) {
        _ = enter(parent)
        edges.removeAll { $0.kind == .tree && $0.from == robot }
        edges.append(Edge(from: robot, to: parent, kind: .tree))
    }

    private mutating func add(_ from: NodeID, _ to: NodeID, _ kind: Kind) {
        edges.append(Edge(from: from, to: to, kind: kind))
    }

    private mutating func link(_ report: PeerReport, _ neighbour: NeighbourAccount) {
        for (kind, link) in [(Kind.control, neighbour.control), (.data, neighbour.data)] {
            guard let link, link.isLink else { continue }
            let (from, to) = (min(report.id, neighbour.id), max(report.id, neighbour.id))
            if let known = edges.firstIndex(where: { $0.kind == kind && $0.from == from && $0.to == to }) {
                edges[known].powerDBm = min(edges[known].powerDBm ?? link.powerDBm, link.powerDBm)
                edges[known].efficiency = min(edges[known].efficiency ?? link.efficiency, link.efficiency)
            } else {
                edges.append(
                    Edge(from: from, to: to, kind: kind, powerDBm: link.powerDBm, efficiency: link.efficiency))
            }
        }
    }
}
