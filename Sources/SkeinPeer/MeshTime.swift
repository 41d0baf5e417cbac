import SkeinWire

/// The time that a swarm shares: its root's clock, as one robot knows it at one instant, and how wrong that is at most.
/// Times of different trees can be compared only as far as the events between them say (`Event.clockStepped`).
package struct MeshTime: Hashable, Sendable {
    /// What no clock shows: 36 years.
    package static let nanosecondsMax: Int64 = 1 << 60

    /// Whose clock it is, and in which of its reigns.
    package var root: NodeID
    package var term: UInt32
    package var nanoseconds: Int64
    /// The root's clock shows this much more or less at most, as long as nobody on the way to it lies and every clock keeps
    /// to `ClockSpan.driftPartsPerMillion`.
    package var boundNanoseconds: Int64
    /// This robot is, or was, that root.
    package var isOwn: Bool

    package init(root: NodeID, term: UInt32, nanoseconds: Int64, boundNanoseconds: Int64, isOwn: Bool) {
        self.root = root
        self.term = term
        self.nanoseconds = nanoseconds
        self.boundNanoseconds = boundNanoseconds
        self.isOwn = isOwn
    }

    package var seconds: Double { Double(nanoseconds) * 1e-9 }
    package var boundSeconds: Double { Double(boundNanoseconds) * 1e-9 }
}

/// What a robot's status says of mesh time.
package struct ClockStatus: Hashable, Sendable {
    /// This robot's own clock, when it was asked.
    package var local: Instant
    /// Mesh time then; nil: not known yet.
    package var time: MeshTime?
    /// Exchanges between this robot and the root; 0: it is the root.
    package var hops: Int
    /// Who answered last, and how long ago.
    package var source: NodeID
    package var sinceAnswer: Duration?
    /// Answers that were believed, and those that were not: they contradicted what was known, or themselves.
    package var answers: Int
    package var refusals: Int

    package init(
        local: Instant, time: MeshTime?, hops: Int, source: NodeID, sinceAnswer: Duration?, answers: Int, refusals: Int
    ) {
        self.local = local
        self.time = time
        self.hops = hops
        self.source = source
        self.sinceAnswer = sinceAnswer
        self.answers = answers
        self.refusals = refusals
    }

    package static let unknown = ClockStatus(
        local: .zero, time: nil, hops: 0, source: .none, sinceAnswer: nil, answers: 0, refusals: 0)

    /// Mesh time less this robot's clock.
    package var offsetNanoseconds: Int64? { time.map { $0.nanoseconds - local.nanoseconds } }
}
