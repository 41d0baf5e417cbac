import RealModule
import Testing

@testable import SkeinTasks

/// What a robot does with its own sensors, and with news of itself.
@Suite struct PoseEstimateTests {
    static func matrix(_ value: Symmetric3) -> EkfMatrix {
        var result = EkfMatrix(rows: 3, columns: 3)
        result.setBlock(at: 0, value)
        return result
    }

    @Test func `odometry carries the covariance by F P F' + G Q G'`() {
        var dice = Dice(seed: 31)
        for _ in 0..<100 {
            let estimate = dice.estimate()
            let motion = dice.motion()
            let weight = dice.uniform(0.1, 1)
            let moved = estimate.propagated(motion, weight: weight)
            // Half way along the arc.
            let heading =
                estimate.pose.headingRadians + motion.turnRadiansPerSecond * motion.durationSeconds / 2
            let forward = motion.speedMetersPerSecond * motion.durationSeconds
            var f = EkfMatrix.identity(3)
            f[0, 2] = -forward * Double.sin(heading)
            f[1, 2] = forward * Double.cos(heading)
            var g = EkfMatrix(rows: 3, columns: 2)
            g[0, 0] = motion.durationSeconds * Double.cos(heading)
            g[1, 0] = motion.durationSeconds * Double.sin(heading)
            g[2, 1] = motion.durationSeconds
            // What turns by w more has turned by half of that on its way.
            g[0, 1] = -forward * motion.durationSeconds / 2 * Double.sin(heading)
            g[1, 1] = forward * motion.durationSeconds / 2 * Double.cos(heading)
            var q = EkfMatrix(rows: 2, columns: 2)
            q[0, 0] = motion.speedVariance
            q[1, 1] = motion.turnVariance
            let expected =
                f * (Self.matrix((1 / weight) * estimate.covariance) * f.transposed) + g * (q * g.transposed)
            let difference = (Self.matrix(moved.covariance) - expected).elements
            #expect(difference.allSatisfy { abs($0) < 1e-11 })
            #expect(abs(moved.pose.xMeters - estimate.pose.xMeters - forward * Double.cos(heading)) < 1e-12)
            #expect(abs(moved.pose.headingRadians) <= .pi)
        }
    }

    @Test func `a compass across the turn of the circle corrects by the short way`() {
        let estimate = PoseEstimate(
            pose: Pose(xMeters: 0, yMeters: 0, headingRadians: 3.1), covariance: .diagonal(1, 1, 1))
        let corrected = estimate.updated(compassRadians: -3.1)
        #expect(abs(Pose.wrapped(corrected.pose.headingRadians + 3.1)) < 0.001)
        #expect(corrected.covariance.hh < PoseEstimate.compassVariance)
    }

    @Test func `DGPS brings both axes to two centimetres`() {
        var dice = Dice(seed: 32)
        for _ in 0..<50 {
            let estimate = dice.estimate()
            let corrected = estimate.updated(dgps: FieldPoint(xMeters: 3, yMeters: 4))
            #expect(corrected.covariance.xx <= PoseEstimate.dgpsVariance)
            #expect(corrected.covariance.yy <= PoseEstimate.dgpsVariance)
            #expect(corrected.isSane)
        }
    }

    @Test func `a fix no better than what the robot knows changes nothing`() {
        var dice = Dice(seed: 33)
        for _ in 0..<100 {
            let own = dice.estimate()
            let echo = PositionFix(
                xMeters: own.pose.xMeters, yMeters: own.pose.yMeters, covariance: own.covariance.position)
            #expect(echo.received(by: SplitEstimate(own)) == .uninformative)
        }
    }

    @Test func `a good fix places a lost robot, and the weight is the best there is`() throws {
        var dice = Dice(seed: 34)
        for _ in 0..<50 {
            let own = PoseEstimate(pose: dice.estimate().pose, covariance: dice.covariance(sigmaMin: 2, sigmaMax: 3))
            let fix = PositionFix(
                xMeters: own.pose.xMeters + 1, yMeters: own.pose.yMeters - 1,
                covariance: Symmetric2(xx: 0.04, xy: 0.01, yy: 0.05))
            guard case .fused(let split) = fix.received(by: SplitEstimate(own)) else {
                Issue.record("the fix was not taken")
                return
            }
            let fused = split.estimate
            #expect(abs(fused.pose.xMeters - fix.xMeters) < 0.2 && abs(fused.pose.yMeters - fix.yMeters) < 0.2)
            // Against the information form at every weight of a fine grid.
            let told = try #require(own.covariance.inverse)
            let news = try #require(fix.covariance.inverse)
            let best = try #require(fused.covariance.inverse)
            for percent in 0..<100 {
                let weight = Double(percent) / 100
                var other = (1 - weight) * told
                other.xx += weight * news.xx
                other.xy += weight * news.xy
                other.yy += weight * news.yy
                #expect(Self.determinant(best) >= Self.determinant(other) * (1 - 1e-9))
            }
        }
    }

    static func determinant(_ m: Symmetric3) -> Double {
        m.xx * (m.yy * m.hh - m.yh * m.yh) - m.xy * (m.xy * m.hh - m.yh * m.xh) + m.xh * (m.xy * m.yh - m.yy * m.xh)
    }

    @Test(arguments: [-0.95, 0, 0.95])
    func `whatever the correlation of a fix, the fused robot is not overconfident`(correlation: Double) throws {
        var dice = Dice(seed: 35)
        // Two ellipses across each other, where intersection gains most.
        let rounds = 3000
        var squared = 0.0
        for _ in 0..<rounds {
            let (a, b) = (dice.gaussian(), dice.gaussian())
            let rest = Double.sqrt(1 - correlation * correlation)
            let own = PoseEstimate(
                pose: Pose(xMeters: 2 * a, yMeters: 0.2 * b, headingRadians: 0), covariance: .diagonal(4, 0.04, 0.01))
            let fix = PositionFix(
                xMeters: 0.2 * (correlation * a + rest * dice.gaussian()),
                yMeters: 2 * (correlation * b + rest * dice.gaussian()),
                covariance: Symmetric2(xx: 0.04, xy: 0, yy: 4))
            guard case .fused(let fused) = fix.received(by: SplitEstimate(own)) else { continue }
            let inverse = try #require(fused.estimate.covariance.position.inverse)
            squared += inverse.quadratic(fused.estimate.pose.xMeters, fused.estimate.pose.yMeters) / 2
        }
        #expect(squared / Double(rounds) < 1.05)
    }

    @Test func `a fix from another place, and a fix that is no number, are refused`() {
        let own = SplitEstimate(
            PoseEstimate(
                pose: Pose(xMeters: 0, yMeters: 0, headingRadians: 0), covariance: .diagonal(0.04, 0.04, 0.01)))
        let tight = Symmetric2(xx: 0.001, xy: 0, yy: 0.001)
        #expect(PositionFix(xMeters: 9, yMeters: 0, covariance: tight).received(by: own) == .gatedOut)
        for wrong in [Double.nan, .infinity, 1e300] {
            #expect(PositionFix(xMeters: wrong, yMeters: 0, covariance: tight).received(by: own) == .insane)
            let flat = Symmetric2(xx: wrong, xy: 0, yy: 0.001)
            #expect(PositionFix(xMeters: 0, yMeters: 0, covariance: flat).received(by: own) == .insane)
        }
        let impossible = Symmetric2(xx: 0.001, xy: 1, yy: 0.001)
        #expect(PositionFix(xMeters: 0, yMeters: 0, covariance: impossible).received(by: own) == .insane)
    }

    @Test func `a robot put down on a mark may start without any error`() throws {
        var dice = Dice(seed: 36)
        var step = dice.step(rays: 8)
        step.own.covariance = .zero
        let outcome = try LocalisationWorld.outcome(step)
        #expect(outcome.own.isFinite && outcome.own.covariance.cholesky != nil)
    }
}
