import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire

/// One robot's daemon as the supervisor has it: its process, and the connection to its local socket.
///
///     off ──boot──▶ calling ──answered──▶ talking ──cut──▶ off
///                      └──cut──▶ off
///
/// Until the daemon listens it is called again every few milliseconds. Then it is asked for its events and its status, and
/// the start robot, at its first boot, is told to organise the swarm.
final class LabPeer {
    /// Tickets of requests; a daemon answers each with it.
    enum Ticket {
        static let organise: UInt32 = 1
        static let boot: UInt32 = 2
        static let start: UInt32 = 3
    }

    enum Word {
        case event(at: Instant, Event)
        case reply(ticket: UInt32, Reply)
        case lost(UInt32)
    }

    let robot: Int
    let name: String
    private(set) var process: ChildProcess?
    private(set) var client: LocalClient?
    /// Boots so far.
    private(set) var epoch: UInt32 = 0
    private(set) var callsFrom = Instant.zero

    init(_ robot: Int) {
        self.robot = robot
        name = LabFleet.name(robot)
    }

    /// Switched on, and not talking yet.
    var isCalling: Bool { process != nil && client == nil }

    func start(_ process: ChildProcess, now: Instant) {
        precondition(self.process == nil, "\(name) is on already")
        self.process = process
        epoch += 1
        callsFrom = now
    }

    /// Hands the process back; the daemon's socket is nobody's any more.
    func stop() -> ChildProcess? {
        defer {
            process = nil
            client = nil
        }
        return process
    }

    /// True when the daemon has answered.
    func call(_ path: String, organises: Bool) throws(LabError) -> Bool {
        let client: LocalClient
        do throws(LocalError) {
            client = try LocalClient(path: path)
        } catch {
            switch error {
            case .unreachable: return false
            case .badPath, .notASocket, .inUse, .closed, .busy, .system:
                throw .garbled(name, what: error.description)
            }
        }
        self.client = client
        send(.hello(.init(id: .none, epoch: Epoch(0), name: "skein lab")))
        send(.subscribe)
        send(.request(ticket: Ticket.boot, .status))
        if organises { send(.request(ticket: Ticket.organise, .organise(launches: true))) }
        return true
    }

    /// What is not taken at once is lost, as to a daemon that hangs.
    func send(_ frame: LocalFrame) { try? client?.send(frame.bytes, until: .zero) }

    /// The next thing the daemon has said; nil: nothing. A closed connection is nothing: the process says more.
    func hear() throws(LabError) -> Word? {
        while let client {
            let message: [UInt8]?
            do throws(LocalError) {
                message = try client.receive(until: .zero)
            } catch {
                // Called again; if it is dead, `LabCrew.check` finds out long before the calling is given up.
                self.client = nil
                callsFrom = MonotonicClock.now()
                return nil
            }
            guard let message else { return nil }
            let frame: LocalFrame
            do throws(WireError) {
                frame = try LocalFrame(message)
            } catch {
                throw .garbled(name, what: "a message that does not hold (\(error))")
            }
            switch frame {
            case .hello, .names, .events, .body: continue
            case .event(let at, _, let event): return .event(at: at, event)
            case .reply(let ticket, let reply): return .reply(ticket: ticket, reply)
            case .lost(let count): return .lost(count)
            case .refused(let ticket, let reason): throw .garbled(name, what: "refused request \(ticket): \(reason)")
            case .otherVersion(let version): throw .garbled(name, what: "it speaks version \(version)")
            case .request, .subscribe, .askNames, .askEvents, .turn, .askBody:
                throw .garbled(name, what: "it talks like a tool")
            }
        }
        return nil
    }
}
