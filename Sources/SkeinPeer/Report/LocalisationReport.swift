/// What a robot's place is made of, and so what can be wrong with it.
package enum LocalisationSource: UInt8, CaseIterable, Sendable {
    /// The wheels, by what satellites say of the way.
    case odometry
    case compass
    case satellite
    /// The own camera's detections of neighbours.
    case camera
    /// Where neighbours' cameras have this robot.
    case fixes
}

/// What has become of a source.
package enum LocalisationTurn: UInt8, CaseIterable, Sendable {
    /// It contradicts the estimate for too long, or more than its noise explains.
    case diverged
    /// It has contradicted it for so long that it is believed again, from a wider estimate on.
    case reset
    /// It agrees again.
    case recovered
}

/// How each source fares: what was taken of it, what not and why.
package struct LocalisationReport: Hashable, Sendable {
    package struct Source: Hashable, Sendable {
        package var taken: UInt32 = 0
        /// Farther from the estimate than chi-square allows.
        package var gatedOut: UInt32 = 0
        /// Measured before all that the log reaches back to.
        package var tooOld: UInt32 = 0
        /// The same to the bit while the robot moved.
        package var frozen: UInt32 = 0
        package var isDiverged = false

        package init() {}
    }

    /// By `LocalisationSource.rawValue`.
    package private(set) var sources = [Source](repeating: Source(), count: LocalisationSource.allCases.count)

    package init() {}

    package subscript(source: LocalisationSource) -> Source {
        get { sources[Int(source.rawValue)] }
        set { sources[Int(source.rawValue)] = newValue }
    }

    /// The robot does not know where it is, or not as well as it thought, because of these.
    package var diverged: [LocalisationSource] { LocalisationSource.allCases.filter { self[$0].isDiverged } }
}
