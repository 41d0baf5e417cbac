import SkeinWire

/// When this robot speaks on the data band: leaders often, since their silence is what their members act on; members
/// seldom, the more seldom the more robots are in range.
struct HelloClock {
    private(set) var nextAt: Instant
    private(set) var sequence: UInt16 = 0
    private var lastAt: Instant
    private let bootedAt: Instant
    private let tuning: MeshTuning

    init(tuning: MeshTuning, now: Instant, random: inout PeerRandom) {
        self.tuning = tuning
        bootedAt = now
        lastAt = now
        nextAt = now + random.jitter(upTo: tuning.beaconIntervalEager)
    }

    func interval(isLeading: Bool, neighbours: Int, now: Instant) -> Duration {
        if isLeading { return tuning.leaderHelloInterval }
        if now - bootedAt < tuning.eagerSpan { return tuning.beaconIntervalEager }
        return max(tuning.memberHelloInterval, tuning.memberHelloPerNeighbour * neighbours)
    }

    mutating func sent(interval: Duration, now: Instant, random: inout PeerRandom) {
        sequence &+= 1
        lastAt = now
        nextAt = now + interval * 4 / 5 + random.jitter(upTo: interval * 2 / 5)
    }

    mutating func hurry(now: Instant, random: inout PeerRandom) {
        let soonest = max(now, lastAt + tuning.triggeredSpacingMin / 2)
        nextAt = min(nextAt, soonest + random.jitter(upTo: tuning.triggeredJitterMax / 3))
    }
}
