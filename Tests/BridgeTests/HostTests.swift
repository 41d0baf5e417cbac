import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinBridge

@Suite struct HostTests {
    private static let ahead = Setpoint(speedMetersPerSecond: 1, turnRadiansPerSecond: 0.5)

    @Test func `the first setpoint that moves arms, and the motors follow in the same moment`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: .stop)
        #expect(!pair.controller.isArmed && pair.setpoints.isEmpty, "a robot that stands needs no motors")
        let begin = pair.now
        pair.host.actuate(Self.ahead, now: pair.now)
        pair.exchange()
        #expect(pair.motors == Self.ahead && pair.motorsAt == begin)
        #expect(pair.orders.map(\.0) == [.arm])
    }

    @Test func `while the peer goes on a setpoint goes out each 50 ms at least, and after it ceases for 250 ms more`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: Self.ahead)
        let ceased = pair.setpoints.last?.1 ?? .zero
        for (one, next) in zip(pair.setpoints, pair.setpoints.dropFirst()) {
            #expect(next.1 - one.1 <= BridgeTiming.setpointInterval)
        }
        let last = pair.now
        pair.run(.seconds(3))
        let silent = pair.setpoints.last?.1 ?? .zero
        #expect(silent > ceased && silent - last <= BridgeTiming.holdMax)
        #expect(pair.motors == .stop)
        // The controller's own handle: 400 ms after the last one, and disarmed within 2 s.
        #expect(pair.motorsAt - silent <= BridgeTiming.deadManMax + .milliseconds(1))
        #expect(!pair.controller.isArmed)
    }

    @Test func `a cut line stops the motors by the controller alone, and a joined one drives again`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: Self.ahead)
        pair.isCut = true
        let cut = pair.now
        pair.run(.seconds(4), wish: Self.ahead)
        #expect(pair.motors == .stop && pair.motorsAt - cut <= .milliseconds(500))
        #expect(!pair.controller.isArmed && !pair.host.isPresent(now: pair.now))
        let sent = pair.setpoints.count
        pair.run(.seconds(1), wish: Self.ahead)
        #expect(pair.setpoints.count == sent, "nobody is told to move who is not heard")
        pair.isCut = false
        pair.host.closed()
        pair.host.opened(now: pair.now)
        pair.run(.milliseconds(1_500), wish: Self.ahead)
        #expect(pair.motors == Self.ahead && pair.controller.isArmed)
    }

    @Test func `a robot that stands for two seconds is disarmed`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: Self.ahead)
        pair.run(.milliseconds(1_900), wish: .stop)
        #expect(pair.controller.isArmed && pair.motors == .stop)
        pair.run(.milliseconds(300), wish: .stop)
        #expect(!pair.controller.isArmed && pair.orders.last?.0 == .disarm)
        let sent = pair.setpoints.count
        pair.run(.seconds(1), wish: .stop)
        #expect(pair.setpoints.count == sent)
    }

    @Test func `a stop latches the controller at once, and no setpoint goes out until it is released`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: Self.ahead)
        let sent = pair.setpoints.count
        let at = pair.now
        pair.host.stand(true, now: at)
        pair.exchange()
        #expect(pair.controller.isStopLatched && pair.motors == .stop && pair.motorsAt == at)
        pair.run(.seconds(2), wish: Self.ahead)
        #expect(pair.setpoints.count == sent && pair.controller.isStopLatched && !pair.controller.isArmed)
        #expect(pair.orders.filter { $0.0 == .stop }.count == 1, "it is answered")
        pair.host.stand(false, now: pair.now)
        pair.exchange()
        #expect(!pair.controller.isStopLatched && !pair.host.owesRelease && pair.motors == .stop)
        pair.run(.milliseconds(200), wish: Self.ahead)
        #expect(pair.motors == Self.ahead)
    }

    @Test func `a stop is said again each 100 ms until it is answered, heard or not`() {
        var pair = Pair()
        pair.run(.seconds(1), wish: Self.ahead)
        pair.isCut = true
        pair.host.stand(true, now: pair.now)
        pair.run(.seconds(5))
        let stops = pair.orders.filter { $0.0 == .stop }.map(\.1)
        #expect(stops.count >= 50)
        for (one, next) in zip(stops, stops.dropFirst()) { #expect(next - one <= .milliseconds(101)) }
        pair.isCut = false
        pair.run(.milliseconds(150))
        #expect(pair.controller.isStopLatched)
    }

    @Test func `a controller that comes unlatched while the robot is stopped is latched again`() {
        var pair = Pair()
        pair.run(.milliseconds(500))
        pair.host.stand(true, now: pair.now)
        pair.run(.milliseconds(500))
        pair.controller = BridgeController(now: pair.now)
        pair.run(.milliseconds(200))
        #expect(pair.controller.isStopLatched)
    }

    @Test func `a release that was owed before a restart is given after it, and none that was not`() {
        for owes in [true, false] {
            var pair = Pair(owesRelease: owes, isLatched: true)
            pair.run(.seconds(2))
            #expect(pair.controller.isStopLatched == !owes)
            #expect(!pair.host.owesRelease)
        }
    }

    @Test func `a stop button that is still pressed is not released behind its back`() {
        var pair = Pair()
        pair.run(.milliseconds(100))
        pair.host.stand(true, now: pair.now)
        pair.exchange()
        pair.host.stand(false, now: pair.now)
        pair.host.take(.answer(.init(subject: .stopping, isAccepted: false, denial: 2)), now: pair.now)
        #expect(!pair.host.owesRelease)
    }

    @Test func `an order that is refused is not repeated for a second`() {
        var pair = Pair()
        pair.run(.seconds(1))
        pair.isCut = true
        pair.host.actuate(Self.ahead, now: pair.now)
        pair.exchange()
        pair.host.take(.answer(.init(subject: .arming, isAccepted: false, denial: 4)), now: pair.now)
        let refused = pair.now
        pair.run(.milliseconds(1_500), wish: Self.ahead)
        let later = pair.orders.filter { $0.0 == .arm && $0.1 > refused }.map(\.1)
        #expect((later.first ?? .zero) - refused >= BridgeTiming.denialInterval)
        #expect(!pair.host.takeNotes().filter(\.isTrouble).isEmpty)
    }

    @Test func `on a line that turns a bit in every 400 bytes the robot still drives and still stops`() {
        var pair = Pair()
        pair.damageEvery = 401
        pair.run(.seconds(20), wish: Self.ahead)
        #expect(pair.motors == Self.ahead && pair.controllerLine.drops.reduce(0, +) > 10)
        let at = pair.now
        pair.host.stand(true, now: at)
        pair.run(.milliseconds(500))
        #expect(pair.controller.isStopLatched && pair.motorsAt - at <= .milliseconds(300))
    }

    @Test func `clocks are compared each second`() {
        var pair = Pair()
        pair.run(.seconds(2))
        var account = BridgeAccount(device: "x", state: .present)
        pair.host.describe(&account, now: pair.now)
        #expect(account.roundTrip == .zero)
        #expect((account.heartbeatAge ?? .seconds(9)) <= .seconds(1))
    }
}
