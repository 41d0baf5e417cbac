import CNetlink

/// What an interface's radio knows of one transmitter it hears (`enum nl80211_sta_info`). Every figure is optional:
/// drivers differ in what they keep.
package struct RadioStation: Hashable, Sendable {
    package var hardwareAddress: HardwareAddress
    /// Of the last frame received.
    package var signalDBm: Double?
    /// The driver's moving average.
    package var signalAverageDBm: Double?
    /// Of the last frame sent to it: possibly a single trial of the rate control.
    package var transmitBitsPerSecond: Double?
    /// What the rate control expects an application would get.
    package var expectedBitsPerSecond: Double?
    /// Since the last frame from it, or the last acknowledged one to it.
    package var inactive: Duration?
    package var receivedBytes: UInt64?
    package var sentBytes: UInt64?
    package var receivedPackets: UInt32?
    package var sentPackets: UInt32?
    package var sendRetries: UInt32?
    package var sendFailures: UInt32?
    package var beaconLosses: UInt32?
    /// `enum nl80211_plink_state`; 4 is established. Mesh only.
    package var plinkState: UInt8?

    /// From an answer to NL80211_CMD_GET_STATION; nil if it names nobody.
    package init?(_ attributes: NetlinkAttributes) {
        guard let address = attributes.hardwareAddress(NL80211_ATTR_MAC.rawValue) else { return nil }
        hardwareAddress = address
        guard let info = attributes.nested(NL80211_ATTR_STA_INFO.rawValue) else { return }
        signalDBm = info.u8(NL80211_STA_INFO_SIGNAL.rawValue).flatMap(Self.plausible)
        signalAverageDBm = info.u8(NL80211_STA_INFO_SIGNAL_AVG.rawValue).flatMap(Self.plausible)
        transmitBitsPerSecond = info.nested(NL80211_STA_INFO_TX_BITRATE.rawValue).flatMap(Self.bitrate)
        expectedBitsPerSecond = info.u32(NL80211_STA_INFO_EXPECTED_THROUGHPUT.rawValue)
            .flatMap { $0 == 0 ? nil : Double($0) * 1_000 }
        inactive = info.u32(NL80211_STA_INFO_INACTIVE_TIME.rawValue).map { .milliseconds(Int64($0)) }
        receivedBytes =
            info.u64(NL80211_STA_INFO_RX_BYTES64.rawValue)
            ?? info.u32(NL80211_STA_INFO_RX_BYTES.rawValue).map(UInt64.init)
        sentBytes =
            info.u64(NL80211_STA_INFO_TX_BYTES64.rawValue)
            ?? info.u32(NL80211_STA_INFO_TX_BYTES.rawValue).map(UInt64.init)
        receivedPackets = info.u32(NL80211_STA_INFO_RX_PACKETS.rawValue)
        sentPackets = info.u32(NL80211_STA_INFO_TX_PACKETS.rawValue)
        sendRetries = info.u32(NL80211_STA_INFO_TX_RETRIES.rawValue)
        sendFailures = info.u32(NL80211_STA_INFO_TX_FAILED.rawValue)
        beaconLosses = info.u32(NL80211_STA_INFO_BEACON_LOSS.rawValue)
        plinkState = info.u8(NL80211_STA_INFO_PLINK_STATE.rawValue)
    }

    /// A signed byte in an unsigned attribute. 0 is "never heard"; drivers without dBm count from 0 to 100.
    private static func plausible(_ byte: UInt8) -> Double? {
        let power = Int8(bitPattern: byte)
        return (-120..<0).contains(power) ? Double(power) : nil
    }

    /// `enum nl80211_rate_info`, units of 100 kb/s.
    private static func bitrate(_ rate: NetlinkAttributes) -> Double? {
        let units =
            rate.u32(NL80211_RATE_INFO_BITRATE32.rawValue)
            ?? rate.u16(NL80211_RATE_INFO_BITRATE.rawValue).map(UInt32.init)
        return units.flatMap { $0 == 0 ? nil : Double($0) * 100_000 }
    }
}
