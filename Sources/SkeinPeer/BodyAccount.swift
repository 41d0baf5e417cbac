/// What a daemon says of the machine that its peer lives in: what is wrong, in words of its own, and how motor controller and
/// satellite receiver fare. The peer knows nothing of it.
package struct BodyAccount: Hashable, Sendable {
    package static let troublesMax = 32

    package var troubles: [BodyTrouble]
    /// Nil: there is no line to a motor controller.
    package var bridge: BridgeAccount?
    /// Nil: gpsd is not asked.
    package var gps: GpsAccount?

    package init(troubles: [BodyTrouble], bridge: BridgeAccount? = nil, gps: GpsAccount? = nil) {
        self.troubles = Array(troubles.prefix(Self.troublesMax))
        self.bridge = bridge
        self.gps = gps
    }
}

/// One thing that is wrong with a robot's machine.
package struct BodyTrouble: Hashable, Sendable {
    package enum Kind: UInt8, CaseIterable, Sendable {
        /// A band's port is down.
        case port = 1
        /// The processor is throttled.
        case processor = 2
        /// The disk keeps nothing.
        case disk = 3
        /// The flight log has no room, or loses what it should hold.
        case log = 4
        /// There are no motors to move.
        case body = 5
    }

    package var kind: Kind
    /// One sentence, without the robot's name.
    package var text: String

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = text
    }
}
