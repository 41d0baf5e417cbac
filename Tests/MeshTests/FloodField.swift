import SkeinWire

@testable import SkeinPeer

/// Robots that know their neighbours and relay one flood through an ideal pipe: a copy arrives after `airtime` at every
/// neighbour, unless chance loses it.
struct FloodField {
    struct Arrival {
        var at: Instant
        var order: Int
        var robot: Int
        var envelope: Envelope
    }

    let layout: Layout
    var relays = 0
    /// Radios crossed by the first copy, and by the best, at each robot; −1 where none came.
    var firstHops: [Int]
    var bestHops: [Int]
    private var tables: [NeighbourTable] = []
    private var floods: [FloodRelay]
    private var arrivals: [Arrival] = []
    private var order = 0
    private var dice: Dice
    private var random: PeerRandom
    private let loss: Double
    private let tuning = MeshTuning()

    init(_ layout: Layout, loss: Double, seed: UInt64) {
        self.layout = layout
        self.loss = loss
        dice = Dice(seed: seed)
        random = PeerRandom(seed: seed)
        floods = [FloodRelay](repeating: FloodRelay(tuning: tuning), count: layout.count)
        firstHops = [Int](repeating: -1, count: layout.count)
        bestHops = firstHops
        let hears = (0..<layout.count).map { one in
            (0..<layout.count).filter { $0 != one && layout.powerDBm(one, $0) != nil }
        }
        for robot in 0..<layout.count {
            var table = NeighbourTable(tuning: tuning)
            for other in hears[robot] {
                table.hear(
                    .sample(hears: hears[other].map(UInt16.init)), from: UInt16(other), us: UInt16(robot),
                    powerDBm: layout.powerDBm(robot, other) ?? 0, now: .zero)
            }
            tables.append(table)
        }
    }

    /// Floods from a robot until nothing stirs any more.
    mutating func flood(from origin: Int) {
        firstHops[origin] = 0
        bestHops[origin] = 0
        transmit(
            Envelope(
                kind: .routeRequest, trafficClass: .control, timeToLive: 64, sender: NodeID(UInt16(origin)),
                fleet: FleetID(1), epoch: Epoch(1), counter: 1, destination: .none, via: .none,
                relay: NodeID(UInt16(origin)), next: .none, hop: 1), now: .zero)
        while true {
            let due = floods.map(\.nextDeadline).min() ?? .distantFuture
            let next = arrivals.indices.min {
                (arrivals[$0].at, arrivals[$0].order) < (arrivals[$1].at, arrivals[$1].order)
            }
            if let next, arrivals[next].at <= due {
                receive(arrivals.remove(at: next))
            } else if due < .distantFuture {
                relay(now: due)
            } else {
                return
            }
        }
    }

    private mutating func transmit(_ envelope: Envelope, now: Instant) {
        let sender = Int(envelope.relay.number)
        for robot in 0..<layout.count where robot != sender && layout.powerDBm(sender, robot) != nil {
            guard dice.unit() >= loss else { continue }
            order += 1
            arrivals.append(Arrival(at: now + .microseconds(500), order: order, robot: robot, envelope: envelope))
        }
    }

    private mutating func receive(_ arrival: Arrival) {
        let robot = arrival.robot
        guard Int(arrival.envelope.sender.number) != robot else { return }
        if firstHops[robot] < 0 {
            firstHops[robot] = Int(arrival.envelope.hop)
            bestHops[robot] = firstHops[robot]
            floods[robot].take([], arrival.envelope, neighbours: tables[robot], now: arrival.at, random: &random)
        } else {
            bestHops[robot] = min(bestHops[robot], Int(arrival.envelope.hop))
            _ = floods[robot].hearAgain([], arrival.envelope, neighbours: tables[robot], now: arrival.at)
        }
    }

    private mutating func relay(now: Instant) {
        for robot in floods.indices where floods[robot].nextDeadline <= now {
            for copy in floods[robot].due(now: now) {
                relays += 1
                transmit(
                    Envelope(
                        kind: .routeRequest, trafficClass: .control, timeToLive: 64, sender: NodeID(0),
                        fleet: FleetID(1), epoch: Epoch(1), counter: 1, destination: .none, via: .none,
                        relay: NodeID(UInt16(robot)), next: .none, hop: copy.hop), now: now)
            }
        }
    }
}
