import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

@testable import SkeinLab

@Suite struct ArenaPlayerTests {
    /// What happened, in order.
    private static func play(
        _ player: inout ArenaPlayer, from start: Int64 = 0, to end: Int64, every step: Int64 = 1_000_000
    ) -> (readings: [(robot: Int, reading: SensorReading)], looks: [(at: Int64, hasMoved: Bool)]) {
        var readings: [(Int, SensorReading)] = []
        var looks: [(Int64, Bool)] = []
        for time in stride(from: start, through: end, by: Int(step)) {
            player.advance(to: Int64(time)) { happening in
                switch happening {
                case .reading(let robot, let reading): readings.append((robot, reading))
                case .look(let at, let hasMoved): looks.append((at, hasMoved))
                }
            }
        }
        return (readings, looks)
    }

    @Test func `a robot has senses from its attachment on, every interval, in its own phase`() throws {
        var player = ArenaPlayer(try Scenarios.world())
        player.attach(3)
        let (readings, looks) = Self.play(&player, to: 1_000_000_000)
        #expect(readings.count == 5)
        #expect(readings.allSatisfy { $0.robot == 3 })
        #expect(readings.dropFirst().allSatisfy { $0.reading.interval == .milliseconds(200) })
        #expect(looks.count == 20)
        #expect(looks.allSatisfy { !$0.hasMoved })
        player.detach(3)
        #expect(Self.play(&player, from: 1_000_000_000, to: 2_000_000_000).readings.isEmpty)
    }

    @Test func `a body that is told to drives, is told about, and stops 400 ms after the last word`() throws {
        let config = try Scenarios.world()
        var player = ArenaPlayer(config)
        let start = player.places[1]
        player.obey(Setpoint(speedMetersPerSecond: 1, turnRadiansPerSecond: 0), by: 1)
        let (_, looks) = Self.play(&player, to: 1_000_000_000)
        #expect(looks.contains { $0.hasMoved })
        #expect(looks.filter { $0.at > 500_000_000 }.allSatisfy { !$0.hasMoved })
        let way = player.places[1].distance(to: start)
        #expect(way > 0.2 && way < 0.6)
        #expect(player.places[0] == Layout(config).places[0])
    }

    @Test func `a late look loses no reading and no place`() throws {
        let config = try Scenarios.world()
        var punctual = ArenaPlayer(config)
        var late = ArenaPlayer(config)
        for robot in 0..<5 {
            punctual.attach(robot)
            late.attach(robot)
        }
        let first = Self.play(&punctual, to: 2_000_000_000)
        let second = Self.play(&late, to: 2_000_000_000, every: 500_000_000)
        #expect(first.readings.map(\.robot) == second.readings.map(\.robot))
        #expect(first.readings.map(\.reading) == second.readings.map(\.reading))
        #expect(late.lateness.lateness.maxMilliseconds > 400)
    }

    @Test func `a robot that a fault keeps off is not seen before its first peer`() throws {
        // Every robot but the first is late: a camera sees nobody until they come.
        let config = try Scenarios.world(Scenarios.fault("late", at: 100, target: "[0, 1, 2, 3, 4]"))
        let camera = try #require(Layout(config).roles.firstIndex { $0.carriesCamera })
        var player = ArenaPlayer(config)
        player.attach(camera)
        let alone = Self.play(&player, to: 3_000_000_000).readings.compactMap(\.reading.detections)
        #expect(!alone.isEmpty)
        #expect(alone.allSatisfy { $0.isEmpty })
    }
}
