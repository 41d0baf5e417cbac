import SkeinMCAP
import SkeinWire

/// What a log says of a robot at its beginning: MCAP metadata records named "skein".
package struct FlightLogBirth: Hashable, Sendable {
    /// Where the robot was.
    package enum Mode: String, CaseIterable, Sendable {
        case live = "LIVE"
        case lab = "LAB"
        case sim = "SIM"
    }

    package static let name = "skein"

    package var robot: LogRobot
    package var mode: Mode
    package var version: String
    /// This boot's number.
    package var epoch: UInt32
    /// By the robot's own clock, when the log began.
    package var at: Instant
    /// Of the robot's public key; empty: it has none of its own.
    package var keyFingerprint: String
    /// Of the configuration in force; robots with the same have the same.
    package var configHash: String
    /// Everything else: a scenario's parameters.
    package var more: [McapPair]

    package init(
        robot: LogRobot, mode: Mode, version: String, epoch: UInt32, at: Instant, keyFingerprint: String,
        configHash: String, more: [McapPair] = []
    ) {
        self.robot = robot
        self.mode = mode
        self.version = version
        self.epoch = epoch
        self.at = at
        self.keyFingerprint = keyFingerprint
        self.configHash = configHash
        self.more = more
    }

    var metadata: McapMetadata {
        McapMetadata(
            name: Self.name,
            pairs: [
                McapPair("robot", "\(robot.id.number)"), McapPair("name", robot.name), McapPair("mode", mode.rawValue),
                McapPair("version", version), McapPair("epoch", "\(epoch)"), McapPair("local_ns", "\(at.nanoseconds)"),
                McapPair("key_fingerprint", keyFingerprint), McapPair("config_hash", configHash),
            ] + more)
    }

    /// Nil for metadata of another kind.
    init?(_ metadata: McapMetadata) {
        guard metadata.name == Self.name, let robot = metadata.value("robot").flatMap({ UInt16($0) }),
            let mode = metadata.value("mode").flatMap(Mode.init)
        else { return nil }
        self.init(
            robot: LogRobot(id: NodeID(robot), name: metadata.value("name") ?? ""), mode: mode,
            version: metadata.value("version") ?? "", epoch: metadata.value("epoch").flatMap { UInt32($0) } ?? 0,
            at: Instant(nanoseconds: metadata.value("local_ns").flatMap { Int64($0) } ?? 0),
            keyFingerprint: metadata.value("key_fingerprint") ?? "", configHash: metadata.value("config_hash") ?? "",
            more: Array(metadata.pairs.dropFirst(8)))
    }
}

/// How a robot's clock stands to the swarm's: metadata records named "skein.clock", whenever another root's time counts.
package struct FlightLogClock: Hashable, Sendable {
    package static let name = "skein.clock"

    package var robot: NodeID
    package var at: Instant
    /// Mesh time less the robot's own clock, and how wrong that may be.
    package var offsetNanoseconds: Int64
    package var boundNanoseconds: Int64
    package var root: NodeID
    package var term: UInt32

    var metadata: McapMetadata {
        McapMetadata(
            name: Self.name,
            pairs: [
                McapPair("robot", "\(robot.number)"), McapPair("local_ns", "\(at.nanoseconds)"),
                McapPair("offset_ns", "\(offsetNanoseconds)"), McapPair("bound_ns", "\(boundNanoseconds)"),
                McapPair("root", "\(root.number)"), McapPair("term", "\(term)"),
            ])
    }

    init(robot: NodeID, at: Instant, offsetNanoseconds: Int64, boundNanoseconds: Int64, root: NodeID, term: UInt32) {
        self.robot = robot
        self.at = at
        self.offsetNanoseconds = offsetNanoseconds
        self.boundNanoseconds = boundNanoseconds
        self.root = root
        self.term = term
    }
}
