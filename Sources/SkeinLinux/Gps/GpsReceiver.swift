import CGps
import Glibc
import SkeinPeer
import SkeinWire
import Synchronization

/// Asks gpsd on a thread of its own (`skein-gps`), since libgps connects and reads by waiting. The loop takes what there is
/// when `descriptor` is readable.
///
/// away → connected, tried each time the wait is over; the wait doubles from 0.5 s to 8 s. connected → away when gpsd hangs up, or
/// says nothing for `silenceMax`: a gpsd with a receiver reports each second. Only the newest fix is kept, with the moment it
/// was read. gpsd's eph is taken for what 95 % of fixes lie within: the errors along the axes then have a sigma of eph / 2.45 (a
/// circle of 2.45 sigmas holds 95 % of a round Gaussian).
package final class GpsReceiver: Sendable {
    private static let glanceMicroseconds: Int32 = 200_000
    private static let silenceMax: Duration = .seconds(5)
    private static let waitMin: Duration = .milliseconds(500)
    private static let waitMax: Duration = .seconds(8)
    /// A circle of so many sigmas holds 95 %: √(−2 ln 0.05).
    private static let sigmasIn95Percent = 2.4477
    /// A fix older than this says where the robot was.
    package static let fixAgeMax: Duration = .milliseconds(1_500)

    private struct Shared {
        var fix: (GpsFix, at: Instant)?
        var state = GpsAccount.State.away
        var goodAt: Instant?
        var sigmaMeters: Double?
        var satellites = 0
        var taken: UInt64 = 0
        var refused: UInt64 = 0
        var isClosing = false
    }

    private let config: GpsConfig
    private let shared = Mutex(Shared())
    private let news: EventCounter

    package init(_ config: GpsConfig) throws(SystemError) {
        self.config = config
        news = try EventCounter()
    }

    /// Once. The thread ends within a glance of `close`, and holds nothing that anybody waits for.
    package func start() throws(SystemError) { _ = try Thread(name: "skein-gps") { [self] in run() } }

    /// Readable when there is a fix, or something has changed.
    package var descriptor: Descriptor { news.descriptor }

    package func close() { shared.withLock { $0.isClosing = true } }

    /// The newest fix, once, if it is not too old.
    package func take(now: Instant) -> (fix: GpsFix, at: Instant)? {
        news.take()
        return shared.withLock { shared in
            defer { shared.fix = nil }
            guard let (fix, at) = shared.fix, now - at <= Self.fixAgeMax else { return nil }
            return (fix, at)
        }
    }

    package func account(now: Instant) -> GpsAccount {
        shared.withLock { shared in
            var account = GpsAccount(state: shared.state, satellites: shared.satellites)
            account.fixAge = shared.goodAt.map { now - $0 }
            account.sigmaMeters = shared.sigmaMeters
            account.taken = shared.taken
            account.refused = shared.refused
            return account
        }
    }

    private var isClosing: Bool { shared.withLock { $0.isClosing } }

    // MARK: The thread

    private func run() {
        var wait = Self.waitMin
        while !isClosing {
            var error: Int32 = 0
            guard let data = skein_gps_open("127.0.0.1", "\(config.port)", &error) else {
                pause(wait)
                wait = min(wait + wait, Self.waitMax)
                continue
            }
            if listen(data) { wait = Self.waitMin }
            skein_gps_close(data)
            note(.away)
        }
    }

    private func pause(_ span: Duration) {
        let until = MonotonicClock.now() + span
        while !isClosing, MonotonicClock.now() < until { usleep(UInt32(Self.glanceMicroseconds)) }
    }

    /// Until gpsd is gone or silent; whether it has said anything.
    private func listen(_ data: UnsafeMutablePointer<gps_data_t>) -> Bool {
        note(.noFix)
        var heardAt = MonotonicClock.now()
        var hasSpoken = false
        while !isClosing {
            var told = skein_gps_fix()
            let outcome = skein_gps_next(data, Self.glanceMicroseconds, &told)
            let now = MonotonicClock.now()
            guard outcome >= 0 else { return hasSpoken }
            guard outcome > 0 else {
                if now - heardAt > Self.silenceMax, hasSpoken { return true }
                continue
            }
            heardAt = now
            hasSpoken = true
            take(told, now: now)
        }
        return hasSpoken
    }

    private func note(_ state: GpsAccount.State) {
        shared.withLock { $0.state = state }
        news.signal()
    }

    private func take(_ told: skein_gps_fix, now: Instant) {
        let fix = Self.fix(told, config)
        shared.withLock { shared in
            shared.satellites = max(0, Int(told.satellites))
            switch fix {
            case .none: shared.state = .noFix
            case .poor(let sigma):
                shared.state = .poor
                shared.sigmaMeters = sigma
                shared.refused += 1
            case .good(let fix):
                shared.state = .good
                shared.sigmaMeters = fix.sigmaMeters
                shared.taken += 1
                shared.goodAt = now
                shared.fix = (fix, now)
            }
        }
        news.signal()
    }

    /// What is made of one report.
    enum Verdict: Equatable {
        case none
        case poor(sigmaMeters: Double?)
        case good(GpsFix)
    }

    static func fix(_ told: skein_gps_fix, _ config: GpsConfig) -> Verdict {
        guard let fix = GpsConfig.Fix(mode: told.mode, status: told.status) else { return .none }
        guard told.latitude_deg.magnitude <= 90, told.longitude_deg.magnitude <= 180 else {
            return .poor(sigmaMeters: nil)
        }
        let sigma: Double? = told.eph_m.isFinite && told.eph_m > 0 ? told.eph_m / sigmasIn95Percent : nil
        guard fix >= config.fixMin, let sigma, sigma <= config.sigmaMetersMax else { return .poor(sigmaMeters: sigma) }
        let place = GeoPoint(latitudeDegrees: told.latitude_deg, longitudeDegrees: told.longitude_deg)
        let (east, north) = place.offset(from: config.origin)
        // Clockwise from north is east: a quarter turn less.
        let eastward = config.northRadians - .pi / 2
        return .good(
            GpsFix(
                xMeters: north * cos(config.northRadians) + east * cos(eastward),
                yMeters: north * sin(config.northRadians) + east * sin(eastward), sigmaMeters: sigma))
    }
}
