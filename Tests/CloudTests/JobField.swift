import SkeinWire
import Testing

@testable import SkeinPeer

/// Robots whose books of jobs, helpers and desks talk through a pipe that loses, delays and repeats; objects travel beside it, at a
/// rate and not always; disks take their time and robots are switched off. In virtual time, to its very end: when nobody
/// wants to be woken any more, everything must be told and nothing held.
struct JobField {
    struct Conditions {
        var robots = 8
        /// The first of them.
        var leaders = 2
        var loss = 0.0
        var repeats = 0.0
        var objectLoss = 0.0
        var objectBytesPerSecond = 2e6
        var delayMin: Duration = .microseconds(500)
        var delayMax: Duration = .milliseconds(3)
        var idlePercent = 40.0...90.0
        /// Robots from this one on have no kernel.
        var kernels = 8
        var cost: Duration = .milliseconds(60)
        /// Of outputs, in bytes.
        var outputMax = 3_000
        /// Of the program's runs, so many fail.
        var failures = 0.0
        var tuning = JobTuning()
    }

    enum Happening {
        case message(Message, from: NodeID, to: NodeID)
        case wake(Int)
        case computed(Int, boot: Int, JobUnitID, [ObjectBytes])
        case object(ObjectID, to: Int, boot: Int, from: Int)
        case objectLost(ObjectID, to: Int, boot: Int, from: Int)
        case persisted(Int, boot: Int, PersistID, StateRecord)
        case kept(Int, boot: Int, ObjectID, ObjectBytes)
        case loaded(Int, boot: Int, ObjectID)
        case adverts
        case order(Int, JobCommand)
        case death(Int)
        case boot(Int)
        case robotLeft(Int)
    }

    struct Robot {
        let id: NodeID
        var book: JobBook
        var worker: JobWorker
        var desk: Desk
        var leader: NodeID
        let idlePercent: Double
        let isLeader: Bool
        var isAlive = true
        var diesAt: Instant?
        var boots = 1
        /// Computations under way.
        var running: [JobUnitID] = []
        var fetching: [(object: ObjectID, from: NodeID)] = []
        // On its disk.
        var records: [StateRecord] = []
        var objects: [(id: ObjectID, bytes: ObjectBytes)] = []
    }

    static let kernel = KernelOffer(
        name: KernelName(name: "mix", version: 1)!, isDeterministic: true, cost: .milliseconds(60))

    let conditions: Conditions
    var robots: [Robot] = []
    var stores: [ObjectStore] = []
    var random: PeerRandom
    var queue = Schedule<Happening>()
    var now: Instant = .zero
    var woken: [Instant]
    var replies: [(at: Instant, robot: Int, ticket: UInt32, reply: JobReply)] = []
    var events: [(at: Instant, robot: Int, event: JobEvent)] = []
    var messages = 0
    var lostObjects = 0
    var tickets: UInt32 = 0
    var adverts = 0

    init(_ conditions: Conditions, seed: UInt64) {
        self.conditions = conditions
        random = PeerRandom(seed: seed)
        woken = [Instant](repeating: .distantFuture, count: conditions.robots)
        for number in 0..<conditions.robots {
            let id = NodeID(UInt16(number))
            let range = conditions.idlePercent
            let idle = range.lowerBound + random.unit() * (range.upperBound - range.lowerBound)
            var robot = Robot(
                id: id,
                book: JobBook(us: id, epoch: Epoch(1), tuning: conditions.tuning, restored: [], now: .zero),
                worker: JobWorker(us: id, tuning: conditions.tuning, cloud: CloudTuning(), now: .zero),
                desk: Desk(id: id, tuning: CloudTuning()), leader: NodeID(UInt16(number % conditions.leaders)),
                idlePercent: idle, isLeader: number < conditions.leaders)
            if number < conditions.kernels { robot.worker.offers = [Self.kernel] }
            robot.worker.setShare(lentPercent: idle, missionParts: 0, now: .zero)
            robots.append(robot)
            stores.append(ObjectStore(bytesMax: conditions.tuning.storeBytesMax))
        }
        tellLeaders()
    }

    /// What the kernel computes: a stream drawn from all its inputs, as long as they say.
    static func mix(_ inputs: [[UInt8]], outputMax: Int) -> [UInt8] {
        var state: UInt64 = 0xCBF2_9CE4_8422_2325
        for input in inputs {
            for byte in input { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            state = (state ^ UInt64(input.count)) &* 0x0000_0100_0000_01B3
        }
        var stream = PeerRandom(seed: state)
        let count = 1 + Int(stream.next() % UInt64(outputMax))
        return (0..<count).map { _ in UInt8(truncatingIfNeeded: stream.next() >> 7) }
    }

    // MARK: - Running

    mutating func run(until end: Instant = .distantFuture) {
        var turns = 0
        while let next = queue.nextAt, next <= end, let (at, happening) = queue.next() {
            turns += 1
            precondition(turns < 2_000_000, "the field never comes to rest")
            now = at
            handle(happening)
        }
        if end < .distantFuture { now = end }
    }

    mutating func order(_ robot: Int, _ command: JobCommand, at: Instant) { queue.add(.order(robot, command), at: at) }

    /// Gives a robot an object at once.
    mutating func give(_ bytes: [UInt8], to robot: Int) -> JobOrder.Input {
        let id = ObjectID(of: bytes)
        let whole = ObjectBytes(bytes)
        for index in 0..<max(1, whole.pieces.count) {
            let piece = ObjectPiece(
                object: id, objectBytes: bytes.count, index: index,
                bytes: whole.pieces.isEmpty ? [] : whole.pieces[index])
            let reply = robots[robot].book.intake.take(piece, &stores[robot], now: now)
            #expect(reply == .given(id, pieces: min(index + 1, whole.pieces.count)))
        }
        return .object(id, bytes: bytes.count)
    }

    private mutating func handle(_ happening: Happening) {
        switch happening {
        case .message(let message, let from, let to): deliver(message, from: from, to: Int(to.number))
        case .wake(let index): wake(index)
        case .computed(let index, let boot, let key, let inputs): computed(index, boot, key, inputs)
        case .object(let object, let index, let boot, let from): arrive(object, index, boot, from)
        case .objectLost(let object, let index, let boot, let from):
            guard isUp(index, boot) else { return }
            lose(object, index, from)
        case .persisted(let index, let boot, let id, let record):
            guard isUp(index, boot) else { return }
            robots[index].records.removeAll { $0.key == record.key }
            if record.bytes != nil { robots[index].records.append(record) }
            carryOut(robots[index].book.persisted(id, &stores[index], context: context(index)), index)
        case .kept(let index, let boot, let id, let bytes):
            guard isUp(index, boot) else { return }
            robots[index].objects.removeAll { $0.id == id }
            robots[index].objects.append((id, bytes))
            carryOut(
                robots[index].book.kept(id, isKept: true, &stores[index], context: context(index)), index)
        case .loaded(let index, let boot, let id):
            guard isUp(index, boot) else { return }
            let bytes = robots[index].objects.first { $0.id == id }?.bytes
            carryOut(robots[index].book.loaded(id, bytes, &stores[index], context: context(index)), index)
        case .adverts:
            tellLeaders()
        case .order(let index, let command): obey(command, index)
        case .death(let index):
            robots[index].isAlive = false
            robots[index].diesAt = now
            robots[index].running = []
            robots[index].fetching = []
            queue.add(.adverts, at: now + .milliseconds(700))
        case .boot(let index): boot(index)
        case .robotLeft(let gone):
            for index in robots.indices where index != gone && robots[index].isAlive {
                let id = robots[gone].id
                carryOut(robots[index].worker.requesterLeft(id, &stores[index], now: now), index)
                carryOut(robots[index].book.lose(id, &stores[index], context: context(index)), index)
            }
        }
    }

    private func isUp(_ index: Int, _ boot: Int) -> Bool { robots[index].isAlive && robots[index].boots == boot }

    /// What is on its disk is all that it still knows.
    private mutating func boot(_ index: Int) {
        robots[index].isAlive = true
        robots[index].diesAt = nil
        robots[index].boots += 1
        robots[index].running = []
        robots[index].fetching = []
        stores[index] = ObjectStore(bytesMax: conditions.tuning.storeBytesMax)
        robots[index].book = JobBook(
            us: robots[index].id, epoch: Epoch(UInt32(robots[index].boots)), tuning: conditions.tuning,
            restored: robots[index].records, now: now)
        let offers = robots[index].worker.offers
        robots[index].worker = JobWorker(
            us: robots[index].id, tuning: conditions.tuning, cloud: CloudTuning(), now: now)
        robots[index].worker.offers = offers
        robots[index].worker.setShare(lentPercent: robots[index].idlePercent, missionParts: 0, now: now)
        robots[index].desk = Desk(id: robots[index].id, tuning: CloudTuning())
        tellLeaders()
        carryOut(robots[index].book.deadlinePassed(&stores[index], context: context(index)), index)
    }

    private mutating func obey(_ command: JobCommand, _ index: Int) {
        guard robots[index].isAlive else { return }
        tickets += 1
        let context = context(index)
        switch command {
        case .submit(let order):
            carryOut(
                robots[index].book.submit(order, ticket: tickets, &stores[index], context: context), index)
        case .cancel(let key):
            carryOut(
                robots[index].book.cancel(key, ticket: tickets, &stores[index], context: context), index)
        case .forget(let key):
            carryOut(robots[index].book.forget(key, ticket: tickets, &stores[index]), index)
        case .fetch(let object, let piece):
            carryOut(
                robots[index].book.fetch(object, piece: piece, ticket: tickets, &stores[index]), index)
        case .open(let order):
            carryOut(robots[index].book.open(order, ticket: tickets, &stores[index], context: context), index)
        case .feed(let key, let number, let bytes):
            carryOut(
                robots[index].book.feed(
                    key, number: number, bytes, ticket: tickets, &stores[index], context: context), index)
        case .close(let key):
            carryOut(robots[index].book.close(key, ticket: tickets, &stores[index], context: context), index)
        case .give, .state, .list, .plan, .explain, .kernels: Issue.record("\(command) is asked of nobody here")
        }
    }

    // MARK: - Time

    private func nextDeadline(_ index: Int) -> Instant {
        min(
            robots[index].book.nextDeadline,
            min(robots[index].desk.nextDeadline, robots[index].worker.nextDeadline))
    }

    mutating func arm(_ index: Int) {
        let next = nextDeadline(index)
        guard next < .distantFuture, next != woken[index] else { return }
        woken[index] = next
        queue.add(.wake(index), at: max(now, next))
    }

    private mutating func wake(_ index: Int) {
        woken[index] = .distantFuture
        guard robots[index].isAlive else { return }
        carryOut(robots[index].book.deadlinePassed(&stores[index], context: context(index)), index)
        carryOut(robots[index].desk.deadlinePassed(now: now), index)
        carryOut(robots[index].worker.deadlinePassed(&stores[index], now: now), index)
        if nextDeadline(index) <= now { Issue.record("woken again at once: \(index) at \(now)") }
    }

    // MARK: - Programs

    private mutating func computed(_ index: Int, _ boot: Int, _ key: JobUnitID, _ inputs: [ObjectBytes]) {
        guard isUp(index, boot), let place = robots[index].running.firstIndex(of: key) else { return }
        robots[index].running.remove(at: place)
        var outcome: ProgramOutcome.Result
        if random.unit() < conditions.failures {
            outcome = .failed(.exited, "by chance")
        } else {
            let output = Self.mix(inputs.map(\.bytes), outputMax: conditions.outputMax)
            outcome = .done(ObjectID(of: output), ObjectBytes(output))
        }
        let program = ProgramOutcome(result: outcome, queued: .zero, computed: conditions.cost)
        if key.job.requester == robots[index].id {
            carryOut(
                robots[index].book.finishedHere(key, program, &stores[index], context: context(index)), index)
        } else {
            carryOut(robots[index].worker.finished(key, program, &stores[index], now: now), index)
        }
    }

    mutating func compute(_ index: Int, _ key: JobUnitID, _ inputs: [ObjectBytes]) {
        #expect(!robots[index].running.contains(key), "\(key) is computed twice at once")
        robots[index].running.append(key)
        let sharers = Double(robots[index].running.count) * (1 + 0.2 * random.unit())
        let span: Duration = .fromSeconds(conditions.cost.inSeconds * 100 / robots[index].idlePercent * sharers)
        queue.add(.computed(index, boot: robots[index].boots, key, inputs), at: now + span)
    }

    // MARK: - Objects

    mutating func fetch(_ object: ObjectID, bytes: Int, _ index: Int, from: NodeID) {
        guard !robots[index].fetching.contains(where: { $0.object == object && $0.from == from }) else { return }
        robots[index].fetching.append((object, from))
        let span: Duration = .fromSeconds(0.003 + Double(bytes) / conditions.objectBytesPerSecond)
        let (boot, holder) = (robots[index].boots, Int(from.number))
        if random.unit() < conditions.objectLoss || !robots[holder].isAlive {
            lostObjects += 1
            queue.add(.objectLost(object, to: index, boot: boot, from: holder), at: now + span + .milliseconds(300))
        } else {
            queue.add(.object(object, to: index, boot: boot, from: holder), at: now + span)
        }
    }

    private mutating func arrive(_ object: ObjectID, _ index: Int, _ boot: Int, _ from: Int) {
        guard isUp(index, boot), robots[index].fetching.contains(where: { $0.object == object }) else { return }
        guard robots[from].isAlive, let bytes = stores[from].use(object) else { return lose(object, index, from) }
        robots[index].fetching.removeAll { $0.object == object }
        let isHere = stores[index].put(object, bytes, for: nil)
        carryOut(
            isHere
                ? robots[index].worker.arrived(object, &stores[index], now: now)
                : robots[index].worker.fetchFailed(object, &stores[index], now: now), index)
        carryOut(
            robots[index].book.arrived(object, bytes, &stores[index], context: context(index)), index)
    }

    private mutating func lose(_ object: ObjectID, _ index: Int, _ from: Int) {
        let holder = robots[from].id
        guard robots[index].fetching.contains(where: { $0.object == object && $0.from == holder }) else { return }
        robots[index].fetching.removeAll { $0.object == object && $0.from == holder }
        carryOut(robots[index].worker.fetchFailed(object, &stores[index], now: now), index)
        carryOut(
            robots[index].book.fetchFailed(object, from: holder, &stores[index], context: context(index)), index)
    }
}
