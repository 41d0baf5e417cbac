import SkeinPeer
import SkeinWire

/// One robot's clock against the swarm's through one boot, from the stamps of its log: where on the swarm's time axis each of
/// its records lies.
///
/// A robot's own clock runs on, whatever the swarm's does. So where the swarm's time stepped (another root's counted from then
/// on: partitions have met), or was not known yet, the difference that came after holds for what was before as well, as
/// far as clocks drift. Records of one swarm thus end up on the time that counted last.
struct ClockTrack {
    /// Beyond the bounds of both readings a difference may grow by so much of the time between them: `ClockSpan`.
    private static let driftPartsPerMillion: Int64 = 200
    /// More steps than a flight has; what would be more is taken as it was told.
    private static let stepsMax = 1_024

    private struct Step {
        var at: Instant
        var nanoseconds: Int64
    }

    /// Mesh time less the robot's clock, as first known; nil: never.
    private(set) var firstOffset: Int64?
    private var steps: [Step] = []
    private var last: (at: Instant, offset: Int64, bound: Int64)?

    /// In the order of the robot's clock.
    mutating func note(_ stamp: LogStamp) {
        guard let mesh = stamp.mesh else { return }
        let offset = mesh.nanoseconds - stamp.at.nanoseconds
        if firstOffset == nil { firstOffset = offset }
        defer { last = (stamp.at, offset, mesh.boundNanoseconds) }
        guard let last else { return }
        let drift = max(0, stamp.at.nanoseconds - last.at.nanoseconds) / 1_000_000 * Self.driftPartsPerMillion
        let moved = offset - last.offset
        guard moved.magnitude > UInt64(clamping: last.bound + mesh.boundNanoseconds + drift),
            steps.count < Self.stepsMax
        else { return }
        steps.append(Step(at: stamp.at, nanoseconds: moved))
    }

    /// What is to be added to a record's own log time for the time that counted last: its mesh time, or none known, is `mesh`.
    func aligned(at: Instant, mesh: MeshTime?) -> Int64 {
        let later = steps.reduce(Int64(0)) { $1.at > at ? $0 &+ $1.nanoseconds : $0 }
        return (mesh?.nanoseconds ?? at.nanoseconds &+ (firstOffset ?? 0)) &+ later
    }

    var stepCount: Int { steps.count }
}
