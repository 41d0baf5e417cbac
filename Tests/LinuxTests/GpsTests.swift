import CGps
import Glibc
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

@Suite struct GpsTests {
    private static let origin = GeoPoint(latitudeDegrees: 48, longitudeDegrees: 11)

    private static func told(
        _ latitude: Double, _ longitude: Double, mode: Int32 = 3, status: Int32 = 2, eph: Double = 0.05
    ) -> skein_gps_fix {
        skein_gps_fix(
            latitude_deg: latitude, longitude_deg: longitude, eph_m: eph, mode: mode, status: status, satellites: 9)
    }

    /// At 48° N a thousandth of a degree is 111.190 m north and 74.625 m east (WGS 84).
    @Test func `degrees become metres on the ellipsoid`() {
        let north = GeoPoint(latitudeDegrees: 48.001, longitudeDegrees: 11).offset(from: Self.origin)
        #expect(abs(north.northMeters - 111.190) < 0.01 && north.eastMeters == 0)
        let east = GeoPoint(latitudeDegrees: 48, longitudeDegrees: 11.001).offset(from: Self.origin)
        #expect(abs(east.eastMeters - 74.625) < 0.01 && east.northMeters == 0)
        let across = GeoPoint(latitudeDegrees: 0, longitudeDegrees: -179.9995)
            .offset(from: GeoPoint(latitudeDegrees: 0, longitudeDegrees: 179.9995))
        #expect(abs(across.eastMeters - 111.3) < 0.1)
    }

    @Test func `a fix that is good enough is a place in the field, with its error`() throws {
        let config = GpsConfig(port: 1, origin: Self.origin)
        guard case .good(let fix) = GpsReceiver.fix(Self.told(48.001, 11.001), config) else {
            Issue.record("not taken")
            return
        }
        #expect(abs(fix.xMeters - 74.6) < 0.1 && abs(fix.yMeters - 111.2) < 0.1)
        #expect(abs(fix.sigmaMeters - 0.05 / 2.4477) < 1e-9)
        // North along the x axis: east is then along -y.
        let turned = GpsConfig(port: 1, origin: Self.origin, northRadians: 0)
        guard case .good(let other) = GpsReceiver.fix(Self.told(48.001, 11.001), turned) else {
            Issue.record("not taken")
            return
        }
        #expect(abs(other.xMeters - 111.2) < 0.1 && abs(other.yMeters + 74.6) < 0.1)
    }

    @Test func `what is no fix, or not good enough, is not taken`() {
        let config = GpsConfig(port: 1, origin: Self.origin)
        #expect(GpsReceiver.fix(Self.told(48, 11, mode: 1), config) == .none)
        #expect(GpsReceiver.fix(Self.told(48, 11, status: 8), config) == .none, "simulated")
        #expect(GpsReceiver.fix(Self.told(48, 11, status: 5), config) == .none, "dead reckoning")
        for poor in [
            Self.told(48, 11, status: 1), Self.told(48, 11, eph: 40), Self.told(48, 11, eph: .nan),
            Self.told(.nan, 11), Self.told(48, 400),
        ] {
            if case .poor = GpsReceiver.fix(poor, config) { continue }
            Issue.record("\(poor) was taken")
        }
        let lax = GpsConfig(port: 1, origin: Self.origin, fixMin: .plane, sigmaMetersMax: 20)
        if case .good = GpsReceiver.fix(Self.told(48, 11, mode: 2, status: 1, eph: 40), lax) {
        } else {
            Issue.record("not taken by a lax one")
        }
    }

    private static func tpv(_ latitude: Double, eph: Double = 0.05) -> String {
        #"{"class":"TPV","device":"/dev/x","status":2,"mode":3,"time":"2026-01-01T00:00:00.000Z","lat":\#(latitude),"#
            + #""lon":11.0,"eph":\#(eph)}"#
    }

    /// Waits for news until it holds, 10 s at most.
    private static func await(_ receiver: GpsReceiver, _ holds: () -> Bool) -> Bool {
        let end = MonotonicClock.now() + .seconds(10)
        while MonotonicClock.now() < end {
            if holds() { return true }
            var watched = pollfd(fd: receiver.descriptor.number, events: Int16(POLLIN), revents: 0)
            poll(&watched, 1, 100)
        }
        return false
    }

    @Test func `fixes come from gpsd, and again after it has gone and come back`() throws {
        let gpsd = try FakeGpsd()
        let receiver = try GpsReceiver(GpsConfig(port: gpsd.port, origin: Self.origin))
        try receiver.start()
        defer { receiver.close() }
        for _ in 0..<2 {
            try gpsd.start()
            try gpsd.accept()
            gpsd.say(Self.tpv(48.0001))
            var fix: GpsFix?
            #expect(
                Self.await(receiver) {
                    if let news = receiver.take(now: MonotonicClock.now()) { fix = news.fix }
                    return fix != nil
                })
            #expect(abs((fix?.yMeters ?? 0) - 11.12) < 0.01 && abs(fix?.xMeters ?? 9) < 1e-6)
            #expect(receiver.account(now: MonotonicClock.now()).state == .good)
            gpsd.say(Self.tpv(48.0001, eph: 30))
            #expect(Self.await(receiver) { receiver.account(now: MonotonicClock.now()).state == .poor })
            // None of these is a fix, and none makes the last one come again.
            gpsd.say("no JSON at all {{{")
            gpsd.say(#"{"class":"SKY","device":"/dev/x","uSat":7,"satellites":[]}"#)
            try gpsd.stop()
            #expect(Self.await(receiver) { receiver.account(now: MonotonicClock.now()).state == .away })
        }
        let account = receiver.account(now: MonotonicClock.now())
        #expect(account.taken == 2 && account.refused == 2)
    }
}
