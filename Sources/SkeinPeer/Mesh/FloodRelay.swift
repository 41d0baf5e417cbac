import SkeinWire

/// Floods with few relays. A robot that takes a flooded message in waits a level's delay and a jitter; it relays only
/// if some neighbour has not been reached by then. Whom a relay reaches is known from its beacons. A copy counts as
/// reaching its relay's neighbours only if they got it by no longer a way than this robot would bring it, so that routes
/// learned from copies are shortest. When a copy shows that this robot is nearer to the origin than the one it relayed
/// said, it relays once more.
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
        /// The control neighbours this robot's relay could bring it to.
        var reach: [Reach]
        var isRelayed = false

        /// Whether a relay now would bring it to somebody for the first time, or by a shorter way.
        var isWanted: Bool { reach.contains { Int($0.hop) > Int(hop) + 1 } }
    }

    private struct Reach {
        var robot: NodeID
        /// Radios crossed by the best copy known to have reached it; 255 if none is.
        var hop: UInt8
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
    /// Floods of senders that no replay window is kept for, taken already: the latest, in turn.
    private var newcomers: [Key] = []
    private var newcomersTurn = 0
    private static let newcomersMax = 1_024
    private let tuning: MeshTuning
    /// How long a relayed flood is remembered for a better copy.
    private static let afterglow: Duration = .milliseconds(300)

    init(tuning: MeshTuning) { self.tuning = tuning }

    var nextDeadline: Instant {
        pending.lazy.map(\.dueAt).min() ?? .distantFuture
    }

    /// A flooded message of a sender that has proved nothing. No window says that it came before, so it is remembered here: a
    /// copy that is taken for a new flood is relayed once more by everybody, and comes round for ever.
    mutating func takeNewcomer(
        _ datagram: [UInt8], _ envelope: Envelope, neighbours: NeighbourTable, now: Instant, random: inout PeerRandom
    ) {
        let key = Key(envelope)
        guard !newcomers.contains(key) else { return }
        if newcomers.count < Self.newcomersMax {
            newcomers.append(key)
        } else {
            newcomers[newcomersTurn] = key
            newcomersTurn = (newcomersTurn + 1) % Self.newcomersMax
        }
        take(datagram, envelope, neighbours: neighbours, now: now, random: &random)
    }

    /// A first copy of a flooded message.
    mutating func take(
        _ datagram: [UInt8], _ envelope: Envelope, neighbours: NeighbourTable, now: Instant, random: inout PeerRandom
    ) {
        guard envelope.hop < envelope.timeToLive else { return }
        if pending.count >= tuning.floodsPendingMax {
            pending.remove(at: pending.firstIndex(where: \.isRelayed) ?? 0)
        }
        var reach: [Reach] = []
        for neighbour in neighbours.all where neighbour.isControlLink && neighbour.id != envelope.sender {
            reach.append(Reach(robot: neighbour.id, hop: .max))
        }
        var entry = Pending(
            key: Key(envelope), datagram: datagram, hop: envelope.hop, timeToLive: envelope.timeToLive,
            dueAt: now + tuning.floodDelay + random.jitter(upTo: tuning.floodJitterMax), reach: reach)
        Self.cover(&entry, by: envelope, neighbours)
        pending.append(entry)
    }

    /// Another copy of a message taken before. False if that was too long ago to be remembered.
    mutating func hearAgain(
        _ datagram: [UInt8], _ envelope: Envelope, neighbours: NeighbourTable, now: Instant
    ) -> Bool {
        guard let index = pending.firstIndex(where: { $0.key == Key(envelope) }) else { return false }
        if envelope.hop < pending[index].hop {
            pending[index].hop = envelope.hop
            pending[index].datagram = datagram
            if pending[index].isRelayed {
                pending[index].isRelayed = false
                pending[index].dueAt = now + tuning.floodDelay
            }
        }
        Self.cover(&pending[index], by: envelope, neighbours)
        return true
    }

    /// A copy's relay has it itself, one radio nearer than the copy, and its neighbours have the copy.
    private static func cover(_ entry: inout Pending, by envelope: Envelope, _ neighbours: NeighbourTable) {
        let lists = neighbours.lists(of: envelope.relay)
        for index in entry.reach.indices where entry.reach[index].hop > envelope.hop - 1 {
            let robot = entry.reach[index].robot
            if robot == envelope.relay {
                entry.reach[index].hop = envelope.hop - 1
            } else if entry.reach[index].hop > envelope.hop, lists?.reaches(robot) == true {
                entry.reach[index].hop = envelope.hop
            }
        }
    }

    /// The copies to relay now.
    mutating func due(now: Instant) -> [Relay] {
        guard !pending.isEmpty else { return [] }
        var relays: [Relay] = []
        for index in pending.indices where !pending[index].isRelayed && pending[index].dueAt <= now {
            if pending[index].isWanted {
                let hop = pending[index].hop + 1
                relays.append(Relay(datagram: pending[index].datagram, hop: hop))
                for place in pending[index].reach.indices {
                    pending[index].reach[place].hop = min(pending[index].reach[place].hop, hop)
                }
            }
            pending[index].isRelayed = true
            pending[index].dueAt = now + Self.afterglow
        }
        pending.removeAll { $0.isRelayed && $0.dueAt <= now }
        return relays
    }
}
