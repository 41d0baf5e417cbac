import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// How a robot gets past where others gather, and out of it.
@Suite struct CrowdTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    private let crowd = FieldCircle(centre: FieldPoint(xMeters: 50, yMeters: 50), radiusMeters: 6)

    private func meters(_ way: [FieldPoint]) -> Double {
        zip(way, way.dropFirst()).reduce(0) { $0 + ($1.1 - $1.0).lengthMeters }
    }

    /// Until it is within a metre of its goal, at most so long.
    private func drive(_ robot: inout DrivenRobot, to goal: FieldPoint, crowds: [FieldCircle], seconds: Double) -> Bool
    {
        for _ in 0..<Int(seconds / DrivenRobot.seconds) {
            robot.step(to: goal, crowds: crowds)
            if (robot.place - goal).lengthMeters < 1 { return true }
        }
        return false
    }

    @Test(arguments: [0.0, 0.5, 2.0, 3.1, 4.4])
    func `whoever is bound elsewhere goes round a crowd, and not much farther than need be`(angle: Double) {
        let along = FieldPoint(xMeters: 35 * Double.cos(angle), yMeters: 35 * Double.sin(angle))
        let goal = crowd.centre + along
        var robot = DrivenRobot(at: crowd.centre - along, headingRadians: angle)
        #expect(drive(&robot, to: goal, crowds: [crowd], seconds: 30))
        let nearest = robot.way.map { ($0 - crowd.centre).lengthMeters }.min() ?? 0
        #expect(nearest > crowd.radiusMeters - 1)
        #expect(meters(robot.way) < 1.15 * 70)
    }

    @Test func `beside a wall it goes round on the side that is open`() {
        let near = FieldCircle(centre: point(50, 2), radiusMeters: 6)
        var robot = DrivenRobot(at: point(30, 1), headingRadians: 0)
        #expect(drive(&robot, to: point(70, 1), crowds: [near], seconds: 30))
        #expect(robot.way.allSatisfy { ($0 - near.centre).lengthMeters > near.radiusMeters - 1 && $0.yMeters > 0 })
    }

    @Test func `who wants to be in the crowd goes straight there`() {
        var robot = DrivenRobot(at: point(20, 50), headingRadians: 0)
        #expect(drive(&robot, to: point(51, 50), crowds: [crowd], seconds: 10))
        #expect(robot.way.allSatisfy { abs($0.yMeters - 50) < 0.1 })
    }

    @Test(arguments: [0.0, 1.0, 2.5, 3.14, 5.0])
    func `who is in the crowd and bound elsewhere leaves by the near rim`(angle: Double) {
        let offset = FieldPoint(xMeters: 4 * Double.cos(angle), yMeters: 4 * Double.sin(angle))
        var robot = DrivenRobot(at: crowd.centre + offset, headingRadians: 0)
        #expect(drive(&robot, to: point(90, 50), crowds: [crowd], seconds: 20))
        let inside = robot.way.map { ($0 - crowd.centre).lengthMeters }
        #expect(inside.allSatisfy { $0 > 3.2 })
    }
}
