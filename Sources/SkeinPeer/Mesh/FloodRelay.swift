import SkeinWire

/// Floods with few relays. A robot that takes a flooded message in waits a level's delay and a jitter; it relays only
/// if some neighbour has not been reached by then. Whom a relay reaches is known from its beacons. A copy counts as
/// reaching its relay's neighbours only if they got it no later than this robot would bring it, so first copies still
/// come the shortest way. When a copy shows that this robot is nearer to the origin than the one it relayed said, it
/// relays once more.
///
/// A relay lost: its neighbours hear another, or their beacons show that they are behind and whoever hears that mends it
/// (`Bulletins`). Nothing here is acknowledged.
struct FloodRelay {
    private struct Pending {
        var key: Key
        var datagram: [UInt8]
        /// Radios the copy had crossed on arrival.
        var hop: UInt8
        var timeToLive: UInt8
        var dueAt: Instant
        /// Neighbours nobody heard relaying has reached, ascending.
        var unreached: [NodeID]
        var isRelayed = false
    }

    private struct Key: Hashable {
        var sender: NodeID
        var epoch: Epoch
        var counter: UInt32
        init(_ envelope: Envelope) {
            sender = envelope.sender
            epoch = envelope.epoch
            counter = envelope.counter
        }
    }

    struct Relay {
        var datagram: [UInt8]
        var hop: UInt8
    }

    private var pending: [Pending] = []
    private let tuning: MeshTuning
    /// How long a relayed flood is remembered for a better copy.
    private static let afterglow: Duration = .milliseconds(300)

    init(tuning: MeshTuning) { self.tuning = tuning }

    var nextDeadline: Instant {
        pending.lazy.map(\.dueAt).min() ?? .distantFuture
    }

    /// A first copy of a flooded message.
    mutating func take(
        _ datagram: [UInt8], _ envelope: Envelope, neighbours: NeighbourTable, now: Instant, random: inout PeerRandom
    ) {
        guard envelope.hop < envelope.timeToLive else { return }
        if pending.count >= tuning.floodsPendingMax { pending.removeFirst() }
        var unreached: [NodeID] = []
        for neighbour in neighbours.all where neighbour.isControlLink {
            if neighbour.id != envelope.sender && neighbour.id != envelope.relay { unreached.append(neighbour.id) }
        }
        var entry = Pending(
            key: Key(envelope), datagram: datagram, hop: envelope.hop, timeToLive: envelope.timeToLive,
            dueAt: now + tuning.floodDelay + random.jitter(upTo: tuning.floodJitterMax), unreached: unreached)
        Self.cover(&entry, by: envelope.relay, neighbours)
        pending.append(entry)
    }

    /// Another copy of a message taken before.
    mutating func hearAgain(_ datagram: [UInt8], _ envelope: Envelope, neighbours: NeighbourTable, now: Instant) {
        guard let index = pending.firstIndex(where: { $0.key == Key(envelope) }) else { return }
        if envelope.hop < pending[index].hop {
            pending[index].hop = envelope.hop
            pending[index].datagram = datagram
            if pending[index].isRelayed {
                pending[index].isRelayed = false
                pending[index].dueAt = now + tuning.floodDelay
                pending[index].unreached = neighbours.all.filter(\.isControlLink).map(\.id)
            }
        }
        guard !pending[index].isRelayed, envelope.hop <= pending[index].hop + 1 else { return }
        Self.cover(&pending[index], by: envelope.relay, neighbours)
    }

    private static func cover(_ entry: inout Pending, by relay: NodeID, _ neighbours: NeighbourTable) {
        let lists = neighbours.lists(of: relay)
        entry.unreached.removeAll { robot in robot == relay || lists?.reaches(robot) == true }
    }

    /// The copies to relay now.
    mutating func due(now: Instant) -> [Relay] {
        guard !pending.isEmpty else { return [] }
        var relays: [Relay] = []
        for index in pending.indices where !pending[index].isRelayed && pending[index].dueAt <= now {
            if !pending[index].unreached.isEmpty {
                relays.append(Relay(datagram: pending[index].datagram, hop: pending[index].hop + 1))
            }
            pending[index].isRelayed = true
            pending[index].dueAt = now + Self.afterglow
        }
        pending.removeAll { $0.isRelayed && $0.dueAt <= now }
        return relays
    }
}
