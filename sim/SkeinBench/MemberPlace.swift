import Glibc
import SkeinFiles
import SkeinLinux
import SkeinWire

/// Where a member of the load test stands: when the test starts, and where its latencies are to go. From the environment.
package struct MemberPlace: Sendable {
    /// Seconds of CLOCK_MONOTONIC.
    package static let startVariable = "SWARM_START"
    /// A folder.
    package static let dumpVariable = "SWARM_DUMP"

    package let start: Instant
    /// Nil: nowhere.
    package let dump: String?

    /// Throws what is wrong with the environment.
    package init(_ environment: [String: String]) throws(FileError) {
        guard let text = environment[Self.startVariable] else {
            throw FileError(
                file: Self.startVariable, message: "not set; expected the second of CLOCK_MONOTONIC to start at")
        }
        guard let seconds = Double(text), seconds.isFinite, (0...1e9).contains(seconds) else {
            throw FileError(
                file: Self.startVariable, message: "expected a second of CLOCK_MONOTONIC, found \"\(text)\"")
        }
        // The loop's clock goes on while the machine sleeps; here both run alike.
        let ahead = seconds - Self.monotonicSeconds()
        guard ahead > 0 else {
            throw FileError(file: Self.startVariable, message: "second \(text) of CLOCK_MONOTONIC has passed")
        }
        start = MonotonicClock.now() + .fromSeconds(ahead)
        dump = environment[Self.dumpVariable]
        if let dump { try OutputFile.check(LatencyFile.path(dump, .status, member: 0)) }
    }

    package static var environment: [String: String] { Environment.variables }

    /// What CLOCK_MONOTONIC will read then.
    package static func monotonicSeconds(at instant: Instant) -> Double {
        monotonicSeconds() + instant.seconds(since: MonotonicClock.now())
    }

    package static func monotonicSeconds() -> Double {
        var time = timespec()
        guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { preconditionFailure("no monotonic clock") }
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
