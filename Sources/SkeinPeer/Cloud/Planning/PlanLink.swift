/// One robot that another reaches on 2.4 GHz.
package struct ControlLink: Equatable, Sendable {
    package var robot: Int
    package var powerDBm: Double

    package init(robot: Int, powerDBm: Double) {
        self.robot = robot
        self.powerDBm = powerDBm
    }
}

/// One robot that another could own on 5 GHz.
package struct DataLink: Equatable, Sendable {
    package var robot: Int
    package var powerDBm: Double
    /// Spectral efficiency from the listing robot, as leader, to `robot`, as
    /// helper; 0 = unknown: the link covers, but carries no contribution.
    package var bitsPerSecondPerHertz: Double

    package init(robot: Int, powerDBm: Double, bitsPerSecondPerHertz: Double) {
        self.robot = robot
        self.powerDBm = powerDBm
        self.bitsPerSecondPerHertz = bitsPerSecondPerHertz
    }
}
