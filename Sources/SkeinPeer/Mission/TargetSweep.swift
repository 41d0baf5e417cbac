import RealModule
import SkeinTasks
import SkeinWire

/// How a camera robot looks for a target that nobody has seen: the field in cells, and the nearest cell that neither it
/// nor a neighbour has looked at comes next. Ties go by the robot's number, so that robots in one place spread. What
/// robots out of radio range have seen is not known, so cells may be looked at twice; when all have been, it begins
/// anew.
struct TargetSweep {
    /// Cells along a side: 10 m in the reference field.
    private static let cellsPerSide = 10

    private let tuning: MissionTuning
    private let robot: NodeID
    private var isSeen = [Bool](repeating: false, count: cellsPerSide * cellsPerSide)
    private var aim: Int?

    init(tuning: MissionTuning, robot: NodeID) {
        self.tuning = tuning
        self.robot = robot
    }

    private func centre(_ cell: Int) -> FieldPoint {
        let arena = tuning.arena
        let column = (Double(cell % Self.cellsPerSide) + 0.5) / Double(Self.cellsPerSide)
        let row = (Double(cell / Self.cellsPerSide) + 0.5) / Double(Self.cellsPerSide)
        return FieldPoint(
            xMeters: arena.xMetersMin + column * (arena.xMetersMax - arena.xMetersMin),
            yMeters: arena.yMetersMin + row * (arena.yMetersMax - arena.yMetersMin))
    }

    /// A frame without the target: nothing in front, as far as a cell's corner is still in sight.
    mutating func looked(from pose: Pose) {
        let here = FieldPoint(xMeters: pose.xMeters, yMeters: pose.yMeters)
        for cell in isSeen.indices where !isSeen[cell] {
            let offset = centre(cell) - here
            guard offset.lengthMeters <= 0.75 * tuning.sightMetersMax else { continue }
            let bearing = Pose.wrapped(
                Double.atan2(y: offset.yMeters, x: offset.xMeters) - pose.headingRadians)
            if abs(bearing) <= tuning.sightHalfAngleRadians || offset.lengthMeters < 1 { isSeen[cell] = true }
        }
        if let cell = aim, isSeen[cell] { aim = nil }
    }

    /// The point it drives to at present.
    var aimed: FieldPoint? { aim.map { centre($0) } }

    /// The point to drive to.
    mutating func goal(from position: FieldPoint) -> FieldPoint {
        if let aim { return centre(aim) }
        if isSeen.allSatisfy({ $0 }) { isSeen = isSeen.map { _ in false } }
        var best = 0
        var bestDistance = Double.infinity
        for step in isSeen.indices {
            let cell = (step + Int(robot.number) * 37) % isSeen.count
            guard !isSeen[cell] else { continue }
            let distance = (centre(cell) - position).lengthMeters
            // Half a metre is no reason to prefer one cell to another.
            if distance < bestDistance - 0.5 {
                best = cell
                bestDistance = distance
            }
        }
        aim = best
        return centre(best)
    }
}
