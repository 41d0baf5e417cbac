import SkeinPeer
import SkeinTasks
import SkeinWorld
import Testing

struct LayoutTests {
    @Test(arguments: 0..<20)
    func `a seed's layout keeps to the scenario`(seed: UInt64) {
        var config = WorldConfig(seed: seed, robots: 100)
        config.cameras = .count(25)
        let layout = Layout(config)
        #expect(layout.roles.count { $0.carriesCamera } == 25)
        #expect(layout.roles.count { $0.carriesSatelliteReceiver } == 1)
        #expect(layout.places.allSatisfy { config.arena.nearest(to: $0) == $0 })
        #expect(abs((layout.physicalTarget - layout.virtualTarget).lengthMeters - 25) < 1e-9)
        for robot in 0..<100 {
            let idle = layout.idlePercent[robot]
            #expect(layout.roles[robot].carriesCamera ? idle == 0 : (20...70).contains(idle))
        }
    }

    @Test func `giving positions leaves cameras and shares as the seed has them`() {
        var config = WorldConfig(seed: 3, robots: 40)
        config.cameras = .count(10)
        let drawn = Layout(config)
        config.positions = [FieldPoint](repeating: .zero, count: 40)
        let given = Layout(config)
        #expect(given.roles == drawn.roles && given.idlePercent == drawn.idlePercent)
        #expect(given.physicalTarget == drawn.physicalTarget && given.places[7] == .zero)
    }

    /// Both seeds put one robot more than 24 m from everybody; seed 1 puts nobody there.
    @Test(arguments: [UInt64(244), 263, 1])
    func `in reach, whom nobody hears is put elsewhere, and nobody else`(seed: UInt64) {
        var config = WorldConfig(seed: seed, robots: 100)
        config.isSolid = true
        let drawn = Layout(config).places
        config.isInReach = true
        let inReach = Layout(config).places
        let moved = (0..<100).filter { drawn[$0] != inReach[$0] }
        #expect(moved == alone(drawn))
        #expect(moved.count == (seed == 1 ? 0 : 1))
        #expect(alone(inReach).isEmpty)
        #expect(inReach.allSatisfy { config.arena.nearest(to: $0) == $0 })
    }

    @Test func `in reach, a wall that radio does not pass has all on one side`() {
        var config = WorldConfig(seed: 1, robots: 60)
        config.isInReach = true
        config.obstacles = [Obstacle(FieldPolygon(low: at(49.8, 0), high: at(50.2, 100)), lossDB: 200)]
        let places = Layout(config).places
        #expect(places.allSatisfy { $0.xMeters < 50 } || places.allSatisfy { $0.xMeters > 50 })
    }

    private func at(_ x: Double, _ y: Double) -> FieldPoint { FieldPoint(xMeters: x, yMeters: y) }

    /// Robots with no way of hops of 24 m to robot 0, which hears most in these layouts.
    private func alone(_ places: [FieldPoint]) -> [Int] {
        var reached: Set<Int> = [0]
        var isGrowing = true
        while isGrowing {
            let more = places.indices.filter { robot in
                !reached.contains(robot)
                    && reached.contains { (places[$0] - places[robot]).lengthMeters <= 24 }
            }
            reached.formUnion(more)
            isGrowing = !more.isEmpty
        }
        return places.indices.filter { !reached.contains($0) }
    }
}
