import SkeinWire

@testable import SkeinPeer

/// Robots that do nothing but exchange beacons and keep their place in the tree, in virtual time. Beacons are lost by
/// chance; what is not lost arrives at once.
struct TreeField {
    struct Robot {
        var table: NeighbourTable
        var tree: Tree
        var clock: BeaconClock
        var isAlive = true
    }

    let layout: Layout
    var loss: Double
    var robots: [Robot]
    var now = Instant.zero
    /// Robots of different numbers do not hear each other.
    var side: [Int]
    let tuning = MeshTuning()
    private var dice: Dice
    private var random: PeerRandom
    private var houseAt = Instant.zero

    init(_ layout: Layout, loss: Double, seed: UInt64) {
        self.layout = layout
        self.loss = loss
        dice = Dice(seed: seed)
        random = PeerRandom(seed: seed)
        side = [Int](repeating: 0, count: layout.count)
        robots = []
        for index in 0..<layout.count { robots.append(robot(index)) }
    }

    private mutating func robot(_ index: Int) -> Robot {
        Robot(
            table: NeighbourTable(tuning: tuning), tree: Tree(us: NodeID(UInt16(index))),
            clock: BeaconClock(tuning: tuning, now: now, random: &random))
    }

    mutating func stand(_ index: Int) {
        robots[index].tree.stand()
        robots[index].clock.hurry(now: now, random: &random)
    }

    mutating func kill(_ index: Int) { robots[index].isAlive = false }

    /// Comes back knowing nothing.
    mutating func restart(_ index: Int) { robots[index] = robot(index) }

    mutating func run(seconds: Double) { run(until: now + .fromSeconds(seconds)) }

    mutating func run(until end: Instant) {
        while true {
            var next = houseAt
            var speaker: Int?
            for index in robots.indices where robots[index].isAlive && robots[index].clock.nextAt < next {
                next = robots[index].clock.nextAt
                speaker = index
            }
            guard next <= end else { break }
            now = max(now, next)
            if let speaker { beacon(speaker) } else { keepHouse() }
        }
        now = end
    }

    private mutating func keepHouse() {
        houseAt = now + .milliseconds(100)
        for index in robots.indices where robots[index].isAlive {
            _ = robots[index].table.expire(now: now)
            update(index)
        }
    }

    private mutating func update(_ index: Int) {
        if robots[index].tree.update(robots[index].table, now: now, tuning: tuning) {
            robots[index].clock.hurry(now: now, random: &random)
        }
    }

    private mutating func beacon(_ sender: Int) {
        robots[sender].tree.beaconSent()
        let heard = robots[sender].table.all.filter { $0.lastBeaconAt != nil }
        let beacon = Beacon.sample(
            interval: Int(robots[sender].clock.announcedMilliseconds), tree: robots[sender].tree.place,
            hears: heard.map(\.id.number))
        robots[sender].clock.sent(datagramBytes: 300, neighbours: heard.count, now: now, random: &random)
        for receiver in robots.indices where receiver != sender && robots[receiver].isAlive {
            guard side[sender] == side[receiver], let power = layout.powerDBm(sender, receiver) else { continue }
            guard dice.unit() >= loss else { continue }
            robots[receiver].table.hear(
                beacon, from: UInt16(sender), us: UInt16(receiver), powerDBm: power, now: now)
            update(receiver)
        }
    }

    /// Hops of each living robot, −1 where it has no root.
    var hops: [Int] {
        robots.map { $0.tree.place.isRooted ? Int($0.tree.place.hops) : -1 }
    }

    var roots: [NodeID] { robots.map(\.tree.place.root) }

    /// Breadth-first depths among the living on one side.
    func depths(from root: Int) -> [Int] {
        layout.depths(from: root) { one, other in
            robots[one].isAlive && robots[other].isAlive && side[one] == side[other]
        }
    }
}
