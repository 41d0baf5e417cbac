import RealModule
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// One robot with a body and an infrared ring, driven to a goal by `Navigator`, `Steering` and `Safety`, among boxes that
/// it knows nothing of. Its senses are exact.
struct DrivenRobot {
    static let seconds = 0.2

    let tuning: MissionTuning
    let boxes: [FieldPolygon]
    private(set) var pose: Pose
    private(set) var now = Instant.zero
    /// Every place it has been.
    private(set) var way: [FieldPoint]
    private var navigator: Navigator
    private var localiser: Localiser
    private var picture: NeighbourPicture
    private var motion = Setpoint.stop

    /// Robots that say of themselves, again and again, that they stand here; whether they do the ring tells.
    private let told: [FieldPoint]

    /// Nil: it always knows where it is; else how well it knew at the start, one sigma of each axis, and never better.
    private let startSigmaMeters: Double?

    init(
        at place: FieldPoint, headingRadians: Double, boxes: [FieldPolygon] = [],
        startSigmaMeters: Double? = nil, told: [FieldPoint] = [], tuning: MissionTuning = MissionTuning()
    ) {
        self.told = told
        self.startSigmaMeters = startSigmaMeters
        self.tuning = tuning
        self.boxes = boxes
        pose = Pose(xMeters: place.xMeters, yMeters: place.yMeters, headingRadians: headingRadians)
        way = [place]
        let start = StartPose(
            xMeters: place.xMeters, yMeters: place.yMeters, headingRadians: headingRadians,
            positionSigmaMeters: startSigmaMeters ?? 0.1,
            headingSigmaRadians: 0.01)
        navigator = Navigator(start: start, tuning: tuning)
        localiser = Localiser(start: start, tuning: tuning)
        picture = NeighbourPicture(tuning: tuning)
    }

    var place: FieldPoint { FieldPoint(xMeters: pose.xMeters, yMeters: pose.yMeters) }

    /// The least room there has been between its rim and a box.
    var clearanceMeters: Double {
        let room = way.map { here in boxes.map { $0.distanceMeters(to: here) }.min() ?? .infinity }
        return (room.min() ?? .infinity) - tuning.bodyRadiusMeters
    }

    /// One reading, and what it drives until the next.
    mutating func step(to goal: FieldPoint, crowds: [FieldCircle] = [], isHeld: Bool = false) {
        hearBeacons()
        let reading = reading
        localiser.sensed(reading)
        navigator.sensed(reading, readingInterval: .fromSeconds(Self.seconds), now: now)
        let offset = goal - localiser.position
        let guided = navigator.guided(
            isHeld ? .stand : .go(offset), goal: goal, crowds: crowds, localiser: localiser, picture: picture, now: now)
        let wish = Steering.setpoint(
            guided, headingRadians: localiser.headingRadians, readingInterval: .fromSeconds(Self.seconds),
            tuning: tuning)
        var situation = Safety.Situation(
            pose: localiser.estimate.pose, isSilent: false, isOrdered: true, isHeld: isHeld)
        situation.proximity = navigator.proximity
        motion = Safety.limited(wish, in: situation, tuning: tuning)
        drive()
        now += .fromSeconds(Self.seconds)
    }

    private mutating func hearBeacons() {
        for (index, place) in told.enumerated() {
            let start = StartPose(
                xMeters: place.xMeters, yMeters: place.yMeters, headingRadians: 0, positionSigmaMeters: 0.3,
                headingSigmaRadians: 0.1)
            let fields = BeaconFields(
                pose: PoseField(Localiser(start: start, tuning: tuning).estimate), speedMetersPerSecond: 0,
                turnRadiansPerSecond: 0, smellPerMeter: 0, best: .none)
            picture.heard(NodeID(UInt16(index + 2)), fields: fields, now: now)
        }
    }

    private mutating func drive() {
        let turned = motion.turnRadiansPerSecond * Self.seconds
        let direction = pose.headingRadians + turned / 2
        let meters = motion.speedMetersPerSecond * Self.seconds
        pose.xMeters += meters * Double.cos(direction)
        pose.yMeters += meters * Double.sin(direction)
        pose.headingRadians = Pose.wrapped(pose.headingRadians + turned)
        way.append(place)
    }

    private var reading: SensorReading {
        var reading = SensorReading(
            interval: .fromSeconds(Self.seconds), speedMetersPerSecond: motion.speedMetersPerSecond,
            turnRadiansPerSecond: motion.turnRadiansPerSecond, compassRadians: pose.headingRadians,
            satelliteMeters: startSigmaMeters == nil ? (x: pose.xMeters, y: pose.yMeters) : nil, smellPerMeter: nil,
            detections: nil, target: nil)
        let half = Double.pi / 36
        reading.ranges = (0..<36).map { sensor in
            let bearing = Pose.wrapped(Double(sensor) * 2 * half)
            // The cone's middle and edges: as near as a test of boxes needs.
            let meters = [-half, 0, half].map { ray(pose.headingRadians + bearing + $0) }.min() ?? .infinity
            return SensorReading.Range(bearingRadians: bearing, halfAngleRadians: half, meters: meters)
        }
        return reading
    }

    private func ray(_ angle: Double) -> Double {
        let direction = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
        let hits = boxes.compactMap { $0.rayMeters(from: place, direction: direction) }
        return min(tuning.rangeMetersMax, hits.min() ?? .infinity)
    }
}
