import RealModule
import SkeinTasks
import SkeinWire

/// The neighbours of one frame as witnesses of where this robot is: each says where it is itself, and the camera how it
/// lies from here. Two witnesses that are both honest put this robot in the same place, within their errors.
///
/// - A witness that more of the others contradict than bear out, and two at least, is left out. So one liar among three is,
///   and two among five that lie alike; where nobody has a majority, nobody is believed.
/// - Of two that differ neither is known to lie: the filter's own gate decides, and the robot's dead reckoning.
/// - Each counts once a frame, whatever it says how often: its share in the estimate is `EkfWeights`'s.
enum Witnesses {
    /// Chi-square, two degrees, 99.9 %.
    private static let gate = 13.8
    private static let contradictionsMin = 2

    private struct Testimony {
        var place: FieldPoint
        var covariance: Symmetric2

        func contradicts(_ other: Testimony) -> Bool {
            let apart = place - other.place
            guard let inverse = (covariance + other.covariance).inverse else { return true }
            return !(inverse.quadratic(apart.xMeters, apart.yMeters) <= gate)
        }
    }

    /// Those of a frame's rays that may be believed; `own` lends its heading only.
    static func credible(_ given: [EkfRay], own: PoseEstimate, camera: EkfCamera) -> [EkfRay] {
        let rays = given.filter(\.isSane)
        let testimonies = rays.map { testimony(of: $0, own: own, camera: camera) }
        var contradictions = [Int](repeating: 0, count: rays.count)
        for one in rays.indices {
            for other in rays.indices.dropFirst(one + 1) where testimonies[one].contradicts(testimonies[other]) {
                contradictions[one] += 1
                contradictions[other] += 1
            }
        }
        return rays.indices.filter { index in
            let against = contradictions[index]
            return against < contradictionsMin || against <= rays.count - 1 - against
        }.map { rays[$0] }
    }

    private static func testimony(of ray: EkfRay, own: PoseEstimate, camera: EkfCamera) -> Testimony {
        let told = ray.predicted
        let heading = own.pose.headingRadians
        let bearing = ray.detection.bearingRadians
        let depth = camera.depthMeters(pixelHeight: ray.detection.pixelHeight)
        let direction = FieldPoint(xMeters: Double.cos(heading + bearing), yMeters: Double.sin(heading + bearing))
        let range = depth / Double.cos(bearing)
        let along = camera.rangeVariance(depthMeters: depth, bearingRadians: bearing)
        let bearingVariance = camera.bearingSigmaRadians * camera.bearingSigmaRadians + max(0, own.covariance.hh)
        let across = range * range * bearingVariance
        let (cosine, sine) = (direction.xMeters, direction.yMeters)
        return Testimony(
            place: FieldPoint(xMeters: told.pose.xMeters, yMeters: told.pose.yMeters) - range * direction,
            covariance: told.covariance.position
                + Symmetric2(
                    xx: along * cosine * cosine + across * sine * sine, xy: (along - across) * cosine * sine,
                    yy: along * sine * sine + across * cosine * cosine))
    }
}
