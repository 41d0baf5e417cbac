import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// What is wider than a robot is no robot.
@Suite struct RingShapeTests {
    private static let halfRadians = Double.pi / 36

    /// What a ring of 36 cones shows of bodies and boxes, from the middle of the field (0, 0).
    private func shape(_ bodies: [FieldPoint], _ boxes: [FieldPolygon] = []) -> RingShape {
        let things = boxes + bodies.map { Self.body(at: $0) }
        let ring = (0..<36).map { sensor in
            let bearing = Pose.wrapped(Double(sensor) * 2 * Self.halfRadians)
            let meters = stride(from: -1.0, through: 1, by: 0.25).map { part in
                let angle = bearing + part * Self.halfRadians
                let direction = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
                return things.compactMap { $0.rayMeters(from: .zero, direction: direction) }.min() ?? 5
            }
            return SensorReading.Range(
                bearingRadians: bearing, halfAngleRadians: Self.halfRadians, meters: meters.min() ?? 5)
        }
        return RingShape(ring, from: .zero, headingRadians: 0, rangeMetersMax: 5)
    }

    private static func body(at place: FieldPoint) -> FieldPolygon {
        FieldPolygon(
            points: (0..<16).map { corner in
                let angle = Double(corner) * .pi / 8
                return place + 0.15 * FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            })
    }

    private func wide(_ shape: RingShape) -> [RingShape.Ray] { shape.rays.filter(\.isWide) }

    @Test(arguments: [0.4, 0.7, 1, 1.5, 2, 3, 3.3])
    func `one robot is not wide, however near it stands`(meters: Double) {
        for degrees in stride(from: 0.0, to: 360, by: 7) {
            let angle = degrees * .pi / 180
            let shape = shape([FieldPoint(xMeters: meters * Double.cos(angle), yMeters: meters * Double.sin(angle))])
            #expect(shape.rays.contains { $0.isEcho })
            #expect(wide(shape).isEmpty, "at \(degrees)°")
        }
    }

    @Test(arguments: [0.3, 0.5, 1, 2, 3])
    func `a wall is wide, from its foot and from three metres`(meters: Double) {
        let wall = FieldPolygon(
            wallFrom: FieldPoint(xMeters: meters + 0.15, yMeters: -20),
            to: FieldPoint(xMeters: meters + 0.15, yMeters: 20), thicknessMeters: 0.3)
        let seen = wide(shape([], [wall]))
        #expect(seen.count >= 3)
        // The nearest thing in a cone may be at its edge, and is taken to be in its middle.
        #expect(seen.allSatisfy { $0.end.xMeters > 0.8 * meters - 0.05 })
        // So is one with a robot before it, which stands in nobody's way that the wall does not bar.
        let robot = FieldPoint(xMeters: meters / 2, yMeters: 1.2)
        #expect(wide(shape([robot], [wall])).count >= 3)
    }

    @Test func `two robots with room for a third between them are not one thing`() {
        #expect(wide(shape([FieldPoint(xMeters: 1.5, yMeters: -0.7), FieldPoint(xMeters: 1.5, yMeters: 0.7)])).isEmpty)
    }

    @Test func `a row of robots shoulder to shoulder is as good as a wall`() {
        let row = (-3...3).map { FieldPoint(xMeters: 1, yMeters: 0.4 * Double($0)) }
        #expect(!wide(shape(row)).isEmpty)
    }

    @Test func `nonsense from the ring is left out`() {
        let ring = [Double.nan, .infinity, -1, 2].map {
            SensorReading.Range(bearingRadians: $0, halfAngleRadians: Self.halfRadians, meters: $0)
        }
        let shape = RingShape(ring, from: .zero, headingRadians: 0, rangeMetersMax: 5)
        #expect(shape.rays.map(\.meters) == [0, 2])
    }
}
