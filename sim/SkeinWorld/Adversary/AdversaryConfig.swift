import SkeinTasks
import SkeinWire

/// Somebody who wants the swarm to fail: one who has no key of the fleet, or robots that have one.
package struct AdversaryConfig: Hashable, Sendable {
    /// Without a key of the fleet, or with one.
    package enum Kind: Hashable, Sendable {
        case outsider(OutsiderConfig)
        case insider(InsiderConfig)
    }

    /// From the mission's start; nil: from the first boot on.
    package var at: Duration?
    package var kind: Kind

    package init(at: Duration?, kind: Kind) {
        self.at = at
        self.kind = kind
    }

    /// Of one scenario.
    package static let countMax = 16
}

/// What a transmitter without any key of the fleet does. It knows all that is public: layouts, the fleet's number, who is in
/// it; and it hears every frame in its range, whomever it is for.
package enum OutsiderTrick: String, CaseIterable, Sendable {
    /// Sends what it has heard again: at once, much later, and in an epoch that is over.
    case replay
    /// Carries what it hears at one place to another, and back, at once.
    case wormhole
    /// Turns one to eight bits of what it has heard.
    case flip
    /// Cuts off what it has heard, and makes its lengths agree or not.
    case truncate
    /// Other senders, epochs, counters, relays and bodies under what it has heard; messages of its own under keys of its own.
    case forge
    /// As many of the smallest frames as it may.
    case flood

    package var about: String {
        switch self {
        case .replay: "sends what it has heard again, at once and much later"
        case .wormhole: "carries what it hears between `place` and `other_place`, at once"
        case .flip: "turns bits of what it has heard"
        case .truncate: "cuts off what it has heard"
        case .forge: "changes headers and bodies, and signs with keys that are not the fleet's"
        case .flood: "the smallest frames there are"
        }
    }
}

/// A transmitter without a key.
package struct OutsiderConfig: Hashable, Sendable {
    package var tricks: [OutsiderTrick]
    package var place: FieldPoint
    /// The other end of its wormhole, a radio as well.
    package var otherPlace: FieldPoint?
    package var bands: [Band]
    /// Frames a second on each band and place; nil: as many as the air lets through.
    package var ratePerSecond: Double?

    package init(
        tricks: [OutsiderTrick], place: (x: Double, y: Double), otherPlace: (x: Double, y: Double)?, bands: [Band],
        ratePerSecond: Double?
    ) {
        self.tricks = tricks
        self.place = FieldPoint(xMeters: place.x, yMeters: place.y)
        self.otherPlace = otherPlace.map { FieldPoint(xMeters: $0.x, yMeters: $0.y) }
        self.bands = bands
        self.ratePerSecond = ratePerSecond
    }

    package var places: [FieldPoint] { [place] + (otherPlace.map { [$0] } ?? []) }
}

/// Robots of the fleet that lie: each is an honest peer with a liar around it, who has the robot's key.
package struct InsiderConfig: Hashable, Sendable {
    /// Which robots lie.
    package enum Target: Hashable, Sendable {
        case robots([Int])
        /// The leader of most requesters but the start robot; who that is shows when the lying begins.
        case leader
        /// Whoever is the root when the lying begins.
        case root
        /// Of the robots that lend, the one with most to lend; neither a leader nor the start robot.
        case helper
        /// So many of all robots, 0…1, drawn by the seed; not the start robot.
        case share(Double)
    }

    package var target: Target
    package var lies: [InsiderLie]
    /// How far off the places are that it tells.
    package var offsetMeters: Double
    /// Messages a second of a flood.
    package var ratePerSecond: Double

    package init(target: Target, lies: [InsiderLie], offsetMeters: Double = 10, ratePerSecond: Double = 200) {
        self.target = target
        self.lies = lies
        self.offsetMeters = offsetMeters
        self.ratePerSecond = ratePerSecond
    }
}
