/// Interfaces as the IP layer has them: there, up, with an address of the kind the peer needs.
struct InterfaceChecks {
    let subject: DoctorSubject
    let facts: NetworkFacts

    /// Ethernet's, and what a datagram of the peer is made for.
    static let mtuBytesMin: UInt32 = 1500

    func findings() -> [DoctorFinding] {
        if let trouble = facts.trouble {
            return [
                .fail(
                    "interface", "netlink", trouble.description,
                    fix: "allow AF_NETLINK to this process (systemd: RestrictAddressFamilies)")
            ]
        }
        return subject.roles.isEmpty ? unassigned() : subject.interfaces.flatMap(named)
    }

    private func unassigned() -> [DoctorFinding] {
        let links = facts.links.filter { !$0.isLoopback }
        guard !links.isEmpty else {
            return [.fail("interface", "-", "only the loopback", fix: "plug in a radio, or load its driver")]
        }
        return links.flatMap { state($0, isNeeded: false) + mtu($0) }
    }

    private func named(_ name: String) -> [DoctorFinding] {
        guard let link = facts.link(name) else {
            let others = facts.links.filter { !$0.isLoopback }.map(\.name)
            return [
                .fail(
                    "interface", name,
                    "missing; this machine has \(others.isEmpty ? "none" : others.joined(separator: ", "))",
                    fix: "name one of them as `interface` in [radio.control] or [radio.data], or load its driver")
            ]
        }
        return state(link, isNeeded: true) + subject.roles(of: name).flatMap { address($0, of: link) } + mtu(link)
    }

    private func state(_ link: NetworkLink, isNeeded: Bool) -> [DoctorFinding] {
        let kind = facts.radio(link.name) == nil ? "wired" : "wireless"
        guard link.isUp else {
            return [
                isNeeded
                    ? .fail("interface", link.name, "\(kind), down", fix: "ip link set \(link.name) up")
                    : .pass("interface", link.name, "\(kind), down")
            ]
        }
        guard link.isRunning || !isNeeded else {
            let fix =
                facts.radio(link.name) == nil
                ? "plug in its cable" : "join the cell: iw dev \(link.name) ibss join NAME FREQUENCY"
            return [.warn("interface", link.name, "\(kind), up, but connected to nothing", fix: fix)]
        }
        let hardware = link.hardwareAddress.map { ", \($0)" } ?? ""
        return [
            .pass("interface", link.name, "\(kind), up\(link.isRunning ? "" : ", connected to nothing")\(hardware)")
        ]
    }

    private func address(_ role: DoctorSubject.Role, of link: NetworkLink) -> [DoctorFinding] {
        let own = facts.addresses.filter { $0.index == link.index }
        switch role.family {
        case .ip6: return [linkLocal(own.filter { $0.family == .ip6 && $0.isLinkLocal }, role, link)]
        case .ip4: return [broadcast(own.filter { $0.family == .ip4 }, role, link)]
        }
    }

    private func linkLocal(_ own: [NetworkAddress], _ role: DoctorSubject.Role, _ link: NetworkLink) -> DoctorFinding {
        let name = "\(link.name) \(role.band.roleName)"
        guard !own.isEmpty else {
            return .fail(
                "address", name, "no IPv6 link-local address",
                fix: "sysctl -w net.ipv6.conf.\(link.name).disable_ipv6=0, then set the interface down and up")
        }
        guard own.contains(where: { !$0.isUnconfirmed }) else {
            return .fail(
                "address", name, "its IPv6 link-local address is not confirmed, or somebody else's too",
                fix: "look for a second \(link.hardwareAddress.map(\.description) ?? "card of this address") on the air"
            )
        }
        guard facts.radio(link.name) == nil || own.contains(where: isFromHardware(link)) else {
            return .warn(
                "address", name,
                "IPv6 link-local address not made from the hardware's: signals by way of neighbour discovery",
                fix: "sysctl -w net.ipv6.conf.\(link.name).addr_gen_mode=0, then set the interface down and up")
        }
        return .pass("address", name, "IPv6 link-local")
    }

    private func isFromHardware(_ link: NetworkLink) -> (NetworkAddress) -> Bool {
        { address in link.hardwareAddress.map { $0.interfaceIdentifier == address.identifier } ?? false }
    }

    private func broadcast(_ own: [NetworkAddress], _ role: DoctorSubject.Role, _ link: NetworkLink) -> DoctorFinding {
        let name = "\(link.name) \(role.band.roleName)"
        guard let first = own.first else {
            return .fail(
                "address", name, "no IPv4 address",
                fix: "ip address add 10.0.0.1/24 broadcast + dev \(link.name), another number on each robot")
        }
        let text = (0..<4).map { "\(first.identifier >> UInt64(24 - 8 * $0) & 0xFF)" }.joined(separator: ".")
        guard own.contains(where: \.hasBroadcast) else {
            return .fail(
                "address", name, "\(text) has no broadcast address",
                fix: "ip address change \(text)/24 broadcast + dev \(link.name)")
        }
        return .pass("address", name, text)
    }

    private func mtu(_ link: NetworkLink) -> [DoctorFinding] {
        guard let mtu = link.mtuBytes else { return [] }
        guard mtu < Self.mtuBytesMin else { return [.pass("mtu", link.name, "\(mtu) B")] }
        return [
            .warn(
                "mtu", link.name, "\(mtu) B, less than \(Self.mtuBytesMin): long datagrams travel in fragments",
                fix: "ip link set \(link.name) mtu \(Self.mtuBytesMin)")
        ]
    }
}
