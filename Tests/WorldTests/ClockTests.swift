import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinWorld

/// The robots' clocks, and what they make of them together.
struct ClockTests {
    @Test(arguments: [0, 1, -1, 50_000, -50_000, 499_999, -500_000])
    func `a clock runs at its speed, never backwards, and its readings can be looked up`(drift: Int64) {
        let clock = RobotClock(origin: 123_456_789_012, driftPartsPerBillion: drift)
        #expect(clock.reading(at: 0).nanoseconds == 123_456_789_012)
        // After an hour it is off by what it drifts, to the nanosecond.
        #expect(clock.reading(at: 3_600_000_000_000).nanoseconds == 3_723_456_789_012 + 3_600 * drift)
        var dice = Dice(seed: 3, stream: .clocks)
        for _ in 0..<2_000 {
            let world = Int64(dice.below(3_600_000_000_000)) + 2_000
            let reading = clock.reading(at: world)
            for step in [Int64(1), 2, 999, 1_001] { #expect(clock.reading(at: world + step) >= reading) }
            // The first moment of that reading, or of a later one where the clock skips it.
            let first = clock.worldTime(of: reading)
            #expect(first.map { clock.reading(at: $0) >= reading && clock.reading(at: $0 - 1) < reading } == true)
            #expect(first.map { $0 <= world && world - $0 <= 1 } == true)
        }
        #expect(clock.worldTime(of: .distantFuture) == nil)
    }

    private func config(seed: UInt64, robots: Int = 12, loss: Double = 0) -> WorldConfig {
        var config = WorldConfig(seed: seed, robots: robots)
        config.cameras = .count(3)
        let side = 10 * Double(robots).squareRoot()
        config.arena = Arena(xMetersMin: 0, xMetersMax: side, yMetersMin: 0, yMetersMax: side)
        config.targetDistanceMeters = 12
        config.missionLimit = .seconds(20)
        config.medium.lossFraction = loss
        config.clockDriftPpmMax = 50
        return config
    }

    @Test func `neighbours in a quiet network agree to the millisecond, within their bounds`() {
        var world = World(config(seed: 1, robots: 24))
        let clock = world.network().clock
        #expect(clock.violations == 0 && clock.changes == 0 && clock.unjudged == 0)
        #expect(clock.readings > 200 && clock.pairs > 500)
        #expect(clock.pairNanosecondsMax <= 1_000_000 && clock.errorNanosecondsMax > 0)
    }

    /// What a swarm does to its clocks; a round has each of these.
    enum Trouble: CaseIterable {
        case none, loss, heavyLoss, rootDies, rootRestarts, partition

        var faults: [Fault] {
            switch self {
            case .none, .loss, .heavyLoss: []
            case .rootDies: [Fault(at: .seconds(2), kind: .crash, target: .robots([0]))]
            case .rootRestarts: [Fault(at: .seconds(2), kind: .restart(after: .seconds(1)), target: .robots([0]))]
            case .partition: [Fault(at: .seconds(1), kind: .partition(.seconds(10)), target: .west(ofXMeters: 17))]
            }
        }

        var loss: Double {
            switch self {
            case .none: 0
            case .loss, .rootDies, .rootRestarts, .partition: 0.05
            case .heavyLoss: 0.2
            }
        }
    }

    @Test(arguments: Trouble.allCases)
    func `no robot is further from its root's clock than it says, whatever happens`(trouble: Trouble) {
        for seed in 0..<3 as Range<UInt64> {
            var config = config(seed: 100 + seed, loss: trouble.loss)
            config.faults = trouble.faults
            // It goes on when the robots have arrived.
            config.peer.mission.arrivalRadiusMeters = 0.001
            var world = World(config)
            let result = world.run()
            guard let clock = result.clock else {
                Issue.record("nobody watched")
                return
            }
            #expect(clock.violations == 0 && clock.changes == 0 && clock.unjudged == 0, "seed \(seed), \(trouble)")
            #expect(clock.readings > 300 && result.completionSeconds != nil, "seed \(seed), \(trouble)")
        }
    }

    @Test func `clocks that drift more than a robot may count on are found out`() {
        var config = config(seed: 4, robots: 24)
        config.clockDriftPpmMax = 5_000
        var world = World(config)
        #expect(world.network().clock.violations > 0)
    }
}
