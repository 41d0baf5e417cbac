/// A `PlanGraph` laid out for the search: flat arrays, row after row, each
/// leader's possible lenders in the order in which they are granted.
struct PlanTables {
    /// Rows of robots in one array: row i is `robots[starts[i]..<starts[i + 1]]`.
    struct Rows {
        var starts: [Int] = [0]
        var robots: [Int] = []

        func range(_ row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }

        mutating func append(_ row: [Int]) {
            robots.append(contentsOf: row)
            starts.append(robots.count)
        }
    }

    let count: Int
    let start: Int
    let bandwidthMHz: Double
    let idlePercent: [Double]
    let mayLead: [Bool]

    /// Per robot as leader: those it could be lent CPU by, itself included,
    /// most efficient first; of equals the lower index.
    private(set) var lenders = Rows()
    /// Along `lenders.robots`: percent that one MHz carries (s/delta).
    private(set) var percentPerMHz: [Double] = []
    /// Along `lenders.robots`: MHz that all of the lender's idle CPU takes.
    private(set) var needMHz: [Double] = []
    /// Per robot as lender: the others that could use it, ascending.
    private(set) var users = Rows()
    /// Per robot as leader: all it covers, itself included, ascending; nobody
    /// if it may not lead.
    private(set) var covered = Rows()
    /// Per robot: all that would cover it, itself included, ascending.
    private(set) var coverers = Rows()
    /// Power at which `coverers.robots` is received, dBm; infinite for itself.
    private(set) var covererPowerDBm: [Double] = []
    /// Bit j of row i: i covers j.
    private var coverBits: [UInt64]
    /// Bit j of row i: i hears j on 2.4 GHz, or j hears i.
    private var controlBits: [UInt64]
    private let wordsPerRow: Int

    init(_ graph: PlanGraph) {
        count = graph.count
        start = graph.start
        bandwidthMHz = graph.bandwidthMHz
        idlePercent = graph.idlePercent
        mayLead = graph.mayLead
        wordsPerRow = (graph.count + 63) / 64
        coverBits = [UInt64](repeating: 0, count: graph.count * wordsPerRow)
        controlBits = coverBits
        layOutLenders(graph)
        layOutCoverage(graph)
        for robot in 0..<count {
            for link in graph.control[robot] {
                setBit(&controlBits, robot, link.robot)
                setBit(&controlBits, link.robot, robot)
            }
        }
    }

    func covers(_ leader: Int, _ robot: Int) -> Bool {
        bit(coverBits, leader, robot)
    }

    /// Whether two robots reach each other on 2.4 GHz.
    func converse(_ one: Int, _ other: Int) -> Bool {
        bit(controlBits, one, other)
    }

    /// All idle CPU for which a usable link exists: what a region would
    /// contribute if no band ever filled up, percent.
    var usablePercent: Double {
        var sum = 0.0
        for robot in 0..<count where isUsable(robot) { sum += idlePercent[robot] }
        return sum
    }

    private func isUsable(_ robot: Int) -> Bool {
        if !users.range(robot).isEmpty { return true }
        for index in lenders.range(robot) where lenders.robots[index] == robot { return true }
        return false
    }

    private mutating func layOutLenders(_ graph: PlanGraph) {
        var usersOf = [[Int]](repeating: [], count: count)
        for leader in 0..<count {
            var row = graph.data[leader].filter { link in
                link.bitsPerSecondPerHertz > 0 && graph.idlePercent[link.robot] > 0
            }
            for link in row { usersOf[link.robot].append(leader) }
            let own = graph.ownBitsPerSecondPerHertz[leader]
            if own > 0 && graph.idlePercent[leader] > 0 {
                row.append(DataLink(robot: leader, powerDBm: .infinity, bitsPerSecondPerHertz: own))
            }
            row.sort { a, b in
                a.bitsPerSecondPerHertz != b.bitsPerSecondPerHertz
                    ? a.bitsPerSecondPerHertz > b.bitsPerSecondPerHertz : a.robot < b.robot
            }
            lenders.append(row.map(\.robot))
            for link in row {
                let rate = link.bitsPerSecondPerHertz / graph.rateMbpsPerPercent
                percentPerMHz.append(rate)
                needMHz.append(graph.idlePercent[link.robot] / rate)
            }
        }
        for row in usersOf { users.append(row) }
    }

    private mutating func layOutCoverage(_ graph: PlanGraph) {
        var coverersOf = [[Int]](repeating: [], count: count)
        var powersOf = [[Double]](repeating: [], count: count)
        for leader in 0..<count {
            guard mayLead[leader] else {
                covered.append([])
                continue
            }
            coverersOf[leader].append(leader)
            powersOf[leader].append(.infinity)
            setBit(&coverBits, leader, leader)
            for link in graph.data[leader] {
                coverersOf[link.robot].append(leader)
                powersOf[link.robot].append(link.powerDBm)
                setBit(&coverBits, leader, link.robot)
            }
            covered.append(([leader] + graph.data[leader].map(\.robot)).sorted())
        }
        for robot in 0..<count {
            coverers.append(coverersOf[robot])
            covererPowerDBm.append(contentsOf: powersOf[robot])
        }
    }

    private func bit(_ bits: [UInt64], _ row: Int, _ column: Int) -> Bool {
        bits[row * wordsPerRow + column >> 6] >> UInt64(column & 63) & 1 == 1
    }

    private func setBit(_ bits: inout [UInt64], _ row: Int, _ column: Int) {
        bits[row * wordsPerRow + column >> 6] |= 1 << UInt64(column & 63)
    }
}
