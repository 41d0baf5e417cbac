import SkeinCodec
import SkeinPeer
import SkeinRadio
import SkeinSeal
import SkeinTasks
import SkeinWire
import SkeinWorld

/// A few peers on a field, driven by hand: radios that lose some frames, bodies that go where they are told, kernels that
/// really run, and somebody who forges and repeats; a fleet with an authority that rolls its key, takes one in and throws
/// one out. Some of them are recorded.
struct RecordedSwarm {
    private enum Happening {
        case hear(Int, [UInt8], Reception)
        case wake(Int)
        case sense(Int)
        case sample(Int)
        case computed(Int, ComputationID, ComputationOutcome)
        case persisted(Int, PersistID)
        case command(Int, OperatorCommand)
        case clock(Int)
        /// A durable order of what the robots last computed for themselves.
        case order(Int)
    }

    private struct Body {
        var place: FieldPoint
        var headingRadians: Double
        var setpoint = Setpoint.stop
        var movedAt: Int64 = 0
        var readings = 0
    }

    let fleet: FleetID
    let keySeeds: [[UInt8]]
    /// The fleet's, from number 1: the last is handed out on the way, the first is over at the start.
    let fleetKeyBytes: [[UInt8]]
    let authority: SigningKey
    private let roster: Roster
    let robots: Int
    let cameras: Int
    private let config: PeerConfig
    private var peers: [Peer] = []
    private var bodies: [Body]
    private var dice: Dice
    private var queue: [(time: Int64, number: Int, what: Happening)] = []
    private var number = 0
    private var lastUnit: (kernel: Kernel, input: [UInt8])?
    private var wakeAt: [Int64]
    private var cancelled: [Set<ComputationID>]
    private var air: [[UInt8]] = []
    private(set) var now: Int64 = 0
    private(set) var events: [[Event]]
    /// Inputs, by robot.
    private(set) var handled: [Int]
    /// Of those recorded.
    private(set) var verdicts: [SealVerdict] = []
    /// All that must not be in a recording.
    var secrets: [[UInt8]] { keySeeds + fleetKeyBytes }
    /// Datagrams as they went to the air, for looking for their proofs.
    private(set) var datagrams: [[UInt8]] = []

    private let troubleFraction: Double
    /// Nil: not recorded.
    private var verifiers: [RecordingVerifier?]
    private var recorders: [Recorder?]
    /// Everything taken from the recorders.
    private var recordings: [[UInt8]]

    static let physicalTarget = FieldPoint(xMeters: 34, yMeters: 30)
    static let virtualTarget = FieldPoint(xMeters: 12, yMeters: 32)
    /// Where clocks stood when the peers began.
    static let clockOrigin: Int64 = 5_000_000_000

    init(
        robots: Int, cameras: Int, seed: UInt64, recorded: [Int], keepsEffects: Bool = false,
        troubleFraction: Double = 0.02
    ) {
        var dice = Dice(seed: seed, stream: .layout)
        self.robots = robots
        self.cameras = cameras
        self.troubleFraction = troubleFraction
        var config = PeerConfig()
        config.mission.arena = Arena(xMetersMin: 0, xMetersMax: 40, yMetersMin: 0, yMetersMax: 40)
        self.config = config
        func secret() -> [UInt8] { (0..<32).map { _ in UInt8(truncatingIfNeeded: dice.word()) } }
        fleetKeyBytes = (0..<3).map { _ in secret() }
        keySeeds = (0..<robots).map { _ in secret() }
        let keys = keySeeds.map { SigningKey(seed: $0) }
        authority = SigningKey(seed: secret())
        fleet = FleetID(authority: authority.publicKey)
        roster = Roster(authority: authority.publicKey, entries: Self.founding(keys, authority))
        let memo = MemoVerifier(over: SodiumVerifier())
        verifiers = (0..<robots).map {
            recorded.contains($0) ? RecordingVerifier(over: memo, signer: KeySigner(keys[$0])) : nil
        }
        recorders = [Recorder?](repeating: nil, count: robots)
        recordings = [[UInt8]](repeating: [], count: robots)
        handled = [Int](repeating: 0, count: robots)
        bodies = (0..<robots).map { _ in
            Body(
                place: FieldPoint(xMeters: dice.uniform(2, 24), yMeters: dice.uniform(2, 24)),
                headingRadians: dice.uniform(-3, 3))
        }
        wakeAt = [Int64](repeating: .max, count: robots)
        cancelled = [Set<ComputationID>](repeating: [], count: robots)
        events = [[Event]](repeating: [], count: robots)
        self.dice = dice
        for robot in 0..<robots {
            let seal = Seal(
                id: NodeID(UInt16(robot)), epoch: Epoch(3), keyring: FleetKeyring([fleetKey(1), fleetKey(2)]),
                roster: roster, signer: verifiers[robot] ?? KeySigner(keys[robot]), verifier: verifiers[robot] ?? memo,
                opener: KeyOpener(seed: keySeeds[robot]))
            boot(robot, seal, keepsEffects: keepsEffects)
        }
        schedule()
    }

    /// Of the fleet's keys the one with this number.
    func fleetKey(_ number: UInt16) -> FleetKey {
        FleetKey(bytes: fleetKeyBytes[Int(number) - 1], fleet: fleet, number: number)
    }

    private mutating func boot(_ robot: Int, _ seal: Seal, keepsEffects: Bool) {
        let begin = Instant(nanoseconds: Self.clockOrigin)
        let role = RobotRole(carriesCamera: robot < cameras, carriesSatelliteReceiver: robot == 0)
        let start = StartPose(
            xMeters: bodies[robot].place.xMeters + 0.2, yMeters: bodies[robot].place.yMeters - 0.1,
            headingRadians: bodies[robot].headingRadians, positionSigmaMeters: 0.5, headingSigmaRadians: 0.1)
        let seed = dice.word()
        peers.append(
            Peer(id: seal.id, config: config, seed: seed, seal: seal, start: start, role: role, now: begin))
        guard verifiers[robot] != nil else { return }
        recorders[robot] = Recorder(
            RecordingHeader(
                id: seal.id, name: "robot \(robot)", epoch: seal.epoch, seed: seed, config: config, role: role,
                start: start, restored: [], roster: roster, fleet: fleet, fleetKeys: [1, 2], begunAt: begin,
                keepsEffects: keepsEffects))
    }

    private mutating func schedule() {
        for robot in 0..<robots {
            let phase = Int64(dice.uniform(0, 100e6))
            push(phase, .sample(robot))
            push(phase, .wake(robot))
            push(phase + 1_000, .sense(robot))
        }
        push(12_000_000_000, .order(0))
        push(600_000_000, .command(0, .organise(launches: true)))
        push(5_500_000_000, .command(robots - 1, .status))
        push(5_600_000_000, .command(robots - 1, .echo(NodeID(0))))
        push(5_700_000_000, .command(robots - 1, .echo(NodeID(40_000))))
        push(5_800_000_000, .command(robots - 1, .links))
        scheduleTrust()
    }

    /// The key is rolled, somebody comes and goes, and a small swarm is stopped and goes on.
    private mutating func scheduleTrust() {
        for robot in 0..<robots { push(Int64(robot) * 7_000_000, .clock(robot)) }
        let (shares, comesAndGoes) = entries()
        for first in stride(from: 0, to: shares.count, by: OperatorCommand.entriesMax) {
            let part = shares[first..<min(shares.count, first + OperatorCommand.entriesMax)]
            push(3_000_000_000 + Int64(first), .command(robots - 1, .admit(Array(part))))
        }
        push(6_000_000_000, .command(robots - 1, .admit(Array(comesAndGoes.prefix(1)))))
        push(13_000_000_000, .command(robots - 1, .admit(Array(comesAndGoes.suffix(2)))))
        push(7_100_000_000, .command(0, .trust))
        push(7_200_000_000, .command(0, .peers))
        guard robots < 10 else { return }
        push(14_000_000_000, .command(0, .stop))
        push(14_500_000_000, .command(0, .safety))
        push(15_000_000_000, .command(0, .release(number: 1)))
    }

    private mutating func push(_ time: Int64, _ what: Happening) {
        var low = 0
        var high = queue.count
        number += 1
        // Latest first, so that the next one is taken from the end.
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].time > time { low = middle + 1 } else { high = middle }
        }
        queue.insert((time, number, what), at: low)
    }

    /// Lets so much time pass.
    mutating func fly(_ span: Duration) {
        let end = now + span.nanoseconds
        while let next = queue.last, next.time <= end {
            queue.removeLast()
            now = next.time
            take(next.what)
        }
        now = end
    }

    /// Ends a robot's recording and returns all of it.
    mutating func close(_ robot: Int) -> [UInt8] {
        recorders[robot]?.finish(at: Instant(nanoseconds: Self.clockOrigin + now))
        recordings[robot] += recorders[robot]?.take() ?? []
        return recordings[robot]
    }

    private mutating func take(_ what: Happening) {
        switch what {
        case .hear(let robot, let datagram, let reception): handle(.datagram(datagram, reception), robot)
        case .wake(let robot):
            wakeAt[robot] = .max
            handle(.deadline, robot)
        case .sense(let robot):
            push(now + 100_000_000, .sense(robot))
            handle(.sensors(read(robot)), robot)
        case .sample(let robot):
            push(now + 1_000_000_000, .sample(robot))
            let isCamera = robot < cameras
            handle(
                .cpu(CPUSample(idlePercent: isCamera ? 0 : 55, neededPercent: isCamera ? 120 : 0)), robot)
        case .computed(let robot, let id, let outcome):
            if cancelled[robot].remove(id) == nil { handle(.computed(id, outcome), robot) }
        case .persisted(let robot, let id): handle(.persisted(id), robot)
        case .order(let robot):
            guard let lastUnit else { return }
            let order = TaskOrder(
                key: TaskKey(UInt64(number)), kernel: lastUnit.kernel, inputs: [lastUnit.input, lastUnit.input],
                span: .seconds(1), isDurable: true)
            handle(.command(.submit(order), ticket: UInt32(number)), robot)
        case .command(let robot, let command): handle(.command(command, ticket: UInt32(number)), robot)
        case .clock(let robot):
            push(now + 4_000_000_000, .clock(robot))
            handle(.wallClock(seconds: 1_000 + UInt64(now / 1_000_000_000)), robot)
        }
    }

    private mutating func handle(_ input: Input, _ robot: Int) {
        var effects = Effects()
        let clock = Instant(nanoseconds: Self.clockOrigin + now)
        peers[robot].handle(input, now: clock, effects: &effects)
        handled[robot] += 1
        let deadline = peers[robot].nextDeadline
        if let verifier = verifiers[robot] {
            let verdict = verifier.take()
            verdicts.append(verdict)
            recorders[robot]?.record(input, at: clock, verdict: verdict, effects: effects, nextDeadline: deadline)
            if let pending = recorders[robot]?.pendingBytes, pending > 65_536 {
                recordings[robot] += recorders[robot]?.take() ?? []
            }
        }
        for effect in effects.items { perform(effect, robot) }
        let due = max(deadline.nanoseconds - Self.clockOrigin, now + 50_000)
        if due < wakeAt[robot] {
            wakeAt[robot] = due
            push(due, .wake(robot))
        }
    }

    private mutating func perform(_ effect: Effect, _ robot: Int) {
        switch effect {
        case .send(let transmission): send(transmission, robot)
        case .compute(let id, .unit(let kernel, let input, let cost, _)):
            lastUnit = (kernel, input)
            let outcome = ComputationOutcome.unit(
                output: try? kernel.run(input: input), queued: .zero, computed: cost)
            push(now + 2 * cost.nanoseconds, .computed(robot, id, outcome))
        case .compute(let id, .plan(let graph, let strategy, let previousLeaders)):
            let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previousLeaders)
            push(now + 50_000_000, .computed(robot, id, .plan(plan)))
        case .cancel(let id): cancelled[robot].insert(id)
        case .actuate(let setpoint):
            move(robot)
            bodies[robot].setpoint = setpoint
        case .persist(let id, _): push(now + 20_000_000, .persisted(robot, id))
        case .record(let event): events[robot].append(event)
        case .reply: break
        case .compute(_, .program), .keep, .load, .discard: preconditionFailure("nobody has submitted a job")
        }
    }

    private mutating func send(_ transmission: Transmission, _ robot: Int) {
        if datagrams.count < 5_000 { datagrams.append(transmission.datagram) }
        for other in 0..<robots where other != robot {
            guard transmission.next == .none || Int(transmission.next.number) == other else { continue }
            let distance = (bodies[robot].place - bodies[other].place).lengthMeters
            let power = config.radio.receivedPowerDBm(
                powerAtOneMeterDBm: transmission.band == .control
                    ? config.radio.controlPowerAtOneMeterDBm : config.radio.dataPowerAtOneMeterDBm,
                distanceMeters: distance)
            guard power >= config.radio.usablePowerMinDBm, dice.unit() > 0.01 else { continue }
            let signal: Signal =
                switch other % 4 {
                case 0: .measured(powerDBm: power, noiseDBm: -120)
                case 1: .power(dBm: power)
                default: .measured(powerDBm: power, noiseDBm: dice.uniform(-130, -110))
                }
            let reception = Reception(band: transmission.band, from: LinkAddress(UInt64(robot)), signal: signal)
            push(now + 1_000_000, .hear(other, transmission.datagram, reception))
            if dice.unit() < troubleFraction { trouble(other, transmission.datagram, reception) }
        }
    }

    /// Somebody forges, repeats, cuts, and talks at length.
    private mutating func trouble(_ robot: Int, _ datagram: [UInt8], _ reception: Reception) {
        var forged = datagram
        switch dice.below(10) {
        case 0: forged[dice.below(forged.count)] ^= UInt8(1 << dice.below(8))
        case 1: forged.removeLast(dice.below(forged.count))
        case 2: forged += [UInt8](repeating: 7, count: dice.below(3_000))
        case 3: forged[Envelope.headerBytes + dice.below(4)] ^= 0x10
        case 4:
            // A signature that does not hold under a tag that does: an insider's.
            forged[forged.count - Envelope.tagBytes - 1] ^= 1
            forged = speaker(1, keySeeds[0], fleetKey(2)).relayed(forged, next: .none, hop: forged[Envelope.Offset.hop])
        case 5:
            // Somebody who has the fleet's key and is not on the roster.
            forged = told(robot, by: speaker(999, keySeeds[0], fleetKey(2)), .echo(Self.echo))
        case 6:
            // A member that has missed the fleet's second key, in another boot.
            let other = (robot + 1) % robots
            forged = told(robot, by: speaker(UInt16(other), keySeeds[other], fleetKey(1), epoch: 4), .echo(Self.echo))
        case 7:
            // A member, in another boot, with an entry that its issuer has not signed.
            let other = (robot + 1) % robots
            var gossip = TrustGossip(entries: [entry(.revocation(out(NodeID(UInt16(robot)))), number: 9_000)])
            gossip.entries[0].signature[7] ^= 1
            forged = told(
                robot, by: speaker(UInt16(other), keySeeds[other], fleetKey(2), epoch: 4), .trustGossip(gossip))
        default: break
        }
        push(now + 3_000_000 + Int64(dice.below(2_000_000_000)), .hear(robot, forged, reception))
    }

    private mutating func move(_ robot: Int) {
        let seconds = Double(now - bodies[robot].movedAt) * 1e-9
        let setpoint = bodies[robot].setpoint
        bodies[robot].movedAt = now
        let heading = bodies[robot].headingRadians
        bodies[robot].place.xMeters += setpoint.speedMetersPerSecond * seconds * heading.cosine
        bodies[robot].place.yMeters += setpoint.speedMetersPerSecond * seconds * heading.sine
        bodies[robot].headingRadians = Pose.wrapped(heading + setpoint.turnRadiansPerSecond * seconds)
    }

    private mutating func read(_ robot: Int) -> SensorReading {
        for other in 0..<robots { move(other) }
        bodies[robot].readings += 1
        let body = bodies[robot]
        var detections: [SensorReading.Detection]?
        var target: SensorReading.Detection?
        if robot < cameras && body.readings % 5 == 0 {
            detections = []
            for other in 0..<robots where other != robot {
                if let seen = sight(body, NodeID(UInt16(other)), at: bodies[other].place, height: 0.5) {
                    detections?.append(seen)
                }
            }
            target = sight(body, .none, at: Self.physicalTarget, height: 1)
        }
        let away = max((body.place - Self.virtualTarget).lengthMeters, 0.5)
        return SensorReading(
            interval: .milliseconds(100), speedMetersPerSecond: body.setpoint.speedMetersPerSecond,
            turnRadiansPerSecond: body.setpoint.turnRadiansPerSecond,
            compassRadians: body.headingRadians + dice.gauss(sigma: 0.02),
            satelliteMeters: robot == 0 ? (x: body.place.xMeters, y: body.place.yMeters) : nil,
            smellPerMeter: robot < cameras ? nil : 1 / away, detections: detections, target: target)
    }

    private func sight(_ body: Body, _ id: NodeID, at place: FieldPoint, height: Double) -> SensorReading.Detection? {
        let away = place - body.place
        let bearing = Pose.wrapped(away.directionRadians - body.headingRadians)
        guard away.lengthMeters < 20, away.lengthMeters > 0.5, abs(bearing) < 1 else { return nil }
        return SensorReading.Detection(
            robot: id, bearingRadians: bearing, pixelHeight: 800 * height / (away.lengthMeters * bearing.cosine))
    }
}
