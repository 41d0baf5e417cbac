import Glibc
import SkeinLinux
import SkeinPeer
import SkeinPicture
import SkeinWire

/// All sockets of a folder, a running laboratory's or any other, as one feed. Looked at each second: daemons come and go.
final class LabFeed: Feed {
    static let feedsMax = 256
    private static let lookInterval: Duration = .seconds(1)

    private let folder: String
    private let interval: Duration
    private var feeds: [LocalFeed] = []
    private var lookAt = Instant.zero

    init(folder: String, interval: Duration) {
        self.folder = folder
        self.interval = interval
    }

    var descriptors: [Int32] { feeds.flatMap(\.descriptors) }
    var nextDeadline: Instant { feeds.reduce(lookAt) { min($0, $1.nextDeadline) } }
    var hasAnswered: Bool { feeds.allSatisfy(\.hasAnswered) }

    /// Whether there is anything to look at.
    var isEmpty: Bool { feeds.isEmpty }

    func advance(_ picture: inout SwarmPicture, now: Instant) {
        if now >= lookAt {
            lookAt = now + Self.lookInterval
            look()
        }
        for feed in feeds { feed.advance(&picture, now: now) }
    }

    private func look() {
        for path in Self.sockets(in: folder) where feeds.count < Self.feedsMax {
            if !feeds.contains(where: { $0.path == path }) {
                feeds.append(LocalFeed(path: path, interval: interval, robot: Self.robot(path)))
            }
        }
    }

    /// A stop goes through one robot, which tells all others: the first that talks.
    func send(_ order: OperatorCommand) -> Bool { feeds.first(where: \.isTalking)?.send(order) ?? false }

    func takeNews() -> [String] { feeds.flatMap { $0.takeNews() } }

    /// `r7` of `…/r7.sock`: a laboratory names them so, and one whose daemon is gone is still missed.
    private static func robot(_ path: String) -> NodeID? {
        guard let name = path.split(separator: "/").last, name.hasPrefix("r") else { return nil }
        return UInt16(name.dropFirst().prefix { $0 != "." }).map { NodeID($0) }
    }

    /// Ascending; without the laboratory's own, which speaks another language.
    static func sockets(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var paths: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".sock"), name != "body.sock" { paths.append("\(folder)/\(name)") }
        }
        return paths.sorted()
    }
}
