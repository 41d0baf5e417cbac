import Glibc

/// Where a peer and its tools look when nobody says otherwise: the system's places for root, the XDG base directories
/// (specification 0.8) for everybody else.
package struct PeerPlaces: Hashable, Sendable {
    package var configFile: String
    package var stateFolder: String
    package var socketPath: String

    package init(configFile: String, stateFolder: String, socketPath: String) {
        self.configFile = configFile
        self.stateFolder = stateFolder
        self.socketPath = socketPath
    }

    /// A robot's: the file hierarchy of Linux (FHS 3.0).
    package static let system = PeerPlaces(
        configFile: "/etc/skein/peer.toml", stateFolder: "/var/lib/skein", socketPath: "/run/skein/peer.sock")

    /// Where a simulation listens: beside the daemon.
    package var simulationSocketPath: String {
        String(
            socketPath.prefix(
                upTo: socketPath.lastIndex(of: "/").map { socketPath.index(after: $0) } ?? socketPath.startIndex))
            + "sim.sock"
    }

    /// As the environment has it. A variable that is empty or not absolute counts as unset, as XDG demands.
    package init(userID: UInt32, environment: [String: String]) {
        guard userID != 0 else {
            self = .system
            return
        }
        func folder(_ variable: String, _ belowHome: String) -> String {
            if let path = environment[variable], path.hasPrefix("/") { return path }
            return (environment["HOME"] ?? "") + belowHome
        }
        let state = folder("XDG_STATE_HOME", "/.local/state") + "/skein"
        // There is no fallback for the runtime folder that others could not have prepared, but the state folder is ours.
        let runtime = environment["XDG_RUNTIME_DIR"].flatMap { $0.hasPrefix("/") ? $0 + "/skein" : nil } ?? state
        self.init(
            configFile: folder("XDG_CONFIG_HOME", "/.config") + "/skein/peer.toml", stateFolder: state,
            socketPath: runtime + "/peer.sock")
    }

    /// This process's.
    package static func mine() -> PeerPlaces { PeerPlaces(userID: geteuid(), environment: Environment.variables) }
}

/// The variables this process was started with.
package enum Environment {
    package static var variables: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { variables[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return variables
    }
}
