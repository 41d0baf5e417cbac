import Glibc
import SkeinPeer
import SkeinWire

/// One band on one interface, by UDP.
///
/// closed → missing | down | noCarrier | noAddress | failed → up and back, as the interface comes and goes: looked at
/// whenever the kernel says that something changed, each second while not up, each five while up (the kernel's news can
/// be lost). The socket lives exactly as long as the interface, its index and its address stay what they are. What the
/// socket does not take waits in `OutgoingQueue`. Loss is the air's, and the peer's to mend.
package final class UDPPort: AirPort {
    package struct Config: Hashable, Sendable {
        package var band: Band
        package var interface: String
        package var family: AirFamily
        package var port: UInt16
        /// What a link carries, where no radio tells.
        package var bitsPerSecond: Double?

        /// Each band has a port of its own, so that one interface can serve both: control p, data p + 1.
        package init(band: Band, interface: String, family: AirFamily, controlPort: UInt16) {
            self.band = band
            self.interface = interface
            self.family = family
            port = controlPort &+ UInt16(band.rawValue)
        }

        package init(band: Band, interface: String, family: AirFamily, port: UInt16) {
            self.band = band
            self.interface = interface
            self.family = family
            self.port = port
        }
    }

    private static let retryInterval: Duration = .seconds(1)
    private static let checkInterval: Duration = .seconds(5)
    /// An Ethernet frame's: what is longer is cut off by the kernel and dropped here.
    private static let bufferBytes = 1_500

    package let config: Config
    package private(set) var state = PortState.closed
    package private(set) var counters = PortCounters()
    package private(set) var nextDeadline: Instant
    private let reactor: Reactor
    private let token: Reactor.Token
    private let signals: (any SignalSource)?
    private var socket: UDPSocket?
    private var queue = OutgoingQueue()
    private var isWatchedForWriting = false
    private var buffer = [UInt8](repeating: 0, count: UDPPort.bufferBytes)

    /// Not open until it is examined.
    package init(
        _ config: Config, reactor: Reactor, token: Reactor.Token, signals: (any SignalSource)?, now: Instant
    ) {
        self.config = config
        self.reactor = reactor
        self.token = token
        self.signals = signals
        nextDeadline = now
    }

    package var band: Band { config.band }
    package var name: String { config.interface }
    package var waiting: Int { queue.count }

    package func deadlinePassed(now: Instant) {
        if now >= nextDeadline { examine(now: now) }
    }

    package func examine(now: Instant) {
        switch InterfaceAddress.find(config.interface, config.family) {
        case .failure(let absence): close(absence.state)
        case .success(let interface):
            if socket?.interface != interface { open(interface) }
        }
        nextDeadline = now + (state.isUp ? Self.checkInterval : Self.retryInterval)
    }

    private func open(_ interface: InterfaceAddress) {
        close(.closed)
        do throws(SystemError) {
            let opened = try UDPSocket(config.interface, interface, config.family, port: config.port)
            try reactor.add(opened.descriptor, token, for: .reading)
            socket = opened
            counters.openings += 1
            state = .up(interface.address)
        } catch { state = .failed(error) }
    }

    /// What waits is dropped with the socket: it was for neighbours of a moment ago.
    private func close(_ why: PortState) {
        state = why
        guard let old = socket else { return }
        reactor.remove(old.descriptor)
        socket = nil
        counters.unsent += UInt64(queue.count)
        queue.removeAll()
        isWatchedForWriting = false
    }

    package func send(_ transmission: Transmission, now: Instant) {
        precondition(transmission.band == band, "\(transmission.band) at the port of \(band)")
        guard transmission.datagram.count <= PortCounters.datagramBytesMax else {
            counters.tooLong += 1
            return
        }
        guard socket != nil else {
            counters.unsent += 1
            return
        }
        let item = OutgoingQueue.Item(
            datagram: transmission.datagram, trafficClass: transmission.trafficClass, address: transmission.address)
        // While something waits, the newcomer goes behind what is as urgent and before what is less.
        if queue.isEmpty, attempt(item, now: now) { return }
        guard socket != nil else { return }
        if !queue.append(item) { counters.crowdedOut[Int(item.trafficClass.rawValue)] += 1 }
        watch(writing: true)
    }

    package func writable(now: Instant) {
        while let item = queue.first {
            guard attempt(item, now: now) else { return }
            queue.removeFirst()
        }
        watch(writing: false)
    }

    /// False when the socket is full. A datagram that the system refuses is gone, and the interface is looked at.
    private func attempt(_ item: OutgoingQueue.Item, now: Instant) -> Bool {
        guard var socket else { return false }
        let sent = socket.send(item)
        self.socket = socket
        switch sent {
        case .taken: counters.sent += 1
        case .full: return false
        case .failed(let number):
            counters.sendErrors += 1
            if Self.isInterfaceTrouble(number) { nextDeadline = now }
        }
        return true
    }

    private static func isInterfaceTrouble(_ number: Int32) -> Bool {
        [ENODEV, ENXIO, ENETDOWN, ENETUNREACH, EADDRNOTAVAIL, EINVAL, EBADF].contains(number)
    }

    private func watch(writing: Bool) {
        guard let socket, isWatchedForWriting != writing else { return }
        isWatchedForWriting = writing
        do throws(SystemError) {
            try reactor.change(socket.descriptor, token, to: writing ? [.reading, .writing] : .reading)
        } catch { close(.failed(error)) }
    }

    /// Where no radio tells, what the configuration says of the link.
    private func known(_ signal: Signal) -> Signal {
        guard signal == .none, let bitsPerSecond = config.bitsPerSecond else { return signal }
        return .throughput(bitsPerSecond: bitsPerSecond)
    }

    @discardableResult
    package func receive(limit: Int, now: Instant, _ take: ([UInt8], Reception) -> Void) -> Int {
        for count in 0..<limit {
            guard let socket else { return count }
            switch socket.receive(into: &buffer) {
            case .nothing: return count
            case .failed(let number):
                if Self.isInterfaceTrouble(number) { nextDeadline = now }
                return count
            case .tooLong: counters.tooLong += 1
            case .foreign: counters.foreign += 1
            case .own: counters.own += 1
            case .datagram(let bytes, let address):
                counters.received += 1
                let signal = signals?.signal(of: address, on: name, now: now) ?? .none
                take(Array(buffer[..<bytes]), Reception(band: band, from: address, signal: known(signal)))
            }
        }
        return limit
    }
}
