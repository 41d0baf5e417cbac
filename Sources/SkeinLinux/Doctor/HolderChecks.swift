/// Who else believes that a radio is theirs: programs that change mode and channel under the peer. And firewalls.
struct HolderChecks {
    let subject: DoctorSubject
    let facts: NetworkFacts
    let tree: SystemTree
    let programs: RunningPrograms

    func findings() -> [DoctorFinding] {
        let names = subject.roles.isEmpty ? facts.radios.map(\.interface.name) : subject.interfaces
        return names.filter { facts.link($0) != nil }.flatMap(holders) + firewall()
    }

    private func holders(_ name: String) -> [DoctorFinding] {
        let found = [supplicant(name), hostapd(name), manager(name), dhcp(name), iwd(name)].compactMap { $0 }
        return found.isEmpty ? [.pass("holder", name, "nobody else")] : found
    }

    /// `-i NAME` or `-iNAME`, or a control socket of that name.
    private func supplicant(_ name: String) -> DoctorFinding? {
        guard let program = programs.named("wpa_supplicant").first else { return nil }
        let isNamed = programs.named("wpa_supplicant").contains { Self.names(name, $0.arguments) }
        guard isNamed || tree.exists("/run/wpa_supplicant/\(name)") else { return nil }
        return .warn(
            "holder", name, "wpa_supplicant (process \(program.process)) drives it, and may leave the cell to scan",
            fix: "systemctl disable --now wpa_supplicant@\(name), or p2p_disabled=1 and the cell in its own file")
    }

    private static func names(_ name: String, _ arguments: [String]) -> Bool {
        arguments.indices.contains { index in
            arguments[index] == "-i" + name
                || arguments[index] == "-i" && index + 1 < arguments.count && arguments[index + 1] == name
        }
    }

    private func hostapd(_ name: String) -> DoctorFinding? {
        guard let program = programs.named("hostapd").first, tree.exists("/run/hostapd/\(name)") else { return nil }
        return .warn(
            "holder", name, "hostapd (process \(program.process)) makes it an access point",
            fix: "systemctl disable --now hostapd, unless this robot is meant to be one")
    }

    /// NetworkManager keeps a file for each device: `managed=true` under its index.
    private func manager(_ name: String) -> DoctorFinding? {
        guard let program = programs.named("NetworkManager").first, let index = facts.link(name)?.index,
            let device = tree.text("/run/NetworkManager/devices/\(index)"),
            device.split(separator: "\n").contains("managed=true")
        else { return nil }
        return .warn(
            "holder", name, "NetworkManager (process \(program.process)) manages it",
            fix: "nmcli device set \(name) managed no; to keep it: unmanaged-devices in NetworkManager.conf")
    }

    private func dhcp(_ name: String) -> DoctorFinding? {
        for program in programs.all where ["dhcpcd", "dhclient"].contains(program.name) {
            let isAll = program.name == "dhcpcd" && !program.arguments.dropFirst().contains { !$0.hasPrefix("-") }
            let runs = ["/run/dhcpcd/\(name).pid", "/run/dhcpcd-\(name).pid"].contains(where: tree.exists)
            guard program.arguments.contains(name) || runs || isAll && denied(name) == false else { continue }
            return .warn(
                "holder", name, "\(program.name) (process \(program.process)) asks for an address on it",
                fix: program.name == "dhcpcd"
                    ? "denyinterfaces \(name) in /etc/dhcpcd.conf" : "stop dhclient on \(name)")
        }
        return nil
    }

    private func denied(_ name: String) -> Bool {
        (tree.text("/etc/dhcpcd.conf") ?? "").split(separator: "\n").contains { line in
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "," }
            return words.first == "denyinterfaces" && words.contains { $0 == name }
        }
    }

    private func iwd(_ name: String) -> DoctorFinding? {
        guard facts.radio(name) != nil, let program = programs.named("iwd").first else { return nil }
        return .warn(
            "holder", name, "iwd (process \(program.process)) takes every radio it is not kept from",
            fix: "systemctl disable --now iwd, or start it with --nointerfaces \(name)")
    }

    private func firewall() -> [DoctorFinding] {
        let ports = subject.roles.map { "\($0.port)" }
        let ufw = tree.text("/etc/ufw/ufw.conf")?.split(separator: "\n").contains("ENABLED=yes") ?? false
        if ufw {
            return [
                .warn(
                    "firewall", "ufw", "on: it drops what it was not told of",
                    fix: ports.isEmpty
                        ? "ufw allow the peer's UDP ports"
                        : ports.map { "ufw allow \($0)/udp" }.joined(separator: "; "))
            ]
        }
        guard !programs.named("firewalld").isEmpty else { return [] }
        return [
            .warn(
                "firewall", "firewalld", "on: it drops what it was not told of",
                fix: subject.interfaces.isEmpty
                    ? "firewall-cmd --zone=trusted --add-interface=NAME"
                    : subject.interfaces.map { "firewall-cmd --zone=trusted --add-interface=\($0)" }
                        .joined(separator: "; "))
        ]
    }
}
