import Glibc
import SkeinBulk
import SkeinLinux
import SkeinSeal
import SkeinWire
import Synchronization

/// One object from one robot to another on loopback by a peer's own sessions and bulk: offered, paced, acknowledged,
/// repeated where lost, put together and its hash checked. Each robot has a thread and a socket.
final class BulkTransfer: @unchecked Sendable {
    /// Of one turn, before what is due has its own.
    private static let datagramsMax = 64
    private static let waitMax: Duration = .milliseconds(20)
    /// The end of a transfer that hangs.
    static let deadlineSpan: Duration = .seconds(60)

    /// A robot's side. Used by one thread at a time.
    private final class Side {
        var post: BulkPost
        let socket: LoopbackSocket
        var unsent: [UInt8]?
        var buffer = [UInt8](repeating: 0, count: Envelope.datagramBytesMax)

        init(_ id: NodeID, _ socket: LoopbackSocket) {
            post = BulkPost(id: id, fleet: MemberVoice.fleet, signingKey: MemberVoice.key(of: Int(id.number))) {
                MemberVoice.key(of: Int($0.number)).publicKey
            }
            self.socket = socket
        }

        /// What has come, what is due, what may leave; then waits for more.
        func turn() {
            var now = MonotonicClock.now()
            for _ in 0..<BulkTransfer.datagramsMax {
                guard let count = buffer.withUnsafeMutableBytes({ socket.receive(into: $0) }) else { break }
                var datagram = Array(buffer[..<count])
                post.open(&datagram, now: now)
            }
            now = MonotonicClock.now()
            post.deadlinePassed(now: now)
            flush(now: now)
            guard unsent == nil else { return }
            let wait = min(post.nextDeadline - now, BulkTransfer.waitMax)
            if wait > .zero { socket.wait(wait) }
        }

        private func flush(now: Instant) {
            for _ in 0..<BulkTransfer.datagramsMax {
                guard let datagram = unsent ?? post.next(now: now)?.bytes else { return }
                guard datagram.withUnsafeBytes({ socket.send($0) }) else {
                    unsent = datagram
                    return
                }
                unsent = nil
            }
        }
    }

    private let sender: Side
    private let receiver: Side
    private let isOver = Atomic<Bool>(false)
    private var receivedAt: Instant?
    private var received: BulkReceived?

    init(from: LoopbackSocket, to: LoopbackSocket) {
        sender = Side(NodeID(0), from)
        receiver = Side(NodeID(1), to)
        BulkPost.greet(&sender.post, &receiver.post, now: MonotonicClock.now())
    }

    /// Seconds from the offer to the whole object with its hash checked; nil: it did not come.
    func run(_ object: ObjectBytes, id: ObjectID, bitsPerSecond: Double) throws(SystemError) -> Double? {
        received = nil
        receivedAt = nil
        isOver.store(false, ordering: .relaxed)
        let begun = MonotonicClock.now()
        for (side, other) in [(sender, receiver), (receiver, sender)] {
            side.post.setPath(
                to: other.post.id, over: other.post.id, bitsPerSecond: bitsPerSecond,
                overheadBytes: BulkFrame.overheadBytes, now: begun)
        }
        let sent = sender.post.sentCount
        guard
            sender.post.send(
                object, id: id, to: receiver.post.id, class: .bulk, deadline: begun + Self.deadlineSpan, now: begun)
        else { return nil }
        let receiving = try Thread(name: "bulk-receive") { self.receive() }
        let sending = try Thread(name: "bulk-send") {
            while self.sender.post.sentCount == sent, self.sender.post.failures.isEmpty { self.sender.turn() }
            self.isOver.store(true, ordering: .releasing)
        }
        sending.join()
        receiving.join()
        guard let received, received.object.count == object.count, let receivedAt else { return nil }
        return receivedAt.seconds(since: begun)
    }

    private func receive() {
        while !isOver.load(ordering: .acquiring) {
            receiver.turn()
            for arrival in receiver.post.takeArrivals() {
                received = arrival
                receivedAt = MonotonicClock.now()
            }
        }
    }
}
