import CNetlink

/// What a radio knows of one channel (`enum nl80211_survey_info`). Empty on some hardware until a scan leaves the
/// channel; without noise on much of it.
package struct SurveyChannel: Hashable, Sendable {
    package var frequencyMHz: UInt32
    package var noiseDBm: Double?
    package var isInUse: Bool
    /// Listened on this channel, and how much of that it was busy.
    package var active: Duration?
    package var busy: Duration?

    /// From an answer to NL80211_CMD_GET_SURVEY; nil if it names no channel.
    package init?(_ attributes: NetlinkAttributes) {
        guard let info = attributes.nested(NL80211_ATTR_SURVEY_INFO.rawValue),
            let frequency = info.u32(NL80211_SURVEY_INFO_FREQUENCY.rawValue)
        else { return nil }
        frequencyMHz = frequency
        noiseDBm = info.u8(NL80211_SURVEY_INFO_NOISE.rawValue).flatMap(Self.plausible)
        isInUse = info.has(NL80211_SURVEY_INFO_IN_USE.rawValue)
        active = info.u64(NL80211_SURVEY_INFO_TIME.rawValue).flatMap(Self.span)
        busy = info.u64(NL80211_SURVEY_INFO_TIME_BUSY.rawValue).flatMap(Self.span)
    }

    /// Of 20 MHz at room temperature the floor is -101 dBm before the receiver adds its own. Drivers that cannot
    /// measure say 0 or -256 (0 in a byte; Raspberry Pi): that is no noise, not a quiet channel.
    private static func plausible(_ byte: UInt8) -> Double? {
        let noise = Int8(bitPattern: byte)
        return (-120 ... -40).contains(noise) ? Double(noise) : nil
    }

    private static func span(_ milliseconds: UInt64) -> Duration? {
        milliseconds < 1 << 48 ? .milliseconds(Int64(milliseconds)) : nil
    }
}

extension [SurveyChannel] {
    /// Noise where an interface listens. Matched by frequency: some drivers mark no channel, or the last scanned one,
    /// as in use.
    package func noiseDBm(atMHz frequency: UInt32) -> Double? {
        let own = filter { $0.frequencyMHz == frequency }
        return own.first { $0.isInUse && $0.noiseDBm != nil }?.noiseDBm ?? own.compactMap(\.noiseDBm).first
    }
}
