import SkeinBulk
import SkeinSeal
import SkeinWire

/// Three robots' objects and the air between them in the fuzzer's hands: payloads are delivered, kept, repeated, changed and
/// forged, sessions and ways come and go, and time passes. What is received is what its name says; what was begun ends once;
/// deadlines pass; and when all of them have, nothing is left.
///
///     steps, each: what u8 and its fields, see `step`
enum BulkTarget: FuzzTarget {
    static let name = "bulk"
    private static let stepsMax = 200
    private static let robots = 3
    private static let overheardMax = 48
    private static let framesMax = 2_000

    private static let tuning: BulkTuning = {
        var tuning = BulkTuning()
        tuning.queueMax = 8
        tuning.activeMax = 2
        tuning.sendBytesMax = 1 << 20
        tuning.receiveBytesMax = 256 << 10
        tuning.receiveBytesOfPartnerMax = 160 << 10
        tuning.receptionsOfPartnerMax = 8
        tuning.partialsMax = 4
        tuning.fetchesMax = 4
        tuning.wantsMax = 4
        tuning.transferSpanMax = .seconds(600)
        return tuning
    }()

    private struct Object: Sendable {
        var id: ObjectID
        var bytes: ObjectBytes
    }

    /// Of one byte, in its offer, of two chunks, of a piece, of more.
    private static let objects: [Object] = [1, 900, 1_300, ObjectBytes.pieceBytes, 100_000].map { count in
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
        guard let id = ObjectID(hash: ObjectHash.of(bytes)) else { broken("no hash") }
        return Object(id: id, bytes: ObjectBytes(bytes))
    }

    private struct Flight {
        var from: Int
        var to: Int
        var bytes: [UInt8]
    }

    /// A robot, and what it has begun that has not ended.
    private struct Robot {
        var book: BulkBook
        var boot: UInt32
        var sending: [TransferID] = []
        var fetching: [FetchID] = []
        var offered: [BulkOffered] = []
        var wanted: [BulkWanted] = []
    }

    private struct Bench {
        var robots: [Robot]
        var now = Instant.zero
        var overheard: [Flight] = []
        var frames = 0

        init() {
            robots = (0..<BulkTarget.robots).map { place in
                Robot(book: Bench.book(place, boot: 1), boot: 1)
            }
        }

        static func book(_ place: Int, boot: UInt32) -> BulkBook {
            BulkBook(id: NodeID(UInt16(place + 1)), boot: Epoch(boot), tuning: BulkTarget.tuning)
        }

        func id(_ place: Int) -> NodeID { NodeID(UInt16(place + 1)) }

        @discardableResult
        mutating func perform<Answer>(
            _ place: Int, _ body: (inout BulkBook, Instant, inout [BulkAction]) -> Answer
        ) -> Answer {
            var actions: [BulkAction] = []
            let answer = body(&robots[place].book, now, &actions)
            for action in actions { note(action, of: place) }
            must(robots[place].book.heldBytes <= BulkTarget.tuning.receiveBytesMax, "too much is held")
            return answer
        }

        private mutating func note(_ action: BulkAction, of place: Int) {
            switch action {
            case .wantSession: break
            case .offered(let offer): keep(offer, in: &robots[place].offered)
            case .received(let received):
                let hash = ObjectHash()
                for piece in received.object.pieces { hash.absorb(piece[...]) }
                must(ObjectID(hash: hash.finish()) == received.offer.id, "what has come is not what its name says")
                must(received.object.count == received.offer.bytes, "an object of another length")
                if let fetch = received.offer.fetch { ended(fetch, of: place) }
            case .dropped: break
            case .sent(let transfer), .failed(let transfer, _):
                guard let begun = robots[place].sending.firstIndex(of: transfer) else {
                    broken("\(transfer) ended and was not under way")
                }
                robots[place].sending.remove(at: begun)
            case .wanted(let wanted): keep(wanted, in: &robots[place].wanted)
            case .fetchFailed(let fetch, _): ended(fetch, of: place)
            }
        }

        private mutating func ended(_ fetch: FetchID, of place: Int) {
            guard let begun = robots[place].fetching.firstIndex(of: fetch) else {
                broken("\(fetch) ended and was not under way")
            }
            robots[place].fetching.remove(at: begun)
        }

        private func keep<Value>(_ value: Value, in values: inout [Value]) {
            if values.count == 8 { values.removeFirst() }
            values.append(value)
        }

        /// What is due to be said is overheard.
        mutating func poll(_ place: Int) {
            var polled = 0
            while let frame = robots[place].book.nextFrame(now: now) {
                polled += 1
                frames += 1
                must(polled < 4_096, "frames without end at one instant")
                must((1...BulkFrame.payloadBytesMax).contains(frame.payloadBytes), "\(frame.payloadBytes) bytes")
                let book = robots[place].book
                let bytes = [UInt8](unsafeUninitializedCapacity: frame.payloadBytes) { room, count in
                    book.write(frame, into: UnsafeMutableBufferPointer(rebasing: room[..<frame.payloadBytes]), now: now)
                    count = frame.payloadBytes
                }
                if overheard.count == BulkTarget.overheardMax { overheard.removeFirst() }
                overheard.append(Flight(from: place, to: Int(frame.robot.number) - 1, bytes: bytes))
            }
        }

        mutating func deliver(_ flight: Flight) {
            let from = id(flight.from)
            perform(flight.to) { $0.handle(flight.bytes[...], from: from, now: $1, actions: &$2) }
            poll(flight.to)
        }

        /// All that is due until then, and the frames of honest robots arrive, if they may.
        mutating func pass(_ span: Duration, delivers: Bool) {
            let end = now + span
            var rounds = 0
            while rounds < 200, frames < BulkTarget.framesMax {
                rounds += 1
                if delivers, !overheard.isEmpty {
                    let flight = overheard.removeFirst()
                    deliver(flight)
                    continue
                }
                let next = robots.map(\.book.nextDeadline).min() ?? end
                guard next <= end else { break }
                now = max(now, next)
                wake()
            }
            now = max(now, end)
            wake()
        }

        mutating func wake() {
            for place in robots.indices {
                var rounds = 0
                while robots[place].book.nextDeadline <= now {
                    rounds += 1
                    must(rounds < 512, "a deadline that stays due: \(robots[place].book.nextDeadline) at \(now)")
                    perform(place) { $0.deadlinePassed(now: $1, actions: &$2) }
                    poll(place)
                }
            }
        }
    }

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        var bench = Bench()
        if input.u8() & 1 == 0 {
            for place in 0..<robots { for other in 0..<robots where other != place { join(&bench, place, other) } }
        }
        var steps = 0
        while !input.isEmpty, steps < stepsMax, bench.frames < framesMax {
            step(&input, &bench)
            bench.wake()
            steps += 1
        }
        end(&bench)
    }

    private static func join(_ bench: inout Bench, _ place: Int, _ other: Int) {
        let robot = bench.id(other)
        bench.perform(place) { $0.setPath(to: robot, BulkPath(next: robot, bitsPerSecond: 2e7), now: $1, actions: &$2) }
        bench.perform(place) { $0.sessionReady(robot, now: $1, actions: &$2) }
    }

    /// Everything has its deadline.
    private static func end(_ bench: inout Bench) {
        for _ in 0..<2 {
            bench.now += tuning.transferSpanMax + tuning.partialSpan + .seconds(1)
            bench.wake()
        }
        for robot in bench.robots {
            must(robot.sending.isEmpty && robot.book.sendingCount == 0, "\(robot.sending) never ended")
            must(robot.fetching.isEmpty, "\(robot.fetching) never ended")
            must(robot.book.receivingCount == 0 && robot.book.heldBytes == 0, "something is left of what came")
        }
    }

    /// What and which robot u8: two bits of the robot, six of the step.
    private static func step(_ input: inout FuzzInput, _ bench: inout Bench) {
        let what = input.u8()
        let place = Int(what & 3) % robots
        let other = (place + 1 + Int(what >> 7)) % robots
        let robot = bench.id(other)
        switch what >> 2 & 15 {
        case 0: bench.pass(.milliseconds(Int(input.u8())), delivers: true)
        case 1: bench.pass(.milliseconds(Int(input.u16())), delivers: false)
        case 2: send(&input, &bench, place, robot)
        case 3: fetch(&input, &bench, place, robot)
        case 4: answer(&input, &bench, place)
        case 5: word(&input, &bench, place)
        case 6: bench.deliver(Flight(from: other, to: place, bytes: input.chunk()))
        case 7: forge(&input, &bench, to: place, from: other)
        case 8, 9:
            guard !bench.overheard.isEmpty else { return }
            var flight = bench.overheard[input.below(bench.overheard.count)]
            let damage = input.u8()
            if what & 4 != 0 { flight.bytes[Int(damage) % flight.bytes.count] ^= input.u8() }
            bench.deliver(flight)
        case 10:
            let bits = input.u8()
            let path = BulkPath(
                next: bits & 1 == 0 ? robot : bench.id(0) == bench.id(place) ? bench.id(1) : bench.id(0),
                bitsPerSecond: Double(1 << (bits >> 2 & 31)) + 1_000)
            bench.perform(place) { $0.setPath(to: robot, bits & 2 == 0 ? path : nil, now: $1, actions: &$2) }
        case 11: bench.perform(place) { $0.sessionReady(robot, now: $1, actions: &$2) }
        case 12:
            let why = input.one(of: [SessionEnd.expired, .unanswered, .displaced, .restarted, .closed])
            bench.perform(place) { $0.sessionEnded(robot, why, now: $1, actions: &$2) }
        case 13: join(&bench, place, other)
        case 14: restart(&bench, place)
        default: bench.overheard.removeAll()
        }
        bench.poll(place)
    }

    private static func send(_ input: inout FuzzInput, _ bench: inout Bench, _ place: Int, _ robot: NodeID) {
        let object = objects[input.below(objects.count)]
        let bits = input.u8()
        // Another robot's bytes under a name, now and then.
        let bytes = bits & 64 == 0 ? object.bytes : objects[Int(bits) % objects.count].bytes
        let begun = bench.perform(place) { book, now, actions in
            book.send(
                bytes, id: object.id, to: robot, class: bits & 1 == 0 ? .task : .bulk,
                about: [UInt8](repeating: 1, count: Int(bits & 3)), deadline: now + .milliseconds(Int(bits) * 40),
                now: now, actions: &actions)
        }
        if case .success(let transfer) = begun { bench.robots[place].sending.append(transfer) }
    }

    private static func fetch(_ input: inout FuzzInput, _ bench: inout Bench, _ place: Int, _ robot: NodeID) {
        let object = objects[input.below(objects.count)]
        let bits = input.u8()
        let begun = bench.perform(place) { book, now, actions in
            book.fetch(
                object.id, bytesMax: object.bytes.count - (bits & 3 == 3 ? 1 : 0), from: robot,
                class: bits & 1 == 0 ? .task : .bulk, deadline: now + .milliseconds(Int(bits) * 40), now: now,
                actions: &actions)
        }
        if case .success(let fetch) = begun { bench.robots[place].fetching.append(fetch) }
    }

    /// Of the caller: to wishes of others, and to what is offered.
    private static func answer(_ input: inout FuzzInput, _ bench: inout Bench, _ place: Int) {
        let bits = input.u8()
        if bits & 1 == 0 {
            guard let wanted = bench.robots[place].wanted.popLast() else { return }
            guard bits & 2 == 0, let object = objects.first(where: { $0.id == wanted.id }) else {
                return bench.perform(place) { book, _, _ in book.refuse(wanted, .noSuchObject) }
            }
            let begun = bench.perform(place) { book, now, actions in
                book.send(
                    object.bytes, id: object.id, to: wanted.by, class: wanted.trafficClass, deadline: wanted.deadline,
                    now: now, actions: &actions)
            }
            if case .success(let transfer) = begun { bench.robots[place].sending.append(transfer) }
        } else {
            guard let offer = bench.robots[place].offered.popLast() else { return }
            // A wish that is answered so is over, and nothing else is told of it.
            let isSettled = bench.perform(place) { book, now, _ in
                bits & 2 == 0 ? !book.decline(offer, now: now) : book.settle(offer, now: now)
            }
            if isSettled, bits & 2 != 0 { bench.robots[place].fetching.removeAll { $0 == offer.fetch } }
        }
    }

    /// The caller's word on what it has begun: cancel it.
    private static func word(_ input: inout FuzzInput, _ bench: inout Bench, _ place: Int) {
        let bits = input.u8()
        if bits & 1 == 0, let transfer = bench.robots[place].sending.randomPlace(bits) {
            _ = bench.robots[place].book.progress(transfer)
            bench.perform(place) { $0.cancel(transfer, now: $1, actions: &$2) }
        } else if let fetch = bench.robots[place].fetching.randomPlace(bits) {
            bench.perform(place) { $0.cancel(fetch, now: $1, actions: &$2) }
        }
    }

    /// A payload of the right layout about transfers that there may be: kind u8, then its fields.
    private static func forge(_ input: inout FuzzInput, _ bench: inout Bench, to place: Int, from other: Int) {
        let kind = 1 + input.u8() % 8
        let number =
            bench.robots[place].sending.randomPlace(input.u8())?.number
            ?? bench.robots[other].sending.first?.number ?? UInt32(input.u8()) << 8
        let object = objects[input.below(objects.count)]
        var writer = ByteWriter()
        writer.u8(kind)
        switch kind {
        case 1:
            writer.u8(input.u8())
            writer.u32(number)
            writer.u32(UInt32(input.u8()))
            object.id.write(to: &writer)
            writer.u32(UInt32(object.bytes.count))
            writer.u8(3 + input.u8() % 2)
            writer.u32(UInt32(input.u16()))
            writer.u8(0)
            if object.bytes.count <= 1_200 { writer.raw(object.bytes.bytes) }
        case 2:
            writer.u32(number)
            writer.u32(UInt32(input.u8()))
            writer.u16(UInt16(input.u8()))
            writer.raw([UInt8](repeating: input.u8(), count: ObjectBytes.chunkBytes))
        case 3:
            writer.u8(input.u8())
            writer.u32(number)
            for _ in 0..<2 { writer.u32(UInt32(input.u8())) }
            for _ in 0..<3 { writer.u16(input.u16()) }
            let words = input.below(33)
            writer.u8(UInt8(words))
            for _ in 0..<words { writer.u64(input.u64()) }
        case 4, 5:
            writer.u32(number)
            writer.u8(input.u8() % 13)
        case 6: writer.u32(number)
        case 7:
            object.id.write(to: &writer)
            writer.u32(UInt32(input.u16()))
            writer.u8(3 + input.u8() % 2)
            writer.u8(input.u8() & 1)
            writer.u32(UInt32(input.u16()))
        default:
            object.id.write(to: &writer)
            writer.u8(1 + input.u8() % 12)
        }
        bench.deliver(Flight(from: other, to: place, bytes: writer.bytes))
    }

    /// A process that dies: its partners learn of it by and by.
    private static func restart(_ bench: inout Bench, _ place: Int) {
        let boot = bench.robots[place].boot + 1
        bench.robots[place] = Robot(book: Bench.book(place, boot: boot), boot: boot)
    }

    static var seeds: [Seed] {
        // Robot 0 sends to robot 1: each object, and time for it.
        let transfers = objects.indices.map { object in
            Seed(name: "transfer-\(object)", bytes: [0, 0x08, UInt8(object), 0x30, 0x00, 200, 0x00, 200])
        }
        let fetch: [UInt8] = [0, 0x0C, 2, 0x30, 0x00, 100, 0x11, 0, 0x00, 200]
        let changed: [UInt8] = [0, 0x08, 3, 0x3C, 0x24, 0, 5, 1, 0x24, 1, 9, 255, 0x20, 0, 0, 0x00, 200]
        let restarts: [UInt8] = [0, 0x08, 4, 0x3C, 0x00, 10, 0x39, 0x30, 3, 0x34, 0xB5, 0x00, 200, 0x00, 200]
        let lonely: [UInt8] = [1, 0x08, 2, 0x3C, 0x04, 1, 0, 0x34, 0xB5, 0x00, 200]
        let forged = (0..<8).map { kind in
            Seed(
                name: "forged-\(kind + 1)",
                bytes: [0, 0x08, 2, 0x3C, 0x1C, UInt8(kind), 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x00, 50])
        }
        return transfers + forged + [
            Seed(name: "fetch", bytes: fetch), Seed(name: "changed", bytes: changed),
            Seed(name: "restarts", bytes: restarts), Seed(name: "lonely", bytes: lonely),
        ]
    }
}

extension Array {
    fileprivate func randomPlace(_ bits: UInt8) -> Element? { isEmpty ? nil : self[Int(bits >> 1) % count] }
}
