import CNetlink

/// A wireless interface as nl80211 has it: where it listens and as what. What a driver leaves out is nil.
package struct RadioInterface: Hashable, Sendable {
    /// Part played in the air; the numbers are nl80211's (`enum nl80211_iftype`).
    package enum Mode: Hashable, Sendable {
        case ibss, managed, accessPoint, mesh, monitor
        case other(UInt32)

        package init(_ number: UInt32) {
            switch nl80211_iftype(number) {
            case NL80211_IFTYPE_ADHOC: self = .ibss
            case NL80211_IFTYPE_STATION: self = .managed
            case NL80211_IFTYPE_AP: self = .accessPoint
            case NL80211_IFTYPE_MESH_POINT: self = .mesh
            case NL80211_IFTYPE_MONITOR: self = .monitor
            default: self = .other(number)
            }
        }

        package var name: String {
            switch self {
            case .ibss: "IBSS"
            case .managed: "managed"
            case .accessPoint: "AP"
            case .mesh: "mesh"
            case .monitor: "monitor"
            case .other(let number): "type \(number)"
            }
        }
    }

    package var index: UInt32
    package var name: String
    /// Which hardware: two interfaces of one number share one radio.
    package var wiphy: UInt32?
    package var mode: Mode
    package var hardwareAddress: HardwareAddress?
    /// Of the control channel; nil while it has none, so is in no cell.
    package var frequencyMHz: UInt32?
    package var widthMHz: UInt32?
    package var transmitPowerDBm: Double?

    /// Nil without the two attributes that name it.
    package init?(_ attributes: NetlinkAttributes) {
        guard let index = attributes.u32(NL80211_ATTR_IFINDEX.rawValue),
            let name = attributes.string(NL80211_ATTR_IFNAME.rawValue)
        else { return nil }
        self.index = index
        self.name = name
        wiphy = attributes.u32(NL80211_ATTR_WIPHY.rawValue)
        mode = Mode(attributes.u32(NL80211_ATTR_IFTYPE.rawValue) ?? 0)
        hardwareAddress = attributes.hardwareAddress(NL80211_ATTR_MAC.rawValue)
        frequencyMHz = attributes.u32(NL80211_ATTR_WIPHY_FREQ.rawValue).flatMap { $0 == 0 ? nil : $0 }
        widthMHz = attributes.u32(NL80211_ATTR_CHANNEL_WIDTH.rawValue).flatMap(Self.width)
        // Hundredths of a dBm, signed, in an unsigned attribute.
        transmitPowerDBm = attributes.u32(NL80211_ATTR_WIPHY_TX_POWER_LEVEL.rawValue)
            .map { Double(Int32(bitPattern: $0)) / 100 }
    }

    private static func width(_ number: UInt32) -> UInt32? {
        switch nl80211_chan_width(number) {
        case NL80211_CHAN_WIDTH_20_NOHT, NL80211_CHAN_WIDTH_20: 20
        case NL80211_CHAN_WIDTH_40: 40
        case NL80211_CHAN_WIDTH_80: 80
        case NL80211_CHAN_WIDTH_80P80, NL80211_CHAN_WIDTH_160: 160
        case NL80211_CHAN_WIDTH_5: 5
        case NL80211_CHAN_WIDTH_10: 10
        default: nil
        }
    }
}
