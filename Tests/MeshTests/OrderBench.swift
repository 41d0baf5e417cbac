import SkeinSeal
import SkeinTasks
import SkeinWire

@testable import SkeinPeer

/// One peer on a machine whose power may fail between any two effects: a disk that takes its time, keeps writes of one key in
/// order and lets others overtake, and a client that submits durable orders again and again and remembers every word it got.
final class OrderBench {
    private(set) var peer: Peer?
    private(set) var now = Instant.zero
    /// Effects carried out so far: where to crash.
    private(set) var boundary = 0
    var crashAt: Int?
    private(set) var crashes = 0
    private(set) var breaches: [String] = []
    private(set) var accepted: Set<UInt64> = []
    private(set) var forgotten: Set<UInt64> = []
    private var told: [UInt64: TaskReport] = [:]

    private struct Write {
        var id: PersistID
        var record: StateRecord
        var dueAt: Instant
    }

    private var disk: [StateRecord] = []
    private var writes: [Write] = []
    private var computing: [(id: ComputationID, at: Instant, output: [UInt8]?)] = []
    private var outputs: [[UInt8]: [UInt8]] = [:]
    private var forgetting: [UInt32: UInt64] = [:]
    /// May be gone from the moment it is asked for.
    private var unwanted: Set<UInt64> = []
    private var epoch: UInt32 = 0
    private var tickets: UInt32 = 0
    private var dice: Dice
    private let orders: [TaskOrder]

    init(seed: UInt64, orders: [TaskOrder]) {
        dice = Dice(seed: seed)
        self.orders = orders
        boot()
    }

    private final class MuteSigner: Signer {
        func signature(over bytes: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: Envelope.signatureBytes) }
    }

    func boot() {
        epoch += 1
        let key = SigningKey(seed: [UInt8](repeating: 3, count: SigningKey.seedBytes))
        let seal = Seal(
            id: NodeID(1), epoch: Epoch(epoch),
            fleetKey: FleetKey(bytes: [UInt8](repeating: 5, count: FleetKey.byteCount)),
            roster: Roster([(NodeID(1), key.publicKey)]), signer: MuteSigner(), verifier: SodiumVerifier())
        peer = Peer(
            id: NodeID(1), config: PeerConfig(), seed: dice.bits(), seal: seal,
            start: StartPose(
                xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 0.1, headingSigmaRadians: 0.1),
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), restored: disk, now: now)
        handle(.cpu(CPUSample(idlePercent: 50, neededPercent: 120)))
        check()
    }

    /// What was acknowledged is known at once.
    private func check() {
        for key in accepted.sorted() where !forgotten.contains(key) { command(.task(TaskKey(key))) }
    }

    private func crash() {
        crashes += 1
        crashAt = nil
        peer = nil
        computing = []
        forgetting = [:]
        // Of what was on its way to the disk some is there, of each key the earlier writes first.
        var cut: [UInt64] = []
        for write in writes where !cut.contains(write.record.key) {
            if dice.below(2) == 0 { keep(write.record) } else { cut.append(write.record.key) }
        }
        writes = []
        now += .milliseconds(dice.below(500))
    }

    private func keep(_ record: StateRecord) {
        disk.removeAll { $0.key == record.key }
        if record.bytes != nil { disk.append(record) }
    }

    @discardableResult
    func command(_ command: OperatorCommand) -> UInt32 {
        tickets += 1
        let ticket = tickets
        handle(.command(command, ticket: ticket))
        return ticket
    }

    func forget(_ key: UInt64) {
        forgetting[tickets + 1] = key
        unwanted.insert(key)
        command(.forget(TaskKey(key)))
    }

    private func handle(_ input: Input) {
        guard peer != nil else { return }
        var effects = Effects()
        peer?.handle(input, now: now, effects: &effects)
        for effect in effects.items {
            if boundary == crashAt { return crash() }
            boundary += 1
            carryOut(effect)
        }
    }

    private func carryOut(_ effect: Effect) {
        switch effect {
        case .persist(let id, let record):
            let earlier = writes.last { $0.record.key == record.key }?.dueAt ?? now
            writes.append(Write(id: id, record: record, dueAt: max(earlier, now) + dice.milliseconds(1, 30)))
        case .compute(let id, .unit(let kernel, let input, _, _)):
            let output = outputs[input] ?? (try? kernel.run(input: input))
            outputs[input] = output
            let isLost = dice.below(6) == 0
            computing.append((id, now + dice.milliseconds(20, 250), isLost ? nil : output))
        case .cancel(let id): computing.removeAll { $0.id == id }
        case .reply(let reply, let ticket): hear(reply, ticket)
        case .send, .compute, .actuate, .record, .keep, .load, .discard: break
        }
    }

    private func hear(_ reply: Reply, _ ticket: UInt32) {
        switch reply {
        case .taskAccepted(let key): accepted.insert(key.number)
        case .taskEnded(let key, let report): hear(key.number, report)
        case .task(let key, .ended(let report)): hear(key.number, report)
        case .task(let key, .unknown):
            if accepted.contains(key.number), !unwanted.contains(key.number) {
                breaches.append("\(key) was accepted and is unknown")
            }
        case .done: if let key = forgetting[ticket] { forgotten.insert(key) }
        case .task, .taskRefused, .status, .links, .echoed, .echoFailed, .tasks, .left, .refused, .admitted, .entries,
            .trust, .safety, .peers, .job, .report, .question, .mission:
            break
        }
    }

    private func hear(_ key: UInt64, _ report: TaskReport) {
        if forgotten.contains(key) { breaches.append("task \(key) was forgotten and has an outcome") }
        if let known = told[key], known != report { breaches.append("task \(key) has two outcomes") }
        told[key] = report
    }

    /// One more thing happens; false: nothing will before `end`.
    private func step(until end: Instant) -> Bool {
        if peer == nil { boot() }
        let disks = writes.indices.min { writes[$0].dueAt < writes[$1].dueAt }
        let units = computing.indices.min { computing[$0].at < computing[$1].at }
        let diskAt = disks.map { writes[$0].dueAt } ?? .distantFuture
        let unitAt = units.map { computing[$0].at } ?? .distantFuture
        let next = min(diskAt, unitAt, peer?.nextDeadline ?? .distantFuture)
        guard next <= end else { return false }
        now = max(now, next)
        if let disks, diskAt == next {
            let write = writes.remove(at: disks)
            keep(write.record)
            handle(.persisted(write.id))
        } else if let units, unitAt == next {
            let unit = computing.remove(at: units)
            handle(.computed(unit.id, .unit(output: unit.output, queued: .zero, computed: .milliseconds(120))))
        } else {
            handle(.deadline)
        }
        return true
    }

    func run(seconds: Double) {
        let end = now + .fromSeconds(seconds)
        while step(until: end) {}
        now = max(now, end)
    }

    /// A client that submits everything at odd times, asks about it, and submits again after a crash.
    func live(seconds: Double) {
        let end = now + .fromSeconds(seconds)
        while now < end {
            let order = orders[dice.below(orders.count)]
            switch dice.below(3) {
            case 0 where forgotten.isEmpty: command(.task(order.key))
            case _ where forgotten.contains(order.key.number): break
            case _: command(.submit(order))
            }
            run(seconds: dice.uniform(0.01, 0.4))
        }
    }

    func outcome(_ key: UInt64) -> TaskReport? {
        if case .ended(let report)? = peer?.orders.state(of: TaskKey(key)) { report } else { nil }
    }
}
