import CNetlink

/// What one radio can do: as far as the doctor asks.
package struct RadioHardware: Hashable, Sendable {
    /// A frequency the hardware knows, and what the regulatory domain says of it.
    package struct Channel: Hashable, Sendable {
        package var frequencyMHz: UInt32
        package var isDisabled: Bool
        /// No initiating radiation: no cell may be started here, only joined.
        package var isListenOnly: Bool
        package var needsRadarDetection: Bool
    }

    /// Interfaces that may exist at a time, on so many channels.
    package struct Combination: Hashable, Sendable {
        package var interfacesMax: UInt32
        package var channelsMax: UInt32
    }

    package var wiphy: UInt32
    package var name: String = ""
    package var modes: [RadioInterface.Mode] = []
    package var channels: [Channel] = []
    package var combinations: [Combination] = []

    package static let channelsMax = 512
    private static let listMax = 64

    /// A radio is told in several messages (NL80211_ATTR_SPLIT_WIPHY_DUMP), each with a part of it.
    package static func all(_ messages: [NetlinkAttributes]) -> [RadioHardware] {
        var found: [RadioHardware] = []
        for message in messages {
            guard let wiphy = message.u32(NL80211_ATTR_WIPHY.rawValue) else { continue }
            if found.last?.wiphy != wiphy {
                guard found.count < listMax else { break }
                found.append(RadioHardware(wiphy: wiphy))
            }
            found[found.count - 1].add(message)
        }
        return found
    }

    private mutating func add(_ message: NetlinkAttributes) {
        if let name = message.string(NL80211_ATTR_WIPHY_NAME.rawValue) { self.name = name }
        for (type, _) in message.nested(NL80211_ATTR_SUPPORTED_IFTYPES.rawValue)?.all ?? []
        where modes.count < Self.listMax {
            let mode = RadioInterface.Mode(type)
            if !modes.contains(mode) { modes.append(mode) }
        }
        for band in message.nested(NL80211_ATTR_WIPHY_BANDS.rawValue)?.nests ?? [] {
            for channel in band.nested(NL80211_BAND_ATTR_FREQS.rawValue)?.nests ?? [] { add(channel: channel) }
        }
        for combination in message.nested(NL80211_ATTR_INTERFACE_COMBINATIONS.rawValue)?.nests ?? []
        where combinations.count < Self.listMax {
            combinations.append(
                Combination(
                    interfacesMax: combination.u32(NL80211_IFACE_COMB_MAXNUM.rawValue) ?? 1,
                    channelsMax: combination.u32(NL80211_IFACE_COMB_NUM_CHANNELS.rawValue) ?? 1))
        }
    }

    private mutating func add(channel: NetlinkAttributes) {
        guard let frequency = channel.u32(NL80211_FREQUENCY_ATTR_FREQ.rawValue), channels.count < Self.channelsMax,
            !channels.contains(where: { $0.frequencyMHz == frequency })
        else { return }
        channels.append(
            Channel(
                frequencyMHz: frequency,
                isDisabled: channel.has(NL80211_FREQUENCY_ATTR_DISABLED.rawValue),
                isListenOnly: channel.has(NL80211_FREQUENCY_ATTR_NO_IR.rawValue),
                needsRadarDetection: channel.has(NL80211_FREQUENCY_ATTR_RADAR.rawValue)))
    }
}
