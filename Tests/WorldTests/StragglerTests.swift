import SkeinTasks
import SkeinWorld
import Testing

struct StragglerTests {
    /// Eleven robots within ten metres, and one eighty metres from them, whom no radio of theirs reaches.
    private func config(limit: Duration) -> WorldConfig {
        var config = WorldConfig(seed: 1, robots: 12)
        config.cameras = .robots([1])
        config.positions =
            (0..<11).map { FieldPoint(xMeters: 20 + Double($0 % 4) * 3, yMeters: 20 + Double($0 / 4) * 3) }
            + [FieldPoint(xMeters: 95, yMeters: 60)]
        config.physicalTarget = FieldPoint(xMeters: 24, yMeters: 32)
        config.virtualTarget = FieldPoint(xMeters: 24, yMeters: 38)
        config.missionLimit = limit
        return config
    }

    @Test func `a mission that is given up names who was late, by how much, and whom no order could reach`() throws {
        var world = World(config(limit: .milliseconds(500)))
        let result = world.run()
        #expect(!result.completed && result.completionSeconds != nil)
        #expect(result.stragglers.map(\.robot) == result.stragglers.map(\.robot).sorted())
        #expect(result.stragglers.filter(\.wasCutOff).map(\.robot) == [11])
        #expect(result.stragglers.count > 5)
        let last = try #require(result.stragglers.last)
        let target = FieldPoint(xMeters: 24, yMeters: 38)
        let outside = FieldPoint(xMeters: 95, yMeters: 60).distance(to: target) - 5
        #expect(abs(last.outsideMeters - outside) < 0.01)
        #expect(result.stragglers.allSatisfy { $0.outsideMeters > 0 })
    }

    @Test func `a mission that was completed names nobody`() {
        var config = config(limit: .seconds(60))
        config.robots = 11
        config.positions?.removeLast()
        var world = World(config)
        let result = world.run()
        #expect(result.completed && result.stragglers.isEmpty)
    }
}
