/// How the line to the motor controller fares, as the robot's daemon knows it (docs/bridge.md).
package struct BridgeAccount: Hashable, Sendable {
    /// The line and who is at its other end.
    package enum State: UInt8, CaseIterable, Sendable {
        /// The device cannot be opened.
        case closed = 1
        /// Open, and no verified heartbeat of late.
        case silent = 2
        case present = 3
    }

    package var device: String
    package var state: State
    /// What its last heartbeat said.
    package var isArmed = false
    package var isStopLatched = false
    /// It has stopped the motors by itself, since setpoints ceased.
    package var isDeadMan = false
    /// Since its last verified heartbeat; nil: none yet.
    package var heartbeatAge: Duration?
    package var batteryFraction: Double?
    package var batteryVolts: Double?
    /// Of the last exchange of clocks.
    package var roundTrip: Duration?
    package var received: UInt64 = 0
    package var sent: UInt64 = 0
    /// Setpoints of this robot that could not be sent: the line was closed or full.
    package var lostSetpoints: UInt64 = 0
    /// From the peer's decision until the kernel has taken the setpoint's frame, 99 % of the latest.
    package var setpointDelay99: Duration?
    /// How often the device was opened.
    package var openings: UInt64 = 0
    /// Frames that were not taken, by reason, in the order of `BridgeDrop.allCases`.
    package var drops = [UInt64](repeating: 0, count: BridgeDrop.allCases.count)

    package init(device: String, state: State) {
        self.device = device
        self.state = state
    }
}

/// Why bytes or a frame from the serial line are not taken, as the link numbers it (`skein_drop`).
package enum BridgeDrop: UInt8, CaseIterable, Sendable {
    /// Bytes outside any frame; this one counts bytes.
    case garbage = 0
    /// Empty, or longer than its kind.
    case length = 1
    /// Incompatible flags that nobody defined.
    case flags = 2
    case unsigned = 3
    /// Not of the dialect.
    case unknown = 4
    case checksum = 5
    /// Another key, or forged.
    case signature = 6
    /// Its timestamp is not younger than the last of its stream.
    case replayed = 7
    /// The first of its stream, and not younger than the last restart.
    case old = 8
    /// Our own, come back.
    case echo = 9
    /// More senders than a line has.
    case streams = 10
    /// A frame's beginning, overtaken by a whole one.
    case truncated = 11
}

/// How the satellite receiver fares, as gpsd tells.
package struct GpsAccount: Hashable, Sendable {
    /// gpsd and what it knows.
    package enum State: UInt8, CaseIterable, Sendable {
        /// gpsd is not reached.
        case away = 1
        /// gpsd answers and has no fix.
        case noFix = 2
        /// A fix, but not good enough to be believed (`[gps]`).
        case poor = 3
        case good = 4
    }

    package var state: State
    /// Since the last fix that was good enough; nil: none yet.
    package var fixAge: Duration?
    /// One sigma along an axis, as the receiver reckons.
    package var sigmaMeters: Double?
    package var satellites: Int
    package var taken: UInt64 = 0
    package var refused: UInt64 = 0

    package init(state: State, satellites: Int) {
        self.state = state
        self.satellites = satellites
    }
}
