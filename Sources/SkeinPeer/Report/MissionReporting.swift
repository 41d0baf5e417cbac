import SkeinTasks
import SkeinWire

// Where the mission believes its targets and the robots around to be.

extension Peer {
    /// Where this robot says that it is, and how well it says to know.
    package var placeEstimate: PoseEstimate { mission.localiser.told }
}

extension MissionRunner {
    var targetReport: TargetReport {
        var report = TargetReport()
        report.positionSigmaMeters = localiser.positionSigmaMeters
        report.localisation = localiser.report
        report.missionPhase = phase.told
        report.step = step
        report.sighting = sighting.map {
            TargetReport.Place(
                xMeters: Double($0.xMeters), yMeters: Double($0.yMeters), sigmaMeters: Double($0.sigmaMeters))
        }
        report.sightingRevision = sighting?.revision ?? 0
        report.ownSight = ownSight
        report.source = sourceHeld.map {
            TargetReport.Place(xMeters: $0.point.xMeters, yMeters: $0.point.yMeters, sigmaMeters: $0.sigmaMeters)
        }
        return report
    }
}

extension MissionRunner.Phase {
    var told: MissionPhase {
        switch self {
        case .waiting: .waiting
        case .organised: .organised
        case .running: .running
        case .arrived: .arrived
        case .stopped: .stopped
        case .paused: .paused
        }
    }
}
