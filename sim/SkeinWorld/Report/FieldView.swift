import SkeinTasks

/// A picture of the world for whoever watches: truth where the eye sees truth, the peers' own words for the rest.
package struct FieldView: Sendable {
    package struct Robot: Sendable {
        package var place: FieldPoint
        package var headingRadians: Double
        package var carriesCamera: Bool
        package var isUp: Bool
        /// As it says; itself: it leads; nil: none.
        package var leader: Int?
        /// Truly within the arrival radius.
        package var isAtTarget: Bool
        package var isFailing: Bool
    }

    package var robots: [Robot]
    package var physicalTarget: FieldPoint
    package var virtualTarget: FieldPoint
    /// Since the world began, and since the start signal.
    package var worldSeconds: Double
    package var missionSeconds: Double?
    package var hasSettled: Bool
    package var completedSteps: Int
    package var failedSteps: Int
    package var rebuildFailedSteps: Int
    package var partsOffloaded: Int
    package var plans: Int
    package var tally: Tally
}
