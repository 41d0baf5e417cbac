import SkeinSeal
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// Whole peers with real seals and a real authority, in virtual time, on a radio that loses frames by chance. A write
/// reaches the disk after a while; a power cut before loses it.
final class StopField {
    struct Conditions {
        var loss = 0.0
        /// Until a write is on the disk.
        var diskTime: Duration = .milliseconds(20)
        /// The 5 GHz radios reach as far as this.
        var dataRangeMeters = 16.0
    }

    private struct Item {
        var at: Instant
        var robot: Int
        var boot: UInt32
        var input: Input
        /// On the disk from then on.
        var record: StateRecord?
    }

    let places: [(x: Double, y: Double)]
    var conditions: Conditions
    static let rangeMeters = 24.0
    private(set) var peers: [Peer?]
    private(set) var now = Instant.zero
    /// Robots of different numbers do not hear each other.
    var side: [Int]
    private(set) var log: [(at: Instant, robot: Int, event: Event)] = []
    private(set) var replies: [(robot: Int, reply: Reply)] = []
    private(set) var sent: [(at: Instant, robot: Int, transmission: Transmission)] = []
    /// A peer that came to stand told somebody before it stopped its motors.
    private(set) var breaches: [Int] = []
    /// When each first stopped its motors for a stop in force.
    private(set) var stoodAt: [Instant?]
    private(set) var kept: [[StateRecord]]
    var keepsSent = false

    private(set) var authority: TrustIssuer
    private var boots: [UInt32]
    private var deadlines: [Instant]
    private var queue: [Item] = []
    private var dice: Dice
    private let seed: UInt64
    private let roster: Roster
    private let verifier = OnceVerifier()
    private static let authorityKey = SigningKey(seed: [UInt8](repeating: 0xA0, count: SigningKey.seedBytes))
    private let key: FleetKey

    /// `roles`: of the robots that are not like the others.
    init(
        _ places: [(x: Double, y: Double)], conditions: Conditions = Conditions(), roles: [Int: TrustRoles] = [:],
        seed: UInt64, absent: [Int] = []
    ) {
        self.places = places
        self.conditions = conditions
        self.seed = seed
        dice = Dice(seed: seed)
        let count = places.count
        var authority = TrustIssuer(
            issuer: .none, key: Self.authorityKey, authority: Self.authorityKey.publicKey, entries: [])
        for robot in 0..<count {
            let own = roles[robot] ?? TrustRoles.all.subtracting(.enroll)
            do {
                _ = try authority.enroll(
                    name: "robot\(robot)", key: Self.signingKey(robot).publicKey, roles: own, expiresAtSeconds: nil,
                    now: 1_000)
            } catch { preconditionFailure("robot \(robot): \(error)") }
        }
        self.authority = authority
        roster = Roster(authority: Self.authorityKey.publicKey, entries: authority.entries)
        key = FleetKey(
            bytes: [UInt8](repeating: 7, count: FleetKey.byteCount),
            fleet: FleetID(authority: Self.authorityKey.publicKey)
        )
        peers = [Peer?](repeating: nil, count: count)
        side = [Int](repeating: 0, count: count)
        boots = [UInt32](repeating: 0, count: count)
        stoodAt = [Instant?](repeating: nil, count: count)
        kept = [[StateRecord]](repeating: [], count: count)
        deadlines = [Instant](repeating: .distantFuture, count: count)
        for robot in 0..<count where !absent.contains(robot) { boot(robot) }
    }

    /// A row, so far apart that each hears the next and the one after it.
    static func row(_ count: Int, spacingMeters: Double = 11) -> [(x: Double, y: Double)] {
        (0..<count).map { (Double($0) * spacingMeters, 0) }
    }

    /// Everybody hears everybody.
    static func knot(_ count: Int) -> [(x: Double, y: Double)] { (0..<count).map { (Double($0), 0) } }

    static func signingKey(_ robot: Int) -> SigningKey {
        var seed = [UInt8](repeating: 3, count: SigningKey.seedBytes)
        seed[0] = UInt8(truncatingIfNeeded: robot)
        return SigningKey(seed: seed)
    }

    var fleet: FleetID { key.fleet }

    /// What whoever holds a robot's key can say.
    func seal(_ robot: Int, epoch: Epoch) -> Seal {
        Seal(
            id: NodeID(UInt16(robot)), epoch: epoch, fleetKey: key, roster: roster,
            signer: KeySigner(Self.signingKey(robot)), verifier: verifier)
    }

    func stop(_ kind: StopStatement.Kind, by robot: Int, number: UInt32, names: [StopStatement.Name] = [])
        -> StopStatement
    {
        var statement = StopStatement(kind: kind, issuer: NodeID(UInt16(robot)), number: number, names: names)
        statement.signature = Self.signingKey(robot).signature(
            over: Statement.bytes(.stop, fleet: fleet, statement.statedBytes))
        return statement
    }

    // MARK: What happens to robots

    func boot(_ robot: Int) {
        boots[robot] += 1
        var random = PeerRandom(seed: seed &* 1_000 + UInt64(robot) &* 31 + UInt64(boots[robot]))
        peers[robot] = Peer(
            id: NodeID(UInt16(robot)), config: PeerConfig(), seed: random.next(),
            seal: seal(robot, epoch: Epoch(boots[robot])),
            start: StartPose(
                xMeters: places[robot].x, yMeters: places[robot].y, headingRadians: 0, positionSigmaMeters: 0.1,
                headingSigmaRadians: 0.01),
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), restored: kept[robot], now: now)
        handle(.cpu(CPUSample(idlePercent: 50, neededPercent: 120)), at: robot)
    }

    /// Power cut.
    func kill(_ robot: Int) {
        peers[robot] = nil
        deadlines[robot] = .distantFuture
        queue.removeAll { $0.robot == robot && $0.record != nil }
    }

    /// And its disk is gone.
    func wipe(_ robot: Int) { kept[robot] = [] }

    /// The next number goes into a message of the lost disk's robot: its boots go on.
    func command(_ command: OperatorCommand, at robot: Int) { handle(.command(command, ticket: 0), at: robot) }

    /// A notice that somebody with a robot's key broadcasts next to another.
    func inject(_ notice: StopNotice, by robot: Int, epoch: UInt32 = 900, at target: Int) {
        var seal = seal(robot, epoch: Epoch(epoch))
        let datagram = seal.close(.stopNotice(notice), to: .none, via: .none, next: .none, timeToLive: 1)
        hear(datagram, at: target)
    }

    func hear(_ datagram: [UInt8], at robot: Int) {
        handle(
            .datagram(
                datagram,
                Reception(
                    band: .control, from: LinkAddress(0xFFFF), signal: .measured(powerDBm: -60, noiseDBm: -120))),
            at: robot)
    }

    /// The authority throws a robot out; `robots` hear of it at once.
    func revoke(_ robot: Int, at robots: [Int]) {
        do { _ = try authority.revoke("robot\(robot)", disowning: false, now: 2_000) } catch {
            preconditionFailure("\(error)")
        }
        for place in robots { command(.admit(authority.issued.suffix(1)), at: place) }
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
            let next = queue.first?.at ?? .distantFuture
            guard min(soonest, next) <= end else { break }
            if next <= soonest {
                let item = queue.removeFirst()
                now = max(now, item.at)
                guard boots[item.robot] == item.boot, peers[item.robot] != nil else { continue }
                if let record = item.record {
                    kept[item.robot].removeAll { $0.key == record.key }
                    if record.bytes != nil { kept[item.robot].append(record) }
                }
                handle(item.input, at: item.robot)
            } else if let waking {
                now = max(now, soonest)
                handle(.deadline, at: waking)
            }
        }
        now = end
    }

    /// Runs until something holds, at most so long. Nil if it never did.
    func run(atMost seconds: Double, until holds: () -> Bool) -> Double? {
        let start = now
        while now < start + .fromSeconds(seconds) {
            if holds() { return (now - start).inSeconds }
            run(seconds: 0.02)
        }
        return holds() ? seconds : nil
    }

    private func handle(_ input: Input, at robot: Int) {
        guard peers[robot] != nil else { return }
        var effects = Effects()
        let stoodBefore = peers[robot]?.stops.isStopped ?? false
        peers[robot]?.handle(input, now: now, effects: &effects)
        deadlines[robot] = peers[robot]?.nextDeadline ?? .distantFuture
        if !stoodBefore, peers[robot]?.stops.isStopped == true { noteStanding(robot, effects.items) }
        for effect in effects.items { carryOut(effect, of: robot) }
    }

    private func noteStanding(_ robot: Int, _ effects: [Effect]) {
        var hasStopped = false
        for effect in effects {
            switch effect {
            case .actuate(.stop): hasStopped = true
            case .send: if !hasStopped { breaches.append(robot) }
            case .actuate, .compute, .cancel, .reply, .record, .persist, .keep, .load, .discard: break
            }
        }
        if !hasStopped { breaches.append(robot) }
        if stoodAt[robot] == nil { stoodAt[robot] = now }
    }

    private func carryOut(_ effect: Effect, of robot: Int) {
        switch effect {
        case .send(let transmission): transmit(transmission, from: robot)
        case .compute(let id, .plan(let graph, let strategy, let previous)):
            let plan = Planner.plan(graph, strategy: strategy, previousLeaders: previous)
            push(.computed(id, .plan(plan)), to: robot, at: now + .milliseconds(20))
        case .compute(let id, .unit):
            push(.computed(id, .unit(output: nil, queued: .zero, computed: .zero)), to: robot, at: now)
        case .persist(let id, let record):
            push(.persisted(id), to: robot, at: now + conditions.diskTime, record: record)
        case .compute(_, .program), .keep, .load, .discard: preconditionFailure("nobody has submitted a job")
        case .cancel, .actuate: break
        case .reply(let reply, _): replies.append((robot, reply))
        case .record(let event): log.append((now, robot, event))
        }
    }

    private func transmit(_ transmission: Transmission, from sender: Int) {
        if keepsSent { sent.append((now, sender, transmission)) }
        let range = transmission.band == .control ? Self.rangeMeters : conditions.dataRangeMeters
        let loss = transmission.next == .none ? conditions.loss : conditions.loss * conditions.loss * conditions.loss
        for robot in peers.indices where robot != sender && peers[robot] != nil && side[robot] == side[sender] {
            guard transmission.next == .none || transmission.next.number == UInt16(robot) else { continue }
            let meters = distance(sender, robot)
            guard meters <= range, dice.unit() >= loss else { continue }
            let reception = Reception(
                band: transmission.band, from: LinkAddress(UInt64(sender)),
                signal: .measured(powerDBm: -40 - 50 * meters / range, noiseDBm: -120))
            push(
                .datagram(transmission.datagram, reception), to: robot, at: now + .microseconds(500 + dice.below(1_500))
            )
        }
    }

    private func distance(_ one: Int, _ other: Int) -> Double {
        let (dx, dy) = (places[one].x - places[other].x, places[one].y - places[other].y)
        return (dx * dx + dy * dy).squareRoot()
    }

    // MARK: What is on its way, soonest first; of two at once the one that set out first

    private func push(_ input: Input, to robot: Int, at: Instant, record: StateRecord? = nil) {
        var low = 0
        var high = queue.count
        while low < high {
            let middle = (low + high) / 2
            if queue[middle].at <= at { low = middle + 1 } else { high = middle }
        }
        queue.insert(Item(at: at, robot: robot, boot: boots[robot], input: input, record: record), at: low)
    }

    // MARK: What is to be seen

    func isStopped(_ robot: Int) -> Bool { peers[robot]?.stops.isStopped ?? false }

    func standing(_ robots: [Int]) -> Bool { robots.allSatisfy(isStopped) }

    var all: [Int] { Array(peers.indices) }

    func report(_ robot: Int) -> SafetyReport? {
        command(.safety, at: robot)
        guard case .safety(let report)? = replies.last?.reply else { return nil }
        return report
    }

    func answers(_ robot: Int) -> [SafetyReport.Answer] { report(robot)?.robots.map(\.answer) ?? [] }

    func drops(_ robot: Int, _ reason: DropReason) -> Int { peers[robot]?.seal.drops[reason] ?? 0 }
}
