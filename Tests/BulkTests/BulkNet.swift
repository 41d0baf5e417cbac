import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing
import WireSamples

/// Robots and the air between them in virtual time. Payloads are lost, doubled, delayed and overtake each other as the dice
/// say; what a robot says in sealed frames or plain is the test's choice.
final class BulkNet {
    /// What the way from one robot to another does to a payload.
    struct Link {
        var loss = 0.0
        var doubled = 0.0
        var delay: Duration = .milliseconds(1)
        /// Up to so much is added to the delay of each payload.
        var jitter: Duration = .zero
        var isDown = false
        /// A bottleneck: what does not fit its queue is lost.
        var bitsPerSecond: Double?
        var queueBytes = 60_000
        var busyUntil = Instant.zero
    }

    struct Flight {
        var to: Int
        var from: Int
        var content: Content
    }

    enum Content {
        case payload([UInt8])
        case message(SessionMessage)
        case ready(epoch: UInt32)
        case step(() -> Void)
    }

    var robots: [BulkRobot]
    var links: [[Link]]
    private(set) var now = Instant.zero
    private(set) var flights = EventHeap<Flight>()
    /// Each link has its own, so that what happens on one is the same whatever happens on others.
    private var dice: [[SplitMix]]
    let sealed: Bool
    let seed: UInt64
    /// Every payload that left: when, from whom, over which neighbour, and its bytes on the air.
    var sentBytes: [(at: Instant, from: Int, next: NodeID, bytes: Int)] = []
    var recordsSent = false
    /// Every payload that left in plain.
    var payloads: [[UInt8]] = []
    var keepsPayloads = false
    var recordsActions = true
    /// Timers go off at multiples of this.
    var timerStep: Duration = .nanoseconds(1)
    /// More per turn than this a robot does not send: the caller's burst.
    var burstMax = 1_000

    init(_ count: Int, seed: UInt64, link: Link = Link(), sealed: Bool = false, tuning: BulkTuning = .standard) {
        dice = (0..<count).map { from in
            (0..<count).map { SplitMix(seed: seed << 16 | UInt64(from << 8 | $0)) }
        }
        self.seed = seed
        self.sealed = sealed
        robots = (0..<count).map { BulkRobot(place: $0, epoch: 1, seed: seed, sealed: sealed, tuning: tuning) }
        links = [[Link]](repeating: [Link](repeating: link, count: count), count: count)
    }

    static func id(_ place: Int) -> NodeID { NodeID(UInt16(place + 1)) }

    private func unit(_ from: Int, _ to: Int) -> Double { Double(dice[from][to].next() >> 11) * 0x1p-53 }

    /// All reach each other directly, at this rate.
    func joinAll(bitsPerSecond: Double = 50_000_000) {
        for from in robots.indices {
            for to in robots.indices where to != from { join(from, to, bitsPerSecond: bitsPerSecond) }
        }
    }

    func join(_ from: Int, _ to: Int, bitsPerSecond: Double?, over next: Int? = nil) {
        let path = bitsPerSecond.map { BulkPath(next: Self.id(next ?? to), bitsPerSecond: $0) }
        drive(from) { $0.book.setPath(to: Self.id(to), path, now: now, actions: &$1) }
        if path != nil { robots[from].paths[to] = path } else { robots[from].paths[to] = nil }
    }

    func at(_ instant: Instant, _ step: @escaping () -> Void) {
        flights.push(max(instant, now), Flight(to: 0, from: 0, content: .step(step)))
    }

    /// One call to a robot's book, and all that follows.
    func drive(_ place: Int, _ call: (BulkRobot, inout [BulkAction]) -> Void) {
        var actions: [BulkAction] = []
        call(robots[place], &actions)
        perform(actions, of: place)
        pump(place)
    }

    func send(
        _ from: Int, _ to: Int, _ object: TestObject, class trafficClass: TrafficClass = .bulk,
        within span: Duration = .seconds(600), about: [UInt8] = []
    ) -> TransferID? {
        var number: TransferID?
        let (until, start) = (now + span, now)
        drive(from) { robot, actions in
            let result = robot.book.send(
                object.bytes, id: object.id, to: Self.id(to), class: trafficClass, about: about, deadline: until,
                now: start, actions: &actions)
            if case .success(let transfer) = result {
                number = transfer
                robot.begun.append(transfer)
            }
        }
        return number
    }

    @discardableResult
    func fetch(
        _ place: Int, from holder: Int, _ object: TestObject, bytesMax: Int? = nil,
        within span: Duration = .seconds(600)
    ) -> FetchID? {
        var number: FetchID?
        let (until, start) = (now + span, now)
        drive(place) { robot, actions in
            let result = robot.book.fetch(
                object.id, bytesMax: bytesMax ?? object.bytes.count, from: Self.id(holder), class: .bulk,
                deadline: until, now: start, actions: &actions)
            if case .success(let fetch) = result { number = fetch }
        }
        return number
    }

    /// Runs until nothing is under way or this instant.
    func run(until end: Instant, while goesOn: () -> Bool = { true }) {
        var turns = 0
        while goesOn() {
            turns += 1
            precondition(turns < 20_000_000, "seed \(seed): no end")
            let waking = robots.indices.min { robots[$0].deadline < robots[$1].deadline } ?? 0
            let wakeAt = roundedUp(robots[waking].deadline)
            if let first = flights.firstAt, first <= wakeAt {
                guard first <= end, let (at, flight) = flights.pop() else { break }
                now = max(now, at)
                arrive(flight)
            } else {
                guard wakeAt <= end else { break }
                now = max(now, wakeAt)
                wake(waking)
            }
        }
        if goesOn() { now = max(now, end) }
    }

    private func roundedUp(_ instant: Instant) -> Instant {
        let step = timerStep.nanoseconds
        guard step > 1, instant < .distantFuture else { return instant }
        return Instant(nanoseconds: (instant.nanoseconds + step - 1) / step * step)
    }

    func run(for span: Duration) { run(until: now + span) }

    private func wake(_ place: Int) {
        var actions: [BulkAction] = []
        robots[place].book.deadlinePassed(now: now, actions: &actions)
        perform(actions, of: place)
        passSessions(place)
        pump(place)
    }

    private func arrive(_ flight: Flight) {
        switch flight.content {
        case .step(let step): step()
        case .ready(let epoch):
            guard robots[flight.to].epoch == epoch else { return }
            drive(flight.to) { $0.book.sessionReady(Self.id(flight.from), now: now, actions: &$1) }
        case .payload(let bytes): hear(bytes, flight)
        case .message(let message): hear(message, flight)
        }
    }

    private func hear(_ bytes: [UInt8], _ flight: Flight) {
        let robot = robots[flight.to]
        guard let sessions = robot.sessions else {
            drive(flight.to) { $0.book.handle(bytes[...], from: Self.id(flight.from), now: now, actions: &$1) }
            return
        }
        var datagram = bytes
        var follows: [SessionAction] = []
        let opened = sessions.open(&datagram, now: now, actions: &follows)
        perform(follows, of: flight.to)
        if case .payload(let from, let range) = opened {
            drive(flight.to) { $0.book.handle(datagram[range], from: from, now: now, actions: &$1) }
        } else {
            pump(flight.to)
        }
    }

    private func hear(_ message: SessionMessage, _ flight: Flight) {
        guard let sessions = robots[flight.to].sessions else { return }
        var follows: [SessionAction] = []
        let from = Self.id(flight.from)
        sessions.handle(
            message, from: from, key: BulkRobot.key(flight.from).publicKey, now: now, actions: &follows)
        perform(follows, of: flight.to)
        pump(flight.to)
    }

    private func passSessions(_ place: Int) {
        guard let sessions = robots[place].sessions, sessions.nextDeadline <= now else { return }
        var follows: [SessionAction] = []
        sessions.deadlinePassed(now: now, actions: &follows)
        perform(follows, of: place)
    }

    /// Sends what is due.
    func pump(_ place: Int) {
        let robot = robots[place]
        var sent = 0
        while sent < burstMax, let frame = robot.book.nextFrame(now: now) {
            sent += 1
            let to = Int(frame.robot.number) - 1
            if recordsSent, let path = robot.paths[to] {
                sentBytes.append((now, place, path.next, frame.payloadBytes + path.overheadBytes))
            }
            if let sessions = robot.sessions {
                var follows: [SessionAction] = []
                let datagram = sessions.seal(
                    to: frame.robot, payloadBytes: frame.payloadBytes, now: now, actions: &follows
                ) { robot.book.write(frame, into: $0, now: now) }
                perform(follows, of: place)
                if let datagram { fly(place, to, .payload(datagram), bytes: datagram.count) }
            } else {
                let payload = [UInt8](unsafeUninitializedCapacity: frame.payloadBytes) { room, count in
                    robot.book.write(
                        frame, into: UnsafeMutableBufferPointer(rebasing: room[..<frame.payloadBytes]), now: now)
                    count = frame.payloadBytes
                }
                if keepsPayloads { payloads.append(payload) }
                fly(place, to, .payload(payload), bytes: payload.count)
            }
        }
        robot.isSaturated = sent == burstMax
    }

    private func fly(_ from: Int, _ to: Int, _ content: Content, bytes: Int) {
        guard !links[from][to].isDown else { return }
        var leaves = now
        if let rate = links[from][to].bitsPerSecond {
            let begins = max(now, links[from][to].busyUntil)
            let queued = begins.seconds(since: now) * rate / 8
            guard queued <= Double(links[from][to].queueBytes) else { return }
            leaves = begins + .fromSeconds(Double(bytes) * 8 / rate)
            links[from][to].busyUntil = leaves
        }
        let link = links[from][to]
        for _ in 0..<(unit(from, to) < link.doubled ? 2 : 1) where unit(from, to) >= link.loss {
            let delay = link.delay + .nanoseconds(Int64(unit(from, to) * Double(link.jitter.nanoseconds)))
            flights.push(leaves + delay, Flight(to: to, from: from, content: content))
        }
    }

    // MARK: - Actions

    private func perform(_ actions: [BulkAction], of place: Int) {
        for action in actions {
            if recordsActions { robots[place].log(action, now: now) }
            if case .wantSession(let robot) = action { wantSession(place, Int(robot.number) - 1) }
            if case .wanted(let wanted) = action { answer(wanted, of: place) }
        }
    }

    private func wantSession(_ place: Int, _ other: Int) {
        if let sessions = robots[place].sessions {
            var follows: [SessionAction] = []
            let isReady = sessions.want(
                Self.id(other), key: BulkRobot.key(other).publicKey, now: now, actions: &follows)
            perform(follows, of: place)
            if isReady { drive(place) { $0.book.sessionReady(Self.id(other), now: now, actions: &$1) } }
        } else if !links[place][other].isDown, !links[other][place].isDown {
            // A handshake takes a while.
            let at = now + .milliseconds(5)
            flights.push(at, Flight(to: place, from: other, content: .ready(epoch: robots[place].epoch)))
            flights.push(at, Flight(to: other, from: place, content: .ready(epoch: robots[other].epoch)))
        }
    }

    private func answer(_ wanted: BulkWanted, of place: Int) {
        let (now, robot) = (now, robots[place])
        at(now + .milliseconds(1)) { [self] in
            guard robots[place] === robot else { return }
            if let object = robot.shelf.first(where: { $0.id == wanted.id }) {
                _ = send(
                    place, Int(wanted.by.number) - 1, object, class: wanted.trafficClass, within: wanted.deadline - now)
            } else {
                drive(place) { robot, _ in robot.book.refuse(wanted, .noSuchObject) }
            }
        }
    }

    private func perform(_ actions: [SessionAction], of place: Int) {
        for action in actions {
            switch action {
            case .say(let message, let to):
                fly(place, Int(to.number) - 1, .message(message), bytes: 300)
            case .transmit(let frame, let to): fly(place, Int(to.number) - 1, .payload(frame), bytes: frame.count)
            case .ready(let robot):
                var follows: [BulkAction] = []
                robots[place].book.sessionReady(robot, now: now, actions: &follows)
                perform(follows, of: place)
            case .ended(let robot, let why):
                var follows: [BulkAction] = []
                robots[place].book.sessionEnded(robot, why, now: now, actions: &follows)
                perform(follows, of: place)
            }
        }
    }

    /// A robot starts again; the others learn of it as they would from its next message.
    func restart(_ place: Int) {
        let old = robots[place]
        robots[place] = BulkRobot(
            place: place, epoch: old.epoch + 1, seed: seed, sealed: sealed, tuning: old.tuning, shelf: old.shelf)
        for to in old.paths.indices {
            guard let path = old.paths[to] else { continue }
            drive(place) { $0.book.setPath(to: Self.id(to), path, now: now, actions: &$1) }
            robots[place].paths[to] = path
        }
        for other in robots.indices where other != place {
            if let sessions = robots[other].sessions {
                var follows: [SessionAction] = []
                sessions.note(Epoch(robots[place].epoch), of: Self.id(place), actions: &follows)
                perform(follows, of: other)
                pump(other)
            } else {
                drive(other) { $0.book.sessionEnded(Self.id(place), .restarted, now: now, actions: &$1) }
            }
        }
    }

    /// Both sides forget the session, for this reason.
    func endSession(_ one: Int, _ other: Int, _ why: SessionEnd) {
        drive(one) { $0.book.sessionEnded(Self.id(other), why, now: now, actions: &$1) }
        drive(other) { $0.book.sessionEnded(Self.id(one), why, now: now, actions: &$1) }
    }
}
