import SkeinPeer

/// What peer and motor controller say to each other, in the house's units: metres, radians, counter-clockwise, but for headings and
/// places of the wheels, which stay MAVLink's until somebody knows where north is.
package enum BridgeMessage: Hashable, Sendable {
    /// I am here, and in this state; the peer's says nothing more.
    case heartbeat(ControllerState)
    case health(Health)
    /// Heading and turn rate, clockwise; the heading from north.
    case attitude(clock: Duration, yawRadians: Double, yawRadiansPerSecond: Double)
    /// Where the wheels believe to be since the controller's start, metres north and east.
    case wheels(WheelPose)
    case distance(SensorReading.Range)
    case setpoint(Setpoint)
    case order(BridgeOrder, confirmation: UInt8)
    case answer(BridgeAnswer)
    /// Nanoseconds of the asked one's clock, 0 in the question; those of the asker's.
    case clock(theirs: Int64, ours: Int64)
    case text(severity: UInt8, String)

    /// What the controller says of itself at least once a second.
    package struct ControllerState: Hashable, Sendable {
        package var isArmed = false
        package var isStopLatched = false
        package var isDeadMan = false
        package var isEmulated = false
        /// It has restarted since its main loop hung.
        package var isWatchdogReset = false

        package init() {}
    }

    /// How its sensors fare.
    package struct Health: Hashable, Sendable {
        package var isCompassGood: Bool
        package var batteryVolts: Double?
        package var batteryFraction: Double?

        package init(isCompassGood: Bool, batteryVolts: Double?, batteryFraction: Double?) {
            self.isCompassGood = isCompassGood
            self.batteryVolts = batteryVolts
            self.batteryFraction = batteryFraction
        }
    }

    /// Odometry as it stands at one moment of the controller's clock.
    package struct WheelPose: Hashable, Sendable {
        package var clock: Duration
        package var northMeters: Double
        package var eastMeters: Double
        package var northMetersPerSecond: Double
        package var eastMetersPerSecond: Double

        package init(
            clock: Duration, northMeters: Double, eastMeters: Double, northMetersPerSecond: Double,
            eastMetersPerSecond: Double
        ) {
            self.clock = clock
            self.northMeters = northMeters
            self.eastMeters = eastMeters
            self.northMetersPerSecond = northMetersPerSecond
            self.eastMetersPerSecond = eastMetersPerSecond
        }
    }
}

/// What a controller is told to do, and answers.
package enum BridgeOrder: UInt8, CaseIterable, Sendable {
    case arm = 1
    case disarm = 2
    /// Latches the emergency stop.
    case stop = 3
    /// Ends it.
    case release = 4
}

/// What became of an order. The number does not tell an order from its opposite; who has asked knows.
package struct BridgeAnswer: Hashable, Sendable {
    package enum Subject: Hashable, Sendable {
        case arming
        case stopping
        case other
    }

    package var subject: Subject
    package var isAccepted: Bool
    /// Why not (`skein_denial`).
    package var denial: Int32

    package init(subject: Subject, isAccepted: Bool, denial: Int32) {
        self.subject = subject
        self.isAccepted = isAccepted
        self.denial = denial
    }
}

extension BridgeOrder {
    package var subject: BridgeAnswer.Subject {
        switch self {
        case .arm, .disarm: .arming
        case .stop, .release: .stopping
        }
    }
}
