import Glibc
import SkeinCodec
import SkeinFiles
import SkeinLinux
import SkeinPeer
import SkeinSeal
import SkeinWire

/// Everything a peer begins with, from its files: what the daemon is made of, and the head of a recording.
struct PeerBirth {
    let settings: PeerSettings
    let identity: PeerIdentity
    let state: StateFolder
    /// From the kernel's entropy: two boots never draw alike.
    let seed: UInt64
    let now: Instant

    init(settings: PeerSettings, identity: PeerIdentity, state: StateFolder) {
        self.settings = settings
        self.identity = identity
        self.state = state
        seed = UInt64.random(in: .min ... .max)
        now = MonotonicClock.now()
    }

    /// A recorded peer's verdicts, statements and sessions are the recording's to repeat. The sessions' short-lived secrets come
    /// from its seed, which the recording holds: what they hide from the air is in the recording anyway.
    func peer(recording: RecordingVerifier?) -> Peer {
        let seal = Seal(
            id: identity.id, epoch: state.epoch, keyring: identity.keyring, roster: identity.roster.roster,
            signer: recording ?? signer, verifier: recording ?? SodiumVerifier(), opener: identity.opener)
        return Peer(
            id: identity.id, config: settings.config, seed: seed, seal: seal, start: settings.start,
            role: settings.role, restored: state.restored, secrets: recording == nil ? KernelSecrets() : nil, now: now)
    }

    var signer: any Signer { KeySigner(identity.key) }

    var header: RecordingHeader {
        RecordingHeader(
            id: identity.id, name: identity.name, epoch: state.epoch, seed: seed, config: settings.config,
            role: settings.role, start: settings.start, restored: state.restored,
            roster: identity.roster.roster, fleet: identity.roster.fleet,
            fleetKeys: identity.fleetSecrets.map(\.number), begunAt: now, keepsEffects: false)
    }

    var daemon: DaemonConfig {
        var config = DaemonConfig(
            robot: identity.id, name: identity.name, radio: radio, localSocket: settings.socketPath,
            bodySocket: settings.bodySocket, load: load, pacing: pacing, tuning: settings.config.cloud,
            kernels: settings.kernels,
            hiddenFiles: [
                settings.robotKeyFile, settings.fleetKeyFile, settings.bridge.keyFile, settings.stateFolder,
            ])
        config.bridge = bridge
        config.gps = gps
        config.reportInterval = settings.flightLog.reportInterval
        return config
    }

    private var bridge: BridgeConfig? {
        guard let device = settings.bridge.device else { return nil }
        guard let key = identity.bridgeKey else { preconditionFailure("a bridge without its key was let in") }
        return BridgeConfig(
            device: device, baud: settings.bridge.baud, key: key, northRadians: settings.northRadians,
            recordPath: "\(state.path)/bridge")
    }

    private var gps: GpsConfig? {
        guard let address = settings.gps.address else { return nil }
        guard let latitude = settings.gps.originLatitudeDegrees, let longitude = settings.gps.originLongitudeDegrees
        else { preconditionFailure("satellites without an origin were let in") }
        let fixMin: GpsConfig.Fix =
            switch settings.gps.fixMin {
            case .plane: .plane
            case .space: .space
            case .differential: .differential
            case .rtkFloat: .rtkFloat
            case .rtk: .rtk
            }
        return GpsConfig(
            port: address.port, origin: GeoPoint(latitudeDegrees: latitude, longitudeDegrees: longitude),
            northRadians: settings.northRadians, fixMin: fixMin, sigmaMetersMax: settings.gps.sigmaMetersMax)
    }

    private var radio: DaemonConfig.Radio {
        if let medium = settings.control.medium { return .medium(port: medium.port) }
        func port(_ band: Band, _ settings: BandSettings) -> UDPPort.Config {
            guard let interface = settings.interface else { preconditionFailure("a band without interface was let in") }
            var port = UDPPort.Config(
                band: band, interface: interface, family: settings.transport == .ipv4 ? .ip4 : .ip6,
                port: settings.port)
            port.bitsPerSecond = settings.rateMbps.map { $0 * 1e6 }
            return port
        }
        return .interfaces(control: port(.control, settings.control), data: port(.data, settings.data))
    }

    private var stated: CPUSample {
        CPUSample(
            idlePercent: settings.processor.idlePercent ?? 0, neededPercent: settings.processor.neededPercent)
    }

    private var load: LoadSource {
        switch settings.processor.mode {
        case .measured: .measured(root: "/", neededPercent: settings.processor.neededPercent)
        case .stated: .stated(stated)
        }
    }

    /// A stated processor is the laboratory's: units take the time that it would.
    private var pacing: WorkerPacing {
        switch settings.processor.mode {
        case .measured: .measured(budgetPercent: 0)
        case .stated:
            .declared(
                capacityPercent: settings.role.carriesCamera
                    ? settings.config.cloud.cpuCeilingPercent - settings.config.cloud.baseLoadPercent
                    : settings.processor.idlePercent ?? 0)
        }
    }
}
