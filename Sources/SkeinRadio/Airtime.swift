import RealModule

/// How long a frame occupies its channel.
package enum Airtime {
    /// MAC header and FCS, LLC, IPv4 and UDP headers around a datagram: 28 + 8 + 20 + 8.
    package static let headerBytes = 64
    /// The legacy rate every broadcast is sent at on either band (IEEE 802.11 clause 17, 6 Mb/s: 24 bits a symbol).
    package static let broadcastBitsPerSecond = 6_000_000.0
    /// A channel's width on either band.
    package static let channelMHz = 20.0
    /// Preamble and signal field of a clause-17 frame.
    package static let preambleNanoseconds: Int64 = 26_000

    /// A broadcast frame: 26 µs + 4 µs · ⌈(22 + 8·MPDU)/24⌉ (spec §2), nanoseconds.
    package static func broadcastNanoseconds(datagramBytes: Int) -> Int64 {
        let bits = 22 + 8 * (datagramBytes + headerBytes)
        return preambleNanoseconds + 4_000 * Int64((bits + 23) / 24)
    }

    /// A unicast frame on a share of the band: preamble, then bits at share·s.
    package static func unicastNanoseconds(datagramBytes: Int, shareMHz: Double, efficiency: Double) -> Int64 {
        precondition(shareMHz > 0 && efficiency > 0, "a unicast on \(shareMHz) MHz at \(efficiency) b/s/Hz")
        let bits = Double(8 * (datagramBytes + headerBytes))
        return preambleNanoseconds + Int64((bits / (shareMHz * efficiency) * 1_000).rounded(.up))
    }
}

/// Chance that a frame is lost on a link that carries it.
package enum PacketError {
    /// SNR below which the legacy 6 Mb/s rate fails half of its frames (BPSK ½, clause 17), dB.
    package static let halfLossSNRDB = 4.0

    /// 0…1; a logistic around the half-loss point, a decade in about 2 dB. In this fleet's field SNR is 20 dB and more, so
    /// what is lost there is lost to collisions and to the scenario's own loss.
    package static func probability(snrDB: Double) -> Double {
        1 / (1 + expBounded((snrDB - halfLossSNRDB) * 1.15))
    }

    /// The SNR at which this share gets through, dB: the inverse of the above.
    package static func snrDB(delivered: Double) -> Double {
        precondition(delivered > 0 && delivered < 1, "a share of \(delivered) delivered")
        return halfLossSNRDB + .log(delivered / (1 - delivered)) / 1.15
    }

    private static func expBounded(_ x: Double) -> Double {
        .exp(min(max(x, -40), 40))
    }
}
