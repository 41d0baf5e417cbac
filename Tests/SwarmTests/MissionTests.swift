import SkeinScenarios
import SkeinWorld
import Testing

/// Whole missions on the reference layouts: everything through the air, nothing known but what was said.
struct MissionTests {
    @Test(arguments: [3, 17, 28])
    func `a mission completes without a failed step`(_ index: Int) throws {
        var world = World(try Reference.world("mesh-cloud-100", setup: index, seed: 0))
        let result = world.run()
        #expect(result.completed)
        // Each of these layouts once failed a step: links that broke between a unit and its receipt.
        #expect(result.failedSteps == 0, "troubles \(result.troubles)")
        #expect(result.rebuildFailedSteps == 0)
        #expect(result.partsOffloaded > 300)
        #expect((result.completionSeconds ?? .infinity) <= 19)
    }

    @Test(arguments: 0..<4)
    func `a leader dies in mid-mission, and nobody is without service for two seconds`(_ seed: UInt64) throws {
        var world = World(try Reference.world("kill-leader", setup: Int(seed) * 11, seed: seed))
        let result = world.run()
        #expect(result.completed)
        #expect(result.serviceGapSecondsMax <= 2)
    }

    @Test func `one seed is one mission, byte for byte`() throws {
        let config = try Reference.world("field-20", seed: 7)
        var first = World(config)
        var second = World(config)
        let (one, two) = (first.run(), second.run())
        #expect(one.digest == two.digest)
        #expect(one.completionSeconds == two.completionSeconds)
        #expect(one.completed)
    }

    /// Stragglers were left behind by their helpers and stood for the rest of the mission.
    @Test func `a robot that nobody can help goes on at half pace`() throws {
        var world = World(try Reference.world("mesh-cloud-100-fading", seed: 0))
        #expect(world.run().completed)
    }
}
