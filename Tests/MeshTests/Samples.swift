import SkeinWire

@testable import SkeinPeer

// Messages and neighbours with everything a test does not speak of left at rest.

extension Beacon {
    static func sample(
        interval: Int = 500, listsAll: Bool = true, tree: TreeAdvert = .none, leader: NodeID = .none,
        plan: PlanNumber = .none, missionMark: UInt32 = 0, sighting: UInt32 = 0, hears: [UInt16] = [],
        leaders: [LeaderEntry] = [], isLeaving: Bool = false
    ) -> Beacon {
        Beacon(
            intervalMilliseconds: UInt16(interval), listsAllNeighbours: listsAll, isRequester: false,
            isLeaving: isLeaving,
            root: tree.root,
            term: tree.term, rootSequence: tree.sequence, hops: tree.hops, parent: tree.parent, leader: leader,
            plan: plan, missionRevision: missionMark, sightingRevision: sighting,
            pose: PoseField(xMeters: 0, yMeters: 0, headingRadians: 0, covariance: [1, 0, 0, 1, 0, 1]),
            speedMetersPerSecond: 0, turnRadiansPerSecond: 0, smell: 0, best: .none,
            neighbours: hears.map { Heard(neighbour: NodeID($0), power: PowerField(dBm: -60)) }, leaders: leaders)
    }
}

extension Hello {
    static func sample(
        interval: Int = 240, leader: NodeID, isLeader: Bool, plan: PlanNumber = .none, idlePercent: Double = 50,
        efficiency: Double = 10, grants: [Grant] = [], isLeaving: Bool = false
    ) -> Hello {
        Hello(
            intervalMilliseconds: UInt16(interval), isLeader: isLeader, isLeaving: isLeaving, leader: leader,
            plan: plan,
            idle: PercentField(percent: idlePercent), efficiency: EfficiencyField(bitsPerSecondPerHz: efficiency),
            busyParts: 0, sequence: 0, grants: grants)
    }

    static func leading(_ id: UInt16, interval: Int = 240, members: Int = 0) -> Hello {
        let grants = (0..<members).map {
            Grant(member: NodeID(UInt16(1_000 + $0)), granted: PercentField(percent: 10), shareKHz: 100, parts: 0)
        }
        return sample(interval: interval, leader: NodeID(id), isLeader: true, grants: grants)
    }
}

extension TreeAdvert {
    static func at(_ hops: UInt8, root: UInt16, term: UInt32 = 1, sequence: UInt32 = 1, parent: UInt16 = 0xFFFF)
        -> TreeAdvert
    {
        TreeAdvert(root: NodeID(root), term: term, sequence: sequence, hops: hops, parent: NodeID(parent))
    }
}

extension Instant {
    static func at(_ seconds: Double) -> Instant { .zero + .fromSeconds(seconds) }
}

extension NeighbourTable {
    /// A beacon and the signal it came with.
    mutating func hear(_ beacon: Beacon, from id: UInt16, us: UInt16, powerDBm: Double = -60, now: Instant) {
        observe(.sample(.control, from: Int(id), powerDBm: powerDBm), of: NodeID(id))
        take(beacon, from: NodeID(id), us: NodeID(us), now: now)
    }

    mutating func hear(_ hello: Hello, from id: UInt16, powerDBm: Double = -60, now: Instant) {
        observe(.sample(.data, from: Int(id), powerDBm: powerDBm), of: NodeID(id))
        take(hello, from: NodeID(id), now: now)
    }
}

extension Reception {
    static func sample(_ band: Band, from robot: Int, powerDBm: Double = -60) -> Reception {
        Reception(
            band: band, from: LinkAddress(UInt64(robot)), signal: .measured(powerDBm: powerDBm, noiseDBm: -120))
    }
}

/// Robots on a field and who hears whom: power falls evenly from −40 dBm to −90 dBm at the range's edge.
struct Layout {
    var x: [Double]
    var y: [Double]
    var rangeMeters = 24.0

    /// Uniform in a square.
    init(count: Int, sideMeters: Double, dice: inout Dice) {
        x = []
        y = []
        for _ in 0..<count {
            x.append(dice.uniform(0, sideMeters))
            y.append(dice.uniform(0, sideMeters))
        }
    }

    init(line count: Int, spacingMeters: Double) {
        x = (0..<count).map { Double($0) * spacingMeters }
        y = [Double](repeating: 0, count: count)
    }

    /// The first of a sequence of random layouts in which everybody can reach everybody.
    static func connected(count: Int, sideMeters: Double, dice: inout Dice) -> Layout {
        for _ in 0..<10_000 {
            let layout = Layout(count: count, sideMeters: sideMeters, dice: &dice)
            if layout.depths(from: 0).allSatisfy({ $0 >= 0 }) { return layout }
        }
        preconditionFailure("no connected layout of \(count) robots in \(sideMeters) m")
    }

    var count: Int { x.count }

    func distance(_ one: Int, _ other: Int) -> Double {
        ((x[one] - x[other]) * (x[one] - x[other]) + (y[one] - y[other]) * (y[one] - y[other])).squareRoot()
    }

    func powerDBm(_ one: Int, _ other: Int, rangeMeters: Double) -> Double? {
        let meters = distance(one, other)
        return meters <= rangeMeters ? -40 - 50 * meters / rangeMeters : nil
    }

    func powerDBm(_ one: Int, _ other: Int) -> Double? { powerDBm(one, other, rangeMeters: rangeMeters) }

    /// Breadth-first depths, −1 where unreachable, over links that `isUp`.
    func depths(from start: Int, isUp: (Int, Int) -> Bool = { _, _ in true }) -> [Int] {
        var depths = [Int](repeating: -1, count: count)
        depths[start] = 0
        var queue = [start]
        var head = 0
        while head < queue.count {
            let here = queue[head]
            head += 1
            for there in 0..<count where depths[there] < 0 && there != here {
                if powerDBm(here, there) != nil && isUp(here, there) {
                    depths[there] = depths[here] + 1
                    queue.append(there)
                }
            }
        }
        return depths
    }
}
