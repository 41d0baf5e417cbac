import SkeinPeer
import SkeinSeal
import SkeinTasks
import SkeinWire

@testable import SkeinCodec

/// The peer under the fuzzer, its clock, its disk, and the members around it.
struct PeerBench {
    var peer: Peer
    var now = Instant.zero
    var handles = 0
    var running: [(id: ComputationID, computation: Computation)] = []
    var kept: [PersistID] = []
    /// By key, ascending.
    var disk: [StateRecord] = []
    /// Asked to be put on the disk, and asked back from there.
    var keeps: [ObjectID] = []
    var wanted: [ObjectID] = []
    var store: [(id: ObjectID, bytes: ObjectBytes)] = []
    /// What the peer has asked others last: units, leases and cancellations, and the time.
    var offered: [(helper: NodeID, id: JobUnitID)] = []
    var timed: [(robot: NodeID, number: UInt32)] = []
    var questioned: [(robot: NodeID, question: Question)] = []
    var lastSent: [UInt8] = []
    var lastHeard: [UInt8] = []
    /// Whom it has asked whether they are of today.
    var asked: [(robot: NodeID, ask: UInt64)] = []
    var epochs = [UInt32](repeating: 1, count: Int(ToyFleet.robots))
    private var counters = [UInt32](repeating: 0, count: Int(ToyFleet.robots) * TrafficClass.allCases.count)
    private let setUp: UInt8
    private var epoch: UInt32 = 1
    private var effects = Effects()

    /// Fewer than the robot's journal takes (SkeinLinux/State/Journal.swift): entries, stops and orders.
    private static let recordsMax = 4_096 + 256 + 64
    private static let recordBytesMax = 65_536
    private static let objectsMax = 65_536
    private static let questionsMax = 8

    init(setUp: UInt8) {
        self.setUp = setUp
        peer = Self.peer(setUp, epoch: 1, restored: [], now: .zero)
    }

    /// Bits: 1 camera, 2 satellites, 4 a fleet with an authority, 8 and 16 how results are checked, 32 two fleet keys,
    /// 64 nobody has proved anything.
    private static func peer(_ setUp: UInt8, epoch: UInt32, restored: [StateRecord], now: Instant) -> Peer {
        var config = PeerConfig()
        config.cloud.check = ResultCheckClass.allCases[Int(setUp >> 3 & 3) % ResultCheckClass.allCases.count]
        let keys = (1...(setUp & 32 == 0 ? 1 : 2)).map { FleetKey(keyless: ToyFleet.fleet, number: UInt16($0)) }
        var seal = Seal(
            id: NodeID(0), epoch: Epoch(epoch), keyring: FleetKeyring(keys),
            roster: setUp & 4 == 0 ? ToyFleet.plain : ToyFleet.signed, signer: ToyFleet.proofs,
            verifier: ToyFleet.proofs, opener: ToyOpener())
        if setUp & 64 == 0 {
            for robot in 1..<ToyFleet.robots - 1 {
                seal.prove(NodeID(robot), Epoch(1), floors: TrafficClass.allCases.map { _ in 0 })
            }
        }
        return Peer(
            id: NodeID(0), config: config, seed: UInt64(setUp), seal: seal,
            start: StartPose(
                xMeters: 50, yMeters: 50, headingRadians: 0, positionSigmaMeters: 1, headingSigmaRadians: 0.1),
            role: RobotRole(carriesCamera: setUp & 1 == 1, carriesSatelliteReceiver: setUp & 2 == 2),
            restored: restored,
            now: now)
    }

    /// A power cut: what was acknowledged is there, and what the fuzzer puts on the disk.
    mutating func reboot(_ extra: [StateRecord]) {
        epoch += 1
        running = []
        kept = []
        asked = []
        keeps = []
        wanted = []
        offered = []
        timed = []
        questioned = []
        peer = Self.peer(setUp, epoch: epoch, restored: disk + extra, now: now)
    }

    mutating func handle(_ input: Input) {
        handles += 1
        peer.handle(input, now: now, effects: &effects)
        must(effects.items.count <= RecordedEntry.effectsMax, "\(effects.items.count) effects of one input")
        _ = EffectDigest.value(of: effects.items, nextDeadline: peer.nextDeadline)
        for effect in effects.items { carryOut(effect) }
        effects.removeAll()
    }

    /// Whatever is due, and then nothing is.
    mutating func passDeadlines() {
        var rounds = 0
        while peer.nextDeadline <= now {
            rounds += 1
            must(rounds <= 50, "a deadline that stays due: \(peer.nextDeadline) at \(now)")
            handle(.deadline)
        }
    }

    private mutating func carryOut(_ effect: Effect) {
        switch effect {
        case .send(let transmission):
            must(transmission.datagram.count <= Envelope.datagramBytesMax, "an oversize datagram")
            must(transmission.next != NodeID(0), "to itself")
            must(transmission.shareMHz.isFinite && transmission.shareMHz >= 0, "a share that is none")
            lastSent = transmission.datagram
            noteQuestion(transmission.datagram)
        case .compute(let id, let computation): running.append((id, computation))
        case .cancel(let id): running.removeAll { $0.id == id }
        case .actuate(let setpoint):
            must(
                setpoint.speedMetersPerSecond.isFinite && setpoint.turnRadiansPerSecond.isFinite,
                "a setpoint that is none")
        case .reply(let reply, let ticket): check(.reply(ticket: ticket, reply))
        case .record(let event): check(.event(at: now, mesh: peer.meshTime(at: now), event))
        case .persist(let id, let record): persist(id, record)
        case .keep(let object, let bytes): keep(object, bytes)
        case .load(let object): wanted.append(object)
        case .discard(let object): store.removeAll { $0.id == object }
        }
    }

    private mutating func keep(_ object: ObjectID, _ bytes: ObjectBytes) {
        must(ObjectID(hash: objectHash(bytes)) == object, "an object under another's name")
        keeps.append(object)
        store.removeAll { $0.id == object }
        store.append((object, bytes))
        must(store.count <= Self.objectsMax, "\(store.count) objects on the disk")
    }

    private func objectHash(_ bytes: ObjectBytes) -> [UInt8] {
        let hash = ObjectHash()
        for piece in bytes.pieces { hash.absorb(piece[...]) }
        return hash.finish()
    }

    /// What a tool is told can be told, and read.
    private func check(_ frame: LocalFrame) {
        guard (try? LocalFrame(frame.bytes)) != nil else { broken("nobody can read \(frame)") }
    }

    private mutating func persist(_ id: PersistID, _ record: StateRecord) {
        must(record.bytes?.count ?? 0 <= Self.recordBytesMax, "a record of \(record.bytes?.count ?? 0) bytes")
        kept.append(id)
        disk.removeAll { $0.key == record.key }
        if record.bytes != nil { disk.append(record) }
        must(disk.count <= Self.recordsMax, "more records than the journal takes")
    }

    private mutating func noteQuestion(_ datagram: [UInt8]) {
        var reader = ByteReader(datagram)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count) else {
            broken("a datagram nobody can read")
        }
        let body = datagram[Envelope.headerBytes..<datagram.count - Envelope.signatureBytes - Envelope.tagBytes]
        guard let message = try? Message(envelope.kind, body: body) else {
            broken("a message nobody can read: \(envelope) \(body.hex)")
        }
        guard envelope.sender == NodeID(0) else { return }
        switch message {
        case .introduction(let introduction):
            guard let ask = introduction.ask else { return }
            Self.note((envelope.destination, ask), in: &asked)
        case .jobUnit(let unit): Self.note((envelope.destination, unit.id), in: &offered)
        case .jobCancel(let cancel): Self.note((envelope.destination, cancel.id), in: &offered)
        case .jobLease(let lease):
            let id = JobUnitID(job: lease.job, unit: JobUnitID.wholeJob, attempt: lease.attempt)
            Self.note((envelope.destination, id), in: &offered)
        case .clockQuestion(let question): Self.note((envelope.destination, question.number), in: &timed)
        case .question(let question): Self.note((envelope.destination, question), in: &questioned)
        case .beacon, .hello, .linkReport, .plan, .mission, .sighting, .request, .claim, .claimReply, .match, .unit,
            .unitReceipt, .result, .fixes, .routeRequest, .routeReply, .echo, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockAnswer, .answer, .jobReceipt, .jobResult:
            return
        }
    }

    private static func note<Question>(_ question: Question, in questions: inout [Question]) {
        if questions.count == questionsMax { questions.removeFirst() }
        questions.append(question)
    }

    /// From now on this sender's messages of the class bear the next number.
    mutating func counter(_ sender: UInt16, _ lane: TrafficClass) -> UInt32 {
        let place = Int(sender) * TrafficClass.allCases.count + Int(lane.rawValue)
        counters[place] += 1
        return counters[place]
    }

    mutating func restart(_ sender: UInt16) { epochs[Int(sender)] += 1 }
}
