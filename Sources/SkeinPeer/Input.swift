import SkeinSeal
import SkeinTasks
import SkeinWire

/// Everything that can happen to a peer. `Peer.handle` is the only door in.
package enum Input: Sendable {
    /// Bytes that a radio received, and what it knows of who sent them.
    case datagram([UInt8], Reception)
    case cpu(CPUSample)
    case sensors(SensorReading)
    /// A computation asked for by `Effect.compute` has ended.
    case computed(ComputationID, ComputationOutcome)
    /// The answers to a command carry its ticket.
    case command(OperatorCommand, ticket: UInt32)
    /// What `Effect.persist` asked for will survive a power cut from now on.
    case persisted(PersistID)
    /// The system's clock, in whole seconds of UTC: told at the start and now and then. Only memberships run out by it.
    case wallClock(seconds: UInt64)
    /// The registered kernels that can be run here now: told at the start, and when that changes.
    case kernels([KernelOffer])
    /// What `Effect.keep` asked for is on the disk, or could not be put there.
    case kept(ObjectID, isKept: Bool)
    /// What `Effect.load` asked for; nil: it is not there, or not what it was.
    case loaded(ObjectID, ObjectBytes?)
    /// `Peer.nextDeadline` has passed. Early and late wake-ups are ordinary.
    case deadline
}

/// The processor share this robot could lend now, in percent of one processor, its own base load deducted; and the
/// share its own tasks need when it has one to run.
package struct CPUSample: Hashable, Sendable {
    package var idlePercent: Double
    package var neededPercent: Double

    package init(idlePercent: Double, neededPercent: Double) {
        self.idlePercent = idlePercent
        self.neededPercent = neededPercent
    }
}

/// What the sensors said since the last reading.
package struct SensorReading: Hashable, Sendable {
    /// Another robot seen by the camera: bearing from the robot's heading, counter-clockwise, and its height in pixels.
    package struct Detection: Hashable, Sendable {
        package var robot: NodeID
        package var bearingRadians: Double
        package var pixelHeight: Double
        package init(robot: NodeID, bearingRadians: Double, pixelHeight: Double) {
            self.robot = robot
            self.bearingRadians = bearingRadians
            self.pixelHeight = pixelHeight
        }
    }

    /// What one infrared sensor of the ring around the body found: the nearest thing in its cone, whatever it is, from the
    /// body's centre. Nothing found reads as the sensor's reach.
    package struct Range: Hashable, Sendable {
        /// Most sensors that a ring has.
        package static let countMax = 64

        /// From the heading to the middle of the cone, counter-clockwise.
        package var bearingRadians: Double
        /// From the middle of the cone to its edge.
        package var halfAngleRadians: Double
        package var meters: Double
        package init(bearingRadians: Double, halfAngleRadians: Double, meters: Double) {
            self.bearingRadians = bearingRadians
            self.halfAngleRadians = halfAngleRadians
            self.meters = meters
        }
    }

    /// Time the odometry covers.
    package var interval: Duration
    package var speedMetersPerSecond: Double
    package var turnRadiansPerSecond: Double
    package var compassRadians: Double?
    /// How long before the end of the interval the compass was read.
    package var compassAge = Duration.zero
    /// Satellite position, if this robot has the receiver.
    package var satelliteMeters: (x: Double, y: Double)?
    /// How long before the end of the interval that was.
    package var satelliteAge = Duration.zero
    /// Concentration of the virtual source, 1/m, if this robot has a nose.
    package var smellPerMeter: Double?
    /// Nil when no frame was taken since the last reading; empty when one showed nobody.
    package var detections: [Detection]?
    /// How long before the end of the interval the frame was taken.
    package var frameAge = Duration.zero
    /// The physical target in the camera's frame, as a detection of nobody.
    package var target: Detection?
    /// Nil without a ring of infrared sensors.
    package var ranges: [Range]?
    /// What is left in the battery, 0…1.
    package var batteryFraction: Double?
    /// One sigma of `satelliteMeters` along an axis, as its receiver reckons, never taken for better than configured; nil: as
    /// configured.
    package var satelliteSigmaMeters: Double?

    package init(
        interval: Duration, speedMetersPerSecond: Double, turnRadiansPerSecond: Double, compassRadians: Double?,
        satelliteMeters: (x: Double, y: Double)?, smellPerMeter: Double?, detections: [Detection]?,
        target: Detection?
    ) {
        self.interval = interval
        self.speedMetersPerSecond = speedMetersPerSecond
        self.turnRadiansPerSecond = turnRadiansPerSecond
        self.compassRadians = compassRadians
        self.satelliteMeters = satelliteMeters
        self.smellPerMeter = smellPerMeter
        self.detections = detections
        self.target = target
    }

    package static func == (left: Self, right: Self) -> Bool {
        left.interval == right.interval && left.speedMetersPerSecond == right.speedMetersPerSecond
            && left.turnRadiansPerSecond == right.turnRadiansPerSecond && left.compassRadians == right.compassRadians
            && left.satelliteMeters?.x == right.satelliteMeters?.x
            && left.satelliteMeters?.y == right.satelliteMeters?.y && left.smellPerMeter == right.smellPerMeter
            && left.detections == right.detections && left.target == right.target && left.ranges == right.ranges
            && left.batteryFraction == right.batteryFraction
            && left.satelliteSigmaMeters == right.satelliteSigmaMeters && left.compassAge == right.compassAge
            && left.satelliteAge == right.satelliteAge && left.frameAge == right.frameAge
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(interval)
        hasher.combine(speedMetersPerSecond)
        hasher.combine(turnRadiansPerSecond)
    }
}
