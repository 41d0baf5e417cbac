import SkeinTasks
import Testing

@testable import SkeinPeer

@Suite struct SafetyTests {
    private let tuning = MissionTuning()
    private let full = Setpoint(speedMetersPerSecond: 6, turnRadiansPerSecond: 1)

    private func situation(
        x: Double = 50, heading: Double = 0, silent: Bool = false, ordered: Bool = true, held: Bool = false
    ) -> Safety.Situation {
        Safety.Situation(
            pose: Pose(xMeters: x, yMeters: 50, headingRadians: heading), isSilent: silent, isOrdered: ordered,
            isHeld: held)
    }

    @Test func `every condition has one row, the most urgent first`() {
        #expect(Safety.table.map(\.condition) == Safety.Condition.allCases)
    }

    @Test func `nothing drives without order, sensors or numbers`() {
        for stopped in [situation(silent: true), situation(ordered: false), situation(x: .nan)] {
            #expect(Safety.limited(full, in: stopped, tuning: tuning) == .stop)
        }
        let wild = Setpoint(speedMetersPerSecond: .nan, turnRadiansPerSecond: 0)
        #expect(Safety.limited(wild, in: situation(), tuning: tuning) == .stop)
    }

    @Test func `a held robot turns on the spot at most`() {
        let limited = Safety.limited(full, in: situation(held: true), tuning: tuning)
        #expect(limited == Setpoint(speedMetersPerSecond: 0, turnRadiansPerSecond: 1))
    }

    @Test func `beyond the fence only the way back is open`() {
        #expect(Safety.limited(full, in: situation(x: 103), tuning: tuning).speedMetersPerSecond == 0)
        #expect(Safety.limited(full, in: situation(x: 103, heading: .pi), tuning: tuning).speedMetersPerSecond == 6)
        #expect(Safety.limited(full, in: situation(x: 101), tuning: tuning).speedMetersPerSecond == 6)
    }

    @Test func `nothing exceeds the limits`() {
        let mad = Setpoint(speedMetersPerSecond: 1e9, turnRadiansPerSecond: -1e9)
        let limited = Safety.limited(mad, in: situation(), tuning: tuning)
        #expect(limited.speedMetersPerSecond == tuning.speedMetersPerSecondMax)
        #expect(limited.turnRadiansPerSecond == -tuning.turnRadiansPerSecondMax)
    }

    @Test func `a robot turns before it drives the wrong way, and goes straight at full speed`() {
        func steer(_ x: Double, _ y: Double) -> Setpoint {
            Steering.setpoint(
                .go(FieldPoint(xMeters: x, yMeters: y)), headingRadians: 0, readingInterval: .milliseconds(200),
                tuning: tuning)
        }
        #expect(steer(-1, 0.1).speedMetersPerSecond == 0)
        #expect(steer(-1, 0.1).turnRadiansPerSecond > 0)
        #expect(steer(-1, -0.1).turnRadiansPerSecond < 0)
        #expect(steer(9, 1).speedMetersPerSecond == 6)
        #expect(steer(0, 0) == .stop)
        #expect(steer(.nan, 1) == .stop)
    }
}
