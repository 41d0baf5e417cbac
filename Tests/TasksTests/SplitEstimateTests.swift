import RealModule
import SkeinWire
import Testing

@testable import SkeinTasks

/// What is a robot's own and what others have been told: only that an intersection divides.
@Suite struct SplitEstimateTests {
    private static func inverse(_ m: Symmetric2) throws -> Symmetric2 { try #require(m.inverse) }

    private static func difference(_ one: Symmetric3, _ other: Symmetric3) -> Double {
        let apart = one - other
        return [apart.xx, apart.xy, apart.xh, apart.yy, apart.yh, apart.hh].map(abs).max() ?? 0
    }

    /// A part of a covariance, between nothing and all of it.
    private static func part(of whole: Symmetric3, _ dice: inout Dice) -> Symmetric3 { dice.uniform(0, 1) * whole }

    @Test func `the whole goes on as an estimate does, and the own part as it would if it were all there is`() {
        var dice = Dice(seed: 51)
        for _ in 0..<100 {
            let whole = dice.estimate()
            let split = SplitEstimate(whole, independent: Self.part(of: whole.covariance, &dice))
            let motion = dice.motion()
            let moved = split.propagated(motion)
            #expect(moved.estimate == whole.propagated(motion))
            let own = PoseEstimate(pose: whole.pose, covariance: split.independent).propagated(motion)
            #expect(moved.independent == own.covariance)
            // (I − k h) O (I − k h)' + k r k', by matrices.
            let variance = dice.uniform(0.0001, 0.01)
            let pointed = split.updated(compassRadians: 0.3, variance: variance)
            #expect(pointed.estimate == whole.updated(compassRadians: 0.3, variance: variance))
            let gain = whole.gain(axis: .alongHeading, variance: variance)
            var k = EkfMatrix(rows: 3, columns: 1)
            (k[0, 0], k[1, 0], k[2, 0]) = (gain.x, gain.y, gain.h)
            var h = EkfMatrix(rows: 1, columns: 3)
            h[0, 2] = 1
            var r = EkfMatrix(rows: 1, columns: 1)
            r[0, 0] = variance
            let left = EkfMatrix.identity(3) - k * h
            let expected =
                left * (PoseEstimateTests.matrix(split.independent) * left.transposed) + k * (r * k.transposed)
            let apart = (PoseEstimateTests.matrix(pointed.independent) - expected).elements
            #expect(apart.allSatisfy { abs($0) < 1e-12 })
            // Never more than the whole.
            let placed = pointed.updated(dgps: FieldPoint(xMeters: 1, yMeters: 2), variance: variance)
            #expect(placed.told.isNearlyPositive && placed.independent.isNearlyPositive)
            #expect(placed.afterTelling.independent == .zero && placed.afterTelling.estimate == placed.estimate)
        }
    }

    @Test func `where nothing has been told a fix is a measurement like any other`() throws {
        var dice = Dice(seed: 52)
        for _ in 0..<50 {
            let own = dice.estimate()
            let split = SplitEstimate(own, independent: own.covariance)
            let spread = Symmetric2(xx: 0.04, xy: 0.01, yy: 0.09)
            let fix = PositionFix(
                xMeters: own.pose.xMeters + 0.01, yMeters: own.pose.yMeters, covariance: spread, independent: spread)
            guard case .fused(let fused) = fix.received(by: split) else {
                Issue.record("not taken")
                continue
            }
            let sum = try Self.inverse(own.covariance.position) + Self.inverse(spread)
            let expected = try Self.inverse(sum)
            let position = fused.estimate.covariance.position
            #expect(abs(position.xx / expected.xx - 1) < 1e-6 && abs(position.yy / expected.yy - 1) < 1e-6)
            #expect(fused.told.isNearlyPositive)
        }
    }

    @Test(arguments: [-0.95, 0, 0.95])
    func `whatever two have in common, the fused one is not overconfident`(correlation: Double) throws {
        var dice = Dice(seed: 53)
        let rounds = 3_000
        var squared = 0.0
        var taken = 0
        for _ in 0..<rounds {
            // Told errors share so much; the rest is each one's own.
            let (a, b) = (dice.gaussian(), dice.gaussian())
            let rest = Double.sqrt(1 - correlation * correlation)
            let own = SplitEstimate(
                PoseEstimate(
                    pose: Pose(
                        xMeters: 0.3 * a + dice.gaussian(sigma: 0.2), yMeters: 0.2 * b + dice.gaussian(sigma: 0.1),
                        headingRadians: 0),
                    covariance: .diagonal(0.13, 0.05, 0.01)), independent: .diagonal(0.04, 0.01, 0.002))
            let fix = PositionFix(
                xMeters: 0.1 * (correlation * a + rest * dice.gaussian()) + dice.gaussian(sigma: 0.25),
                yMeters: 0.1 * (correlation * b + rest * dice.gaussian()) + dice.gaussian(sigma: 0.1),
                covariance: Symmetric2(xx: 0.0725, xy: 0, yy: 0.02),
                independent: Symmetric2(xx: 0.0625, xy: 0, yy: 0.01))
            guard case .fused(let fused) = fix.received(by: own) else { continue }
            taken += 1
            let estimate = fused.estimate
            squared += try Self.inverse(estimate.covariance.position).quadratic(
                estimate.pose.xMeters, estimate.pose.yMeters)
        }
        #expect(taken > rounds * 9 / 10)
        #expect(squared / Double(2 * taken) < 1.05)
    }

    @Test func `what claims to be more its own than it is at all is refused`() {
        let own = SplitEstimate(
            PoseEstimate(pose: Pose(xMeters: 0, yMeters: 0, headingRadians: 0), covariance: .diagonal(1, 1, 0.01)))
        let spread = Symmetric2(xx: 0.1, xy: 0, yy: 0.1)
        let wrong = [
            Symmetric2(xx: 0.2, xy: 0, yy: 0.1), Symmetric2(xx: 0.05, xy: 0.09, yy: 0.05),
            Symmetric2(xx: -0.1, xy: 0, yy: 0.1), Symmetric2(xx: .nan, xy: 0, yy: 0),
        ]
        for independent in wrong {
            let fix = PositionFix(xMeters: 0.1, yMeters: 0, covariance: spread, independent: independent)
            #expect(fix.received(by: own) == .insane)
        }
    }

    @Test func `a fix that claims to be very sure is held against the same gate`() {
        let own = SplitEstimate(
            PoseEstimate(
                pose: Pose(xMeters: 0, yMeters: 0, headingRadians: 0), covariance: .diagonal(0.01, 0.01, 0.001)))
        for variance in [1e-3, 1e-6, 1e-9] {
            let sure = Symmetric2(xx: variance, xy: 0, yy: variance)
            for independent in [Symmetric2.zero, sure] {
                // Five sigmas off.
                let fix = PositionFix(xMeters: 0.6, yMeters: 0, covariance: sure, independent: independent)
                #expect(fix.received(by: own) == .gatedOut)
            }
        }
    }

    // MARK: The star's fixes

    /// A step whose detections are just what the priors expect, so that a small change of one changes fixes by its gain.
    private static func calm(_ dice: inout Dice, rays count: Int) -> EkfStep {
        var step = dice.step(rays: count)
        step.compassRadians = nil
        step.dgps = nil
        step.independent = dice.uniform(0.1, 0.9) * step.own.covariance
        let own = step.own.pose
        for index in step.rays.indices {
            let bearing = -0.7 + 1.4 * Double(index) / Double(max(1, count - 1))
            let depth = dice.uniform(3, 15)
            let range = depth / Double.cos(bearing)
            step.rays[index].motion = .none
            step.rays[index].estimate.pose.xMeters = own.xMeters + range * Double.cos(own.headingRadians + bearing)
            step.rays[index].estimate.pose.yMeters = own.yMeters + range * Double.sin(own.headingRadians + bearing)
            step.rays[index].detection = EkfDetection(
                bearingRadians: bearing, pixelHeight: step.camera.focalPixels * step.camera.bodyMeters / depth)
        }
        return step
    }

    private static func fix(_ step: EkfStep, _ index: Int) throws -> PositionFix {
        let star = EkfStar(step)
        let outcome = try star.merge(star.groups().map { try $0.run() })
        let fixes = star.fixes(of: outcome)
        return try #require(fixes.first { $0.node == step.rays[index].node }).fix
    }

    @Test func `a fix's own part is what the frame's noise and the robot's own make of it`() throws {
        var dice = Dice(seed: 54)
        let small = 1e-5
        for _ in 0..<20 {
            let step = Self.calm(&dice, rays: 5)
            for index in step.rays.indices {
                let fix = try Self.fix(step, index)
                var sum = Symmetric2.zero
                func add(_ variance: Double, _ change: (inout EkfStep) -> Void) throws -> (x: Double, y: Double) {
                    var other = step
                    change(&other)
                    let moved = try Self.fix(other, index)
                    let x = (moved.xMeters - fix.xMeters) / small
                    let y = (moved.yMeters - fix.yMeters) / small
                    sum = sum + variance * Symmetric2(xx: x * x, xy: x * y, yy: y * y)
                    return (x, y)
                }
                let camera = step.camera
                _ = try add(camera.bearingSigmaRadians * camera.bearingSigmaRadians) {
                    $0.rays[index].detection.bearingRadians += small
                }
                let depth = camera.depthMeters(pixelHeight: step.rays[index].detection.pixelHeight)
                _ = try add(camera.depthVariance(depthMeters: depth)) {
                    $0.rays[index].detection.pixelHeight = camera.focalPixels * camera.bodyMeters / (depth + small)
                }
                let x = try add(0) { $0.own.pose.xMeters += small }
                let y = try add(0) { $0.own.pose.yMeters += small }
                let h = try add(0) { $0.own.pose.headingRadians += small }
                let (first, second) = (Column3(x: x.x, y: y.x, h: h.x), Column3(x: x.y, y: y.y, h: h.y))
                let (alongX, alongY) = (step.independent * first, step.independent * second)
                sum = sum + Symmetric2(xx: first.dot(alongX), xy: first.dot(alongY), yy: second.dot(alongY))
                let apart = fix.independent - sum
                #expect(max(abs(apart.xx), abs(apart.xy), abs(apart.yy)) < 1e-3 * (sum.xx + sum.yy))
            }
        }
    }

    @Test func `no fix's own part is more than all of it, and it survives the air`() throws {
        var dice = Dice(seed: 55)
        for _ in 0..<100 {
            var step = dice.step(rays: 12)
            step.independent = dice.uniform(0, 1) * step.own.covariance
            let star = EkfStar(step)
            let outcome = try star.merge(star.groups().map { try $0.run() })
            for (node, fix) in star.fixes(of: outcome) {
                #expect(fix.isSane && fix.independent.xx > 0)
                let heard = PositionFix(fix.entry(for: node))
                #expect(heard.isSane)
                #expect(heard.covariance.xx >= fix.covariance.xx && heard.independent.xx <= fix.independent.xx)
            }
        }
    }

    @Test func `what nobody has been told is not divided by the own weight`() {
        var dice = Dice(seed: 56)
        for _ in 0..<50 {
            var step = dice.step(rays: 6)
            step.compassRadians = nil
            step.dgps = nil
            step.independent = .zero
            let told = step.alone(weight: 0.5).estimate.covariance
            step.independent = step.own.covariance
            let own = step.alone(weight: 0.5).estimate.covariance
            let plain = step.alone(weight: 1).estimate.covariance
            #expect(Self.difference(own, plain) < 1e-12)
            #expect(told.xx > 1.4 * plain.xx)
        }
    }
}
