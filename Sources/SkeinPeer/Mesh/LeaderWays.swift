import SkeinWire

/// The shortest ways to nearby leaders and what they have to lend, by distance vector in the beacons: every robot
/// advertises the nearest leaders it knows, at most `leaderHopsMax` away. A leader's sequence rises with each of its
/// beacons, so a dead leader's entry ages; the small hop bound ends any counting within a few beacons.
enum LeaderWays {
    struct Way: Hashable {
        var leader: NodeID
        var hops: UInt8
        var sequence: UInt16
        var freeParts: UInt8
        /// The neighbour to send to.
        var next: NodeID
    }

    /// Sequences this far behind the newest heard are a dead leader's echo.
    private static let sequenceLagMax: UInt16 = 8

    /// All ways by way of neighbours that hear us, nearest first, then by id.
    static func all(_ neighbours: NeighbourTable, us: NodeID, hopsMax: UInt8) -> [Way] {
        var ways: [Way] = []
        let robots = neighbours.all
        for index in robots.indices where robots[index].isControlLasting {
            for entry in neighbours.lists(at: index).leaders where isUsable(entry, us: us, hopsMax: hopsMax) {
                let way = Way(
                    leader: entry.leader, hops: entry.hops + 1, sequence: entry.sequence,
                    freeParts: entry.freeParts, next: robots[index].id)
                merge(way, into: &ways)
            }
        }
        return ways.sorted { ($0.hops, $0.leader) < ($1.hops, $1.leader) }
    }

    private static func isUsable(_ entry: Beacon.LeaderEntry, us: NodeID, hopsMax: UInt8) -> Bool {
        entry.leader != us && entry.leader != .none && entry.hops < hopsMax
    }

    private static func merge(_ way: Way, into ways: inout [Way]) {
        guard let index = ways.firstIndex(where: { $0.leader == way.leader }) else {
            ways.append(way)
            return
        }
        let known = ways[index]
        // What the leader says itself is now; an echo from before its restart may bear a higher sequence.
        guard known.next != known.leader else { return }
        guard way.next != way.leader else {
            ways[index] = way
            return
        }
        let isNewer = Int16(bitPattern: way.sequence &- known.sequence)
        if isNewer > Int16(sequenceLagMax) {
            ways[index] = way
        } else if isNewer >= -Int16(sequenceLagMax), way.hops < known.hops {
            ways[index] = way
        } else if isNewer > 0, way.hops == known.hops {
            ways[index] = way
        }
    }

    static func way(to leader: NodeID, _ neighbours: NeighbourTable, us: NodeID, hopsMax: UInt8) -> Way? {
        let isKnown = neighbours.all.indices.contains { index in
            neighbours.lists(at: index).leaders.contains { $0.leader == leader }
        }
        guard isKnown else { return nil }
        return all(neighbours, us: us, hopsMax: hopsMax).first { $0.leader == leader }
    }
}
