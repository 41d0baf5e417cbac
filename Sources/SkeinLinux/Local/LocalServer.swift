import CSkeinLinux
import Glibc
import SkeinWire

/// The daemon's end of the local socket: AF_UNIX SOCK_SEQPACKET, one message a frame of whatever the program speaks.
///
/// Each client is listening → connected → gone. It goes when it closes, sends more than a message may hold, or takes
/// neither events nor replies any more (`LocalQueue`). Sends never block: what the kernel does not take waits in the
/// client's queue for the next time it can be written. At most `clientsMax` clients: one more takes the place of the oldest
/// that has never said a word, or is closed at once. A client whose process died is seen as an end of file.
///
/// listening → pausing, when the system has no descriptor or memory for one more client → listening after `pause`. What
/// waits keeps the listener readable, and a loop that cannot accept it would spin.
package final class LocalServer {
    /// Names a client; numbers are not used twice while the daemon runs.
    package struct ClientID: Hashable, Comparable, Sendable {
        package var number: UInt32
        package init(_ number: UInt32) { self.number = number }
        package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
    }

    package struct Credentials: Hashable, Sendable {
        package var process: Int32
        package var user: UInt32
        package var group: UInt32
    }

    package enum Departure: Equatable, Sendable {
        case closed
        case tooLong(bytes: Int)
        /// It took not even replies.
        case tooSlow
        case failed(SystemError)
        /// It held a place without a word, and another wanted it.
        case silent
        case unasked
    }

    package enum Happening: Equatable, Sendable {
        case connected(ClientID, Credentials)
        case message(ClientID, [UInt8])
        case gone(ClientID, Departure)
    }

    private final class Client {
        let id: ClientID
        let descriptor: Descriptor
        var queue = LocalQueue()
        var isWatchedForWriting = false
        var hasSpoken = false
        init(id: ClientID, descriptor: Descriptor) {
            self.id = id
            self.descriptor = descriptor
        }
    }

    package static let clientsMax = 32
    /// Taken from one client at a wake-up, so that a busy tool does not hold up the peer.
    private static let messagesMax = 16
    private static let pause: Duration = .seconds(1)

    package let path: String
    private let reactor: Reactor
    private let area: UInt32
    let listener: Descriptor
    private let lossMessage: (UInt32) -> [UInt8]
    private let inode: UInt64
    private var clients: [Client] = []
    private var clientCount: UInt32 = 0
    /// When it wants `deadlinePassed`: in the distant future while it listens.
    package private(set) var nextDeadline = Instant.distantFuture
    private var buffer = [UInt8](repeating: 0, count: LocalSocket.messageBytesMax)
    /// Connections refused because `clientsMax` were there.
    package private(set) var refused: UInt64 = 0
    package private(set) var lostEvents: UInt64 = 0

    /// Listens at `path` with mode 0660, its folder made if need be. The listener is token (area, 0) of the reactor, a
    /// client (area, its number). `lossMessage` says to a slow client how many events it missed.
    package init(
        path: String, reactor: Reactor, area: UInt32, lossMessage: @escaping (UInt32) -> [UInt8]
    ) throws(LocalError) {
        self.path = path
        self.reactor = reactor
        self.area = area
        self.lossMessage = lossMessage
        (listener, inode) = try LocalListener.open(path)
        do throws(SystemError) { try listen() } catch { throw .system(error) }
    }

    /// Closes every connection and removes the socket file, unless another daemon has put its own there.
    deinit { stopListening() }

    package func stopListening() {
        reactor.remove(listener)
        if LocalListener.inode(of: path) == inode { unlink(path) }
    }

    private func listen() throws(SystemError) {
        try reactor.add(listener, Reactor.Token(area: area, index: 0), for: .reading)
        nextDeadline = .distantFuture
    }

    package func deadlinePassed(now: Instant) {
        guard now >= nextDeadline else { return }
        if (try? listen()) == nil { nextDeadline = now + Self.pause }
    }

    package var clientIDs: [ClientID] { clients.map(\.id) }

    package func ready(_ ready: Reactor.Ready, _ take: (Happening) -> Void) {
        precondition(ready.token.area == area, "\(ready.token) is not the local server's")
        if ready.token.index == 0 { return accept(take) }
        // A client that went at an earlier event of the same wake-up is no longer found.
        guard let client = clients.first(where: { $0.id.number == ready.token.index }) else { return }
        if ready.isWritable { flush(client, take) }
        if ready.isReadable { read(client, take) }
    }

    /// Queues and sends. A client that has gone is told nothing.
    package func send(_ message: [UInt8], to id: ClientID, isEvent: Bool, _ take: (Happening) -> Void) {
        precondition(!message.isEmpty && message.count <= LocalSocket.messageBytesMax, "\(message.count) bytes")
        guard let client = clients.first(where: { $0.id == id }) else { return }
        let lostBefore = client.queue.lostTotal
        let fits = client.queue.append(message, isEvent: isEvent)
        lostEvents += client.queue.lostTotal - lostBefore
        guard fits else { return drop(client, .tooSlow, take) }
        // Watched: the kernel has just said that it is full.
        if !client.isWatchedForWriting { flush(client, take) }
    }

    /// Closes it once what it is owed is sent or cannot be: after a frame of another version.
    package func close(_ id: ClientID, _ take: (Happening) -> Void) {
        guard let client = clients.first(where: { $0.id == id }) else { return }
        drop(client, .unasked, take)
    }

    private func accept(_ take: (Happening) -> Void) {
        for _ in 0..<Self.clientsMax {
            let number = skein_accept(listener.number)
            guard number >= 0 else {
                guard ![EAGAIN, EINTR, ECONNABORTED].contains(errno) else { return }
                reactor.remove(listener)
                nextDeadline = MonotonicClock.now() + Self.pause
                return
            }
            guard let descriptor = try? Descriptor(number, from: "accept4", path) else { return }
            if clients.count >= Self.clientsMax, let silent = clients.first(where: { !$0.hasSpoken }) {
                drop(silent, .silent, take)
            }
            guard clients.count < Self.clientsMax, clientCount < .max else {
                refused += 1
                continue
            }
            var credentials = Credentials(process: 0, user: 0, group: 0)
            guard
                skein_peer_credentials(
                    number, &credentials.process, &credentials.user, &credentials.group) == 0
            else { continue }
            clientCount += 1
            let client = Client(id: ClientID(clientCount), descriptor: descriptor)
            guard (try? reactor.add(descriptor, token(client), for: .reading)) != nil else { continue }
            clients.append(client)
            take(.connected(client.id, credentials))
        }
    }

    private func token(_ client: Client) -> Reactor.Token { Reactor.Token(area: area, index: client.id.number) }

    private func read(_ client: Client, _ take: (Happening) -> Void) {
        for _ in 0..<Self.messagesMax {
            // The message before may have made the daemon give this client up.
            guard clients.contains(where: { $0 === client }) else { return }
            switch LocalSocket.receive(over: client.descriptor, buffer: &buffer) {
            case .message(let message):
                client.hasSpoken = true
                take(.message(client.id, message))
            case .nothing: return
            case .tooLong(let bytes): return drop(client, .tooLong(bytes: bytes), take)
            case .ended(let number): return drop(client, departure(number, "recv"), take)
            }
        }
    }

    private func flush(_ client: Client, _ take: (Happening) -> Void) {
        while let message = client.queue.next(lossMessage: lossMessage) {
            switch LocalSocket.send(message, over: client.descriptor) {
            case .taken: client.queue.advance()
            case .full: return watch(client, writing: true, take)
            case .ended(let number): return drop(client, departure(number, "send"), take)
            }
        }
        if client.isWatchedForWriting { watch(client, writing: false, take) }
    }

    private func watch(_ client: Client, writing: Bool, _ take: (Happening) -> Void) {
        guard client.isWatchedForWriting != writing else { return }
        client.isWatchedForWriting = writing
        do throws(SystemError) {
            try reactor.change(
                client.descriptor, token(client), to: writing ? [.reading, .writing] : .reading)
        } catch { drop(client, .failed(error), take) }
    }

    private func departure(_ number: Int32, _ call: String) -> Departure {
        switch number {
        case 0, ECONNRESET, EPIPE: .closed
        default: .failed(SystemError(call, path, number: number))
        }
    }

    private func drop(_ client: Client, _ why: Departure, _ take: (Happening) -> Void) {
        guard let index = clients.firstIndex(where: { $0 === client }) else { return }
        clients.remove(at: index)
        reactor.remove(client.descriptor)
        take(.gone(client.id, why))
    }
}
