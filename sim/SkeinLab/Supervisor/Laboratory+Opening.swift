import Glibc
import SkeinFiles
import SkeinLinux
import SkeinWire
import SkeinWorld

extension Laboratory {
    /// The medium and the arena have this long to start.
    private static let openingMax: Duration = .seconds(20)

    /// What there is before the world's zero.
    struct Opened {
        let reactor: Reactor
        let signals: Signals
        let crew: LabCrew
        let links: LabCrew.Links
        let fleet: LabFleet

        init(_ config: WorldConfig, _ layout: Layout, _ options: Options, _ folder: LabFolder) throws(LabError) {
            let bodySocket = folder.file(LabFleet.bodySocketName)
            do throws(SystemError) {
                signals = try Signals([SIGINT, SIGTERM, SIGHUP])
                reactor = try Reactor()
                crew = try LabCrew(
                    executable: options.executable, folder: folder, keeps: options.keeps || options.records)
            } catch { throw .system(error) }
            do throws(LabError) {
                do throws(SystemError) {
                    links = try crew.startWorld(options.worldArguments, bodySocket: bodySocket)
                    try reactor.add(signals.descriptor, .init(area: Area.signals), for: .reading)
                    try reactor.add(links.medium.descriptor, .init(area: Area.medium), for: .reading)
                    try reactor.add(links.arena.descriptor, .init(area: Area.arena), for: .reading)
                } catch { throw .system(error) }
                let port = try Self.await(crew, links, reactor, signals, robots: config.robots)
                fleet = LabFleet(folder: folder, config: config, layout: layout, mediumPort: port)
                do throws(FileError) { try fleet.write() } catch { throw .file(error) }
            } catch {
                crew.end()
                throw error
            }
        }

        /// The medium's port, once both are ready.
        private static func await(
            _ crew: LabCrew, _ links: LabCrew.Links, _ reactor: Reactor, _ signals: Signals, robots: Int
        ) throws(LabError) -> UInt16 {
            var buffer = [UInt8](repeating: 0, count: LabFrame.bytesMax)
            func port(_ link: PacketSocket) -> UInt16? {
                guard case .message(let bytes) = link.receive(&buffer),
                    case .ready(let port)? = try? LabFrame(bytes, robots: robots)
                else { return nil }
                return port
            }
            var mediumPort: UInt16?
            var arenaIsReady = false
            let deadline = MonotonicClock.now() + openingMax
            while true {
                if mediumPort == nil { mediumPort = port(links.medium) }
                if !arenaIsReady { arenaIsReady = port(links.arena) != nil }
                if let mediumPort, arenaIsReady { return mediumPort }
                if let number = signals.take() { throw .interrupted(signal: number) }
                try crew.check()
                guard MonotonicClock.now() < deadline else {
                    let silent = mediumPort == nil ? crew.medium : crew.arena
                    throw .silent(
                        silent?.name ?? "medium", what: "was not ready in \(openingMax)",
                        lastLines: silent?.lastLines ?? [])
                }
                reactor.wait(until: MonotonicClock.now() + .milliseconds(50)) { _ in }
            }
        }
    }
}
