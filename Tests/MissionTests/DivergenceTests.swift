import SkeinTasks
import SkeinWire
import Testing

@testable import SkeinPeer

/// Sensors that lie, stick and jump: it is found out, said, and the estimate recovers or says that it does not know.
@Suite struct DivergenceTests {
    private func robot(_ seed: UInt64, hasSatellite: Bool = true) -> LoneRobot {
        var robot = LoneRobot(seed: seed, hasSatellite: hasSatellite)
        robot.drive(seconds: 20)
        return robot
    }

    @Test func `honest sensors are never accused`() {
        for seed in 0..<20 as Range<UInt64> {
            var robot = LoneRobot(seed: seed, hasSatellite: seed % 2 == 0)
            robot.speed = seed % 3 == 0 ? 5 : 1
            robot.satelliteDelay = Int(seed % 4)
            robot.drive(seconds: 300)
            #expect(robot.events.isEmpty, "seed \(seed): \(robot.events)")
        }
    }

    /// A receiver that has lost its corrections: metres, where `satellite_sigma_m` has centimetres.
    @Test func `a receiver that says how bad it is accuses nobody, and is worth what it says`() {
        for seed in 0..<8 as Range<UInt64> {
            var robot = LoneRobot(seed: seed)
            robot.satelliteSigma = 1.5
            robot.drive(seconds: 60)
            #expect(robot.events.isEmpty, "seed \(seed): \(robot.events)")
            #expect(robot.errorMeters < 1.5 && robot.localiser.positionSigmaMeters > 0.05, "seed \(seed)")
            robot.tellsSatelliteSigma = false
            robot.drive(seconds: 20)
            #expect(!robot.events.isEmpty, "seed \(seed): the same fixes as sure as configured")
        }
    }

    @Test func `a receiver is never better than configured, and nonsense of its error is no fix`() {
        func sigma(told: Double?) -> Double {
            var localiser = Localiser(
                start: StartPose(
                    xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 5, headingSigmaRadians: 0.02),
                tuning: MissionTuning())
            var reading = SensorReading(
                interval: .milliseconds(200), speedMetersPerSecond: 0, turnRadiansPerSecond: 0, compassRadians: 0,
                satelliteMeters: (x: 1, y: 1), smellPerMeter: nil, detections: nil, target: nil)
            reading.satelliteSigmaMeters = told
            localiser.sensed(reading)
            return localiser.positionSigmaMeters / 2.0.squareRoot()
        }
        let configured = MissionTuning().satelliteSigmaMeters
        #expect(abs(sigma(told: nil) - configured) < 1e-4)
        #expect(sigma(told: 1e-6) == sigma(told: nil))
        #expect(abs(sigma(told: 1) - 1 / 1.04.squareRoot()) < 1e-9, "with 5 m known before")
        for nonsense in [0, -1, .nan, .infinity, 1e30] { #expect(abs(sigma(told: nonsense) - 5) < 1e-9) }
    }

    @Test(arguments: [3.0, 0]) func `slipping wheels are found out by DGPS, which then leads`(slip: Double) throws {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.slip = slip
            robot.drive(seconds: 4)
            let said = try #require(robot.firstTurn(.odometry, .diverged), "seed \(seed)")
            #expect(said <= 23.5)
            for _ in 0..<80 {
                robot.step()
                #expect(robot.errorMeters < 0.3, "seed \(seed), \(robot.second) s: \(robot.errorMeters) m")
            }
            robot.trouble = .init()
            robot.drive(seconds: 10)
            #expect(!robot.isDoubtful, "seed \(seed): \(robot.localiser.report.diverged)")
            #expect(robot.firstTurn(.odometry, .recovered) != nil)
            #expect(robot.errorMeters < 0.1)
        }
    }

    @Test func `a compass near iron for a few seconds turns nobody`() throws {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.compassBias = 0.6
            for _ in 0..<25 {
                robot.step()
                #expect(robot.headingError < 0.15, "seed \(seed), \(robot.second) s: \(robot.headingError)")
            }
            let said = try #require(robot.firstTurn(.compass, .diverged), "seed \(seed)")
            #expect(said <= 24 && robot.isDoubtful)
            #expect(robot.localiser.told.covariance.hh > 0.09, "it says that it may be 0.6 off")
            robot.trouble = .init()
            robot.drive(seconds: 8)
            #expect(!robot.isDoubtful && robot.headingError < 0.1, "seed \(seed)")
        }
    }

    @Test func `a compass that stays off is never believed by who has DGPS, and said all the time`() throws {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.compassBias = -0.8
            for _ in 0..<150 {
                robot.step()
                #expect(robot.headingError < 0.25 && robot.errorMeters < 0.2, "seed \(seed), \(robot.second) s")
            }
            #expect(robot.firstTurn(.compass, .diverged) ?? 99 <= 24 && robot.isDoubtful, "seed \(seed)")
            #expect(robot.firstTurn(.compass, .reset) == nil && robot.firstTurn(.compass, .recovered) == nil)
            robot.trouble = .init()
            robot.drive(seconds: 10)
            #expect(!robot.isDoubtful && robot.headingError < 0.1, "seed \(seed): \(robot.headingError)")
        }
    }

    @Test func `without DGPS a compass that stays off is believed after a while, and given up again`() {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed, hasSatellite: false)
            robot.trouble.compassBias = -0.8
            robot.drive(seconds: 9)
            #expect(robot.isDoubtful && robot.headingError < 0.2, "seed \(seed): \(robot.headingError)")
            robot.drive(seconds: 10)
            #expect(robot.firstTurn(.compass, .reset) != nil, "seed \(seed)")
            robot.trouble = .init()
            robot.drive(seconds: 25)
            #expect(!robot.isDoubtful && robot.headingError < 0.1, "seed \(seed): \(robot.headingError)")
        }
    }

    @Test func `a jump of DGPS for two seconds is not followed, one that lasts is said`() {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.satelliteOffset = FieldPoint(xMeters: 3, yMeters: -2)
            for _ in 0..<10 {
                robot.step()
                #expect(robot.errorMeters < 0.5, "seed \(seed)")
            }
            for _ in 0..<65 {
                robot.step()
                let isKnown = robot.errorMeters <= 3 * robot.localiser.positionSigmaMeters + 0.1
                #expect(
                    isKnown || robot.isDoubtful || robot.firstTurn(.satellite, .diverged) != nil, "seed \(seed)")
            }
            #expect(robot.firstTurn(.satellite, .diverged) ?? 99 <= 24, "seed \(seed)")
            robot.trouble = .init()
            robot.drive(seconds: 20)
            #expect(!robot.isDoubtful && robot.errorMeters < 0.1, "seed \(seed): \(robot.errorMeters)")
        }
    }

    @Test func `a receiver that freezes is found out and not believed`() {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.isSatelliteFrozen = true
            for _ in 0..<50 {
                robot.step()
                #expect(robot.errorMeters < 0.8, "seed \(seed), \(robot.second) s")
            }
            #expect(robot.localiser.report[.satellite].frozen > 40)
            #expect(robot.firstTurn(.satellite, .diverged) ?? 99 <= 24, "seed \(seed)")
            #expect(robot.firstTurn(.odometry, .diverged) == nil, "not the wheels' fault")
            robot.trouble = .init()
            robot.drive(seconds: 10)
            #expect(!robot.isDoubtful && robot.errorMeters < 0.1, "seed \(seed)")
        }
    }

    @Test func `a compass that freezes turns nobody`() {
        for seed in 0..<10 as Range<UInt64> {
            var robot = robot(seed)
            robot.trouble.isCompassFrozen = true
            for _ in 0..<75 {
                robot.step()
                #expect(robot.headingError < 0.25 || robot.isDoubtful, "seed \(seed), \(robot.second) s")
            }
            robot.trouble = .init()
            robot.drive(seconds: 15)
            #expect(!robot.isDoubtful && robot.headingError < 0.1, "seed \(seed)")
        }
    }

    @Test func `wheels that slip without DGPS are said by the fixes of three neighbours, of one they are not`() {
        for liars in [1, 3] {
            var robot = robot(3, hasSatellite: false)
            for second in 0..<20 {
                robot.drive(seconds: 1)
                for other in 0..<liars {
                    robot.fixHeard(
                        metersEast: 20 + 0.01 * Double(second), sigma: 0.1, from: UInt16(50 + other), age: 0.5)
                }
            }
            let isSaid = robot.firstTurn(.fixes, .diverged) != nil
            #expect(isSaid == (liars == 3))
            // Said, and not followed: three that lie together are stronger than the gate, not than the leash.
            #expect(robot.localiser.alone.explains(robot.localiser.estimate, tuning: robot.tuning))
            if liars == 3 { #expect(robot.localiser.positionSigmaMeters > 15, "it says that it does not know") }
        }
    }

    @Test func `the quantile of one in a million is chi-square's`() {
        // qchisq(1 - 1e-6, c(6, 15, 30, 60)).
        for (degrees, quantile) in [(6, 38.26), (15, 56.49), (30, 82.04), (60, 127.10)] {
            let bound = SourceWatch.boundOnce(inMillionOf: degrees)
            #expect(abs(bound / quantile - 1) < 0.05, "\(degrees): \(bound)")
        }
    }
}
