import RealModule

/// The physics of a link: what a peer judges links by and the simulated medium makes them with.
/// Log-distance path loss with both bands fitted so that the link edge is at −90 dBm.
package struct RadioModel: Hashable, Sendable {
    /// Received power at one metre on 2.4 GHz. Calibrated (spec §2, [R]).
    package var controlPowerAtOneMeterDBm = -40.0
    /// The same on 5 GHz: 20·log10(5/2.4) less, as the reference files round it; the link edge is then at 16.004 m.
    package var dataPowerAtOneMeterDBm = -46.375
    /// Path loss exponent; with −40 dBm at 1 m it puts −90 dBm at 24 m on 2.4 GHz and 16 m on 5 GHz.
    package var pathLossExponent = 3.6226338758112693
    /// A link is usable if and only if this much arrives (spec §2).
    package var usablePowerMinDBm = -90.0

    package init() {}

    /// A model with the same edge power but another range on 2.4 GHz; 5 GHz scales with it.
    package init(controlRangeMeters: Double) {
        precondition(controlRangeMeters > 1, "a radio range of \(controlRangeMeters) m")
        pathLossExponent = (controlPowerAtOneMeterDBm - usablePowerMinDBm) / (10 * Double.log10(controlRangeMeters))
    }

    /// Distance at which the received power is just usable, metres.
    package var controlRangeMeters: Double { range(powerAtOneMeterDBm: controlPowerAtOneMeterDBm) }
    package var dataRangeMeters: Double { range(powerAtOneMeterDBm: dataPowerAtOneMeterDBm) }

    private func range(powerAtOneMeterDBm power: Double) -> Double {
        Double.pow(10, (power - usablePowerMinDBm) / (10 * pathLossExponent))
    }

    /// Pr(d) = P0 − 10·α·log10(max(d, 1 m)), dBm.
    package func receivedPowerDBm(powerAtOneMeterDBm: Double, distanceMeters: Double) -> Double {
        powerAtOneMeterDBm - 10 * pathLossExponent * Double.log10(max(distanceMeters, 1))
    }
}

/// Shannon's bound.
package enum Shannon {
    /// log2(1 + 10^(SNR/10)), b/s/Hz.
    package static func efficiency(snrDB: Double) -> Double {
        Double.log2(1 + Double.pow(10, snrDB / 10))
    }

    /// The SNR that gives an efficiency, dB.
    package static func snrDB(efficiency: Double) -> Double {
        10 * Double.log10(Double.exp2(efficiency) - 1)
    }
}
