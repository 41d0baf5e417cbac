import SkeinWire
import Testing
import WireSamples

@testable import SkeinSeal

/// Two robots and the air between them in virtual time: bytes are lost, doubled and overtake each other as the dice say.
final class SessionPair {
    static let fleet = FleetID(0x1122_3344_5566_7788)

    struct Flight {
        var at: Instant
        var to: Int
        var content: Content
    }

    enum Content {
        case message(SessionMessage)
        case frame([UInt8])
    }

    static let numbers: [UInt16] = [3, 7]
    var books: [SessionBook] = []
    var now = Instant.zero
    var tuning: SessionTuning
    /// Shares of what is sent, 0…1.
    var loss = 0.0
    var doubled = 0.0
    /// What is lost besides: told by what is sent, and how much of it has been.
    var isLost: (Flight) -> Bool = { _ in false }
    private(set) var flights: [Flight] = []
    private(set) var log: [[SessionAction]] = [[], []]
    private(set) var payloads: [[[UInt8]]] = [[], []]
    private(set) var refusals: [[SessionRefusal]] = [[], []]
    /// Everything that was ever on the air, as a listener has it.
    private(set) var overheard: [Content] = []
    private var dice: SplitMix
    private let seed: UInt64

    init(seed: UInt64 = 1, tuning: SessionTuning = .standard) {
        dice = SplitMix(seed: seed)
        self.seed = seed
        self.tuning = tuning
        books = [book(0, epoch: 1), book(1, epoch: 1)]
    }

    static func key(_ number: UInt16) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(number), count: SigningKey.seedBytes))
    }

    static func id(_ robot: Int) -> NodeID { NodeID(numbers[robot]) }
    static func publicKey(_ robot: Int) -> PublicKey { key(numbers[robot]).publicKey }

    func book(_ robot: Int, epoch: UInt32, fleet: FleetID = SessionPair.fleet) -> SessionBook {
        SessionBook(
            id: Self.id(robot), epoch: Epoch(epoch), identity: Self.publicKey(robot), fleet: fleet,
            signer: KeySigner(Self.key(Self.numbers[robot])), verifier: SodiumVerifier(),
            secrets: SeededSecrets(seed: seed << 16 | UInt64(epoch) << 1 | UInt64(robot)), tuning: tuning)
    }

    func reboot(_ robot: Int) { books[robot] = book(robot, epoch: books[robot].epoch.number + 1) }

    @discardableResult
    func want(_ robot: Int) -> Bool {
        var actions: [SessionAction] = []
        let isReady = books[robot].want(
            Self.id(1 - robot), key: Self.publicKey(1 - robot), now: now, actions: &actions)
        perform(actions, of: robot)
        return isReady
    }

    /// False: there is no session.
    @discardableResult
    func say(_ robot: Int, _ payload: [UInt8]) -> Bool {
        guard let frame = sealed(robot, payload) else { return false }
        send(.frame(frame), to: 1 - robot)
        return true
    }

    /// A frame that has not been sent.
    func sealed(_ robot: Int, _ payload: [UInt8]) -> [UInt8]? {
        var actions: [SessionAction] = []
        let frame = books[robot].seal(payload[...], to: Self.id(1 - robot), now: now, actions: &actions)
        perform(actions, of: robot)
        return frame
    }

    @discardableResult
    func open(_ robot: Int, _ frame: [UInt8]) -> OpenedFrame {
        var actions: [SessionAction] = []
        var datagram = frame
        let opened = books[robot].open(&datagram, now: now, actions: &actions)
        perform(actions, of: robot)
        switch opened {
        case .payload(_, let range): payloads[robot].append(Array(datagram[range]))
        case .empty: break
        case .refused(let reason): refusals[robot].append(reason)
        }
        return opened
    }

    @discardableResult
    func take(_ robot: Int, _ message: SessionMessage) -> SessionRefusal? {
        var actions: [SessionAction] = []
        let refusal = books[robot].handle(
            message, from: Self.id(1 - robot), key: Self.publicKey(1 - robot), now: now, actions: &actions)
        perform(actions, of: robot)
        if let refusal { refusals[robot].append(refusal) }
        return refusal
    }

    func note(_ robot: Int, epoch: UInt32) {
        var actions: [SessionAction] = []
        books[robot].note(Epoch(epoch), of: Self.id(1 - robot), actions: &actions)
        perform(actions, of: robot)
    }

    func close(_ robot: Int) {
        var actions: [SessionAction] = []
        books[robot].close(Self.id(1 - robot), actions: &actions)
        perform(actions, of: robot)
    }

    /// What is under way arrives and what is due is done, in order, until this instant.
    func run(for span: Duration) {
        let end = now + span
        while true {
            let deadlines = books.map(\.nextDeadline)
            let due = deadlines[0] <= deadlines[1] ? 0 : 1
            let flight = flights.indices.min { flights[$0].at < flights[$1].at }
            if let flight, flights[flight].at <= deadlines[due] {
                guard flights[flight].at <= end else { break }
                let arrived = flights.remove(at: flight)
                now = max(now, arrived.at)
                arrive(arrived)
                continue
            }
            guard deadlines[due] <= end else { break }
            now = max(now, deadlines[due])
            var actions: [SessionAction] = []
            books[due].deadlinePassed(now: now, actions: &actions)
            precondition(books[due].nextDeadline > now, "a deadline that stays due")
            perform(actions, of: due)
        }
        now = end
    }

    private func arrive(_ flight: Flight) {
        switch flight.content {
        case .message(let message):
            var reader = ByteReader(message.bytes)
            guard let read = try? SessionMessage(reading: &reader), read == message, reader.remaining == 0 else {
                Issue.record("\(message) does not survive its bytes")
                return
            }
            take(flight.to, read)
        case .frame(let frame): open(flight.to, frame)
        }
    }

    private func perform(_ actions: [SessionAction], of robot: Int) {
        log[robot] += actions
        for action in actions {
            switch action {
            case .say(let message, let to):
                precondition(to == Self.id(1 - robot), "to nobody")
                send(.message(message), to: 1 - robot)
            case .transmit(let frame, _): send(.frame(frame), to: 1 - robot)
            case .ready, .ended: break
            }
        }
    }

    private func send(_ content: Content, to robot: Int) {
        overheard.append(content)
        for _ in 0..<(unit() < doubled ? 2 : 1) {
            let flight = Flight(at: now + .microseconds(500 + Int(unit() * 4_500)), to: robot, content: content)
            if unit() >= loss, !isLost(flight) { flights.append(flight) }
        }
    }

    private func unit() -> Double { Double(dice.next() >> 11) * 0x1p-53 }

    /// A session that both have used.
    static func joined(seed: UInt64 = 1, tuning: SessionTuning = .standard) -> SessionPair {
        let pair = SessionPair(seed: seed, tuning: tuning)
        pair.want(0)
        pair.run(for: .milliseconds(100))
        precondition(pair.books.indices.allSatisfy(pair.isReady), "no session without any loss")
        return pair
    }

    func isReady(_ robot: Int) -> Bool { books[robot].isReady(Self.id(1 - robot), now: now) }

    func partner(_ robot: Int) -> SessionPartner? { books[robot].partner(Self.id(1 - robot)) }

    func ends(_ robot: Int) -> [SessionEnd] {
        log[robot].compactMap { action in
            switch action {
            case .ended(_, let why): why
            case .say, .transmit, .ready: nil
            }
        }
    }

    /// Wishes and answers that this robot has said, repetitions among them.
    func said(_ robot: Int) -> [SessionMessage] {
        log[robot].compactMap { action in
            switch action {
            case .say(let message, _): message
            case .transmit, .ready, .ended: nil
            }
        }
    }
}
