import Glibc

/// Which gpsd is asked, and what is taken of what it tells.
package struct GpsConfig: Sendable {
    /// The least that counts as a fix, ascending.
    package enum Fix: Int, Comparable, Sendable {
        case plane, space, differential, rtkFloat, rtk

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }

        /// gpsd's mode (2: in the plane, 3: in space) and status (gps.h); nil: no fix. Dead reckoning, a surveyed clock and a
        /// simulator's word are none.
        init?(mode: Int32, status: Int32) {
            guard mode >= 2 else { return nil }
            switch status {
            case 2: self = .differential
            case 3: self = .rtk
            case 4: self = .rtkFloat
            case 0, 1, 9: self = mode >= 3 ? .space : .plane
            default: return nil
            }
        }
    }

    /// 127.0.0.1 alone.
    package var port: UInt16
    package var origin: GeoPoint
    /// Where north is in the field, from the x axis, counter-clockwise.
    package var northRadians: Double
    package var fixMin: Fix
    package var sigmaMetersMax: Double

    package init(
        port: UInt16, origin: GeoPoint, northRadians: Double = .pi / 2, fixMin: Fix = .differential,
        sigmaMetersMax: Double = 1
    ) {
        self.port = port
        self.origin = origin
        self.northRadians = northRadians
        self.fixMin = fixMin
        self.sigmaMetersMax = sigmaMetersMax
    }
}

/// A place on the earth, WGS 84, degrees north and east.
package struct GeoPoint: Hashable, Sendable {
    package var latitudeDegrees: Double
    package var longitudeDegrees: Double

    package init(latitudeDegrees: Double, longitudeDegrees: Double) {
        self.latitudeDegrees = latitudeDegrees
        self.longitudeDegrees = longitudeDegrees
    }

    /// Metres east and north of another place, on the plane that touches the ellipsoid there, with the ellipsoid's two radii of
    /// curvature: over 1 km it is wrong by less than 10 cm (the plane's own error), over 100 m by less than 1 mm.
    package func offset(from origin: GeoPoint) -> (eastMeters: Double, northMeters: Double) {
        let semiMajorMeters = 6_378_137.0
        let flattening = 1 / 298.257223563
        let eccentricitySquared = flattening * (2 - flattening)
        let latitude = origin.latitudeDegrees * .pi / 180
        let squeeze = 1 - eccentricitySquared * sin(latitude) * sin(latitude)
        let acrossMeters = semiMajorMeters / squeeze.squareRoot()
        let alongMeters = acrossMeters * (1 - eccentricitySquared) / squeeze
        var degreesEast = longitudeDegrees - origin.longitudeDegrees
        if degreesEast > 180 { degreesEast -= 360 }
        if degreesEast < -180 { degreesEast += 360 }
        // The parallel narrows towards the pole: its width half way is right to third order.
        let halfway = (origin.latitudeDegrees + latitudeDegrees) / 2 * .pi / 180
        let north = (latitudeDegrees - origin.latitudeDegrees) * .pi / 180
        return (degreesEast * .pi / 180 * acrossMeters * cos(halfway), north * alongMeters)
    }
}

/// A fix that was good enough, in the field.
package struct GpsFix: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double
    /// One sigma along an axis.
    package var sigmaMeters: Double
}
