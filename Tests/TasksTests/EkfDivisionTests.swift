import RealModule
import SkeinWire
import Testing

@testable import SkeinTasks

/// Dividing a localisation step changes nothing but rounding.
@Suite struct EkfDivisionTests {
    static let tolerance = 1e-9

    /// The largest difference of any number, relative to the larger of it and one.
    static func difference(_ left: EkfOutcome, _ right: EkfOutcome) -> Double {
        guard left.neighbours.map(\.node) == right.neighbours.map(\.node) else { return .infinity }
        var worst = difference(left.own, right.own)
        for (one, other) in zip(left.neighbours, right.neighbours) {
            worst = max(worst, difference(one.estimate, other.estimate))
        }
        return worst
    }

    static func difference(_ left: PoseEstimate, _ right: PoseEstimate) -> Double {
        let heading = Pose.wrapped(left.pose.headingRadians - right.pose.headingRadians)
        let (p, q) = (left.covariance, right.covariance)
        let pairs = [
            (left.pose.xMeters, right.pose.xMeters), (left.pose.yMeters, right.pose.yMeters), (heading, 0),
            (p.xx, q.xx), (p.xy, q.xy), (p.xh, q.xh), (p.yy, q.yy), (p.yh, q.yh), (p.hh, q.hh),
        ]
        return pairs.reduce(0) { max($0, abs($1.0 - $1.1) / max(1, abs($1.0))) }
    }

    static func contributions(_ star: EkfStar) throws -> [EkfContribution] {
        try star.groups().map { group in
            try EkfContribution(reading: try Kernel.ekf.run(input: group.encoded()), answering: group)
        }
    }

    @Test func `split, run and merged through the bytes is the dense joint update to 1e-9`() throws {
        var dice = Dice(seed: 0xE4F)
        var gatedOut = 0
        var used = 0
        for round in 0..<75 {
            let star = EkfStar(dice.step(rays: round % (EkfStar.raysMax + 1)))
            let undivided = try EkfUndivided.update(star)
            let merged = try star.merge(try Self.contributions(star))
            #expect(Self.difference(undivided, merged) < Self.tolerance, "round \(round)")
            #expect(undivided.gatedOut == merged.gatedOut)
            gatedOut += merged.gatedOut
            used += merged.neighbours.count
        }
        // Both branches were walked, and often.
        #expect(gatedOut > 50 && used > 500)
    }

    @Test func `with groups lost it is the dense update of the groups that came`() throws {
        var dice = Dice(seed: 0x105)
        for round in 0..<16 {
            let star = EkfStar(dice.step(rays: 20))
            var lost: [EkfContribution?] = try Self.contributions(star)
            var left = star
            left.rays = []
            for (number, group) in star.groups().enumerated() {
                if round & 1 << number == 0 { lost[number] = nil } else { left.rays += group.rays }
            }
            let merged = try star.merge(lost)
            #expect(merged.groupsMissing == EkfStar.groupCount - round.nonzeroBitCount)
            #expect(Self.difference(try EkfUndivided.update(left), merged) < Self.tolerance, "groups \(round)")
        }
    }

    @Test func `a step in which nobody is seen, or no group comes, is the robot's own filter`() throws {
        var dice = Dice(seed: 7)
        let step = dice.step(rays: 12)
        let star = EkfStar(step)
        var alone = step.own.propagated(step.motion)
        if let compass = step.compassRadians { alone = alone.updated(compassRadians: compass) }
        if let dgps = step.dgps { alone = alone.updated(dgps: dgps) }
        let lost = try star.merge([nil, nil, nil, nil])
        #expect(Self.difference(lost.own, alone) < 1e-8)
        #expect(lost.groupsMissing == 4 && lost.neighbours.isEmpty)
        let blind = EkfStar(dice.step(rays: 0))
        #expect(blind.ownWeight == 1)
        #expect(try blind.merge(try Self.contributions(blind)).groupsMissing == 0)
    }

    @Test func `the most a group carries, and its answer, each fit a datagram`() throws {
        var dice = Dice(seed: 11)
        var step = dice.step(rays: 6)
        for index in step.rays.indices { step.rays[index].detection.bearingRadians = 0 }
        for _ in 0..<20 {
            let star = EkfStar(dice.step(rays: EkfStar.raysMax))
            for group in star.groups() {
                #expect(group.rays.count == EkfGroup.raysMax)
                #expect(group.encoded().count == 947)
                let result = try Kernel.ekf.run(input: group.encoded())
                #expect(result.count <= 955 && 955 <= Kernel.resultBytesMax)
            }
        }
    }

    @Test func `of too many neighbours, of twins and of the insane, the nearest sane ones stay`() {
        var dice = Dice(seed: 12)
        var step = dice.step(rays: 40)
        step.rays[3].estimate.covariance.xx = .nan
        step.rays[4].estimate.covariance.xy = 1e6
        step.rays[5].motion.durationSeconds = -1
        step.rays[6].detection.pixelHeight = 0
        step.rays[7].detection.pixelHeight = 500
        step.rays.append(step.rays[7])
        step.rays[7].detection.pixelHeight = 499
        let star = EkfStar(step)
        #expect(star.rays.count == EkfStar.raysMax)
        #expect(star.rays.map(\.node) == star.rays.map(\.node).sorted())
        for insane in 3...6 { #expect(!star.rays.contains { $0.node == step.rays[insane].node }) }
        #expect(star.rays.filter { $0.node == step.rays[7].node }.map(\.detection.pixelHeight) == [500])
        let shortest = star.rays.map(\.detection.pixelHeight).min() ?? 0
        let kept = star.rays.map(\.node)
        for ray in step.rays where ray.isSane && !kept.contains(ray.node) {
            #expect(ray.detection.pixelHeight <= shortest)
        }
    }

    @Test func `the linearised detection is the slope of bearing and depth`() throws {
        var dice = Dice(seed: 13)
        let camera = EkfCamera(focalPixels: 600, bodyMeters: 0.5, pixelSigma: 1, bearingSigmaRadians: 0.01)
        let detection = EkfDetection(bearingRadians: 0, pixelHeight: 30)
        for _ in 0..<50 {
            let own = dice.estimate().pose
            let other = dice.estimate().pose
            func seen(_ own: Pose, _ other: Pose) throws -> EkfSight {
                let centre = EkfCentre(
                    own: PoseEstimate(pose: own, covariance: .zero), pairWeight: 1, camera: camera)
                return try #require(EkfSight(from: centre, other: other, relative: .zero, detection: detection))
            }
            func expected(_ own: Pose, _ other: Pose) throws -> (bearing: Double, depth: Double) {
                let sight = try seen(own, other)
                return (-sight.bearingInnovation, -sight.depthInnovation)
            }
            let sight = try seen(own, other)
            let base = try expected(own, other)
            let small = 1e-6
            for (axis, delta) in [
                Column3(x: small, y: 0, h: 0), Column3(x: 0, y: small, h: 0), Column3(x: 0, y: 0, h: small),
            ].enumerated() {
                let moved = try expected(own.corrected(by: delta), other)
                let bearing = Pose.wrapped(moved.bearing - base.bearing) / small
                let depth = (moved.depth - base.depth) / small
                let rows = [
                    (sight.bearingRow.x, sight.depthRow.x), (sight.bearingRow.y, sight.depthRow.y),
                    (sight.bearingRow.h, sight.depthRow.h),
                ]
                #expect(abs(bearing - rows[axis].0) < 1e-3 && abs(depth - rows[axis].1) < 1e-3)
                guard axis < 2 else { continue }
                let other = try expected(own, other.corrected(by: delta))
                #expect(abs(Pose.wrapped(other.bearing - base.bearing) / small + rows[axis].0) < 1e-3)
                #expect(abs((other.depth - base.depth) / small + rows[axis].1) < 1e-3)
            }
        }
    }
}
