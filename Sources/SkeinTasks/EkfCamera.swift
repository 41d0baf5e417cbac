import RealModule
import SkeinWire

/// The camera that sees neighbours, and how well. Depth comes from the neighbour's known height (mesh-cloud §7).
package struct EkfCamera: Hashable, Sendable {
    package var focalPixels: Double
    /// How tall every robot of the fleet is: h in Z = f h / (pixel height).
    package var bodyMeters: Double
    /// Error of the measured pixel height, one sigma.
    package var pixelSigma: Double
    package var bearingSigmaRadians: Double

    package init(focalPixels: Double, bodyMeters: Double, pixelSigma: Double, bearingSigmaRadians: Double) {
        self.focalPixels = focalPixels
        self.bodyMeters = bodyMeters
        self.pixelSigma = pixelSigma
        self.bearingSigmaRadians = bearingSigmaRadians
    }

    var isSane: Bool {
        focalPixels > 0 && focalPixels <= 1e6 && bodyMeters > 0 && bodyMeters <= 100
            && pixelSigma >= 1e-3 && pixelSigma <= 1e4 && bearingSigmaRadians >= 1e-6 && bearingSigmaRadians <= 1
    }

    /// Along the optical axis.
    package func depthMeters(pixelHeight: Double) -> Double { focalPixels * bodyMeters / pixelHeight }

    /// σ_Z = Z² σ_px / (f h), squared.
    func depthVariance(depthMeters: Double) -> Double {
        let sigma = depthMeters * depthMeters * pixelSigma / (focalPixels * bodyMeters)
        return sigma * sigma
    }
}

extension EkfCamera {
    /// Of the distance along the line of sight: the depth's error, and half a degree beside the axis is also depth.
    package func rangeVariance(depthMeters: Double, bearingRadians: Double) -> Double {
        let cosine = Double.cos(bearingRadians)
        let slant = depthMeters / cosine * Double.tan(bearingRadians) * bearingSigmaRadians
        return depthVariance(depthMeters: depthMeters) / (cosine * cosine) + slant * slant
    }
}

/// One neighbour found in one picture.
package struct EkfDetection: Hashable, Sendable {
    /// From the optical axis, counter-clockwise; the axis is the robot's heading.
    package var bearingRadians: Double
    package var pixelHeight: Double

    package init(bearingRadians: Double, pixelHeight: Double) {
        self.bearingRadians = bearingRadians
        self.pixelHeight = pixelHeight
    }

    /// Depth along the axis means nothing at a right angle to it; no lens of ours sees that far round.
    package static let bearingRadiansMax = 1.5

    var isSane: Bool {
        abs(bearingRadians) <= Self.bearingRadiansMax && pixelHeight >= 0.5 && pixelHeight <= 1e6
    }
}

extension ByteReader {
    mutating func camera() throws(WireError) -> EkfCamera {
        EkfCamera(
            focalPixels: try f64(.payload), bodyMeters: try f64(.payload), pixelSigma: try f64(.payload),
            bearingSigmaRadians: try f64(.payload))
    }
}

extension ByteWriter {
    mutating func camera(_ camera: EkfCamera) {
        f64(camera.focalPixels)
        f64(camera.bodyMeters)
        f64(camera.pixelSigma)
        f64(camera.bearingSigmaRadians)
    }
}
