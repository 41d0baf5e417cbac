import CNetlink
import Glibc

@testable import SkeinLinux

/// Answers of the kernel, put together attribute by attribute as it does (linux/netlink.h).
enum NetlinkSamples {
    static func attribute(_ type: UInt32, _ value: [UInt8]) -> [UInt8] {
        let length = UInt16(4 + value.count)
        return bytes(length) + bytes(UInt16(type)) + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    static func attribute(_ type: UInt32, _ value: some FixedWidthInteger) -> [UInt8] { attribute(type, bytes(value)) }

    static func attribute(_ type: UInt32, _ text: String) -> [UInt8] { attribute(type, Array(text.utf8) + [0]) }

    static func nest(_ type: UInt32, _ attributes: [UInt8]...) -> [UInt8] {
        // NLA_F_NESTED, which the kernel sets on some nests and not on others.
        attribute(type | 0x8000, attributes.flatMap { $0 })
    }

    static func bytes(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    /// 02:00:00:00:N:00, as mac80211_hwsim numbers its radios.
    static func hardware(_ number: UInt8) -> [UInt8] { [2, 0, 0, 0, number, 0] }

    static func address(_ number: UInt8) -> HardwareAddress { HardwareAddress(hardware(number))! }

    static func interface(
        _ name: String, index: UInt32 = 3, wiphy: UInt32 = 0, mode: nl80211_iftype = NL80211_IFTYPE_ADHOC,
        frequencyMHz: UInt32? = 2412
    ) -> RadioInterface {
        RadioInterface(
            NetlinkAttributes(
                attribute(NL80211_ATTR_IFINDEX.rawValue, index) + attribute(NL80211_ATTR_IFNAME.rawValue, name)
                    + attribute(NL80211_ATTR_WIPHY.rawValue, wiphy)
                    + attribute(NL80211_ATTR_IFTYPE.rawValue, mode.rawValue)
                    + attribute(NL80211_ATTR_MAC.rawValue, hardware(0))
                    + (frequencyMHz.map { attribute(NL80211_ATTR_WIPHY_FREQ.rawValue, $0) } ?? [])))!
    }

    static func station(_ number: UInt8, _ info: [UInt8]...) -> RadioStation {
        RadioStation(
            NetlinkAttributes(
                attribute(NL80211_ATTR_MAC.rawValue, hardware(number))
                    + attribute(NL80211_ATTR_STA_INFO.rawValue, info.flatMap { $0 })))!
    }

    static func signal(_ dBm: Int8) -> [UInt8] { attribute(NL80211_STA_INFO_SIGNAL.rawValue, dBm) }
    static func inactive(milliseconds: UInt32) -> [UInt8] {
        attribute(NL80211_STA_INFO_INACTIVE_TIME.rawValue, milliseconds)
    }
    static func expected(kilobits: UInt32) -> [UInt8] {
        attribute(NL80211_STA_INFO_EXPECTED_THROUGHPUT.rawValue, kilobits)
    }
    static func bitrate(hundredKilobits: UInt16) -> [UInt8] {
        nest(
            NL80211_STA_INFO_TX_BITRATE.rawValue,
            attribute(NL80211_RATE_INFO_BITRATE.rawValue, hundredKilobits))
    }

    static func channel(_ frequencyMHz: UInt32, noiseDBm: Int8?, isInUse: Bool = false) -> SurveyChannel {
        SurveyChannel(
            NetlinkAttributes(
                nest(
                    NL80211_ATTR_SURVEY_INFO.rawValue,
                    attribute(NL80211_SURVEY_INFO_FREQUENCY.rawValue, frequencyMHz),
                    noiseDBm.map { attribute(NL80211_SURVEY_INFO_NOISE.rawValue, $0) } ?? [],
                    isInUse ? attribute(NL80211_SURVEY_INFO_IN_USE.rawValue, []) : [])))!
    }

    static func link(_ name: String, index: UInt32 = 3, flags: UInt32 = 0x41, mtu: UInt32 = 1500) -> NetworkLink {
        // family, pad, type, index, flags, change
        let header = [0, 0] + bytes(UInt16(1)) + bytes(index) + bytes(flags) + bytes(UInt32(0))
        return NetworkLink(
            payload: header + attribute(UInt32(IFLA_IFNAME), name) + attribute(UInt32(IFLA_ADDRESS), hardware(0))
                + attribute(UInt32(IFLA_MTU), mtu))!
    }

    static func linkLocal(index: UInt32 = 3, identifier: UInt64) -> NetworkAddress {
        let address = [0xFE, 0x80, 0, 0, 0, 0, 0, 0] + bytes(identifier.byteSwapped)
        return NetworkAddress(
            payload: [UInt8(AF_INET6), 64, 0, 253] + bytes(index) + attribute(UInt32(IFA_ADDRESS), address))!
    }

    static func neighbour(_ address: [UInt8], is number: UInt8, index: UInt32 = 3) -> NetworkNeighbour? {
        let family = UInt8(address.count == 4 ? AF_INET : AF_INET6)
        let header = [family, 0, 0, 0] + bytes(index) + bytes(UInt16(NUD_REACHABLE)) + [0, 0]
        return NetworkNeighbour(
            payload: header + attribute(UInt32(NDA_DST), address) + attribute(UInt32(NDA_LLADDR), hardware(number)))
    }
}
