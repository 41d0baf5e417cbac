import SkeinPeer
import SkeinRadio
import SkeinTasks
import SkeinWire

/// Everything that, with its seed, fixes a run byte for byte. Numbers are checked where files are read; here they are
/// taken as given, and nonsense traps.
package struct WorldConfig: Sendable {
    package enum Cameras: Hashable, Sendable {
        /// So many, chosen by the seed.
        case count(Int)
        case robots([Int])
    }

    package var seed: UInt64
    package var robots: Int
    /// Nil: uniform in the arena.
    package var positions: [FieldPoint]?
    /// Places that the seed draws are such that the start order can reach everybody by radio.
    package var isInReach = false
    package var cameras = Cameras.count(0)
    /// Satellite receivers; camera robots get them first, by number (spec §7: one).
    package var satelliteReceivers = 1
    /// What it is told to fly, with the start signal; nil: the mission of the peers' configuration.
    package var plan: MissionPlan?
    /// The robot that gets the start signal.
    package var start = 0
    /// Nil: uniform in the arena.
    package var physicalTarget: FieldPoint?
    /// Nil: in the arena, `targetDistanceMeters` from the physical one.
    package var virtualTarget: FieldPoint?
    package var targetDistanceMeters = 25.0
    /// Idle processor share per robot, percent; nil: Gaussian within bounds, 0 for cameras (spec §8).
    package var idlePercent: [Double]?
    package var idlePercentMean = 50.0
    package var idlePercentSigma = 10.0
    package var idlePercentMin = 20.0
    package var idlePercentMax = 70.0
    /// What a camera robot lends once it says that it has arrived (spec §8 weighs it); 0: nothing.
    package var arrivedCameraIdlePercent = 0.0
    /// Share a camera robot's task needs, percent; nil: Gaussian.
    package var neededPercent: [Double]?
    package var neededPercentMean = 120.0
    package var neededPercentSigma = 10.0
    package var medium = MediumConfig()
    package var sensors = SensorConfig()
    package var actuators = ActuatorNoise()
    /// How well the operator knows where a robot was put down. [R]
    package var startSigmaMeters = 0.5
    package var startHeadingSigmaRadians = 5 * Double.pi / 180
    /// How well a robot that boots in mid-mission knows where it is. [R]
    package var rebootSigmaMeters = 3.0
    /// How fast a robot's clock may gain or lose, millionths; each has its own within that.
    package var clockDriftPpmMax = 0.0
    /// Bodies touch, and have an infrared ring to avoid it; else they pass through each other.
    package var isSolid = false
    package var obstacles: [Obstacle] = []
    /// Boxes that the seed draws besides.
    package var drawnObstacles = DrawnObstacles()
    /// Whether the operator has put the obstacles into the robots' field, or they have to find them.
    package var areObstaclesKnown = false
    package var peer = PeerConfig()
    package var faults: [Fault] = []
    /// The operator stops the fleet through these robots, from the mission's start; the run ends `stopWatchSpan` after the
    /// first, and is complete if every robot stands that could be reached.
    package var stops: [StopOrder] = []
    package var stopWatchSpan = Duration.seconds(3)
    package var adversaries: [AdversaryConfig] = []
    /// Nil: robots go where their peers want. Else the run lasts its limit, is complete then, and shows how well robots knew where
    /// they were.
    package var wandering: Wandering?
    package var work = WorkConfig()
    /// Robots boot within this span of each other.
    package var bootSpread = Duration.milliseconds(500)
    /// From the world's begin to the start signal at the latest (spec §6), and from there to the end.
    package var settleLimit = Duration.seconds(10)
    package var missionLimit = Duration.seconds(60)
    /// What planning takes a robot; fixed, so that a run does not depend on the machine it is simulated on. [R]
    package var planTime = Duration.milliseconds(50)

    package init(seed: UInt64, robots: Int) {
        self.seed = seed
        self.robots = robots
    }

    package struct StopOrder: Hashable, Sendable {
        package var at: Duration
        package var robot: Int
        package init(at: Duration, robot: Int) {
            self.at = at
            self.robot = robot
        }
    }

    /// Where the operator put a robot down, as well as the operator knows; a robot that boots later knows less.
    package func startPose(
        at place: FieldPoint, headingRadians: Double, isFirst: Bool, dice: inout Dice
    ) -> StartPose {
        let sigma = isFirst ? startSigmaMeters : rebootSigmaMeters
        return StartPose(
            xMeters: place.xMeters + dice.gauss(sigma: sigma), yMeters: place.yMeters + dice.gauss(sigma: sigma),
            headingRadians: wrappedRadians(headingRadians + dice.gauss(sigma: startHeadingSigmaRadians)),
            positionSigmaMeters: sigma, headingSigmaRadians: startHeadingSigmaRadians)
    }

    /// What a boot's luck is drawn from: its start pose, and the phase of its sensors after it. `epoch` counts from 1.
    package func bootDice(_ robot: Int, epoch: UInt32) -> Dice {
        Dice(seed: Dice.mixed(seed, UInt64(epoch)), stream: .boot, index: robot + 1)
    }

    /// What a robot's sensors draw their noise from in one boot.
    package func sensorDice(_ robot: Int, epoch: UInt32) -> Dice {
        Dice(seed: Dice.mixed(seed, UInt64(epoch)), stream: .sensors, index: robot)
    }

    /// When each robot is switched on, nanoseconds.
    package func bootTimes() -> [Int64] {
        var dice = Dice(seed: seed, stream: .boot)
        return (0..<robots).map { _ in Int64(dice.uniform(0, Double(bootSpread.nanoseconds))) }
    }

    /// A robot's body where the layout has it.
    package func body(_ robot: Int, _ layout: Layout) -> Body {
        Body(
            at: layout.places[robot], headingRadians: layout.headingsRadians[robot], arena: arena, noise: actuators,
            radiusMeters: isSolid ? peer.mission.bodyRadiusMeters : 0,
            dice: Dice(seed: seed, stream: .body, index: robot))
    }

    // The world and what its peers believe of it agree unless a caller parts them on purpose.

    package var radio: RadioModel {
        get { medium.model }
        set {
            medium.model = newValue
            peer.radio = newValue
        }
    }

    package var arena: Arena {
        get { peer.mission.arena }
        set { peer.mission.arena = newValue }
    }

    package var strategy: PlanStrategy {
        get { peer.cloud.strategy }
        set { peer.cloud.strategy = newValue }
    }

    package var bandwidthMHz: Double {
        get { peer.cloud.bandwidthMHz }
        set { peer.cloud.bandwidthMHz = newValue }
    }

    package var rateMbpsPerPercent: Double {
        get { peer.cloud.rateMbpsPerPercent }
        set { peer.cloud.rateMbpsPerPercent = newValue }
    }
}
