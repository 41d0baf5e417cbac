import SkeinPeer
import SkeinTasks
import SkeinWire
import SkeinWorld
import Testing

/// Whole worlds with real peers; small ones, so that a debug build can fly them too.
struct WorldRunTests {
    private func config(seed: UInt64, robots: Int = 12, cameras: Int = 3) -> WorldConfig {
        var config = WorldConfig(seed: seed, robots: robots)
        config.cameras = .count(cameras)
        config.arena = Arena(xMetersMin: 0, xMetersMax: 30, yMetersMin: 0, yMetersMax: 30)
        config.targetDistanceMeters = 12
        config.missionLimit = .seconds(20)
        return config
    }

    @Test func `one seed is one run, byte for byte; another seed is another`() {
        var first = World(config(seed: 1))
        var again = World(config(seed: 1))
        var other = World(config(seed: 2))
        let result = first.run()
        let repeated = again.run()
        #expect(result.digest == repeated.digest)
        #expect(result.tally == repeated.tally && result.trajectories == repeated.trajectories)
        #expect(result.completionSeconds == repeated.completionSeconds)
        let otherResult = other.run()
        #expect(otherResult.digest != result.digest)
    }

    @Test func `watching a run does not change it`() {
        var alone = World(config(seed: 3))
        var watched = World(config(seed: 3))
        var frames = 0
        let result = alone.run()
        let seen = watched.run { view in
            frames += 1
            precondition(view.robots.count == 12, "a view of \(view.robots.count) robots")
        }
        #expect(result.digest == seen.digest && frames > 50)
    }

    @Test func `a network settles, every robot has a leader, and every hop count is the breadth-first one`() {
        var world = World(config(seed: 4, robots: 20, cameras: 5))
        let result = world.network()
        #expect(result.settled)
        #expect(result.owner.allSatisfy { $0 >= 0 } && !result.leaders.isEmpty)
        #expect(result.hops == breadthFirst(result.layout.places, from: 0, rangeMeters: 24))
        #expect(result.control.map { $0.seconds > 4.9 && $0.airtimeFractionMax < 0.2 } == true)
    }

    @Test func `peers agree on nothing by clock: a run's outcome does not read the world's time`() {
        // Clocks start anywhere within a thousand seconds, so a peer that compared instants of two robots would be lost.
        var world = World(config(seed: 5))
        let result = world.run()
        #expect(result.completed && result.settleSeconds.map { $0 < 10 } == true)
    }

    @Test(arguments: [
        Fault(at: .seconds(2), kind: .crash, target: .leader),
        Fault(at: .seconds(2), kind: .restart(after: .seconds(1)), target: .leaderAt(0)),
        Fault(at: .seconds(1), kind: .pause(.seconds(2)), target: .robots([4, 5])),
        Fault(at: .seconds(1), kind: .partition(.seconds(2)), target: .west(ofXMeters: 15)),
        Fault(at: .seconds(1), kind: .slowLink(factor: 0.2, .seconds(3)), target: .robots([0, 1, 2])),
        Fault(
            at: .seconds(1), kind: .jam(.control, .seconds(2)),
            target: .circle(xMeters: 15, yMeters: 15, radiusMeters: 8)),
        Fault(at: .seconds(1), kind: .jam(.data, .seconds(2)), target: .robots([3])),
        Fault(at: .seconds(3), kind: .late, target: .robots([7])),
    ])
    func `a fault is survived by the world, and repeats with the seed`(fault: Fault) {
        var config = config(seed: 6)
        config.faults = [fault]
        var first = World(config)
        var again = World(config)
        let result = first.run()
        let repeated = again.run()
        #expect(result.digest == repeated.digest)
        #expect(result.completionSeconds != nil)
        let isLate = fault.kind == .late
        #expect(result.statuses.count { $0 == nil } == (isLate ? 1 : 0))
    }

    @Test func `robots reach the end of a mission only by truth: a limit ends the others`() {
        var config = config(seed: 7)
        config.missionLimit = .milliseconds(500)
        var world = World(config)
        let result = world.run()
        #expect(!result.completed)
        #expect(result.completionSeconds.map { $0 >= 0.5 && $0 < 0.6 } == true)
        #expect(result.robotSteps == 12 && result.cameraSteps == 3)
    }

    private func breadthFirst(_ places: [FieldPoint], from start: Int, rangeMeters: Double) -> [Int] {
        var hops = [Int](repeating: -1, count: places.count)
        var level = [start]
        hops[start] = 0
        while !level.isEmpty {
            var next: [Int] = []
            for robot in level {
                for other in places.indices
                where hops[other] < 0 && (places[robot] - places[other]).lengthMeters <= rangeMeters {
                    hops[other] = hops[robot] + 1
                    next.append(other)
                }
            }
            level = next
        }
        return hops
    }
}
