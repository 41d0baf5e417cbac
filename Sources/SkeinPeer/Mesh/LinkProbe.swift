import RealModule
import SkeinRadio
import SkeinWire

/// How good a link is when no radio says so: from the share of announced beacons or hellos that arrive, and from the time an
/// echo takes. Each arrival tells how many announced intervals passed without one; the share delivered is smoothed. The
/// signal that would deliver this share (the inverse of `PacketError`) stands for the power, so that links of every basis
/// compare; what an echo's bits took bounds the efficiency.
struct LinkProbe {
    /// Weight of one beacon, arrived or missed. [R]
    private static let weight = 0.1
    /// Longer silences say no more than this many.
    private static let missedMax = 10.0
    /// Of a link never heard before; and the best that is believed, since a wire has no signal to speak of. [R]
    private static let deliveredAtFirst = 0.9
    private static let deliveredMax = 0.99
    private static let deliveredMin = 0.05

    private(set) var delivered = LinkProbe.deliveredAtFirst

    /// A beacon or hello arrived; `elapsed` since the one before, which announced the next within `interval`.
    mutating func heard(after elapsed: Duration, interval: Duration) {
        let turns = elapsed.inSeconds / max(interval.inSeconds, 1e-3)
        let missed = min(max(0, turns.rounded() - 1), Self.missedMax)
        delivered *= .pow(1 - Self.weight, missed)
        delivered += Self.weight * (1 - delivered)
    }

    var snrDB: Double { PacketError.snrDB(delivered: min(max(delivered, Self.deliveredMin), Self.deliveredMax)) }

    /// Bits an echo and its answer put on the air, headers included, over the time they took, b/s/Hz of a whole channel.
    static func efficiency(datagramBytes: Int, roundTrip: Duration) -> Double {
        let bits = Double(2 * 8 * (datagramBytes + Airtime.headerBytes))
        return bits / (max(roundTrip.inSeconds, 1e-6) * Airtime.channelMHz * 1e6)
    }
}
