import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld

/// The laboratory's air as a process: frames of the peers come in by UDP (`AirFrame`), stay in the simulator's medium for
/// as long as it says, and go out to those who heard them. One thread.
///
/// A robot is on from its first registration until the supervisor cuts its power; after a restart it registers anew, from
/// another port, and hears nothing at the old one. Frames that do not hold, or that come from another port than the
/// robot's, are dropped and counted. It ends when the supervisor's end of the control socket closes, however that came.
package final class LabMedium {
    private enum Area {
        static let air: UInt32 = 1
        static let supervisor: UInt32 = 2
        static let arena: UInt32 = 3
    }

    /// Frames taken from the socket before what is due is looked at again.
    private static let batchMax = 256

    private let config: WorldConfig
    private let reactor: Reactor
    private let socket: AirSocket
    private let supervisor: PacketSocket
    private let arena: PacketSocket
    private var player: AirPlayer
    private var drops = LabFrame.AirDrops()
    /// By band, by robot: where it listens; 0: nowhere.
    private var ports: [[UInt16]]
    private var zero: Instant?
    private var buffer = [UInt8](repeating: 0, count: LabFrame.bytesMax)
    private var isOver = false

    package init(_ config: WorldConfig, supervisor: PacketSocket, arena: PacketSocket) throws(SystemError) {
        self.config = config
        self.supervisor = supervisor
        self.arena = arena
        reactor = try Reactor()
        socket = try AirSocket()
        player = AirPlayer(config)
        ports = [[UInt16]](
            repeating: [UInt16](repeating: 0, count: config.robots), count: Band.allCases.count)
        try reactor.add(socket.descriptor, .init(area: Area.air), for: .reading)
        try reactor.add(supervisor.descriptor, .init(area: Area.supervisor), for: .reading)
        try reactor.add(arena.descriptor, .init(area: Area.arena), for: .reading)
    }

    /// Until the supervisor is gone.
    package func run() {
        supervisor.send(LabFrame.ready(port: socket.port).bytes)
        while !isOver {
            let deadline = zero.flatMap { zero in player.nextTime.map { zero + .nanoseconds($0) } }
            var ready: [UInt32] = []
            reactor.wait(until: deadline) { ready.append($0.token.area) }
            // Before what is due: they may have been sent before it.
            takeFrames()
            play(to: MonotonicClock.now())
            for area in ready {
                switch area {
                case Area.air: break
                case Area.supervisor: takeOrders(from: supervisor, endsAll: true)
                case Area.arena: takeOrders(from: arena, endsAll: false)
                default: preconditionFailure("nobody waits in area \(area)")
                }
            }
        }
    }

    // MARK: Air

    private func play(to instant: Instant) {
        guard let zero else { return }
        let clock = (MonotonicClock.now() - zero).nanoseconds
        player.advance(to: (instant - zero).nanoseconds, clock: clock) { hand($0) }
    }

    private func hand(_ arrival: Arrival) {
        for hearer in arrival.hearers {
            let port = ports[Int(arrival.band.rawValue)][Int(hearer.robot)]
            guard port != 0 else { continue }
            let frame = AirFrame.receive(
                .init(
                    robot: NodeID(UInt16(arrival.sender)), band: arrival.band, powerDBm: hearer.powerDBm,
                    noiseDBm: hearer.noiseDBm, datagram: arrival.datagram))
            if !socket.send(frame.bytes, to: port) { drops.unsent += 1 }
        }
    }

    /// Frames enter the air at the time they were sent, however late they are taken from the socket.
    private func takeFrames() {
        let clockOffset = AirSocket.clockOffset()
        for _ in 0..<Self.batchMax {
            guard let received = socket.receive(&buffer, clockOffset: clockOffset) else { return }
            play(to: min(received.sentAt ?? .distantFuture, MonotonicClock.now()))
            guard case .transmit(let sent)? = try? AirFrame(received.frame), Int(sent.robot.number) < config.robots,
                sent.next == .none || Int(sent.next.number) < config.robots
            else {
                drops.malformed += 1
                continue
            }
            take(sent, from: received.port)
        }
    }

    private func take(_ sent: AirFrame.Sent, from port: UInt16) {
        let robot = Int(sent.robot.number)
        let band = Int(sent.band.rawValue)
        guard !sent.isRegistration else {
            ports[band][robot] = port
            if !player.isOn(robot) { player.switchOn(robot) }
            return
        }
        guard ports[band][robot] == port, player.send(sent.transmission, from: robot) else {
            drops.strangers += 1
            return
        }
    }

    // MARK: Orders

    private func takeOrders(from link: PacketSocket, endsAll: Bool) {
        while true {
            switch link.receive(&buffer) {
            case .nothing: return
            case .ended:
                reactor.remove(link.descriptor)
                isOver = isOver || endsAll
                return
            case .message(let bytes):
                guard let frame = try? LabFrame(bytes, robots: config.robots) else {
                    isOver = true
                    return
                }
                play(to: MonotonicClock.now())
                obey(frame)
            }
        }
    }

    private func obey(_ frame: LabFrame) {
        switch frame {
        case .begin(let instant): zero = instant
        case .off(let robot):
            player.switchOff(robot)
            for band in ports.indices { ports[band][robot] = 0 }
        case .leader(let robot, let leader): player.join(robot, leader: leader)
        case .faultBegan(let index, let targets):
            guard config.faults.indices.contains(index) else { return }
            player.beginFault(index, targets: targets)
        case .faultEnded(let index): player.endFault(index)
        case .figuresWanted(let ticket):
            supervisor.send(
                LabFrame.mediumFigures(
                    ticket: ticket, player.medium.air.tally, digest: player.digest, player.lateness.lateness,
                    dropped: drops
                ).bytes)
        case .places(let places): player.move(to: places)
        case .bodies, .arenaFigures, .ready, .mediumFigures: break
        }
    }
}
