import Glibc
import SkeinCodec
import SkeinPeer
import SkeinWire

/// The way to the robot's body in the laboratory: a local socket to the arena (`BodyFrame`). Setpoints go, sensor readings
/// come.
///
/// away → connected when the arena accepts, which is tried each time the wait is over; the wait doubles from 50 ms to 1 s.
/// connected → away when the arena hangs up or says what is no frame. A setpoint that cannot be sent at once is lost: the
/// next one supersedes it, and the body stops by itself when they cease.
package final class BodyPort {
    private static let waitMin: Duration = .milliseconds(50)
    private static let waitMax: Duration = .seconds(1)
    /// Taken at one wake-up.
    private static let readingsMax = 16

    package let path: String
    private let robot: NodeID
    private let reactor: Reactor
    private let token: Reactor.Token
    private var client: LocalClient?
    private var wait = BodyPort.waitMin
    /// When a connection is tried next; in the distant future while there is one.
    package private(set) var nextDeadline: Instant
    /// Setpoints that found no arena.
    package private(set) var lostSetpoints: UInt64 = 0
    /// Why it is away.
    package private(set) var trouble: LocalError?

    package init(path: String, robot: NodeID, reactor: Reactor, token: Reactor.Token, now: Instant) {
        self.path = path
        self.robot = robot
        self.reactor = reactor
        self.token = token
        nextDeadline = now
    }

    package var isConnected: Bool { client != nil }

    package func deadlinePassed(now: Instant) {
        guard client == nil, now >= nextDeadline else { return }
        do throws(LocalError) {
            let opened = try LocalClient(path: path)
            try LocalError.wrapping { () throws(SystemError) in try reactor.add(opened.descriptor, token, for: .reading)
            }
            try opened.send(BodyFrame.hello(robot: robot).bytes, until: now)
            client = opened
            trouble = nil
            wait = Self.waitMin
            nextDeadline = .distantFuture
        } catch { leave(error, now: now) }
    }

    private func leave(_ why: LocalError, now: Instant) {
        if let client { reactor.remove(client.descriptor) }
        client = nil
        trouble = why
        nextDeadline = now + wait
        wait = min(wait + wait, Self.waitMax)
    }

    package func actuate(_ setpoint: Setpoint, now: Instant) {
        guard let client else {
            lostSetpoints += 1
            return
        }
        do throws(LocalError) {
            // A deadline that has passed: the loop waits for nobody.
            try client.send(BodyFrame.setpoint(setpoint).bytes, until: .zero)
        } catch {
            lostSetpoints += 1
            switch error {
            case .busy: return
            case .badPath, .notASocket, .inUse, .unreachable, .closed, .system: leave(error, now: now)
            }
        }
    }

    package func receive(now: Instant, _ take: (SensorReading) -> Void) {
        for _ in 0..<Self.readingsMax {
            guard let client else { return }
            do throws(LocalError) {
                guard let bytes = try client.receive(until: .zero) else { return }
                guard case .sensors(let reading)? = try? BodyFrame(bytes) else {
                    return leave(.system(SystemError("body frame", path, number: EPROTO)), now: now)
                }
                take(reading)
            } catch { return leave(error, now: now) }
        }
    }
}
