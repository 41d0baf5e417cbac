/// What a robot carries, as far as its part in the swarm depends on it.
package struct RobotRole: Hashable, Sendable {
    /// A camera robot fuses what it sees, asks for help with that, and goes to the physical target. The others lend their
    /// idle processors and follow their noses to the virtual source.
    package var carriesCamera: Bool
    package var carriesSatelliteReceiver: Bool

    package init(carriesCamera: Bool, carriesSatelliteReceiver: Bool) {
        self.carriesCamera = carriesCamera
        self.carriesSatelliteReceiver = carriesSatelliteReceiver
    }
}

/// Where the robot was put down, as well as the operator knows.
package struct StartPose: Hashable, Sendable {
    package var xMeters: Double
    package var yMeters: Double
    package var headingRadians: Double
    package var positionSigmaMeters: Double
    package var headingSigmaRadians: Double

    package init(
        xMeters: Double, yMeters: Double, headingRadians: Double, positionSigmaMeters: Double,
        headingSigmaRadians: Double
    ) {
        self.xMeters = xMeters
        self.yMeters = yMeters
        self.headingRadians = headingRadians
        self.positionSigmaMeters = positionSigmaMeters
        self.headingSigmaRadians = headingSigmaRadians
    }
}
