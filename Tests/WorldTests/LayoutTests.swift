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
}
