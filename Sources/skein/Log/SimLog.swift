import SkeinFiles
import SkeinLinux
import SkeinLog
import SkeinMCAP
import SkeinPeer
import SkeinSeal
import SkeinWire
import SkeinWorld

/// A simulation's flight log: all robots in one file, log time the world's own. It looks and writes; the world does not notice.
final class SimLog: Visitor {
    private static let reportInterval: Int64 = 1_000_000_000

    private var writer = FlightLogWriter(sync: .never)
    private let sink: LogFileSink
    private var reportsAt: Int64 = 0
    /// Since the last look: the world's time is told at looks only.
    private var heard: [(robot: Int, record: LogRecord)] = []
    private var numbers: [UInt64]
    private var epochs: [UInt32]
    private let keys: FleetKeys
    private let configHash: String
    private(set) var trouble: SystemError?

    /// `path`: a file, or a folder that is there, in which the file gets the run's name.
    init(_ path: String, scenario: String, config: WorldConfig) throws {
        let name = scenario.split(separator: "/").last.map { $0.hasSuffix(".toml") ? $0.dropLast(5) : $0 } ?? "run"
        sink = try LogFileSink(
            path: OutputFile.isFolder(path) ? "\(path)/\(name)-seed\(config.seed).mcap" : path, .direct)
        numbers = [UInt64](repeating: 0, count: config.robots)
        epochs = [UInt32](repeating: 0, count: config.robots)
        keys = FleetKeys(robots: config.robots, seed: config.seed)
        let parameters = Parameters.list(config)
        configHash = PeerLog.hash(Array(parameters.map { "\($0.key)=\($0.value)\n" }.joined().utf8))
        writer.add(McapMetadata(name: "skein.scenario", pairs: [McapPair("file", scenario)] + parameters))
        for attachment in try PeerLog.attachments([scenario]) {
            writer.attach(
                name: attachment.name, mediaType: attachment.mediaType, data: attachment.bytes, logTime: 0)
        }
        flush(now: .zero)
    }

    var path: String { sink.path }

    func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        numbers[robot] += 1
        let stamp = LogStamp(robot: NodeID(UInt16(robot)), at: at, mesh: mesh)
        heard.append((robot, LogRecord(stamp: stamp, content: .event(event, number: numbers[robot]))))
    }

    func look(_ world: borrowing World) {
        let now = Instant(nanoseconds: world.now)
        for robot in 0..<world.robotCount where world.epoch(of: robot).number != epochs[robot] {
            epochs[robot] = world.epoch(of: robot).number
            writer.add(birth(robot, at: world.localTime(of: robot)))
        }
        for (robot, record) in heard {
            // A clock's drift within one look is nothing.
            let since = world.localTime(of: robot).nanoseconds - record.stamp.at.nanoseconds
            writer.write(record, logTime: UInt64(clamping: world.now - since), now: now)
        }
        heard = []
        if world.now >= reportsAt {
            reportsAt = world.now + Self.reportInterval
            for robot in 0..<world.robotCount {
                guard let report = world.report(of: robot) else { continue }
                let stamp = LogStamp(robot: report.id, at: report.now, mesh: world.meshTime(of: robot))
                writer.write(
                    LogRecord(stamp: stamp, content: .report(report)), logTime: UInt64(clamping: world.now), now: now)
            }
        }
        writer.deadlinePassed(now: now)
        flush(now: now)
    }

    /// The file's end. Throws what kept the file from being written.
    func finish() throws {
        writer.finish()
        flush(now: .zero)
        if let trouble { throw FileError(file: sink.path, message: "\(trouble)") }
        try sink.finish()
    }

    private func birth(_ robot: Int, at: Instant) -> FlightLogBirth {
        FlightLogBirth(
            robot: LogRobot(id: NodeID(UInt16(robot)), name: "r\(robot)"), mode: .sim, version: Program.version,
            epoch: epochs[robot], at: at,
            keyFingerprint: Fingerprint(of: MinisignKey(seed: keys.seeds[robot]).key.publicKey).text,
            configHash: configHash)
    }

    private func flush(now: Instant) {
        let bytes = writer.take(now: now).bytes
        guard trouble == nil, !bytes.isEmpty else { return }
        do throws(SystemError) { try sink.write(bytes) } catch { trouble = error }
    }
}

/// A configuration as names and values, whatever it is made of.
enum Parameters {
    private static let depthMax = 8
    private static let listMax = 64

    static func list(_ value: Any) -> [McapPair] {
        var pairs: [McapPair] = []
        add(value, name: "", depth: 0, to: &pairs)
        return pairs
    }

    private static func add(_ value: Any, name: String, depth: Int, to pairs: inout [McapPair]) {
        let mirror = Mirror(reflecting: value)
        switch mirror.displayStyle {
        case .optional:
            guard let inner = mirror.children.first else { return pairs.append(McapPair(name, "none")) }
            add(inner.value, name: name, depth: depth, to: &pairs)
        case .struct, .class, .tuple:
            guard depth < depthMax, !(value is Duration) else { return pairs.append(McapPair(name, "\(value)")) }
            guard mirror.children.count > 0 else { return pairs.append(McapPair(name, "\(value)")) }
            for child in mirror.children {
                let label = child.label ?? ""
                add(child.value, name: name.isEmpty ? label : "\(name).\(label)", depth: depth + 1, to: &pairs)
            }
        case .collection where mirror.children.count <= listMax && depth < depthMax:
            for (index, child) in mirror.children.enumerated() {
                add(child.value, name: "\(name)[\(index)]", depth: depth + 1, to: &pairs)
            }
            if mirror.children.isEmpty { pairs.append(McapPair(name, "none")) }
        default: pairs.append(McapPair(name, "\(value)"))
        }
    }
}
