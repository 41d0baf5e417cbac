import SkeinWire

/// Radios: as what they are in the air, where, and what their drivers tell.
struct RadioChecks {
    let subject: DoctorSubject
    let facts: NetworkFacts

    func findings() -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        let names = subject.roles.isEmpty ? facts.radios.map(\.interface.name) : subject.interfaces
        guard names.contains(where: { facts.radio($0) != nil }) else { return [none()] }
        findings.append(country())
        for name in names {
            guard let radio = facts.radio(name) else { continue }
            findings += [mode(radio)] + subject.roles(of: name).map { channel(radio, $0.band) }
            if subject.roles(of: name).isEmpty, let place = Self.place(radio.interface) {
                findings.append(.pass("channel", name, place))
            }
            findings += [noise(radio), powerSave(radio), forwarding(radio)].compactMap { $0 }
        }
        return findings + sharing()
    }

    /// A robot on cables is in order: the peer then judges links by what gets through.
    private func none() -> DoctorFinding {
        let reason = facts.wirelessTrouble?.description ?? "none of the interfaces is wireless"
        return .pass("radio", "nl80211", "\(reason); links are judged by probes")
    }

    private func country() -> DoctorFinding {
        guard let domain = facts.regulatoryDomain else {
            return .warn(
                "country", "regulatory domain", "not told by the kernel",
                fix: "install wireless-regdb, then iw reg set DE (your country's letters)")
        }
        guard domain == "00" else { return .pass("country", "regulatory domain", domain) }
        let needs5GHz = subject.roles.contains {
            $0.band == .data && facts.radio($0.interface).map { $0.interface.frequencyMHz == nil } ?? false
        }
        let found = "unset (00): no cell may be started at 5 GHz, and less power is sent than allowed"
        let fix = "iw reg set DE (your country's letters); to keep it: raspi-config nonint do_wifi_country DE"
        return needs5GHz
            ? .fail("country", "regulatory domain", found, fix: fix)
            : .warn("country", "regulatory domain", found, fix: fix)
    }

    private func mode(_ radio: NetworkFacts.Radio) -> DoctorFinding {
        let name = radio.interface.name
        let able = facts.hardware.first { $0.wiphy == radio.interface.wiphy }?.modes ?? []
        let useful = [RadioInterface.Mode.ibss, .mesh, .accessPoint].filter(able.contains).map(\.name)
        let list = useful.isEmpty ? "" : "; the card can \(useful.joined(separator: ", "))"
        switch radio.interface.mode {
        case .ibss, .mesh: return .pass("mode", name, radio.interface.mode.name + list)
        case .accessPoint, .managed:
            guard !subject.roles.isEmpty else { return .pass("mode", name, radio.interface.mode.name + list) }
            return .warn(
                "mode", name,
                "\(radio.interface.mode.name): one station carries everybody's frames, and takes the cell with it"
                    + list,
                fix: "iw dev \(name) set type ibss (interface down), then ibss join NAME FREQUENCY, on every robot")
        case .monitor, .other:
            return .fail(
                "mode", name, "\(radio.interface.mode.name): carries no datagrams" + list,
                fix: "iw dev \(name) set type ibss (interface down), then ibss join NAME FREQUENCY")
        }
    }

    static func place(_ interface: RadioInterface) -> String? {
        interface.frequencyMHz.map { frequency in
            "\(frequency) MHz" + (interface.widthMHz.map { ", \($0) MHz wide" } ?? "")
                + (interface.transmitPowerDBm.map { ", \(Int($0.rounded())) dBm" } ?? "")
        }
    }

    private func channel(_ radio: NetworkFacts.Radio, _ band: Band) -> DoctorFinding {
        let name = "\(radio.interface.name) \(band.roleName)"
        guard let frequency = radio.interface.frequencyMHz, let place = Self.place(radio.interface) else {
            return .fail(
                "channel", name, "in no cell",
                fix: "iw dev \(radio.interface.name) ibss join NAME \(band == .control ? "2412" : "5180")")
        }
        let known = facts.hardware.first { $0.wiphy == radio.interface.wiphy }?.channels
            .first { $0.frequencyMHz == frequency }
        if let known, known.isDisabled || known.isListenOnly {
            return .warn(
                "channel", name,
                "\(place): the regulatory domain forbids \(known.isDisabled ? "it" : "to start a cell here")",
                fix: "choose a channel that `iw phy` shows without `disabled` and `no IR`")
        }
        guard band.includes(frequencyMHz: frequency) else {
            // One interface for both bands has to be somewhere.
            let others = subject.roles(of: radio.interface.name).count
            let found = "\(place), but the \(band.roleName) band is meant for \(band.frequencyName)"
            return .warn(
                "channel", name, found + (others > 1 ? "; this interface serves both bands" : ""),
                fix: others > 1
                    ? "a second radio at \(band.frequencyName) keeps control messages out of the way of data"
                    : "exchange the interfaces of [radio.control] and [radio.data], or join at \(band.frequencyName)")
        }
        return .pass("channel", name, place)
    }

    private func noise(_ radio: NetworkFacts.Radio) -> DoctorFinding? {
        let name = radio.interface.name
        guard let frequency = radio.interface.frequencyMHz else { return nil }
        if let noise = radio.survey.noiseDBm(atMHz: frequency) {
            return .pass("noise", name, "\(Int(noise)) dBm at \(frequency) MHz")
        }
        let found =
            radio.survey.isEmpty ? "the driver's survey is empty" : "the driver reports none at \(frequency) MHz"
        return .warn(
            "noise", name, "\(found): an assumed floor stands in, and links are labelled so",
            fix: radio.survey.isEmpty
                ? "iw dev \(name) scan may fill it; else a card whose driver measures (ath9k, mt76)"
                : "nothing to set; a card whose driver measures noise (ath9k, mt76) judges links better")
    }

    private func powerSave(_ radio: NetworkFacts.Radio) -> DoctorFinding? {
        guard let isOn = radio.isPowerSaving else { return nil }
        guard isOn else { return .pass("power-save", radio.interface.name, "off") }
        return .warn(
            "power-save", radio.interface.name, "on: broadcasts wait for beacons, round trips grow by 100 ms",
            fix: "iw dev \(radio.interface.name) set power_save off")
    }

    private func forwarding(_ radio: NetworkFacts.Radio) -> DoctorFinding? {
        guard radio.interface.mode == .mesh, let isOn = radio.isMeshForwarding else { return nil }
        guard isOn else { return .pass("forwarding", radio.interface.name, "off: Skein relays") }
        return .warn(
            "forwarding", radio.interface.name,
            "802.11s relays by itself: far robots look near, and floods go round twice",
            fix: "iw dev \(radio.interface.name) set mesh_param mesh_fwding=0, on every robot")
    }

    /// Two interfaces, one radio: they take turns, or must share a channel.
    private func sharing() -> [DoctorFinding] {
        let radios = subject.interfaces.compactMap { facts.radio($0)?.interface }
        if subject.roles.count > 1, subject.interfaces.count == 1, let only = radios.first {
            return [
                .warn(
                    "sharing", only.name, "both bands on one radio: control messages wait behind data",
                    fix: "a second radio for [radio.data], at 5 GHz")
            ]
        }
        return radios.indices.flatMap { index -> [DoctorFinding] in
            guard let wiphy = radios[index].wiphy,
                let other = radios[..<index].first(where: { $0.wiphy == wiphy })
            else { return [] }
            let channels = facts.hardware.first { $0.wiphy == wiphy }?.combinations.map(\.channelsMax).max() ?? 1
            return [
                .warn(
                    "sharing", "\(other.name), \(radios[index].name)",
                    "one radio (phy \(wiphy)) for both bands, \(channels) channel\(channels == 1 ? "" : "s") at a time",
                    fix: "a second radio for [radio.data], at 5 GHz")
            ]
        }
    }
}
