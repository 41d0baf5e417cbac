import SkeinWire

/// Something that goes wrong in mid-mission.
package struct Fault: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// The robot is off for good, unless a later fault restarts it.
        case crash
        /// Off, and on again after this long with a new epoch and nothing remembered.
        case restart(after: Duration)
        /// The program stands still this long; the motor controller and the radio do not.
        case pause(Duration)
        /// The targets hear nobody but each other, and nobody else hears them, this long.
        case partition(Duration)
        /// Every link of the targets carries this part of its rate, 0…1, this long.
        case slowLink(factor: Double, Duration)
        /// The targets hear nothing but noise on this band, this long; on 2.4 GHz they take the channel for busy.
        case jam(Band, Duration)
        /// The targets are not switched on before. In a network run they boot with the others.
        case late
    }

    package enum Target: Hashable, Sendable {
        case robots([Int])
        /// Of the leaders but the start robot, the one with most requesters among its members; any leader failing that.
        case leader
        /// The leaders by number, this one of them, counted round.
        case leaderAt(Int)
        /// Whoever is within this circle: for a jammer at every moment, for others at the first.
        case circle(xMeters: Double, yMeters: Double, radiusMeters: Double)
        /// Whoever is west of this line at the first moment.
        case west(ofXMeters: Double)
    }

    /// From the mission's start.
    package var at: Duration
    package var kind: Kind
    package var target: Target

    package init(at: Duration, kind: Kind, target: Target) {
        self.at = at
        self.kind = kind
        self.target = target
    }

    /// How long it lasts; nil for what is done at once.
    package var span: Duration? {
        switch kind {
        case .crash, .late: nil
        case .restart(let span), .pause(let span), .partition(let span), .slowLink(_, let span), .jam(_, let span): span
        }
    }

    /// Faults one scenario may have: partitions are bits of a word.
    package static let countMax = 64
}
