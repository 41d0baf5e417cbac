import SkeinWire

/// What a mission's file says of how robots move and what they do when something is lost. Safety holds every robot to it,
/// whatever its planner wants.
package struct MissionRules: Hashable, Sendable {
    /// What a robot does that hears nobody any more.
    package enum LinkLoss: Hashable, Sendable {
        case stop
        /// Go to where it stood at the start, and wait there.
        case returnHome
        /// Go on alone for so long, then stop.
        case proceed(for: Duration)
    }

    /// What a robot does on a low battery, beyond a fence, or when the swarm has split.
    package enum Action: UInt8, CaseIterable, Hashable, Sendable {
        case proceed = 0
        case stop = 1
        case returnHome = 2
    }

    /// Room that is kept between two bodies, and between a body and anything else, metres [R].
    package var separationMeters = 0.1
    /// No robot drives faster, m/s; the robot's own limit holds besides.
    package var speedMetersPerSecondMax = 6.0
    package var linkLoss = LinkLoss.proceed(for: .seconds(60))
    /// Nobody has been heard for so long: the link is lost [R].
    package var linkLossAfter: Duration = .seconds(6)
    /// A battery with less than this part left is low.
    package var lowBatteryFraction = 0.2
    package var lowBattery = Action.proceed
    /// The swarm has split: fewer robots are heard of than the mission needs.
    package var partition = Action.proceed
    /// The robot finds itself beyond a fence. `proceed` leads it back in by the nearest way.
    package var fence = Action.proceed

    package init() {}

    /// Why they cannot be kept, if they cannot.
    package var invalidity: String? {
        guard separationMeters.isFinite, separationMeters >= 0, separationMeters <= 100 else {
            return "separation \(separationMeters) m"
        }
        guard speedMetersPerSecondMax.isFinite, speedMetersPerSecondMax > 0 else {
            return "speed limit \(speedMetersPerSecondMax) m/s"
        }
        guard linkLossAfter > .zero else { return "link loss after \(linkLossAfter.inSeconds) s" }
        if case .proceed(let span) = linkLoss, span < .zero { return "going on for \(span.inSeconds) s" }
        guard lowBatteryFraction >= 0, lowBatteryFraction <= 1 else {
            return "low battery \(lowBatteryFraction)"
        }
        return nil
    }
}
