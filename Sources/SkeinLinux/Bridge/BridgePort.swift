import Glibc
import SkeinBridge
import SkeinPeer
import SkeinWire

/// The serial line to the motor controller in the daemon's loop: `BridgeHost` decides, `BridgeLine` signs and checks, `SerialLine`
/// carries.
///
/// closed → open when the device can be opened, which is tried each time the wait is over; the wait doubles from 50 ms to 1 s.
/// open → closed when the device goes away: a plug was pulled. Nothing here waits for line, controller or disk. A frame that finds
/// no room is lost: the next one supersedes it, orders are given again.
package final class BridgePort {
    private static let waitMin: Duration = .milliseconds(50)
    private static let waitMax: Duration = .seconds(1)
    private static let readBytesMax = 1_024
    /// Reads at one wake-up.
    private static let readsMax = 4
    /// The system's clock goes into the signatures as often; half of what is reserved at once lasts longer.
    private static let clockInterval: Duration = .seconds(15)
    /// What a line of 115200 baud sends of a full queue, and a bit more.
    private static let drainMax: Duration = .milliseconds(60)

    package let device: String
    private let config: BridgeConfig
    private let reactor: Reactor
    private let token: Reactor.Token
    private let line: BridgeLine
    private let recorder: BridgeRecorder
    private var thread: Thread?
    private var host: BridgeHost
    private var serial: SerialLine?
    private var submitted: BridgeRecord
    private var buffer = [UInt8](repeating: 0, count: BridgePort.readBytesMax)
    private var wait = BridgePort.waitMin
    private var openAt: Instant
    private var clockAt: Instant
    private var openings: UInt64 = 0
    private var lostSetpoints: UInt64 = 0
    private var delays = DelayGauge()
    /// Why it is closed.
    private var failure: SystemError?
    private var notes: [BridgeHost.Note] = []

    /// Reads the record, and reserves timestamps on the disk: without them nothing could be said.
    package init(
        _ config: BridgeConfig, reactor: Reactor, serial token: Reactor.Token, record recordToken: Reactor.Token,
        now: Instant
    ) throws(SystemError) {
        self.config = config
        self.reactor = reactor
        self.token = token
        device = config.device
        let (found, isDamaged) = try BridgeRecord.read(config.recordPath)
        var record = found ?? BridgeRecord()
        line = BridgeLine(key: config.key, side: .peer, stored: record.ticks)
        line.setClock(wallSeconds: WallClock.seconds())
        if let ticks = line.reservation {
            record.ticks = ticks
            try record.write(config.recordPath)
            line.reserve(ticks)
        }
        submitted = record
        host = BridgeHost(northRadians: config.northRadians, owesRelease: record.owesRelease, now: now)
        openAt = now
        clockAt = now + Self.clockInterval
        recorder = try BridgeRecorder(path: config.recordPath, kept: record)
        try reactor.add(recorder.descriptor, recordToken, for: .reading)
        thread = try recorder.start()
        if isDamaged {
            notes.append(.init(isTrouble: true, text: "\(config.recordPath) is damaged: signing on by the wall clock"))
        }
    }

    // MARK: The loop

    package var nextDeadline: Instant { min(serial == nil ? openAt : host.nextDeadline, clockAt) }

    package func deadlinePassed(now: Instant) {
        if now >= clockAt {
            clockAt = now + Self.clockInterval
            // Were the disk stuck, a clock that went on would use up what is reserved; by itself a frame takes 10 µs of it.
            if recorder.failure == nil { line.setClock(wallSeconds: WallClock.seconds()) }
            keep()
        }
        if serial == nil, now >= openAt { open(now: now) }
        guard serial != nil, now >= host.nextDeadline else { return }
        host.advance(now: now)
        flush(now: now)
    }

    /// The serial line has bytes, or is gone.
    package func receive(now: Instant, _ take: (SensorReading) -> Void) {
        for _ in 0..<Self.readsMax {
            guard let serial else { break }
            do throws(SystemError) {
                guard let count = try serial.read(into: &buffer) else { break }
                line.take(buffer[..<count]) { host.take($0, now: now) }
            } catch { close(error, now: now) }
        }
        settle(now: now, take)
    }

    /// A record has reached the disk.
    package func recorded(now: Instant, _ take: (SensorReading) -> Void) {
        let (kept, failure) = recorder.take()
        if let failure { notes.append(.init(isTrouble: true, text: "\(failure): what is signed next is not kept")) }
        line.reserve(kept.ticks)
        line.take { host.take($0, now: now) }
        settle(now: now, take)
    }

    private func settle(now: Instant, _ take: (SensorReading) -> Void) {
        keep()
        flush(now: now)
        for reading in host.takeReadings() { take(reading) }
    }

    package func actuate(_ setpoint: Setpoint, now: Instant) {
        guard serial != nil else {
            lostSetpoints += 1
            return
        }
        host.actuate(setpoint, now: now)
        flush(now: now)
    }

    package func stand(_ isStopped: Bool, now: Instant) {
        host.stand(isStopped, now: now)
        keep()
        flush(now: now)
    }

    /// The motors are let go, and the line with them: whoever comes next may open it. Nothing is waited for but the disk, and the
    /// last frame's way onto the line.
    package func close() {
        if serial != nil, let frame = line.frame(.order(.disarm, confirmation: 0)) { _ = try? serial?.write(frame) }
        recorder.close()
        thread?.join()
        thread = nil
        guard let serial else { return }
        reactor.remove(serial.descriptor)
        serial.drain(Self.drainMax)
        self.serial = nil
        host.closed()
    }

    // MARK: The line

    private func open(now: Instant) {
        do throws(SystemError) {
            let opened = try SerialLine(path: device, baud: config.baud)
            try reactor.add(opened.descriptor, token, for: .reading)
            serial = opened
            openings += 1
            failure = nil
            line.flush()
            host.opened(now: now)
            flush(now: now)
        } catch { close(error, now: now) }
    }

    private func close(_ why: SystemError, now: Instant) {
        if let serial { reactor.remove(serial.descriptor) }
        if serial != nil { wait = Self.waitMin }
        serial = nil
        failure = why
        openAt = now + wait
        wait = min(wait + wait, Self.waitMax)
        host.closed()
    }

    /// `now` is when it was decided.
    private func flush(now: Instant) {
        for message in host.takeMessages() {
            guard let serial else { return }
            var isSetpoint = false
            if case .setpoint = message { isSetpoint = true }
            guard let frame = line.frame(message) else {
                if isSetpoint { lostSetpoints += 1 }
                keep()
                continue
            }
            do throws(SystemError) {
                let isWritten = try serial.write(frame)
                if isSetpoint, isWritten { delays.note(MonotonicClock.now() - now) }
                if isSetpoint, !isWritten { lostSetpoints += 1 }
            } catch { close(error, now: now) }
        }
    }

    private func keep() {
        var record = submitted
        if let ticks = line.reservation { record.ticks = max(record.ticks, ticks) }
        record.owesRelease = host.owesRelease
        guard record != submitted else { return }
        submitted = record
        recorder.submit(record)
    }

    // MARK: What is told

    package func takeNotes() -> [BridgeHost.Note] {
        defer { notes.removeAll() }
        return notes + host.takeNotes()
    }

    /// Why there are no motors to move; nil: there are.
    package func trouble(now: Instant) -> String? {
        if serial == nil { return failure.map { "\($0)" } ?? "\(device) is not open yet" }
        return host.isPresent(now: now) ? nil : "nobody answers on \(device): cable, baud, key"
    }

    package func account(now: Instant) -> BridgeAccount {
        var account = BridgeAccount(
            device: device, state: serial == nil ? .closed : host.isPresent(now: now) ? .present : .silent)
        host.describe(&account, now: now)
        account.received = line.accepted
        account.sent = line.sent
        account.lostSetpoints = lostSetpoints
        account.openings = openings
        account.drops = line.drops
        account.setpointDelay99 = delays.percentile99
        return account
    }
}

/// The latest spans from a setpoint's decision until the kernel has taken its frame.
struct DelayGauge {
    private static let keptMax = 1_024

    private var spans: [Duration] = []
    private var next = 0

    mutating func note(_ span: Duration) {
        if spans.count < Self.keptMax { spans.append(span) } else { spans[next] = span }
        next = (next + 1) % Self.keptMax
    }

    /// Nil: none yet.
    var percentile99: Duration? {
        guard !spans.isEmpty else { return nil }
        return spans.sorted()[min(spans.count - 1, spans.count * 99 / 100)]
    }
}
