import SkeinPeer

/// What no single key can be wrong about: what is missing, and what does not go together.
struct PeerRules {
    let settings: PeerSettings
    let layers: PeerLayers
    let configFile: String

    /// `sun_path` holds 108 bytes, its NUL included: unix(7).
    static let socketBytesMax = 107

    func complaints() -> [FileError] {
        guard !layers.isUnread else { return [] }
        return missing() + band("radio.control", settings.control) + band("radio.data", settings.data) + bands()
            + processor()
            + field() + sockets() + line() + satellites() + logs()
    }

    private func missing() -> [FileError] {
        PeerSchema.keys.filter { $0.isNeeded && isUnsaid($0.path) }.map { key in
            var message = "\(key.name) is missing: expected \(key.kind.expected)"
            if key.name == "transport" { message += "; \(MachineInterfaces.phrase(MachineInterfaces.names))" }
            return fault(key.path, message)
        }
    }

    private func band(_ section: String, _ band: BandSettings) -> [FileError] {
        guard let transport = band.transport, !layers.faulty.contains("\(section).transport") else { return [] }
        switch transport {
        case .ipv6, .ipv4:
            var faults = strangers(section, ["address"], transport)
            if isUnsaid("\(section).interface") {
                faults.append(
                    fault(
                        "\(section).transport",
                        "interface is missing: transport \"\(transport.rawValue)\" needs one; "
                            + MachineInterfaces.phrase(MachineInterfaces.names)))
            }
            return faults
        case .medium:
            var faults = strangers(section, ["interface", "port", "rate_mbps"], transport)
            if let medium = band.medium, medium.address != Endpoint.loopback {
                faults.append(
                    fault("\(section).address", "address: expected 127.0.0.1, this machine, found \(medium)"))
            }
            if isUnsaid("\(section).address") {
                faults.append(
                    fault(
                        "\(section).transport",
                        "address is missing: transport \"medium\" needs \(TomlSchema.Kind.endpoint.expected)"))
            }
            return faults
        }
    }

    /// Keys that the transport does not know: whoever said them believed otherwise.
    private func strangers(_ section: String, _ names: [String], _ transport: BandTransport) -> [FileError] {
        names.map { "\(section).\($0)" }.filter { layers.said[$0] != nil }.map { path in
            fault(path, "\(path.split(separator: ".").last ?? ""): transport \"\(transport.rawValue)\" has none")
        }
    }

    private func bands() -> [FileError] {
        guard let control = settings.control.transport, let data = settings.data.transport else { return [] }
        guard (control == .medium) == (data == .medium) else {
            return [fault("radio.data.transport", "transport: one band on the medium and one not: they go together")]
        }
        if control == .medium {
            guard let one = settings.control.medium, let other = settings.data.medium, one != other else { return [] }
            return [fault("radio.data.address", "address: expected [radio.control]'s \(one), found \(other)")]
        }
        guard settings.control.port == settings.data.port else { return [] }
        let path = layers.said["radio.data.port"] == nil ? "radio.control.port" : "radio.data.port"
        return [fault(path, "port: both bands have \(settings.data.port); each needs one of its own")]
    }

    private func processor() -> [FileError] {
        var faults: [FileError] = []
        switch settings.processor.mode {
        case .stated where isUnsaid("cpu.idle_percent"):
            faults.append(fault("cpu.mode", "idle_percent is missing: mode \"stated\" needs it"))
        case .measured where layers.said["cpu.idle_percent"] != nil:
            faults.append(fault("cpu.idle_percent", "idle_percent: mode \"measured\" has none"))
        case .stated, .measured: break
        }
        let cloud = settings.config.cloud
        if cloud.baseLoadPercent > cloud.cpuCeilingPercent {
            let path = layers.said["cpu.base_percent"] == nil ? "cpu.ceiling_percent" : "cpu.base_percent"
            faults.append(
                fault(
                    path,
                    "base_percent \(cloud.baseLoadPercent.short) is above ceiling_percent "
                        + cloud.cpuCeilingPercent.short))
        }
        return faults
    }

    private func field() -> [FileError] {
        let arena = settings.config.mission.arena
        var faults: [FileError] = []
        for (axis, low, high) in [
            ("x", arena.xMetersMin, arena.xMetersMax), ("y", arena.yMetersMin, arena.yMetersMax),
        ] where low >= high {
            let upper = "mission.arena_\(axis)_max_m"
            faults.append(
                fault(
                    layers.said[upper] == nil ? "mission.arena_\(axis)_min_m" : upper,
                    "arena_\(axis)_min_m \(low.short) is not below arena_\(axis)_max_m \(high.short)"))
        }
        guard faults.isEmpty else { return faults }
        // A place that is not well known may be believed a little outside.
        let slack = arena.marginMeters + 6 * settings.start.positionSigmaMeters
        for (axis, place, low, high) in [
            ("x", settings.start.xMeters, arena.xMetersMin, arena.xMetersMax),
            ("y", settings.start.yMeters, arena.yMetersMin, arena.yMetersMax),
        ] where (place < low - slack || place > high + slack) && !isUnsaid("robot.start_\(axis)_m") {
            faults.append(
                fault(
                    "robot.start_\(axis)_m",
                    "start_\(axis)_m \(place.short) is outside the arena, \(low.short)…\(high.short)"))
        }
        return faults
    }

    private func sockets() -> [FileError] {
        [("local.socket", settings.socketPath), ("body.socket", settings.bodySocket ?? "")]
            .filter { $0.1.utf8.count > Self.socketBytesMax }.map { path, socket in
                fault(
                    path,
                    "socket: expected at most \(Self.socketBytesMax) bytes, found \(socket.utf8.count): \(socket)")
            }
    }

    private func line() -> [FileError] {
        guard !BridgeSettings.rates.contains(settings.bridge.baud) else { return [] }
        let rates = BridgeSettings.rates.map { "\($0)" }.joined(separator: ", ")
        return [fault("bridge.baud", "baud: expected one of \(rates), found \(settings.bridge.baud)")]
    }

    /// gpsd's word is nobody's who can prove it: it comes from this machine alone. Degrees are places only around an origin.
    private func satellites() -> [FileError] {
        guard let address = settings.gps.address else { return [] }
        var faults: [FileError] = []
        if address.address != Endpoint.loopback {
            faults.append(fault("gps.address", "address: expected 127.0.0.1, this machine, found \(address)"))
        }
        for name in ["origin_latitude_deg", "origin_longitude_deg"] where isUnsaid("gps.\(name)") {
            faults.append(fault("gps.address", "\(name) is missing: address needs it"))
        }
        if !settings.role.carriesSatelliteReceiver {
            faults.append(
                fault("gps.address", "address: this robot has no receiver; say satellite_receiver = true in [robot]"))
        }
        return faults
    }

    private func logs() -> [FileError] {
        let log = settings.flightLog
        guard log.quotaMiB < 2 * log.fileMiB else { return [] }
        let path = layers.said["flight_log.quota_mib"] == nil ? "flight_log.file_mib" : "flight_log.quota_mib"
        return [fault(path, "quota_mib \(log.quotaMiB) is less than two files of file_mib \(log.fileMiB)")]
    }

    private func isUnsaid(_ path: String) -> Bool { layers.said[path] == nil && !layers.faulty.contains(path) }

    /// Where the key was said; else where its table begins; else of the file as a whole.
    private func fault(_ path: String, _ message: String) -> FileError {
        let section = PeerSchema.key(path)?.section ?? ""
        let origin = layers.said[path]?.origin ?? layers.tablePlaces[section] ?? .file(configFile, nil)
        return origin.fault("[\(section)] \(message)")
    }
}
