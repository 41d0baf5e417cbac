import SkeinBulk
import SkeinSeal
import SkeinWire
import WireSamples

/// A robot of the test's air: its book, its sessions, and what came of everything.
final class BulkRobot {
    let epoch: UInt32
    let tuning: BulkTuning
    var book: BulkBook
    let sessions: SessionBook?
    var paths = [BulkPath?](repeating: nil, count: 16)
    /// Objects that it has for whoever wants them.
    var shelf: [TestObject]
    var begun: [TransferID] = []
    var received: [BulkReceived] = []
    var receivedAt: [Instant] = []
    var sent: [TransferID] = []
    var failed: [(TransferID, BulkReason)] = []
    var dropped: [(BulkOffered, BulkReason)] = []
    var fetchFailed: [(FetchID, BulkReason)] = []
    var offered: [BulkOffered] = []
    var sentAt: [TransferID: Instant] = [:]
    /// It stopped at the caller's burst and has more.
    var isSaturated = false

    init(place: Int, epoch: UInt32, seed: UInt64, sealed: Bool, tuning: BulkTuning, shelf: [TestObject] = []) {
        self.epoch = epoch
        self.tuning = tuning
        self.shelf = shelf
        book = BulkBook(id: BulkNet.id(place), boot: Epoch(epoch), tuning: tuning)
        sessions =
            sealed
            ? SessionBook(
                id: BulkNet.id(place), epoch: Epoch(epoch), identity: Self.key(place).publicKey,
                fleet: FleetID(0x1122_3344_5566_7788), signer: KeySigner(Self.key(place)), verifier: SodiumVerifier(),
                secrets: SeededSecrets(seed: seed << 20 | UInt64(epoch) << 8 | UInt64(place))) : nil
    }

    static func key(_ place: Int) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(place + 1), count: SigningKey.seedBytes))
    }

    var deadline: Instant { min(book.nextDeadline, sessions?.nextDeadline ?? .distantFuture) }

    func log(_ action: BulkAction, now: Instant) {
        switch action {
        case .wantSession, .wanted: break
        case .offered(let offer): offered.append(offer)
        case .received(let object):
            received.append(object)
            receivedAt.append(now)
        case .dropped(let offer, let reason): dropped.append((offer, reason))
        case .sent(let transfer):
            sent.append(transfer)
            sentAt[transfer] = now
        case .failed(let transfer, let reason): failed.append((transfer, reason))
        case .fetchFailed(let fetch, let reason): fetchFailed.append((fetch, reason))
        }
    }

    func reason(_ transfer: TransferID?) -> BulkReason? { failed.first { $0.0 == transfer }?.1 }
}

/// An object with its name.
struct TestObject {
    let id: ObjectID
    let bytes: ObjectBytes

    init(_ count: Int, seed: UInt64) {
        var dice = SplitMix(seed: seed &* 0x1_0001 &+ UInt64(count))
        // One random piece, moved along: large objects are made quickly, and no two chunks are the same.
        let random = dice.bytes(min(count, 4_099))
        var pieces = ObjectBytes()
        while pieces.count < count {
            pieces.append(random.prefix(count - pieces.count))
        }
        self.init(pieces)
    }

    init(_ bytes: ObjectBytes) {
        self.bytes = bytes
        let hash = ObjectHash()
        for piece in bytes.pieces { hash.absorb(piece[...]) }
        guard let id = ObjectID(hash: hash.finish()) else { preconditionFailure("a hash of another length") }
        self.id = id
    }

    private init(id: ObjectID, bytes: ObjectBytes) {
        self.id = id
        self.bytes = bytes
    }

    /// Another byte there, under this object's name.
    func forged(at place: Int) -> TestObject {
        var forged = bytes.bytes
        forged[place] ^= 1
        return TestObject(id: id, bytes: ObjectBytes(forged))
    }
}

/// Events by time, and by order where times are the same.
struct EventHeap<Event> {
    private var heap: [(at: Instant, order: Int, event: Event)] = []
    private var count = 0

    var firstAt: Instant? { heap.first?.at }

    private func isBefore(_ one: Int, _ other: Int) -> Bool {
        (heap[one].at, heap[one].order) < (heap[other].at, heap[other].order)
    }

    mutating func push(_ at: Instant, _ event: Event) {
        count += 1
        heap.append((at, count, event))
        var place = heap.count - 1
        while place > 0, isBefore(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> (at: Instant, event: Event)? {
        guard !heap.isEmpty else { return nil }
        heap.swapAt(0, heap.count - 1)
        let last = heap.removeLast()
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != place else { return (last.at, last.event) }
            heap.swapAt(place, least)
            place = least
        }
    }
}
