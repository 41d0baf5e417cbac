import CNetlink
import Glibc
import SkeinWire

/// Asks the kernel about one interface at a time, and keeps its sockets between questions. Lives on `LinkWatch`'s
/// thread. A socket that failed is thrown away: the next question opens another.
package struct RadioReader: ~Copyable {
    /// What the kernel said of an interface.
    package enum Answer: Sendable {
        /// No such interface now.
        case absent
        /// Ethernet, a tunnel, or a kernel without wireless.
        case wired
        case heard(RadioInterface, [RadioStation], [SurveyChannel], [NetworkNeighbour])
    }

    private var wireless: Nl80211?
    private var routing: Rtnetlink?
    private var surveys: [Survey] = []

    private struct Survey {
        var index: UInt32
        var at: Instant
        var frequencyMHz: UInt32?
        var channels: [SurveyChannel]
    }

    /// Noise changes slowly, and some drivers ask their firmware for it.
    package static let surveyAgeMax = Duration.seconds(2)

    package init() {}

    /// A reader of its own for the thread that calls this.
    package static func forThread() -> LinkWatchWork.Read {
        let kept = Kept()
        return { (name, wantsNeighbours, now) throws(NetlinkError) in
            try kept.reader.read(name, wantsNeighbours: wantsNeighbours, now: now)
        }
    }

    /// A closure cannot own what cannot be copied.
    private final class Kept { var reader = RadioReader() }

    package mutating func read(_ name: String, wantsNeighbours: Bool, now: Instant) throws(NetlinkError) -> Answer {
        do {
            return try ask(name, wantsNeighbours: wantsNeighbours, now: now)
        } catch {
            wireless = nil
            routing = nil
            guard case .familyMissing = error else { throw error }
            return Self.exists(name) ? .wired : .absent
        }
    }

    private mutating func ask(_ name: String, wantsNeighbours: Bool, now: Instant) throws(NetlinkError) -> Answer {
        if wireless == nil { wireless = try Nl80211() }
        guard let interface = try wireless!.interfaces().first(where: { $0.name == name }) else {
            return Self.exists(name) ? .wired : .absent
        }
        let stations = try wireless!.stations(of: interface.index)
        let survey = try survey(of: interface, now: now)
        return .heard(interface, stations, survey, wantsNeighbours ? try neighbours() : [])
    }

    private mutating func survey(of interface: RadioInterface, now: Instant) throws(NetlinkError) -> [SurveyChannel] {
        if let kept = surveys.first(where: { $0.index == interface.index }),
            kept.frequencyMHz == interface.frequencyMHz, now - kept.at < Self.surveyAgeMax
        {
            return kept.channels
        }
        let channels = try wireless!.survey(of: interface.index)
        surveys.removeAll { $0.index == interface.index || now - $0.at > Self.surveyAgeMax }
        surveys.append(
            Survey(index: interface.index, at: now, frequencyMHz: interface.frequencyMHz, channels: channels))
        return channels
    }

    private mutating func neighbours() throws(NetlinkError) -> [NetworkNeighbour] {
        if routing == nil { routing = try Rtnetlink() }
        return try routing!.neighbours()
    }

    private static func exists(_ name: String) -> Bool { if_nametoindex(name) != 0 }
}
