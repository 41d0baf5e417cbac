import SkeinPeer
import SkeinWire

/// Judges mesh time from outside, twice a second: what each robot takes for it against the clock of the root that it names,
/// and against its neighbours.
///
/// A root says what its clock is ahead of mesh time, and must say the same throughout its reign; from then on the world knows
/// the true mesh time of that reign, also when the root is off. A violation is a reading further from it than its bound.
struct ClockWatch: Sendable {
    private struct Reign: Hashable, Sendable {
        var root: NodeID
        var term: UInt32
    }

    private struct Origin: Sendable {
        var robot: Int
        /// Mesh time less the root's clock.
        var offset: Int64
    }

    private var origins: [Reign: Origin] = [:]
    private(set) var figures = ClockFigures()

    mutating func look(_ readings: [MeshTime?], _ clocks: [Instant]) {
        for (robot, reading) in readings.enumerated() {
            if let reading, reading.isOwn { rule(reading, robot, clocks[robot]) }
        }
        for case let reading? in readings where !reading.isOwn { judge(reading, clocks) }
    }

    private mutating func rule(_ reading: MeshTime, _ robot: Int, _ local: Instant) {
        let reign = Reign(root: reading.root, term: reading.term)
        let offset = reading.nanoseconds - local.nanoseconds
        if let known = origins[reign], known.offset != offset { figures.changes += 1 }
        origins[reign] = Origin(robot: robot, offset: offset)
    }

    private mutating func judge(_ reading: MeshTime, _ clocks: [Instant]) {
        figures.readings += 1
        guard let origin = origins[Reign(root: reading.root, term: reading.term)] else {
            figures.unjudged += 1
            return
        }
        let error = (reading.nanoseconds - clocks[origin.robot].nanoseconds - origin.offset).magnitude
        if error > reading.boundNanoseconds.magnitude { figures.violations += 1 }
        figures.errorNanosecondsMax = max(figures.errorNanosecondsMax, Int64(error))
        figures.boundNanosecondsMax = max(figures.boundNanosecondsMax, reading.boundNanoseconds)
        figures.boundNanosecondsSum += Double(reading.boundNanoseconds)
    }

    mutating func compare(_ one: MeshTime?, _ other: MeshTime?) {
        guard let one, let other, one.root == other.root, one.term == other.term else { return }
        let difference = Int64((one.nanoseconds - other.nanoseconds).magnitude)
        figures.pairs += 1
        if difference > 1_000_000 { figures.pairsOverMillisecond += 1 }
        figures.pairNanosecondsMax = max(figures.pairNanosecondsMax, difference)
    }
}

/// What came of it.
package struct ClockFigures: Hashable, Sendable {
    /// By robots that were not the root.
    package var readings = 0
    /// Of a reign whose root nobody has seen at it.
    package var unjudged = 0
    /// Further from the root's clock than the bound.
    package var violations = 0
    /// A root has changed its mesh time within a reign.
    package var changes = 0
    package var errorNanosecondsMax: Int64 = 0
    package var boundNanosecondsMax: Int64 = 0
    package var boundNanosecondsSum = 0.0
    /// Two neighbours at one instant, each pair once.
    package var pairs = 0
    package var pairsOverMillisecond = 0
    package var pairNanosecondsMax: Int64 = 0

    package var boundSecondsMean: Double? { readings > 0 ? boundNanosecondsSum * 1e-9 / Double(readings) : nil }
    package var boundSecondsMax: Double { Double(boundNanosecondsMax) * 1e-9 }
    package var errorSecondsMax: Double { Double(errorNanosecondsMax) * 1e-9 }
    package var pairSecondsMax: Double { Double(pairNanosecondsMax) * 1e-9 }
    package var fractionOverMillisecond: Double { pairs > 0 ? Double(pairsOverMillisecond) / Double(pairs) : 0 }
}
