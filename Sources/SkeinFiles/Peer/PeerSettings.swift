import SkeinPeer
import SkeinWire

/// Everything an operator sets of one peer, typed. Files, environment and flags are read into it (`PeerReading`), and it
/// is written as a file again (`PeerWriter`); `PeerSchema` binds each key to its place here.
package struct PeerSettings: Sendable {
    // MARK: - Who it is
    package var name = ""
    /// Nil: the number that the roster has under the name.
    package var id: NodeID?
    package var role = RobotRole(carriesCamera: false, carriesSatelliteReceiver: false)
    package var start = StartPose(
        xMeters: 0, yMeters: 0, headingRadians: 0, positionSigmaMeters: 0.5, headingSigmaRadians: 5 * .pi / 180)

    // MARK: - Its files
    package var robotKeyFile: String
    package var fleetKeyFile: String
    package var rosterFile: String
    package var stateFolder: String
    package var socketPath: String

    // MARK: - Its radios, processor and body
    package var control = BandSettings(port: BandSettings.controlPort)
    package var data = BandSettings(port: BandSettings.controlPort + 1)
    package var processor = ProcessorSettings()
    /// The laboratory's arena; nil: no motors and no sensors.
    package var bodySocket: String?
    package var bridge: BridgeSettings
    package var gps = GpsSettings()
    /// Where north is in the field, from the x axis, counter-clockwise: x is east.
    package var northRadians = Double.pi / 2
    package var logLevel = LogLevel.info
    package var flightLog: FlightLogSettings
    /// Its user's own, in the order in which they stand.
    package var kernels: [KernelSpec] = []

    // MARK: - What its protocol goes by
    package var config = PeerConfig()

    /// With the defaults: files in the state folder of these places.
    package init(places: PeerPlaces) {
        stateFolder = places.stateFolder
        socketPath = places.socketPath
        robotKeyFile = Self.file("robot.key", in: places.stateFolder)
        fleetKeyFile = Self.file("fleet.key", in: places.stateFolder)
        rosterFile = Self.file("fleet.toml", in: places.stateFolder)
        bridge = BridgeSettings(keyFile: Self.file("bridge.key", in: places.stateFolder))
        flightLog = FlightLogSettings(folder: Self.file("log", in: places.stateFolder))
    }

    static func file(_ name: String, in folder: String) -> String {
        folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
    }
}

/// How a band is reached.
package struct BandSettings: Hashable, Sendable {
    /// UDP. IANA leaves 29170…29998 unassigned; above them Linux gives ports away to clients (32768 on), and within them
    /// 29500 is PyTorch's habit and 29900 a game network's. Not 7447 and around it, which is Zenoh's.
    package static let controlPort: UInt16 = 29_864

    /// Nil only before the file said it: never guessed.
    package var transport: BandTransport?
    /// Of `ipv6` and `ipv4`.
    package var interface: String?
    package var port: UInt16
    /// What a link carries, where no radio tells: a cable, a tunnel.
    package var rateMbps: Double?
    /// Of `medium`.
    package var medium: Endpoint?

    package init(
        transport: BandTransport? = nil, interface: String? = nil, port: UInt16 = 0, medium: Endpoint? = nil
    ) {
        self.transport = transport
        self.interface = interface
        self.port = port
        self.medium = medium
    }
}

/// What carries a band's datagrams.
package enum BandTransport: String, CaseIterable, Sendable {
    /// UDP to link-local addresses and a link-local multicast group.
    case ipv6
    /// UDP to addresses of the interface's network and its broadcast address.
    case ipv4
    /// The laboratory's emulated air.
    case medium
}

/// Where the peer takes its processor's shares from.
package struct ProcessorSettings: Hashable, Sendable {
    package enum Mode: String, CaseIterable, Sendable { case measured, stated }

    package var mode = Mode.measured
    /// What it can lend, percent of one processor, its own base load deducted; of `stated` only.
    package var idlePercent: Double?
    /// What its own task needs when it has one.
    package var neededPercent = 120.0

    package init() {}
}

/// The flight log: what is written, where to, and how much of it is kept.
package struct FlightLogSettings: Hashable, Sendable {
    /// When what was written is made to survive a power cut.
    package enum Sync: String, CaseIterable, Sendable { case chunk, interval, never }

    package var isEnabled = true
    package var folder: String
    package var reportInterval: Duration = .seconds(2)
    package var fileMiB = 64
    /// Of all files of this robot together.
    package var quotaMiB = 1_024
    package var sync = Sync.interval
    package var syncInterval: Duration = .seconds(5)

    package init(folder: String) { self.folder = folder }
}

/// What is told on stderr: this and worse.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
    case error, warning, info, debug

    package static func < (left: Self, right: Self) -> Bool { left.verbosity < right.verbosity }

    private var verbosity: Int {
        switch self {
        case .error: 0
        case .warning: 1
        case .info: 2
        case .debug: 3
        }
    }
}
