/// The serial line to the motor controller.
package struct BridgeSettings: Hashable, Sendable {
    /// What termios(3) has and controllers take.
    package static let rates = [9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 500_000, 921_600, 1_000_000]

    /// Nil: there is none.
    package var device: String?
    package var baud = 115_200
    package var keyFile: String

    package init(keyFile: String) { self.keyFile = keyFile }
}

/// gpsd, and what is taken of what it tells.
package struct GpsSettings: Hashable, Sendable {
    /// The least that counts as a fix.
    package enum Fix: String, CaseIterable, Sendable {
        case plane = "2d"
        case space = "3d"
        case differential = "dgps"
        case rtkFloat = "rtk-float"
        case rtk
    }

    /// Nil: gpsd is not asked.
    package var address: Endpoint?
    package var originLatitudeDegrees: Double?
    package var originLongitudeDegrees: Double?
    package var fixMin = Fix.differential
    package var sigmaMetersMax = 1.0

    package init() {}
}
