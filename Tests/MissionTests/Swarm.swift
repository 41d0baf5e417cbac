import Foundation
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// A kinematic world for missions: bodies that do what they are told, noisy sensors, and gossip without a radio.
/// Beacons reach everybody within 24 m, fixes within 16 m, sightings and orders everybody after a moment. Tasks are
/// computed for real and always come back, unless a test says otherwise.
struct Swarm {
    struct Noise {
        var smellFraction = 0.05
        var startSigmaMeters = 0.5
        var startSigmaRadians = 0.05
        /// White, and a constant error of each robot's wheels.
        var speedFraction = 0.03
        var speedScale = 0.01
        var compassRadians = 2 * Double.pi / 180
        var taskFailure = 0.0
        var beaconLoss = 0.0
        /// Robots that claim a source where there is none, and smell it.
        var liars: [Int] = []
        /// Robots that say they are somewhere else, and very sure of it; drifting away this fast, or so far at once.
        var placeLiars: [Int] = []
        var lieMeters = 0.0
        var lieMetersPerSecond = 0.0
        /// Camera robots that tell everybody around, at every reading, that it is this far east of where it believes.
        var fixLiars: [Int] = []
        var fixMeters = 0.0
        /// Cameras see all round, or only ahead.
        var isCameraAllRound = false
    }

    struct Body {
        var pose: Pose
        var setpoint = Setpoint.stop
        var speedScale = 1.0
        /// Driven since the last reading.
        var forward = 0.0
        var turned = 0.0
        /// Ticks between 0 and 9, and the second's tick of the frame.
        var phase: Int
        var runner: MissionRunner
        /// Ended at this tick.
        var tasks: [(due: Int, step: UInt32, task: NavigationTask, completed: Bool)] = []
        var arrivals = 0
        var submissions = 0
    }

    /// 20 ms.
    static let tickSeconds = 0.02
    static let ticksPerReading = 10
    static let ticksPerSecond = 50

    let layout: Layout
    let noise: Noise
    var tuning: MissionTuning
    var dice: Dice
    var bodies: [Body] = []
    var tick = 0
    var sightings = 0
    var sightingMail: [(due: Int, sighting: Sighting)] = []
    private let isCamera: [Bool]

    init(layout: Layout, noise: Noise, seed: UInt64, tuning given: MissionTuning = MissionTuning()) {
        self.layout = layout
        self.noise = noise
        tuning = given
        tuning.arena = Arena(
            xMetersMin: 0, xMetersMax: layout.arenaMeters, yMetersMin: 0, yMetersMax: layout.arenaMeters)
        dice = Dice(seed: seed)
        isCamera = layout.positions.indices.map(layout.cameras.contains)
        let satellite = layout.positions.indices.randomElement(using: &self.dice) ?? 0
        for index in layout.positions.indices {
            let place = layout.positions[index]
            let heading = dice.uniform(-.pi, .pi)
            let start = StartPose(
                xMeters: place.xMeters + noise.startSigmaMeters * dice.bell(),
                yMeters: place.yMeters + noise.startSigmaMeters * dice.bell(),
                headingRadians: heading + noise.startSigmaRadians * dice.bell(),
                positionSigmaMeters: noise.startSigmaMeters, headingSigmaRadians: noise.startSigmaRadians)
            let runner = MissionRunner(
                id: NodeID(UInt16(index)),
                role: RobotRole(carriesCamera: isCamera[index], carriesSatelliteReceiver: index == satellite),
                start: start, tuning: tuning, random: PeerRandom(seed: dice.bits()), now: .zero)
            bodies.append(
                Body(
                    pose: Pose(xMeters: place.xMeters, yMeters: place.yMeters, headingRadians: heading),
                    speedScale: 1 + noise.speedScale * dice.bell(), phase: Int(dice.uniform(0, 50)), runner: runner))
        }
    }

    var now: Instant { .zero + .milliseconds(20 * tick) }

    func place(_ index: Int) -> FieldPoint {
        FieldPoint(xMeters: bodies[index].pose.xMeters, yMeters: bodies[index].pose.yMeters)
    }

    func goalMeters(_ index: Int) -> Double {
        ((isCamera[index] ? layout.physicalTarget : layout.virtualTarget) - place(index)).lengthMeters
    }

    var isComplete: Bool { bodies.indices.allSatisfy { goalMeters($0) <= tuning.arrivalRadiusMeters } }

    /// Organises for `organiseSeconds`, then starts; the time from the start until all are at their targets at once, or
    /// nil.
    mutating func fly(organiseSeconds: Double = 8, limitSeconds: Double = 60) -> Double? {
        order(.organise, revision: 1)
        run(seconds: organiseSeconds)
        order(.start, revision: 2)
        let start = tick
        let limit = Int(limitSeconds / Self.tickSeconds)
        while tick - start < limit {
            advance()
            if isComplete { return Double(tick - start) * Self.tickSeconds }
        }
        return nil
    }

    mutating func run(seconds: Double) {
        for _ in 0..<Int((seconds / Self.tickSeconds).rounded()) { advance() }
    }

    mutating func order(_ command: MissionOrder.Command, revision: UInt32) {
        for index in bodies.indices {
            var actions: [MissionAction] = []
            let order = MissionOrder(revision: revision, command: command, root: NodeID(0))
            _ = bodies[index].runner.orderHeard(order, now: now, actions: &actions)
            carryOut(actions, of: index)
        }
    }

    /// How wrong this robot is about its own place.
    func errorMeters(_ index: Int) -> Double {
        (bodies[index].runner.localiser.position - place(index)).lengthMeters
    }

    mutating func advance() {
        tick += 1
        if tick % Self.ticksPerReading == 0 { for index in noise.fixLiars { pull(from: index) } }
        for index in bodies.indices { move(&bodies[index]) }
        for mail in sightingMail where mail.due <= tick {
            for index in bodies.indices {
                var actions: [MissionAction] = []
                bodies[index].runner.sightingHeard(mail.sighting, actions: &actions)
            }
        }
        sightingMail.removeAll { $0.due <= tick }
        for index in bodies.indices {
            var actions: [MissionAction] = []
            let phase = (tick + bodies[index].phase) % Self.ticksPerSecond
            if phase % Self.ticksPerReading == 0 {
                bodies[index].runner.sensed(reading(index, hasFrame: phase == 0), now: now, actions: &actions)
            }
            if phase == 17 { beacon(from: index) }
            for task in bodies[index].tasks where task.due <= tick {
                let results: [[UInt8]?] = task.task.split().map { part in
                    task.completed ? try? part.kernel.run(input: part.input) : nil
                }
                bodies[index].runner.taskEnded(
                    step: task.step, results: results, completed: task.completed, now: now, actions: &actions)
            }
            bodies[index].tasks.removeAll { $0.due <= tick }
            if now >= bodies[index].runner.nextDeadline {
                bodies[index].runner.deadlinePassed(now: now, actions: &actions)
            }
            carryOut(actions, of: index)
        }
    }

    private func move(_ body: inout Body) {
        let forward = body.setpoint.speedMetersPerSecond * Self.tickSeconds
        let turn = body.setpoint.turnRadiansPerSecond * Self.tickSeconds
        let heading = body.pose.headingRadians + turn / 2
        body.pose.xMeters += forward * cos(heading)
        body.pose.yMeters += forward * sin(heading)
        body.pose.headingRadians = Pose.wrapped(body.pose.headingRadians + turn)
        body.forward += forward
        body.turned += turn
    }

    private mutating func reading(_ index: Int, hasFrame: Bool) -> SensorReading {
        let seconds = Double(Self.ticksPerReading) * Self.tickSeconds
        let body = bodies[index]
        let speed = body.forward / seconds
        let turn = body.turned / seconds
        bodies[index].forward = 0
        bodies[index].turned = 0
        let noisySpeed = speed * (body.speedScale + noise.speedFraction * dice.bell())
        let noisyTurn = turn == 0 ? 0 : turn * (1 + 0.03 * dice.bell()) + 0.01 * dice.bell()
        let compass = Pose.wrapped(body.pose.headingRadians + noise.compassRadians * dice.bell())
        var satellite: (x: Double, y: Double)?
        if body.runner.role.carriesSatelliteReceiver {
            satellite = (body.pose.xMeters + 0.02 * dice.bell(), body.pose.yMeters + 0.02 * dice.bell())
        }
        var detections: [SensorReading.Detection]?
        var target: SensorReading.Detection?
        var smell: Double?
        if isCamera[index] {
            if hasFrame {
                detections = []
                for other in bodies.indices where other != index {
                    if let seen = detection(
                        of: place(other), as: other, from: body.pose, height: tuning.camera.bodyMeters)
                    {
                        detections?.append(seen)
                    }
                }
                target = detection(
                    of: layout.physicalTarget, as: 0xFFFF, from: body.pose, height: tuning.targetMeters)
            }
        } else {
            let distance = (layout.virtualTarget - place(index)).lengthMeters
            smell = max(0, 1 + noise.smellFraction * dice.bell()) / max(1, distance)
        }
        return SensorReading(
            interval: .fromSeconds(seconds), speedMetersPerSecond: noisySpeed, turnRadiansPerSecond: noisyTurn,
            compassRadians: compass, satelliteMeters: satellite, smellPerMeter: smell, detections: detections,
            target: target)
    }

    private mutating func detection(
        of point: FieldPoint, as robot: Int, from pose: Pose, height: Double
    ) -> SensorReading.Detection? {
        let dx = point.xMeters - pose.xMeters
        let dy = point.yMeters - pose.yMeters
        let range = (dx * dx + dy * dy).squareRoot()
        let bearing = Pose.wrapped(atan2(dy, dx) - pose.headingRadians)
        guard range > 0.3, range <= tuning.sightMetersMax,
            noise.isCameraAllRound || abs(bearing) <= tuning.sightHalfAngleRadians
        else { return nil }
        let pixels = tuning.camera.focalPixels * height / max(range * cos(bearing), 0.1)
        return SensorReading.Detection(
            robot: NodeID(UInt16(robot)), bearingRadians: bearing + tuning.camera.bearingSigmaRadians * dice.bell(),
            pixelHeight: max(1, pixels + tuning.camera.pixelSigma * dice.bell()))
    }

    private mutating func beacon(from index: Int) {
        var fields = bodies[index].runner.beaconFields(now: now)
        bodies[index].runner.beaconSent()
        if noise.liars.contains(index) {
            fields.best = Smell(xMeters: 3, yMeters: 4, perMeter: 1_000)
            fields.smellPerMeter = 10
        }
        if noise.placeLiars.contains(index) {
            let off = noise.lieMeters + noise.lieMetersPerSecond * Double(tick) * Self.tickSeconds
            fields.pose = PoseField(
                PoseEstimate(
                    pose: Pose(
                        xMeters: bodies[index].pose.xMeters + off, yMeters: bodies[index].pose.yMeters,
                        headingRadians: bodies[index].pose.headingRadians),
                    covariance: .diagonal(1e-6, 1e-6, 1e-6)))
        }
        for other in bodies.indices where other != index && (place(other) - place(index)).lengthMeters <= 24 {
            guard dice.unit() >= noise.beaconLoss else { continue }
            bodies[other].runner.beaconHeard(from: NodeID(UInt16(index)), fields: fields, now: now)
        }
    }

    private mutating func pull(from index: Int) {
        for other in bodies.indices where other != index && (place(other) - place(index)).lengthMeters <= 16 {
            let there = bodies[other].runner.localiser.position
            let fix = PositionFix(
                xMeters: there.xMeters + noise.fixMeters, yMeters: there.yMeters,
                covariance: Symmetric2(xx: 1e-6, xy: 0, yy: 1e-6),
                independent: Symmetric2(xx: 1e-6, xy: 0, yy: 1e-6))
            var actions: [MissionAction] = []
            bodies[other].runner.fixHeard(
                fix.entry(for: NodeID(UInt16(other))), age: .zero,
                from: NodeID(UInt16(index)), now: now, actions: &actions)
        }
    }

    private mutating func carryOut(_ actions: [MissionAction], of index: Int) {
        for action in actions {
            switch action {
            case .actuate(let setpoint): bodies[index].setpoint = setpoint
            case .submit(let step, let task):
                bodies[index].submissions += 1
                let completed = dice.unit() >= noise.taskFailure
                bodies[index].tasks.append((tick + (completed ? 15 : 45), step, task, completed))
            case .fixes(let fixes):
                for entry in fixes.entries {
                    let other = Int(entry.robot.number)
                    guard (place(other) - place(index)).lengthMeters <= 16 else { continue }
                    var more: [MissionAction] = []
                    bodies[other].runner.fixHeard(
                        entry, age: .milliseconds(Int64(fixes.ageMilliseconds)), from: NodeID(UInt16(index)),
                        now: now, actions: &more)
                }
            case .sighting(let sighting):
                sightings += 1
                sightingMail.append((tick + 5, sighting))
            case .record(let event):
                if case .arrived = event { bodies[index].arrivals += 1 }
            }
        }
    }
}

extension Dice: RandomNumberGenerator {
    mutating func next() -> UInt64 { bits() }
}
