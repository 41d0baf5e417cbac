import CNetlink

/// The kernel's wireless configuration: what it tells anybody who asks. Every question may sleep in a driver: not for
/// the loop's thread (see `NetlinkSocket`).
package struct Nl80211: ~Copyable {
    private let socket: NetlinkSocket
    private let family: Int32

    /// Throws `familyMissing` on a kernel without wireless: a wired robot is in order.
    package init() throws(NetlinkError) {
        let socket = try NetlinkSocket(family: NETLINK_GENERIC)
        family = try socket.resolve("nl80211")
        self.socket = socket
    }

    /// The wireless interfaces of this network namespace.
    package func interfaces() throws(NetlinkError) -> [RadioInterface] {
        try dump(NL80211_CMD_GET_INTERFACE, nil, "wireless interfaces").compactMap { RadioInterface($0) }
    }

    /// Who an interface hears; for IBSS and mesh every neighbour, for a managed interface its access point.
    package func stations(of interface: UInt32) throws(NetlinkError) -> [RadioStation] {
        try dump(NL80211_CMD_GET_STATION, interface, "stations").compactMap { RadioStation($0) }
    }

    /// Empty where the driver keeps none.
    package func survey(of interface: UInt32) throws(NetlinkError) -> [SurveyChannel] {
        do {
            return try dump(NL80211_CMD_GET_SURVEY, interface, "survey").compactMap { SurveyChannel($0) }
        } catch {
            guard case .failed(NLE_OPNOTSUPP, _) = error else { throw error }
            return []
        }
    }

    package func hardware() throws(NetlinkError) -> [RadioHardware] {
        let messages = try socket.ask(
            family: family, command: UInt8(NL80211_CMD_GET_WIPHY.rawValue), flags: NLM_F_DUMP, integers: [],
            marks: [NL80211_ATTR_SPLIT_WIPHY_DUMP.rawValue], asked: "wireless hardware")
        return RadioHardware.all(messages)
    }

    /// The regulatory domain in force: two letters, "00" for the world's most careful common part.
    package func regulatoryDomain() throws(NetlinkError) -> String? {
        try socket.ask(
            family: family, command: UInt8(NL80211_CMD_GET_REG.rawValue), flags: 0, integers: [],
            asked: "regulatory domain"
        ).lazy.compactMap { $0.string(NL80211_ATTR_REG_ALPHA2.rawValue) }.first
    }

    /// Nil where the driver does not say.
    package func isPowerSaving(_ interface: UInt32) -> Bool? {
        (try? get(NL80211_CMD_GET_POWER_SAVE, interface, "power save"))?
            .lazy.compactMap { $0.u32(NL80211_ATTR_PS_STATE.rawValue) }.first
            .map { $0 == NL80211_PS_ENABLED.rawValue }
    }

    /// Whether 802.11s relays frames by itself; nil for an interface that is in no mesh.
    package func isMeshForwarding(_ interface: UInt32) -> Bool? {
        (try? get(NL80211_CMD_GET_MESH_CONFIG, interface, "mesh configuration"))?
            .lazy.compactMap { $0.nested(NL80211_ATTR_MESH_CONFIG.rawValue)?.u8(NL80211_MESHCONF_FORWARDING.rawValue) }
            .first.map { $0 != 0 }
    }

    private func dump(_ command: nl80211_commands, _ interface: UInt32?, _ asked: String) throws(NetlinkError)
        -> [NetlinkAttributes]
    {
        try socket.ask(
            family: family, command: UInt8(command.rawValue), flags: NLM_F_DUMP, integers: Self.named(interface),
            asked: asked)
    }

    private func get(_ command: nl80211_commands, _ interface: UInt32, _ asked: String) throws(NetlinkError)
        -> [NetlinkAttributes]
    {
        try socket.ask(
            family: family, command: UInt8(command.rawValue), flags: 0, integers: Self.named(interface), asked: asked)
    }

    private static func named(_ interface: UInt32?) -> [(type: UInt32, value: UInt32)] {
        interface.map { [(NL80211_ATTR_IFINDEX.rawValue, $0)] } ?? []
    }
}
