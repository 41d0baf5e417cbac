import SkeinRadio
import SkeinWire

/// When this robot speaks on the control band. The interval is what keeps the beacons of a whole neighbourhood within
/// their share of the channel: n neighbours, each t on the air, at most a fraction f: n·t / f, within bounds. A change
/// worth telling brings the next beacon forward, but never closer than a spacing to the last one. The interval grows by
/// half at most from one beacon to the next, since neighbours judge silence by the one announced last.
struct BeaconClock {
    private(set) var nextAt: Instant
    private(set) var interval: Duration
    private var lastAt: Instant
    private let bootedAt: Instant
    private let tuning: MeshTuning

    init(tuning: MeshTuning, now: Instant, random: inout PeerRandom) {
        self.tuning = tuning
        bootedAt = now
        lastAt = now
        interval = tuning.beaconIntervalEager
        nextAt = now + random.jitter(upTo: tuning.beaconIntervalEager)
    }

    /// Called when a beacon goes out.
    mutating func sent(datagramBytes: Int, neighbours: Int, now: Instant, random: inout PeerRandom) {
        lastAt = now
        let airtime = Duration.nanoseconds(Airtime.broadcastNanoseconds(datagramBytes: datagramBytes))
        let fair = Duration.fromSeconds(
            airtime.inSeconds * Double(neighbours + 1) / tuning.beaconAirtimeFractionMax)
        let wanted = min(max(fair, tuning.beaconIntervalMin), tuning.beaconIntervalMax)
        interval = min(wanted, interval * 3 / 2)
        if now - bootedAt < tuning.eagerSpan { interval = min(interval, tuning.beaconIntervalEager) }
        // A fifth of jitter keeps neighbours that once collided from doing so again.
        nextAt = now + interval * 4 / 5 + random.jitter(upTo: interval * 2 / 5)
    }

    /// What a neighbour may count on until the next beacon.
    var announcedMilliseconds: UInt16 { max(1, (interval * 6 / 5).wireMilliseconds) }

    /// Something changed that neighbours should know soon.
    mutating func hurry(now: Instant, random: inout PeerRandom) {
        let soonest = max(now, lastAt + tuning.triggeredSpacingMin)
        nextAt = min(nextAt, soonest + random.jitter(upTo: tuning.triggeredJitterMax))
    }
}

extension BeaconClock {
    /// A robot that does not list us yet should hear us soon, though not at the price of a change.
    mutating func hurryForStranger(now: Instant, random: inout PeerRandom) {
        guard nextAt - now > interval / 2 else { return }
        hurry(now: now, random: &random)
    }
}
