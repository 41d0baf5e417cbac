import SkeinPeer
import SkeinWire

/// What a daemon needs beside its peer: the program fills it from files, flags and environment.
package struct DaemonConfig: Sendable {
    package enum Radio: Sendable {
        /// A robot: one port for each band. The interfaces may be one and the same.
        case interfaces(control: UDPPort.Config, data: UDPPort.Config)
        /// The laboratory: the UDP port of the process that plays the air.
        case medium(port: UInt16)
    }

    package var robot: NodeID
    package var name: String
    package var radio: Radio
    /// Where the tools find this daemon; nil: nowhere.
    package var localSocket: String?
    /// Where the arena waits for this robot; nil: no body.
    package var bodySocket: String?
    /// The line to the motor controller; nil: none.
    package var bridge: BridgeConfig?
    /// gpsd; nil: it is not asked.
    package var gps: GpsConfig?
    package var load: LoadSource
    package var pacing: WorkerPacing
    package var tuning: CloudTuning
    /// Nil: one for each core, at most four.
    package var workerThreads: Int?
    /// Programs that it computes units with.
    package var kernels: [KernelSpec]
    /// What none of them may see: keys, and the state.
    package var hiddenFiles: [String]
    /// From one report in the flight log to the next, where there is one (`DaemonHooks.flightLog`).
    package var reportInterval: Duration = .seconds(2)

    package init(
        robot: NodeID, name: String, radio: Radio, localSocket: String?, bodySocket: String?, load: LoadSource,
        pacing: WorkerPacing, tuning: CloudTuning, workerThreads: Int? = nil, kernels: [KernelSpec] = [],
        hiddenFiles: [String] = []
    ) {
        self.robot = robot
        self.name = name
        self.radio = radio
        self.localSocket = localSocket
        self.bodySocket = bodySocket
        self.load = load
        self.pacing = pacing
        self.tuning = tuning
        self.workerThreads = workerThreads
        self.kernels = kernels
        self.hiddenFiles = hiddenFiles
    }
}

/// What the program wants to be asked or told, on the loop's thread. None may wait.
package struct DaemonHooks {
    package enum Level: Sendable { case info, warning, error }

    /// One line for the log.
    package var log: (Level, String) -> Void = { _, _ in }
    /// SIGHUP: reads the configuration again; one line about what it changed and what needs a restart.
    package var reload: () -> (Level, String) = { (.info, "nothing to reload") }
    /// When it happened by this robot's clock, and by the mesh's as far as that was known.
    package var event: (Event, Instant, MeshTime?) -> Void = { _, _, _ in }
    package var recorder: Recorder?
    /// Takes every event, and a report each `reportInterval`.
    package var flightLog: FlightRecorder?

    /// Sees everything that goes through the peer's door, after each `handle`.
    package struct Recorder {
        package var take: (Input, Instant, Effects, _ nextDeadline: Instant) -> Void
        package init(take: @escaping (Input, Instant, Effects, Instant) -> Void) { self.take = take }
    }

    package init() {}
}

/// Why a daemon cannot start; each names what to do.
package enum DaemonError: Error, Equatable, Sendable, CustomStringConvertible {
    case local(LocalError)
    case system(SystemError)

    package var description: String {
        switch self {
        case .local(let error): error.description
        case .system(let error): error.description
        }
    }
}
