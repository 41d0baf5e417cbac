import SkeinPeer
import SkeinTasks
import SkeinWire

/// The faults of the air that are in force: partitions, slow links, jammers. Whoever keeps a medium keeps these beside it
/// and applies them whenever a fault begins or ends or a body has moved.
package struct RadioFaults: Sendable {
    private struct Active: Sendable {
        /// Its place in the config: its bit in a partition.
        var index: Int
        var isTarget: [Bool]
    }

    private let faults: [Fault]
    private let robots: Int
    private var active: [Active] = []

    package init(_ faults: [Fault], robots: Int) {
        precondition(faults.count <= Fault.countMax, "\(faults.count) faults in one world")
        self.faults = faults
        self.robots = robots
    }

    package mutating func begin(_ index: Int, targets: [Int]) {
        precondition(faults.indices.contains(index), "fault \(index) of \(faults.count)")
        var isTarget = [Bool](repeating: false, count: robots)
        for robot in targets { isTarget[robot] = true }
        active.removeAll { $0.index == index }
        active.append(Active(index: index, isTarget: isTarget))
    }

    package mutating func end(_ index: Int) { active.removeAll { $0.index == index } }

    /// Bends the links as the faults in force say; the medium's powers are to be refreshed afterwards.
    package func apply(to medium: inout Medium, places: [FieldPoint], now: Int64, queue: inout EventQueue) {
        var sides = [UInt64](repeating: 0, count: robots)
        var factors = [Double](repeating: 1, count: robots)
        var isControlJammed = [Bool](repeating: false, count: robots)
        var isDataJammed = isControlJammed
        for entry in active {
            let fault = faults[entry.index]
            for robot in 0..<robots where Self.isHit(robot, at: places[robot], by: entry, fault) {
                switch fault.kind {
                case .partition: sides[robot] |= 1 << UInt64(entry.index)
                case .slowLink(let factor, _): factors[robot] = min(factors[robot], factor)
                case .jam(.control, _): isControlJammed[robot] = true
                case .jam(.data, _): isDataJammed[robot] = true
                case .crash, .restart, .pause, .late: break
                }
            }
        }
        medium.air.field.sides = sides
        medium.air.field.rateFactors = factors
        medium.air.field.isControlJammed = isControlJammed
        medium.air.field.isDataJammed = isDataJammed
        medium.updateJamming(now: now, queue: &queue)
    }

    private static func isHit(_ robot: Int, at place: FieldPoint, by active: Active, _ fault: Fault) -> Bool {
        switch (fault.kind, fault.target) {
        case (.jam, .circle(let x, let y, let radius)):
            place.distance(to: FieldPoint(xMeters: x, yMeters: y)) <= radius
        default: active.isTarget[robot]
        }
    }
}
