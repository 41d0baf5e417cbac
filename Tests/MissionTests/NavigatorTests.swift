import RealModule
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// How a robot gets round what it finds, and along lines that it must not cross.
@Suite struct NavigatorTests {
    private func point(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    /// Seconds until it is within a metre of its goal; infinite after two minutes.
    private func seconds(_ robot: inout DrivenRobot, to goal: FieldPoint, isHeld: (Int) -> Bool = { _ in false })
        -> Double
    {
        var seconds = 0.0
        while seconds < 120 {
            robot.step(to: goal, isHeld: isHeld(Int(seconds)))
            seconds += DrivenRobot.seconds
            if (robot.place - goal).lengthMeters < 1 { return seconds }
        }
        return .infinity
    }

    /// It came to the corner, looked back along the wall, took that for looking through it, and turned round, without end.
    @Test func `a robot gets round the box that it finds, as fast as the way is long`() {
        let box = FieldPolygon(low: point(50, 44), high: point(54, 56))
        var robot = DrivenRobot(at: point(40, 50), headingRadians: 0, boxes: [box])
        #expect(seconds(&robot, to: point(58, 50)) < 10)
        #expect(robot.clearanceMeters > 0.05)
    }

    /// Nobody helps it, and so it is held in every second step.
    @Test func `a robot that is often held gets round what it finds in twice the time`() {
        let box = FieldPolygon(low: point(50, 44), high: point(54, 56))
        var robot = DrivenRobot(at: point(40, 50), headingRadians: 0, boxes: [box])
        let taken = seconds(&robot, to: point(58, 50)) { $0 % 2 == 1 }
        #expect(taken < 20)
        #expect(robot.clearanceMeters > 0.05)
    }

    /// Who did not know its place to a metre kept no map.
    @Test(arguments: [0.5, 1.5])
    func `a long wall that nobody knows of is got round, however well the robot knows its place`(sigma: Double) {
        let wall = FieldPolygon(wallFrom: point(50, 30), to: point(50, 70), thicknessMeters: 0.3)
        var robot = DrivenRobot(at: point(35, 50), headingRadians: 0, boxes: [wall], startSigmaMeters: sigma)
        #expect(seconds(&robot, to: point(65, 52)) < 60)
        #expect(robot.clearanceMeters > 0.05)
    }

    /// Scenario walls-100: a dozen robots stood side by side at the foot of a wall, and each took the wall for the others.
    @Test func `a wall is found though robots are known to stand along it`() {
        let wall = FieldPolygon(wallFrom: point(50, 30), to: point(50, 70), thicknessMeters: 0.3)
        let told = stride(from: 31.0, to: 70, by: 1).map { point(49.3, $0) }
        var robot = DrivenRobot(at: point(35, 50), headingRadians: 0, boxes: [wall], told: told)
        #expect(seconds(&robot, to: point(65, 52)) < 60)
        #expect(robot.clearanceMeters > 0.05)
    }

    /// Beyond five metres of sigma nothing is marked: what brings it past is trying it sideways, ever longer.
    @Test func `a wall that no map shows is got round`() {
        let wall = FieldPolygon(wallFrom: point(50, 40), to: point(50, 60), thicknessMeters: 0.3)
        var robot = DrivenRobot(at: point(35, 50), headingRadians: 0, boxes: [wall], startSigmaMeters: 6)
        #expect(seconds(&robot, to: point(65, 51)) < 60)
        #expect(robot.clearanceMeters > 0.05)
    }

    /// Scenario zones-100: robots stood for eight seconds where `Safety` stopped them, until they tried it sideways.
    @Test(arguments: [0.3, 0.7, 1.2])
    func `a no-go zone in the straight way is gone round without a halt, however ill the place is known`(sigma: Double)
    {
        var tuning = MissionTuning()
        let zone = FieldCircle(centre: point(50, 50), radiusMeters: 8)
        tuning.field.exclusions = [.circle(zone)]
        for offset in [-3.0, 0, 0.5, 5] {
            var robot = DrivenRobot(
                at: point(20, 50 + offset), headingRadians: 0, startSigmaMeters: sigma, tuning: tuning)
            #expect(seconds(&robot, to: point(80, 50)) < 18, "\(offset) m beside the middle")
            let nearest = robot.way.map { ($0 - zone.centre).lengthMeters }.min() ?? 0
            #expect(nearest > zone.radiusMeters, "\(offset) m beside the middle")
        }
    }
}
