import SkeinSeal
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// Whole peers with real seals on an ideal radio: whoever is in range gets a broadcast after a moment, unless chance
/// loses it; a unicast is repeated by the radio, so that four losses in a row lose it. Nothing ever collides.
final class Swarm {
    struct Conditions {
        var loss = 0.0
        var repeats = 0.0
        var dataRangeMeters = 16.0
        var planTime: Duration = .milliseconds(20)
        /// Of a frame, microseconds.
        var delayMin = 500
        var delayMax = 2_000
        var signals = Signals.measured
    }

    /// What the receivers' radios tell.
    enum Signals: CaseIterable {
        case measured, power, throughput, none
        /// Each robot's radio something else.
        case mixed

        func signal(powerDBm: Double, at robot: Int) -> Signal {
            switch self {
            case .measured: .measured(powerDBm: powerDBm, noiseDBm: -120)
            case .power: .power(dBm: powerDBm)
            case .throughput: .throughput(bitsPerSecond: 1e6 * (6 + max(0, powerDBm + 90) * 2))
            case .none: .none
            case .mixed: [Self.measured, .power, .throughput, .none][robot % 4].signal(powerDBm: powerDBm, at: robot)
            }
        }
    }

    let layout: Layout
    var conditions: Conditions
    private(set) var peers: [Peer?]
    private(set) var now = Instant.zero
    /// Robots of different numbers do not hear each other.
    var side: [Int]
    private(set) var log: [(at: Instant, robot: Int, event: Event)] = []
    private(set) var replies: [(at: Instant, robot: Int, reply: Reply)] = []
    private(set) var sent = [Int](repeating: 0, count: Band.allCases.count)
    var relayed: (MessageKind) -> Void = { _ in }
    /// Bytes that a robot's transmitter puts in place of its own for one receiver; nil: none.
    var forge: (_ sender: Int, _ receiver: Int, Transmission) -> [UInt8]? = { _, _, _ in nil }
    /// Everything that is sent, with its sender.
    var tap: (Int, Transmission) -> Void = { _, _ in }
    /// Beacons of each robot since the swarm began.
    private(set) var beacons: [Int]
    private var kept: [[StateRecord]]

    private var boots: [UInt32]
    private var deadlines: [Instant]
    private var queue = FrameQueue()
    private var effects = Effects()
    private var dice: Dice
    private let seed: UInt64
    private let config = PeerConfig()
    private let verifier = OnceVerifier()
    private let roster: Roster
    static let key = FleetKey(bytes: [UInt8](repeating: 7, count: FleetKey.byteCount))

    /// `absent` robots are enrolled and not switched on yet.
    init(
        _ layout: Layout, conditions: Conditions = Conditions(), seed: UInt64, absent: [Int] = [],
        roster: Roster? = nil
    ) {
        self.layout = layout
        self.conditions = conditions
        self.seed = seed
        dice = Dice(seed: seed)
        let count = layout.count
        peers = [Peer?](repeating: nil, count: count)
        side = [Int](repeating: 0, count: count)
        boots = [UInt32](repeating: 0, count: count)
        beacons = [Int](repeating: 0, count: count)
        kept = [[StateRecord]](repeating: [], count: count)
        deadlines = [Instant](repeating: .distantFuture, count: count)
        self.roster = roster ?? Roster((0..<count).map { (NodeID(UInt16($0)), Self.signingKey($0).publicKey) })
        for robot in 0..<count where !absent.contains(robot) { boot(robot) }
    }

    static func signingKey(_ robot: Int) -> SigningKey { SigningKey(seed: keySeed(robot)) }

    static func keySeed(_ robot: Int) -> [UInt8] {
        var seed = [UInt8](repeating: 3, count: SigningKey.seedBytes)
        seed[0] = UInt8(truncatingIfNeeded: robot)
        seed[1] = UInt8(truncatingIfNeeded: robot >> 8)
        return seed
    }

    /// What a robot's key lets whoever has it say.
    func seal(_ robot: Int, epoch: Epoch) -> Seal {
        Seal(
            id: NodeID(UInt16(robot)), epoch: epoch, keyring: FleetKeyring([Self.key]), roster: roster,
            signer: KeySigner(Self.signingKey(robot)), verifier: verifier, opener: KeyOpener(seed: Self.keySeed(robot)))
    }

    // MARK: What happens to robots

    func boot(_ robot: Int) {
        boots[robot] += 1
        let seal = seal(robot, epoch: Epoch(boots[robot]))
        peers[robot] = Peer(
            id: NodeID(UInt16(robot)), config: config, seed: seed &* 1_000 + UInt64(robot), seal: seal,
            start: StartPose(
                xMeters: layout.x[robot], yMeters: layout.y[robot], headingRadians: 0, positionSigmaMeters: 0.1,
                headingSigmaRadians: 0.01),
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false),
            restored: kept[robot], now: now)
        handle([.cpu(CPUSample(idlePercent: 50, neededPercent: 120))], at: robot)
    }

    func kill(_ robot: Int) {
        peers[robot] = nil
        deadlines[robot] = .distantFuture
    }

    /// It says that it leaves, and is switched off.
    func leave(_ robot: Int) {
        command(.leave, at: robot)
        kill(robot)
    }

    func command(_ command: OperatorCommand, at robot: Int, ticket: UInt32 = 0) {
        handle([.command(command, ticket: ticket)], at: robot)
    }

    /// From now on it computes this kernel, whose output is its input backwards.
    func register(_ kernel: KernelName, at robot: Int) {
        handle([.kernels([KernelOffer(name: kernel, isDeterministic: true, cost: .milliseconds(50))])], at: robot)
    }

    /// Bytes that a radio picks up from nobody in particular.
    func inject(_ datagram: [UInt8], at robot: Int) {
        hear(datagram, .sample(.control, from: 0xFFFF), at: robot)
    }

    func hear(_ datagram: [UInt8], _ reception: Reception, at robot: Int) {
        handle([.datagram(datagram, reception)], at: robot)
    }

    func run(seconds: Double) { run(until: now + .fromSeconds(seconds)) }

    func run(until end: Instant) {
        while true {
            var soonest = Instant.distantFuture
            var waking: Int?
            for robot in deadlines.indices where deadlines[robot] < soonest {
                soonest = deadlines[robot]
                waking = robot
            }
            guard min(soonest, queue.nextAt) <= end else { break }
            if queue.nextAt <= soonest {
                let item = queue.pop()
                now = max(now, item.at)
                if boots[item.robot] == item.boot { handle(item.inputs, at: item.robot) }
            } else if let waking {
                now = max(now, soonest)
                handle([.deadline], at: waking)
            }
        }
        now = end
    }

    /// Runs until something holds, at most so long. Nil if it never did.
    func run(atMost seconds: Double, until holds: () -> Bool) -> Double? {
        let start = now
        while now < start + .fromSeconds(seconds) {
            if holds() { return (now - start).inSeconds }
            run(seconds: 0.1)
        }
        return holds() ? seconds : nil
    }

    private func handle(_ inputs: [Input], at robot: Int) {
        guard peers[robot] != nil else { return }
        for input in inputs {
            peers[robot]?.handle(input, now: now, effects: &effects)
            let items = effects.items
            effects.removeAll()
            for effect in items { carryOut(effect, of: robot) }
        }
        deadlines[robot] = peers[robot]?.nextDeadline ?? .distantFuture
    }

    private func carryOut(_ effect: Effect, of robot: Int) {
        switch effect {
        case .send(let transmission): transmit(transmission, from: robot)
        case .compute(let id, .plan(let graph, let strategy, let previous)):
            let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previous)
            queue.push(
                [.computed(id, .plan(plan))], to: robot, boot: boots[robot], at: now + conditions.planTime)
        case .compute(let id, .unit(let kernel, let input, let cost, _)):
            let outcome = ComputationOutcome.unit(
                output: try? kernel.run(input: input), queued: .zero, computed: cost * 2)
            queue.push([.computed(id, outcome)], to: robot, boot: boots[robot], at: now + cost * 2)
        case .persist(let id, let record):
            kept[robot].removeAll { $0.key == record.key }
            if record.bytes != nil { kept[robot].append(record) }
            queue.push([.persisted(id)], to: robot, boot: boots[robot], at: now + .milliseconds(5))
        case .compute(let id, .program(_, let inputs, _)):
            let output = Array(inputs.flatMap(\.bytes).reversed())
            guard let object = ObjectID(hash: ObjectHash.of(output)) else { preconditionFailure("no hash") }
            let outcome = ProgramOutcome(
                result: .done(object, ObjectBytes(output)), queued: .zero, computed: .milliseconds(50))
            queue.push([.computed(id, .program(outcome))], to: robot, boot: boots[robot], at: now + .milliseconds(50))
        case .cancel, .actuate, .keep, .load, .discard: break
        case .reply(let reply, _): replies.append((now, robot, reply))
        case .record(let event): log.append((now, robot, event))
        }
    }

    private func transmit(_ transmission: Transmission, from sender: Int) {
        sent[Int(transmission.band.rawValue)] += 1
        tap(sender, transmission)
        if let kind = MessageKind(rawValue: transmission.datagram[1]) {
            relayed(kind)
            if kind == .beacon { beacons[sender] += 1 }
        }
        let range = transmission.band == .control ? layout.rangeMeters : conditions.dataRangeMeters
        let loss = conditions.loss
        for robot in peers.indices where robot != sender && peers[robot] != nil && side[robot] == side[sender] {
            guard transmission.next == .none || transmission.next.number == UInt16(robot) else { continue }
            guard let power = layout.powerDBm(sender, robot, rangeMeters: range) else { continue }
            let isLost = dice.unit() < (transmission.next == .none ? loss : loss * loss * loss * loss)
            guard !isLost else { continue }
            let inputs: [Input] = [
                .datagram(
                    forge(sender, robot, transmission) ?? transmission.datagram,
                    Reception(
                        band: transmission.band, from: LinkAddress(UInt64(sender)),
                        signal: conditions.signals.signal(powerDBm: power, at: robot)))
            ]
            for _ in 0..<(dice.unit() < conditions.repeats ? 2 : 1) {
                queue.push(inputs, to: robot, boot: boots[robot], at: now + .microseconds(delay()))
            }
        }
    }

    private func delay() -> Int { conditions.delayMin + dice.below(conditions.delayMax - conditions.delayMin) }

    // MARK: What is to be seen

    var living: [Int] { peers.indices.filter { peers[$0] != nil } }

    func status(_ robot: Int) -> PeerStatus? { peers[robot]?.status }

    func leader(_ robot: Int) -> Int? {
        guard let leader = peers[robot]?.subgroup.leader, leader != .none else { return nil }
        return Int(leader.number)
    }

    func isLeading(_ robot: Int) -> Bool { peers[robot]?.subgroup.isLeading == true }

    /// Living robots that lead or hear a living leader of theirs.
    func isCovered(_ robot: Int) -> Bool {
        guard let leader = leader(robot) else { return false }
        return leader == robot || isLeading(leader) && layout.distance(robot, leader) <= conditions.dataRangeMeters
    }

    /// Living robots whose place in the tree is not what breadth-first search from the root says.
    func misplaced(root: Int) -> [Int] {
        let depths = layout.depths(from: root) { one, other in
            peers[one] != nil && peers[other] != nil && side[one] == side[other]
        }
        return living.filter { robot in
            guard side[robot] == side[root] else { return false }
            let status = status(robot)
            return status?.hops != depths[robot] || status?.root != NodeID(UInt16(root))
        }
    }

    /// Sends an echo and waits for its answer: the hops, or nil.
    func echo(from robot: Int, to target: Int, seconds: Double = 6) -> Int? {
        let before = replies.count
        command(.echo(NodeID(UInt16(target))), at: robot)
        _ = run(atMost: seconds) { replies.count > before }
        for answer in replies.dropFirst(before) {
            if case .echoed(let id, let hops, _) = answer.reply, id.number == UInt16(target) { return hops }
        }
        return nil
    }

    func events(since start: Instant, _ isWanted: (Event) -> Bool) -> Int {
        log.count { $0.at >= start && isWanted($0.event) }
    }
}
