import SkeinTasks
import Testing

@testable import SkeinPeer

/// Whole missions in the little world of `Swarm`, against the straight line at full speed, which nothing can beat.
@Suite struct SwarmTests {
    private func delays(_ layouts: [Layout], noise: Swarm.Noise, tuning: MissionTuning = MissionTuning()) -> [Double] {
        layouts.enumerated().map { index, layout in
            var swarm = Swarm(layout: layout, noise: noise, seed: UInt64(index), tuning: tuning)
            let bound = layout.straightSeconds(
                speed: tuning.speedMetersPerSecondMax, radius: tuning.arrivalRadiusMeters)
            return (swarm.fly() ?? .infinity) - bound
        }.sorted()
    }

    @Test func `on the reference setups the last robot arrives within a second of the straight line`() throws {
        let layouts = try Layout.references()
        #expect(layouts.count == 50)
        var times: [Double] = []
        for (index, layout) in layouts.enumerated() {
            var swarm = Swarm(layout: layout, noise: Swarm.Noise(), seed: UInt64(index))
            let flown = swarm.fly()
            let time = try #require(flown, "setup \(index) did not finish")
            let bound = layout.straightSeconds(speed: 6, radius: 5)
            #expect(time <= bound + 1, "setup \(index): \(time) s, straight \(bound) s")
            times.append(time)
        }
        times.sort()
        #expect(times[25] <= 16, "median \(times[25]) s")
    }

    @Test func `without turning before the start it costs half a second`() throws {
        var tuning = MissionTuning()
        tuning.turnsWhileWaiting = false
        let delays = delays(Array(try Layout.references().prefix(20)), noise: Swarm.Noise(), tuning: tuning)
        #expect(delays[10] <= 0.8, "median \(delays[10]) s")
        #expect(delays[19] <= 4, "worst \(delays[19]) s")
    }

    @Test func `layouts that are in no file do as well`() {
        let delays = delays((0..<20).map { Layout.random(seed: $0) }, noise: Swarm.Noise())
        #expect(delays[10] <= 0.5, "median \(delays[10]) s")
        #expect(delays[19] <= 3, "worst \(delays[19]) s")
    }

    @Test func `robots put down two metres wrong still arrive`() throws {
        var noise = Swarm.Noise()
        noise.startSigmaMeters = 2
        let delays = delays(Array(try Layout.references().prefix(15)), noise: noise)
        #expect(delays[7] <= 1, "median \(delays[7]) s")
        #expect(delays[14] <= 6, "worst \(delays[14]) s")
    }

    @Test func `robots that claim a source where there is none capture nobody`() throws {
        var noise = Swarm.Noise()
        noise.liars = [3, 50, 51, 52, 80]
        let delays = delays(Array(try Layout.references().prefix(15)), noise: noise)
        #expect(delays[14] <= 2, "worst \(delays[14]) s")
    }

    @Test func `two beacons of five lost cost nothing to speak of`() throws {
        var noise = Swarm.Noise()
        noise.beaconLoss = 0.4
        let delays = delays(Array(try Layout.references().prefix(15)), noise: noise)
        #expect(delays[14] <= 2, "worst \(delays[14]) s")
    }

    @Test func `a nose three times as noisy as promised is found out`() throws {
        var noise = Swarm.Noise()
        noise.smellFraction = 0.15
        let delays = delays(Array(try Layout.references().prefix(15)), noise: noise)
        #expect(delays[7] <= 1, "median \(delays[7]) s")
        #expect(delays[14] <= 8, "worst \(delays[14]) s")
    }

    @Test func `failed steps cost the steps and no more`() throws {
        var noise = Swarm.Noise()
        noise.taskFailure = 0.05
        let delays = delays(Array(try Layout.references().prefix(15)), noise: noise)
        #expect(delays[14] <= 6, "worst \(delays[14]) s")
    }

    @Test func `a target that nobody sees at the start is searched for and found`() throws {
        for seed in 0..<5 as Range<UInt64> {
            var layout = Layout.random(seed: 200 + seed)
            for camera in layout.cameras {
                layout.positions[camera] = 0.4 * layout.positions[camera]
            }
            layout.physicalTarget = FieldPoint(xMeters: 92, yMeters: 88)
            layout.virtualTarget = FieldPoint(xMeters: 70, yMeters: 76)
            var swarm = Swarm(layout: layout, noise: Swarm.Noise(), seed: seed)
            let flown = swarm.fly()
            let time = try #require(flown, "seed \(seed) did not finish")
            #expect(time <= 45, "seed \(seed): \(time) s")
        }
    }

    @Test func `twenty robots in ten metres are where they shall be at once`() throws {
        let layout = Layout.random(seed: 3, count: 20, cameras: 5, arenaMeters: 10)
        var swarm = Swarm(layout: layout, noise: Swarm.Noise(), seed: 3)
        let flown = swarm.fly()
        let time = try #require(flown)
        #expect(time <= 8, "\(time) s")
    }

    @Test func `robots that have arrived know it, stay, and ask for nothing`() throws {
        let layout = try #require(try Layout.references().first)
        var swarm = Swarm(layout: layout, noise: Swarm.Noise(), seed: 9)
        let flown = swarm.fly()
        _ = try #require(flown)
        swarm.run(seconds: 3)
        let asked = swarm.bodies.map(\.submissions)
        swarm.run(seconds: 5)
        #expect(swarm.isComplete)
        #expect(swarm.bodies.allSatisfy { $0.runner.hasArrived && $0.runner.lendsProcessor })
        #expect(swarm.bodies.map(\.submissions) == asked)
    }

    @Test func `few robots tell the sighting that all of them see`() throws {
        for (index, layout) in try Layout.references().prefix(10).enumerated() {
            var swarm = Swarm(layout: layout, noise: Swarm.Noise(), seed: UInt64(index))
            _ = swarm.fly()
            #expect(swarm.sightings <= 10, "setup \(index)")
        }
    }

    @Test func `cooperative localisation is honest about its error`() throws {
        var noise = Swarm.Noise()
        noise.speedScale = 0
        var squares = 0.0
        var variances = 0.0
        for (index, layout) in try Layout.references().prefix(5).enumerated() {
            var swarm = Swarm(layout: layout, noise: noise, seed: UInt64(index))
            _ = swarm.fly()
            for robot in swarm.bodies.indices {
                let localiser = swarm.bodies[robot].runner.localiser
                let error = (localiser.position - swarm.place(robot)).lengthMeters
                squares += error * error
                variances += localiser.positionSigmaMeters * localiser.positionSigmaMeters
            }
        }
        #expect(squares <= 1.5 * variances, "\(squares / 500) m² against \(variances / 500) m² believed")
    }

    @Test func `the same seed flies the same mission`() throws {
        let layout = Layout.random(seed: 11, count: 40, cameras: 10, arenaMeters: 60)
        var first = Swarm(layout: layout, noise: Swarm.Noise(), seed: 4)
        var second = Swarm(layout: layout, noise: Swarm.Noise(), seed: 4)
        let firstTime = first.fly()
        let secondTime = second.fly()
        #expect(firstTime == secondTime)
        #expect(first.bodies.map(\.pose) == second.bodies.map(\.pose))
    }
}
