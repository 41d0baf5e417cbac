/// What a root knows of its region when it plans (mesh-cloud.md §2). Robots are
/// dense indices; the caller maps them to NodeIDs in ascending order, so that a
/// tie falls the same way wherever the same reports are planned. What other
/// robots claim is judged before it comes here: nonsense is a trap, not an error.
package struct PlanGraph: Equatable, Sendable {
    /// Robots in one region; the planner's work is bounded for this many.
    package static let robotsMax = 512

    /// The robot that got the start signal: always the first leader.
    package let start: Int
    /// Idle CPU per robot, percent of a processor; 0 = nothing to lend.
    package let idlePercent: [Double]
    /// Per robot, the robots that hear it on 2.4 GHz and that it hears.
    package let control: [[ControlLink]]
    /// Per robot, the robots it could own on 5 GHz.
    package let data: [[DataLink]]
    /// Whether a robot may lead; who may not has nobody in its row of `data`.
    /// Nobody need own a robot that nobody can.
    package let mayLead: [Bool]
    /// Efficiency of each robot's own share when it leads, b/s/Hz; 0 = none.
    package let ownBitsPerSecondPerHertz: [Double]
    /// What one leader can share out, MHz: 20 [T].
    package let bandwidthMHz: Double
    /// Delta: the rate one contributed percent needs, Mb/s (§5: 0.04 or 3.50).
    package let rateMbpsPerPercent: Double

    package var count: Int { idlePercent.count }

    /// `ownBitsPerSecondPerHertz`: nil, or nil for a robot = the mean over the
    /// robots it could own (§5, "the mean efficiency of its possible members":
    /// cameras included, as the reference instances show). A robot that can
    /// own nobody has nobody to lend to, so its own share carries nothing.
    package init(
        start: Int, idlePercent: [Double], control: [[ControlLink]], data: [[DataLink]],
        bandwidthMHz: Double, rateMbpsPerPercent: Double,
        ownBitsPerSecondPerHertz own: [Double?]? = nil, mayLead: [Bool]? = nil
    ) {
        let count = idlePercent.count
        precondition((1...Self.robotsMax).contains(count), "a region of \(count) robots")
        precondition((0..<count).contains(start), "start \(start) of \(count) robots")
        precondition(control.count == count, "control of \(control.count) in \(count) robots")
        precondition(data.count == count, "data of \(data.count) in \(count) robots")
        precondition(own == nil || own?.count == count, "own efficiencies are not one per robot")
        precondition(bandwidthMHz > 0 && bandwidthMHz.isFinite, "bandwidth \(bandwidthMHz) MHz")
        precondition(
            rateMbpsPerPercent > 0 && rateMbpsPerPercent.isFinite, "rate \(rateMbpsPerPercent) Mb/s per percent")
        let mayLead = mayLead ?? [Bool](repeating: true, count: count)
        precondition(mayLead.count == count && mayLead[start], "start \(start) may not lead")
        precondition(zip(mayLead, data).allSatisfy { $0 || $1.isEmpty }, "a robot owned by one that may not lead")
        for idle in idlePercent {
            precondition(idle >= 0 && idle.isFinite, "idle \(idle) %")
        }
        for row in data {
            for link in row {
                let efficiency = link.bitsPerSecondPerHertz
                precondition(efficiency >= 0 && efficiency.isFinite, "efficiency \(efficiency) b/s/Hz")
            }
        }
        Self.checkTargets(control.map { $0.map(\.robot) }, count: count)
        Self.checkTargets(data.map { $0.map(\.robot) }, count: count)
        self.start = start
        self.idlePercent = idlePercent
        self.control = control
        self.data = data
        self.mayLead = mayLead
        self.bandwidthMHz = bandwidthMHz
        self.rateMbpsPerPercent = rateMbpsPerPercent
        ownBitsPerSecondPerHertz = (0..<count).map { robot in
            own?[robot] ?? Self.meanEfficiency(of: data[robot])
        }
        for efficiency in ownBitsPerSecondPerHertz {
            precondition(efficiency >= 0 && efficiency.isFinite, "own efficiency \(efficiency) b/s/Hz")
        }
    }

    /// A robot listed twice would be granted twice, so a double is refused.
    private static func checkTargets(_ rows: [[Int]], count: Int) {
        var seenBy = [Int](repeating: -1, count: count)
        for (robot, row) in rows.enumerated() {
            for target in row {
                precondition(
                    (0..<count).contains(target) && target != robot, "link \(robot) to \(target) of \(count) robots")
                precondition(seenBy[target] != robot, "link \(robot) to \(target) listed twice")
                seenBy[target] = robot
            }
        }
    }

    private static func meanEfficiency(of links: [DataLink]) -> Double {
        var sum = 0.0
        var known = 0
        for link in links where link.bitsPerSecondPerHertz > 0 {
            sum += link.bitsPerSecondPerHertz
            known += 1
        }
        return known == 0 ? 0 : sum / Double(known)
    }
}
