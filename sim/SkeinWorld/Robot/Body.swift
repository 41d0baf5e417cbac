import RealModule
import SkeinPeer
import SkeinTasks

/// How far a motor misses what it is told; drawn anew for each setpoint.
package struct ActuatorNoise: Hashable, Sendable {
    /// Relative error of the speed, one sigma. [R]
    package var speedSigmaFraction = 0.03
    /// Relative error of the turn rate, one sigma. [R]
    package var turnSigmaFraction = 0.03

    package init() {}
}

/// A robot's body as a unicycle: it drives arcs of constant speed and turn rate, exactly integrated when somebody looks.
/// The motor controller stops by itself 400 ms after the last setpoint. Walls stop it too; a body with a radius is also
/// stopped by whatever it touches (`Contacts`), others pass each other.
package struct Body: Sendable {
    /// The motor controller's own dead-man time.
    package static let holdsSetpoint: Int64 = 400_000_000
    /// What the motors can do: the spec's 6 m/s, and a turn in a second [R].
    package static let speedMetersPerSecondMax = 6.0
    package static let turnRadiansPerSecondMax = 2 * Double.pi

    package private(set) var place: FieldPoint
    package private(set) var headingRadians: Double
    /// True motion under the setpoint in force.
    private var speedMetersPerSecond = 0.0
    private var turnRadiansPerSecond = 0.0
    private var stopsAt: Int64 = .min
    private var settledAt: Int64 = 0
    /// Way and turn of the wheels since the odometry was last read.
    private var wayMeters = 0.0
    private var turnedRadians = 0.0
    /// Where its middle may be.
    private let arena: Arena
    /// Looks at which the arena's wall has held it.
    package private(set) var wallContacts = 0
    private let noise: ActuatorNoise
    private var dice: Dice

    package init(
        at place: FieldPoint, headingRadians: Double, arena: Arena, noise: ActuatorNoise, radiusMeters: Double = 0,
        dice: Dice
    ) {
        self.place = place
        self.headingRadians = headingRadians
        self.arena = Arena(
            xMetersMin: arena.xMetersMin + radiusMeters, xMetersMax: arena.xMetersMax - radiusMeters,
            yMetersMin: arena.yMetersMin + radiusMeters, yMetersMax: arena.yMetersMax - radiusMeters)
        self.noise = noise
        self.dice = dice
    }

    package func isMoving(at now: Int64) -> Bool {
        now < stopsAt && (speedMetersPerSecond != 0 || turnRadiansPerSecond != 0)
    }

    /// Takes effect now and holds for 400 ms.
    package mutating func obey(_ setpoint: Setpoint, now: Int64) {
        advance(to: now)
        let speed = Self.limited(setpoint.speedMetersPerSecond, Self.speedMetersPerSecondMax)
        let turn = Self.limited(setpoint.turnRadiansPerSecond, Self.turnRadiansPerSecondMax)
        speedMetersPerSecond = speed * dice.gauss(mean: 1, sigma: noise.speedSigmaFraction)
        turnRadiansPerSecond = turn * dice.gauss(mean: 1, sigma: noise.turnSigmaFraction)
        stopsAt = now + Self.holdsSetpoint
    }

    private static func limited(_ value: Double, _ bound: Double) -> Double {
        value.isFinite ? min(max(value, -bound), bound) : 0
    }

    package mutating func advance(to now: Int64) {
        defer { settledAt = now }
        let end = min(now, stopsAt)
        guard end > settledAt, speedMetersPerSecond != 0 || turnRadiansPerSecond != 0 else { return }
        let seconds = Double(end - settledAt) * 1e-9
        let turned = turnRadiansPerSecond * seconds
        let way = speedMetersPerSecond * seconds
        let chord: Double = abs(turned) < 1e-9 ? 1 : Double.sin(turned / 2) / (turned / 2)
        let direction = headingRadians + turned / 2
        let reached = FieldPoint(
            xMeters: place.xMeters + way * chord * Double.cos(direction),
            yMeters: place.yMeters + way * chord * Double.sin(direction))
        place = arena.nearest(to: reached)
        if place != reached { wallContacts += 1 }
        headingRadians = wrappedRadians(headingRadians + turned)
        wayMeters += way
        turnedRadians += turned
    }

    /// What the wheels have done since the last call.
    package mutating func takeOdometry(now: Int64) -> (wayMeters: Double, turnedRadians: Double) {
        advance(to: now)
        defer {
            wayMeters = 0
            turnedRadians = 0
        }
        return (wayMeters, turnedRadians)
    }

    /// Something has stopped the body here; it stands until the next setpoint.
    package mutating func halt(at place: FieldPoint) {
        self.place = arena.nearest(to: place)
        speedMetersPerSecond = 0
    }
}
