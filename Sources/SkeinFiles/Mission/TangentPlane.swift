import Glibc
import SkeinPeer
import SkeinTasks

/// Degrees on the WGS 84 ellipsoid to metres in a plane that touches it at a mission's origin, and back: x = N cos φ₀ (λ − λ₀),
/// y = M (φ − φ₀), with the radii of curvature at the origin. Within `metersMax` of it and 70° of latitude that is off by less than
/// 1/400 of the distance (the meridians' convergence); farther points are refused.
package struct TangentPlane: Hashable, Sendable {
    package static let metersMax = 5_000.0
    /// WGS 84 (NIMA TR8350.2): semi-major axis, first eccentricity squared.
    private static let axisMeters = 6_378_137.0
    private static let eccentricitySquared = 6.694_379_990_14e-3

    package let origin: MissionPlan.Origin
    private let northMetersPerDegree: Double
    private let eastMetersPerDegree: Double

    package init(_ origin: MissionPlan.Origin) {
        self.origin = origin
        let latitude = origin.latitudeDegrees * .pi / 180
        let w = 1 - Self.eccentricitySquared * sin(latitude) * sin(latitude)
        let meridian = Self.axisMeters * (1 - Self.eccentricitySquared) / (w * w.squareRoot())
        let normal = Self.axisMeters / w.squareRoot()
        northMetersPerDegree = meridian * .pi / 180
        eastMetersPerDegree = normal * cos(latitude) * .pi / 180
    }

    /// Nil: too far away.
    package func point(latitudeDegrees: Double, longitudeDegrees: Double) -> FieldPoint? {
        guard abs(latitudeDegrees) <= 90, abs(longitudeDegrees) <= 180 else { return nil }
        var east = longitudeDegrees - origin.longitudeDegrees
        if east > 180 { east -= 360 }
        if east < -180 { east += 360 }
        let point = FieldPoint(
            xMeters: east * eastMetersPerDegree,
            yMeters: (latitudeDegrees - origin.latitudeDegrees) * northMetersPerDegree)
        return point.lengthMeters <= Self.metersMax ? point.toMillimeters : nil
    }

    package func degrees(of point: FieldPoint) -> (latitude: Double, longitude: Double) {
        var longitude = origin.longitudeDegrees + point.xMeters / eastMetersPerDegree
        if longitude > 180 { longitude -= 360 }
        if longitude < -180 { longitude += 360 }
        return (
            Self.rounded(origin.latitudeDegrees + point.yMeters / northMetersPerDegree), Self.rounded(longitude)
        )
    }

    /// A ten-thousandth of a millimetre: files stay readable.
    private static func rounded(_ degrees: Double) -> Double { (degrees * 1e9).rounded() / 1e9 }
}

extension FieldPoint {
    /// As a plan's bytes have it.
    package var toMillimeters: FieldPoint {
        FieldPoint(xMeters: (xMeters * 1_000).rounded() / 1_000, yMeters: (yMeters * 1_000).rounded() / 1_000)
    }
}
