import SkeinWire

/// Every span that the line to the motor controller goes by (docs/bridge.md). The controller's own are the firmware's too.
package enum BridgeTiming {
    /// Both ways.
    package static let heartbeatInterval: Duration = .seconds(1)
    /// From one question about the controller's clock to the next.
    package static let clockInterval: Duration = .seconds(1)
    /// Two heartbeats lost, and some: nobody is there.
    package static let silenceMax: Duration = .milliseconds(2_500)
    /// A setpoint that holds is said again: 20 Hz.
    package static let setpointInterval: Duration = .milliseconds(50)
    /// What the peer said last is said again no longer than this: then nothing is sent, and the controller's dead man's handle is
    /// let go.
    package static let holdMax: Duration = .milliseconds(250)
    /// A robot that stands for this long is disarmed.
    package static let standMax: Duration = .seconds(2)
    /// An order that is not answered is given again.
    package static let orderInterval: Duration = .milliseconds(100)
    /// An order that was refused.
    package static let denialInterval: Duration = .seconds(1)

    /// The controller's: no setpoint for so long, and the motors stand.
    package static let deadManMax: Duration = .milliseconds(400)
    /// No setpoint for so long, and it disarms.
    package static let disarmAfter: Duration = .milliseconds(1_900)
}
