import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinPicture
import SkeinWire

/// A daemon's, or a simulation's, local socket as a feed.
///
/// away ──called──▶ greeting ──its hello──▶ talking ──hung up, or silent for too long──▶ away, called again ever less often
///
/// Once in an interval each robot it speaks for is asked for its report, the events after the last one known, and what is
/// wrong with its machine; now and then for what it knows of others. A new round begins when the last one is over, and no
/// more than `window` robots are asked at a time: a slow one is asked less, not more.
final class LocalFeed: Feed {
    private enum State {
        case away(until: Instant)
        case greeting(since: Instant)
        case talking
    }

    /// What comes in the order in which it was asked for.
    private enum Expected {
        case names
        case turn(NodeID)
        case events(NodeID)
        case body(NodeID)
    }

    private enum Purpose {
        case report(NodeID)
        case accounts(NodeID)
        case safety(NodeID)
        case order(OperatorCommand)
    }

    private static let window = 8
    private static let messagesMax = 256
    private static let patience: Duration = .seconds(3)
    private static let hangUpAfter: Duration = .seconds(10)
    private static let backoffMin: Duration = .milliseconds(250)
    private static let backoffMax: Duration = .seconds(5)
    /// What a robot knows of others changes slowly, and is long.
    private static let roundsPerAccounts = 10
    private static let roundsPerNames = 30

    let path: String
    private let interval: Duration
    /// Of those it speaks for; nil: all.
    private let only: NodeID?
    private var state: State
    private var backoff = LocalFeed.backoffMin
    private var client: LocalClient?
    private var speaksForMany = false
    private var robots: [NodeID] = []
    private var isNamed = false
    private var expected: [Expected] = []
    private var turnedTo: LocalFrame.Hello?
    private var purposes: [(ticket: UInt32, purpose: Purpose)] = []
    private var tickets: UInt32 = 0
    /// To be asked in this round, and asked without an answer yet.
    private var toAsk: ArraySlice<NodeID> = []
    private var asked: [NodeID] = []
    private var heardAt = Instant.zero
    private var roundAt = Instant.zero
    private var rounds = 0
    private var news: [String] = []
    private(set) var hasAnswered = false

    init(path: String, interval: Duration, only: NodeID? = nil, robot: NodeID? = nil) {
        self.path = path
        self.interval = interval
        self.only = only
        if let robot { robots = [robot] }
        state = .away(until: .zero)
    }

    var descriptors: [Int32] { client.map { [$0.descriptor.number] } ?? [] }

    var nextDeadline: Instant {
        switch state {
        case .away(let until): until
        case .greeting(let since): since + Self.patience
        case .talking:
            asked.isEmpty && expected.isEmpty ? roundAt : min(heardAt + Self.patience, MonotonicClock.now() + interval)
        }
    }

    var isTalking: Bool { if case .talking = state { true } else { false } }

    func takeNews() -> [String] {
        defer { news = [] }
        return news
    }

    // MARK: Orders

    func send(_ order: OperatorCommand) -> Bool {
        guard isTalking, !speaksForMany || only != nil else {
            if speaksForMany { news.append("a simulation is looked at, not steered") }
            return speaksForMany
        }
        request(order, .order(order))
        return client != nil
    }

    // MARK: The connection

    func advance(_ picture: inout SwarmPicture, now: Instant) {
        if case .away(let until) = state, now >= until { call(now: now) }
        hear(&picture, now: now)
        switch state {
        case .away:
            for robot in robots { picture.note(robot, answers: false, at: now) }
            hasAnswered = true
        case .greeting(let since):
            if now - since >= Self.patience { hangUp(now: now) }
        case .talking:
            watchPatience(&picture, now: now)
            beginRound(now: now)
            ask(picture)
        }
    }

    private func call(now: Instant) {
        do throws(LocalError) {
            client = try LocalClient(path: path)
        } catch { return hangUp(now: now) }
        state = .greeting(since: now)
        send(.hello(.init(id: .none, epoch: Epoch(0), name: "skein top")))
    }

    private func hangUp(now: Instant) {
        client = nil
        expected = []
        purposes = []
        toAsk = []
        asked = []
        isNamed = false
        state = .away(until: now + backoff)
        backoff = min(backoff * 2, Self.backoffMax)
    }

    private func watchPatience(_ picture: inout SwarmPicture, now: Instant) {
        guard !asked.isEmpty, now - heardAt >= Self.patience else { return }
        for robot in asked { picture.note(robot, answers: false, at: now) }
        hasAnswered = true
        if now - heardAt >= Self.hangUpAfter { hangUp(now: now) }
    }

    // MARK: Asking

    private func beginRound(now: Instant) {
        guard isNamed, toAsk.isEmpty, asked.isEmpty else { return }
        if rounds > 0 { hasAnswered = true }
        guard now >= roundAt else { return }
        rounds += 1
        if rounds % Self.roundsPerNames == 0 {
            send(.askNames)
            expected.append(.names)
        }
        roundAt = max(roundAt + interval, now + interval / 2)
        toAsk = robots[...]
        heardAt = now
    }

    private func ask(_ picture: SwarmPicture) {
        while asked.count < Self.window, let robot = toAsk.popFirst() {
            asked.append(robot)
            if speaksForMany {
                send(.turn(robot))
                expected.append(.turn(robot))
            }
            request(.report, .report(robot))
            send(.askEvents(after: picture.eventLast(of: robot)))
            expected.append(.events(robot))
            if (rounds + Int(robot.number)) % Self.roundsPerAccounts == 1 || rounds == 1 && robots.count == 1 {
                request(.peers, .accounts(robot))
            }
            if picture.awaitsReceipts(robot) { request(.safety, .safety(robot)) }
            send(.askBody)
            expected.append(.body(robot))
        }
    }

    private func request(_ command: OperatorCommand, _ purpose: Purpose) {
        tickets &+= 1
        purposes.append((tickets, purpose))
        send(.request(ticket: tickets, command))
    }

    /// What the socket does not take at once ends the conversation: whoever does not read is asked later.
    private func send(_ frame: LocalFrame) {
        guard let client else { return }
        do throws(LocalError) { try client.send(frame.bytes, until: .zero) } catch { hangUp(now: MonotonicClock.now()) }
    }

    // MARK: Hearing

    private func hear(_ picture: inout SwarmPicture, now: Instant) {
        for _ in 0..<Self.messagesMax {
            guard let client else { return }
            let message: [UInt8]?
            do throws(LocalError) { message = try client.receive(until: .zero) } catch { return hangUp(now: now) }
            guard let message else { return }
            heardAt = now
            guard let frame = try? LocalFrame(message) else { return hangUp(now: now) }
            take(frame, &picture, now: now)
        }
    }

    private func take(_ frame: LocalFrame, _ picture: inout SwarmPicture, now: Instant) {
        switch frame {
        case .hello(let hello):
            guard case .turn? = expected.first else { return greeted(by: hello) }
            expected.removeFirst()
            turnedTo = hello
        case .names(let names):
            drop { if case .names = $0 { true } else { false } }
            picture.take(names: names.map { ($0.id, $0.name) })
            if speaksForMany { robots = only.map { [$0] } ?? names.map(\.id) }
            isNamed = true
        case .events(let notes, _):
            if case .events(let robot)? = expected.first {
                expected.removeFirst()
                picture.take(notes, of: robot, at: now)
            }
        case .body(let account):
            guard case .body(let robot)? = expected.first else { return }
            expected.removeFirst()
            asked.removeAll { $0 == robot }
            picture.take(account, of: robot, at: now)
        case .reply(let ticket, let reply): take(reply, ticket, &picture, now: now)
        case .refused(let ticket, let reason): refused(ticket, reason, &picture, now: now)
        case .otherVersion, .request, .subscribe, .askNames, .askEvents, .turn, .askBody: hangUp(now: now)
        case .event, .lost: break
        }
    }

    private func greeted(by hello: LocalFrame.Hello) {
        speaksForMany = hello.id == .none
        if !speaksForMany { robots = [hello.id] }
        state = .talking
        backoff = Self.backoffMin
        send(.askNames)
        expected.append(.names)
    }

    private func drop(_ isOver: (Expected) -> Bool) {
        if let first = expected.first, isOver(first) { expected.removeFirst() }
    }

    private func take(_ reply: Reply, _ ticket: UInt32, _ picture: inout SwarmPicture, now: Instant) {
        guard let place = purposes.firstIndex(where: { $0.ticket == ticket }) else { return }
        let purpose = purposes.remove(at: place).purpose
        switch (purpose, reply) {
        case (.report(let robot), .report(let report)): picture.take(report, of: robot, at: now)
        case (.accounts(let robot), .peers(let accounts)): picture.take(accounts, of: robot, at: now)
        case (.safety(let robot), .safety(let report)): picture.take(report, of: robot, at: now)
        case (.order(let order), .refused(let refusal)):
            news.append("\(order): \(refusal.complaint(of: picture.name(robots.first ?? .none)))")
        case (.order(.stop), .safety(let report)):
            news.append("stop \(report.numberMax) is out: \(picture.name(report.robot)) has told everybody it reaches")
        case (.order(.release(let number)), .safety): news.append("stop \(number) is released")
        default: break
        }
    }

    private func refused(
        _ ticket: UInt32, _ reason: LocalFrame.Refusal, _ picture: inout SwarmPicture, now: Instant
    ) {
        guard ticket != 0 else {
            drop { if case .turn = $0 { true } else { false } }
            return
        }
        guard let place = purposes.firstIndex(where: { $0.ticket == ticket }) else { return }
        switch purposes.remove(at: place).purpose {
        // One that was never on is not missed.
        case .report(let robot):
            if turnedTo?.epoch != Epoch(0) { picture.note(robot, answers: false, at: now) }
        case .order(let order): news.append("\(order): refused, \(reason)")
        case .accounts, .safety: break
        }
    }
}
