import CSkeinLinux
import Glibc
import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinLinux

/// A fleet of daemons of this process, turned by one thread: what each does is what it does on a robot.
enum Fleet {
    static let fleetKey = FleetKey(bytes: [UInt8](repeating: 7, count: FleetKey.byteCount))

    static func key(_ number: Int) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(number + 1), count: SigningKey.seedBytes))
    }

    static let roster = Roster((0..<8).map { (NodeID(UInt16($0)), key($0).publicKey) })

    static func daemon(
        _ number: Int, folder: String, radio: DaemonConfig.Radio, body: String? = nil, roster: Roster = Fleet.roster,
        fleetKey: FleetKey = Fleet.fleetKey, hooks: DaemonHooks = DaemonHooks(),
        notifier: Notifier = Notifier { _ in nil }
    ) throws -> PeerDaemon {
        let id = NodeID(UInt16(number))
        let state = try StateFolder(path: "\(folder)/state\(number)")
        let seal = Seal(
            id: id, epoch: state.epoch, fleetKey: fleetKey, roster: roster, signer: KeySigner(key(number)),
            verifier: SodiumVerifier())
        let start = StartPose(
            xMeters: Double(number), yMeters: 0, headingRadians: 0, positionSigmaMeters: 1, headingSigmaRadians: 0.1)
        let peer = Peer(
            id: id, config: PeerConfig(), seed: UInt64(number), seal: seal, start: start,
            role: RobotRole(carriesCamera: false, carriesSatelliteReceiver: false), restored: state.restored,
            now: MonotonicClock.now())
        let config = DaemonConfig(
            robot: id, name: "robot \(number)", radio: radio, localSocket: "\(folder)/robot\(number).sock",
            bodySocket: body,
            load: .stated(CPUSample(idlePercent: 50, neededPercent: 10)), pacing: .declared(capacityPercent: 100),
            tuning: CloudTuning(), workerThreads: 1)
        return try PeerDaemon(config: config, peer: peer, state: state, notifier: notifier, hooks: hooks)
    }

    /// A tool that has said hello.
    static func tool(_ daemon: PeerDaemon) throws -> LocalClient {
        let client = try LocalClient(path: try #require(daemon.config.localSocket))
        let hello = LocalFrame.hello(LocalFrame.Hello(id: .none, epoch: Epoch(0), name: "test"))
        try client.send(hello.bytes, until: .zero)
        return client
    }
}

/// Air without loss or distance: what one robot sends, all others hear at −50 dBm.
final class PerfectAir {
    let port: UInt16
    private let socket: Descriptor
    private var robots: [(robot: NodeID, band: Band, address: sockaddr_in)] = []
    private var buffer = [UInt8](repeating: 0, count: 2_000)

    init() throws {
        socket = try Descriptor(
            Glibc.socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0), from: "socket", "air")
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket.number
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 ? getsockname(descriptor, $0, &length) : -1
            }
        }
        guard status == 0 else { throw SystemError("bind", "air") }
        port = UInt16(bigEndian: address.sin_port)
    }

    func carry() {
        var source = sockaddr_in()
        while true {
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let count = withUnsafeMutablePointer(to: &source) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(socket.number, &buffer, buffer.count, Int32(MSG_DONTWAIT), $0, &length)
                }
            }
            guard count > 0 else { return }
            guard case .transmit(let sent)? = try? AirFrame(buffer[..<count]) else { continue }
            robots.removeAll { $0.robot == sent.robot && $0.band == sent.band }
            robots.append((sent.robot, sent.band, source))
            if sent.isRegistration { continue }
            for other in robots where other.band == sent.band && other.robot != sent.robot {
                guard sent.next == .none || sent.next == other.robot else { continue }
                let heard = AirFrame.Heard(
                    robot: sent.robot, band: sent.band, powerDBm: -50, noiseDBm: -95, datagram: sent.datagram)
                send(AirFrame.receive(heard).bytes, to: other.address)
            }
        }
    }

    private func send(_ bytes: [UInt8], to address: sockaddr_in) {
        withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = sendto(
                    socket.number, bytes, bytes.count, Int32(MSG_DONTWAIT), $0,
                    socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// Bytes that nobody sealed, for everybody.
    func disturb(_ bytes: [UInt8]) { for robot in robots { send(bytes, to: robot.address) } }
}
