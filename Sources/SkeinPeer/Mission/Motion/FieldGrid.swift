import SkeinTasks

/// What stands in the field, as squares of a grid: known obstacles and no-go zones from the mission, and what the ring has
/// found where no robot is known to be. At most 128 × 128 squares, whatever the field's size.
///
/// Rules.
/// - A square of the mission's is closed for good. One that the ring hits often enough is closed until the ring looks
///   through it as often: what moves leaves no trace, and an estimate that shifts mends itself.
/// - A square is larger than what stands in it. Looking along a wall is no looking through it: near an echo of the same
///   reading no square is opened, nor farther off than `lookMeters`, where a cone passes what is beside it.
/// - A square is closed if a robot in its middle would be too near, so a robot is a point in this grid.
/// - Where a crowd stands squares are closed as long as it is said to stand there, without evidence.
struct FieldGrid {
    static let cellsPerSideMax = 128
    private static let cellMetersMin = 0.5

    private let low: FieldPoint
    let cellMeters: Double
    let columns: Int
    let rows: Int
    /// Evidence that something is there; `known` and above for good.
    private var evidence: [UInt8]
    private(set) var isEmpty = true
    private(set) var crowds: [FieldCircle] = []
    /// By square; empty without a crowd.
    private var isCrowded: [Bool] = []
    /// Changes when a square opens or closes.
    private(set) var revision = 0

    private static let known: UInt8 = 255
    private static let closedFrom: UInt8 = 3
    private static let evidenceMax: UInt8 = 8

    init(field: MissionField, roomMeters: Double, fenceMeters: Double) {
        let arena = field.arena
        let width = arena.xMetersMax - arena.xMetersMin
        let height = arena.yMetersMax - arena.yMetersMin
        low = FieldPoint(xMeters: arena.xMetersMin, yMeters: arena.yMetersMin)
        cellMeters = max(Self.cellMetersMin, max(width, height) / Double(Self.cellsPerSideMax))
        columns = max(1, Int((width / cellMeters).rounded(.up)))
        rows = max(1, Int((height / cellMeters).rounded(.up)))
        guard !field.isOpen else {
            evidence = []
            return
        }
        evidence = [UInt8](repeating: 0, count: columns * rows)
        var fences = field
        fences.arena.xMetersMin -= width
        fences.arena.xMetersMax += width
        fences.arena.yMetersMin -= height
        fences.arena.yMetersMax += height
        for cell in evidence.indices {
            let middle = centre(cell)
            // Its corners are half a square nearer.
            if field.obstacleMeters(from: middle) < roomMeters + cellMeters / 2
                || fences.fenceMeters(from: middle) < fenceMeters
            {
                evidence[cell] = Self.known
                isEmpty = false
            }
        }
    }

    func centre(_ cell: Int) -> FieldPoint {
        FieldPoint(
            xMeters: low.xMeters + (Double(cell % columns) + 0.5) * cellMeters,
            yMeters: low.yMeters + (Double(cell / columns) + 0.5) * cellMeters)
    }

    /// The square of a point; the nearest one for a point outside.
    func cell(at point: FieldPoint) -> Int {
        let column = ((point.xMeters - low.xMeters) / cellMeters).rounded(.down)
        let row = ((point.yMeters - low.yMeters) / cellMeters).rounded(.down)
        let x = Int(max(0, min(Double(columns - 1), column)))
        let y = Int(max(0, min(Double(rows - 1), row)))
        return y * columns + x
    }

    func isClosed(_ cell: Int) -> Bool {
        !isEmpty && evidence[cell] >= Self.closedFrom || !isCrowded.isEmpty && isCrowded[cell]
    }

    /// Closed by what the ring has found.
    func isFound(_ cell: Int) -> Bool {
        !isEmpty && evidence[cell] >= Self.closedFrom && evidence[cell] != Self.known
    }

    /// A crowd that has moved by less than this stands where it stood.
    private static let crowdMovedMeters = 1.0

    /// Crowds stand here, and nowhere else.
    mutating func crowd(_ circles: [FieldCircle]) {
        let isKnown =
            circles.count == crowds.count
            && zip(circles, crowds).allSatisfy { new, old in
                (new.centre - old.centre).lengthMeters <= Self.crowdMovedMeters && new.radiusMeters == old.radiusMeters
            }
        guard !isKnown else { return }
        crowds = circles
        revision += 1
        isCrowded = circles.isEmpty ? [] : [Bool](repeating: false, count: columns * rows)
        for cell in isCrowded.indices {
            let middle = centre(cell)
            isCrowded[cell] = circles.contains { ($0.centre - middle).lengthMeters < $0.radiusMeters }
        }
    }

    /// The ring has found something that is no robot.
    mutating func hit(_ point: FieldPoint) {
        if evidence.isEmpty { evidence = [UInt8](repeating: 0, count: columns * rows) }
        let cell = cell(at: point)
        guard evidence[cell] < Self.evidenceMax else { return }
        evidence[cell] += 1
        isEmpty = false
        if evidence[cell] == Self.closedFrom { revision += 1 }
    }

    /// Farther off a cone of 10° tells nothing of a square beside a wall [R].
    private static let lookMeters = 2.0

    /// The ring looks as far as `end` and sees nothing before it. `echoes`: the squares of all that it sees in this reading.
    mutating func clear(from start: FieldPoint, to end: FieldPoint, echoes: [Int]) {
        guard !isEmpty else { return }
        let way = end - start
        // The square of the end itself is not looked through.
        let steps = Int((min(way.lengthMeters - cellMeters, Self.lookMeters) / cellMeters).rounded(.down))
        guard steps >= 0, way.lengthMeters > 0 else { return }
        var last = -1
        for step in 0...steps {
            let cell = cell(at: start + (Double(step) * cellMeters / way.lengthMeters) * way)
            guard cell != last else { continue }
            last = cell
            guard evidence[cell] > 0, evidence[cell] != Self.known,
                !echoes.contains(where: { isBeside($0, cell) })
            else { continue }
            if evidence[cell] == Self.closedFrom { revision += 1 }
            evidence[cell] -= 1
        }
    }

    private func isBeside(_ one: Int, _ other: Int) -> Bool {
        abs(one % columns - other % columns) <= 1 && abs(one / columns - other / columns) <= 1
    }

    /// Whether the straight way is open; the squares of both ends do not count.
    func isOpen(from start: FieldPoint, to end: FieldPoint) -> Bool {
        guard !isEmpty || !isCrowded.isEmpty else { return true }
        let first = cell(at: start)
        let final = cell(at: end)
        let way = end - start
        let steps = Int((way.lengthMeters / cellMeters * 2).rounded(.up))
        guard steps > 1, steps <= 4 * Self.cellsPerSideMax * 2 else { return true }
        for step in 1..<steps {
            let cell = cell(at: start + (Double(step) / Double(steps)) * way)
            if cell != first, cell != final, isClosed(cell) { return false }
        }
        return true
    }
}
