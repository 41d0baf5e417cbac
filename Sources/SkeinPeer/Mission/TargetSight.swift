import RealModule
import SkeinTasks

/// The physical target as the own camera has it: its place relative to the robot, measured in odometry's frame, so that
/// what the robot does not know about its own place does not blur the last metres. A Kalman filter over a point that
/// does not move; odometry's drift since the last frame is added to its variance.
struct TargetSight {
    /// In odometry's frame.
    private var place: FieldPoint
    private var covariance: Symmetric2
    private var drivenMeters: Double

    /// From one detection; nil if it cannot be used.
    private struct Reading {
        var relative: FieldPoint
        var covariance: Symmetric2

        init?(_ detection: SensorReading.Detection, localiser: Localiser, tuning: MissionTuning) {
            let bearing = detection.bearingRadians
            guard abs(bearing) <= tuning.sightBearingRadiansMax, detection.pixelHeight > 0 else { return nil }
            let camera = tuning.camera
            let scale = camera.focalPixels * tuning.targetMeters
            let depth = scale / detection.pixelHeight
            let range = depth / Double.cos(bearing)
            guard range.isFinite, range <= 2 * tuning.sightMetersMax else { return nil }
            let depthSigma = depth * depth * camera.pixelSigma / scale / Double.cos(bearing)
            // Half a degree beside the axis is also depth beside the axis.
            let slantSigma = range * Double.tan(bearing) * camera.bearingSigmaRadians
            let along = depthSigma * depthSigma + slantSigma * slantSigma + Self.varianceMin
            let headingVariance = max(0, localiser.estimate.covariance.hh)
            let bearingVariance = camera.bearingSigmaRadians * camera.bearingSigmaRadians
            let across = range * range * (bearingVariance + headingVariance) + Self.varianceMin
            let direction = localiser.headingRadians + bearing
            let cosine = Double.cos(direction)
            let sine = Double.sin(direction)
            relative = FieldPoint(xMeters: range * cosine, yMeters: range * sine)
            covariance = Symmetric2(
                xx: along * cosine * cosine + across * sine * sine, xy: (along - across) * cosine * sine,
                yy: along * sine * sine + across * cosine * cosine)
        }

        /// 3 cm: neither the target nor the camera is a point.
        private static let varianceMin = 0.001
    }

    /// Deviations beyond this (chi-square, two degrees, 99.9 %) mean that the filter is wrong: it starts again.
    private static let gate = 13.8

    init?(_ detection: SensorReading.Detection, localiser: Localiser, tuning: MissionTuning) {
        guard let reading = Reading(detection, localiser: localiser, tuning: tuning) else { return nil }
        place = localiser.track + reading.relative
        covariance = reading.covariance
        drivenMeters = localiser.drivenMeters
    }

    mutating func seen(_ detection: SensorReading.Detection, localiser: Localiser, tuning: MissionTuning) {
        guard let reading = Reading(detection, localiser: localiser, tuning: tuning) else { return }
        let drift = tuning.driftSigmaFraction * (localiser.drivenMeters - drivenMeters)
        let prior = covariance + Symmetric2(xx: drift * drift, xy: 0, yy: drift * drift)
        let measured = localiser.track + reading.relative
        let innovation = measured - place
        drivenMeters = localiser.drivenMeters
        guard let inverse = (prior + reading.covariance).inverse,
            inverse.quadratic(innovation.xMeters, innovation.yMeters) <= Self.gate,
            let first = prior.inverse, let second = reading.covariance.inverse,
            let fused = (first + second).inverse
        else {
            place = measured
            covariance = reading.covariance
            return
        }
        let u = inverse.xx * innovation.xMeters + inverse.xy * innovation.yMeters
        let v = inverse.xy * innovation.xMeters + inverse.yy * innovation.yMeters
        place = place + FieldPoint(xMeters: prior.xx * u + prior.xy * v, yMeters: prior.xy * u + prior.yy * v)
        covariance = fused
    }

    /// From the robot to the target, in the field's directions.
    func offset(localiser: Localiser) -> FieldPoint { place - localiser.track }

    /// One sigma of the offset, both axes together, the drive since the last frame included.
    func sigmaMeters(localiser: Localiser, tuning: MissionTuning) -> Double {
        let drift = tuning.driftSigmaFraction * (localiser.drivenMeters - drivenMeters)
        return (max(0, covariance.xx + covariance.yy) + 2 * drift * drift).squareRoot()
    }
}
