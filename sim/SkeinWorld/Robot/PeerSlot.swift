import SkeinPeer
import SkeinTasks
import SkeinWire

/// Where a robot's peer lives while it is on. A peer is a value of several kilobytes; kept by reference it is used in place and
/// never moved, which a table of optional values would do at every frame received.
final class PeerSlot {
    private var peer: Peer

    init(_ peer: consuming Peer, onlooker: (any Onlooker)? = nil) {
        self.peer = peer
        self.peer.onlooker = onlooker
    }

    /// Where it believes to be.
    var placeEstimate: PoseEstimate { peer.placeEstimate }

    var nextDeadline: Instant { peer.nextDeadline }

    /// It computes nothing for jobs and waits for nothing of theirs.
    var isAtRest: Bool { peer.hasNoWork }

    /// What it has learned of others.
    var standings: Standings { peer.standings }

    func meshTime(at now: Instant) -> MeshTime? { peer.meshTime(at: now) }

    func report(now: Instant) -> PeerReport { peer.report(now: now) }

    func answer(_ question: OperatorCommand, now: Instant) -> Reply { peer.answer(question, now: now) }

    func handle(_ input: Input, now: Instant, effects: inout Effects) {
        peer.handle(input, now: now, effects: &effects)
    }
}
