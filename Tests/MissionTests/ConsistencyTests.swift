import SkeinWire
import Testing

@testable import SkeinPeer

/// A lone robot's filter is as good as it says: normalised estimation error squared (NEES), over many seeds, within
/// chi-square's 95 % bounds on both sides. Sixty robots make 180 degrees of freedom: 2.41 to 3.65 on average.
@Suite struct ConsistencyTests {
    private static let robots = 60
    private static let low = 144.7 / 60
    private static let high = 219.0 / 60

    /// Of all moments, the share in which the robots' mean is within the bounds, and the mean over all.
    private func measure(_ change: (inout LoneRobot) -> Void) -> (inside: Double, mean: Double) {
        var robots = (0..<Self.robots).map { LoneRobot(seed: UInt64(1_000 + $0)) }
        for index in robots.indices {
            change(&robots[index])
            robots[index].drive(seconds: 5)
        }
        var inside = 0.0
        var sum = 0.0
        let moments = 200
        for _ in 0..<moments {
            var total = 0.0
            for index in robots.indices {
                robots[index].step()
                total += robots[index].nees
            }
            let mean = total / Double(Self.robots)
            sum += mean / Double(moments)
            if mean >= Self.low, mean <= Self.high { inside += 1 / Double(moments) }
        }
        return (inside, sum)
    }

    @Test func `odometry, compass and DGPS`() {
        let (inside, mean) = measure { _ in }
        #expect(inside >= 0.9, "\(inside) of the moments, mean \(mean)")
    }

    @Test func `with DGPS 0.4 s and a compass 0.2 s late`() {
        let (inside, mean) = measure { robot in
            robot.satelliteDelay = 2
            robot.compassDelay = 1
        }
        #expect(inside >= 0.9, "\(inside) of the moments, mean \(mean)")
    }

    @Test func `odometry and compass alone`() {
        let (inside, mean) = measure { $0.hasSatellite = false }
        #expect(inside >= 0.9, "\(inside) of the moments, mean \(mean)")
    }
}
