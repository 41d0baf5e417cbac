import SkeinWire

/// What a localisation step found.
package struct EkfOutcome: Hashable, Sendable {
    package var own: PoseEstimate
    /// The neighbours whose detection was used, in order of their names.
    package var neighbours: [Neighbour]
    /// Detections that cannot have been the neighbour they were taken for.
    package var gatedOut: Int
    /// Groups that were not there when the step was merged.
    package var groupsMissing: Int

    package struct Neighbour: Hashable, Sendable {
        package var node: NodeID
        package var estimate: PoseEstimate

        /// What the neighbour is told. Its heading came from itself and cannot have improved by much: it stays home.
        package var fix: PositionFix {
            PositionFix(
                xMeters: estimate.pose.xMeters, yMeters: estimate.pose.yMeters,
                covariance: estimate.covariance.position)
        }
    }
}
