import SkeinWire

/// Where this robot believes the mission's targets to be, metres in the field.
package struct TargetReport: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package var xMeters: Double
        package var yMeters: Double
        /// One sigma, both axes together.
        package var sigmaMeters: Double
        package init(xMeters: Double, yMeters: Double, sigmaMeters: Double) {
            self.xMeters = xMeters
            self.yMeters = yMeters
            self.sigmaMeters = sigmaMeters
        }
    }

    /// The physical target as the swarm's cameras have told it, and that word's revision.
    package var sighting: Place?
    package var sightingRevision: UInt32 = 0
    /// As this robot's own camera has it.
    package var ownSight: Place?
    /// The virtual source, by the nearest claim.
    package var source: Place?
    /// This robot's own position, one sigma of both axes together.
    package var positionSigmaMeters = 0.0
    package var localisation = LocalisationReport()
    package var missionPhase = MissionPhase.waiting
    /// The step of the mission that runs.
    package var step: UInt32 = 0

    package init() {}
}

/// Where a robot's part in the mission stands.
package enum MissionPhase: UInt8, CaseIterable, Sendable {
    case waiting
    /// The hierarchy is being built.
    case organised
    case running
    case arrived
    case stopped
    /// Stands, and goes on where it was.
    case paused
}
