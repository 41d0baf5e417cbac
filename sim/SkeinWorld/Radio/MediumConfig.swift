import SkeinRadio

/// What the air is like.
package struct MediumConfig: Hashable, Sendable {
    package var model = RadioModel()
    /// Slow fading, one sigma, dB (spec §2: optional, 4 dB there).
    package var fadingSigmaDB = 0.0
    /// Way after which a fade has forgotten all but 1/e of itself, m (Gudmundson 1991 for streets: 5–20 m). [R]
    package var fadingDecorrelationMeters = 10.0
    /// Noise is uniform between these for each directed link, band and second (spec §2).
    package var noiseDBmMin = -140.0
    package var noiseDBmMax = -110.0
    /// Chance that a reception is lost for no reason the model knows, 0…1.
    package var lossFraction = 0.0
    /// 5 GHz links with a fixed efficiency.
    package var table: LinkTable?

    package init() {}
}

/// The access rules of IEEE 802.11-2020 as far as they are played here; times in nanoseconds.
package enum Access {
    /// aSlotTime and SIFS of 2.4 GHz with short slots, DIFS = SIFS + 2 slots.
    package static let slot: Int64 = 9_000
    package static let sifs: Int64 = 10_000
    package static let difs: Int64 = 28_000
    /// Until a neighbour's carrier is sensed; who starts within it collides.
    package static let sensing: Int64 = 4_000
    /// An acknowledgement of 14 bytes at 6 Mb/s: 26 µs + 6 symbols of 4 µs.
    package static let acknowledgement: Int64 = 50_000
    package static let windowMin = 15
    package static let windowMax = 1_023
    /// Times a unicast frame is sent before it is given up.
    package static let triesMax = 7
    /// A frame this much stronger than what overlaps it is received all the same.
    package static let captureDB = 10.0
    /// Narrowest share of a 20 MHz channel a frame can have: 26 tones, the smallest resource unit of IEEE 802.11ax.
    package static let widthKHzMin = 2_000
    package static let widthKHzMax = 20_000
    /// Slowest unicast, b/s/Hz: rate control ends at the legacy 6 Mb/s on 20 MHz.
    package static let efficiencyMin = LinkField.efficiencyMin
    /// Frames a radio's queue holds; the next one is dropped and counted.
    package static let queueFramesMax = 128
}
