import SkeinSeal
import SkeinWire

/// One robot of the fleet as this one knows it, at one moment: what `skein peers` shows. What the fleet says of it is signed;
/// the rest is what this robot has heard and found itself, since its own start. Spans end now.
package struct PeerAccount: Hashable, Sendable {
    /// On one band, as a neighbour.
    package struct Link: Hashable, Sendable {
        /// Both hear each other, as far as this robot knows.
        package var isLink: Bool
        /// Where its frames come from.
        package var address: LinkAddress
        package init(isLink: Bool, address: LinkAddress) {
            self.isLink = isLink
            self.address = address
        }
    }

    /// A neighbour, present or past.
    package struct Contact: Hashable, Sendable {
        /// Since it was first heard, before that it was not, or had been silent for too long.
        package var since: Duration
        /// Since its last word.
        package var silence: Duration
        package init(since: Duration, silence: Duration) {
            self.since = since
            self.silence = silence
        }
    }

    /// What came of what it computed for this robot: `Standing`.
    package struct Results: Hashable, Sendable {
        package enum Trust: Hashable, Sendable {
            case trusted
            /// Given nothing but known answers.
            case doubted
            /// Given nothing, for so long.
            case shunned(left: Duration)
        }

        package var trust: Trust
        /// Answers that were checked; how many of both were known before.
        package var right: Int
        package var wrong: Int
        package var probes: Int
        package var wordsKept: Int
        package var wordsBroken: Int
        /// Why it was trusted no more, last.
        package var lossLast: StandingLoss?
        /// Asked last: it breaks its word.
        package var isUnreliable: Bool
        /// Asked for helpers last: those it named did not work.
        package var isDistrustedLeader: Bool

        package init(
            trust: Trust, right: Int, wrong: Int, probes: Int, wordsKept: Int, wordsBroken: Int,
            lossLast: StandingLoss?, isUnreliable: Bool, isDistrustedLeader: Bool
        ) {
            self.trust = trust
            self.right = right
            self.wrong = wrong
            self.probes = probes
            self.wordsKept = wordsKept
            self.wordsBroken = wordsBroken
            self.lossLast = lossLast
            self.isUnreliable = isUnreliable
            self.isDistrustedLeader = isDistrustedLeader
        }
    }

    /// As many as one answer over the local socket holds.
    package static let countMax = 400

    package var robot: NodeID
    package var state: TrustReport.State
    package var key: PublicKey
    package var roles: TrustRoles
    /// Seconds of UTC; nil: never.
    package var expiresAtSeconds: UInt64?
    /// Two machines speak with its key.
    package var isDoubled = false
    /// The boot that it has proved to be in; nil: it has answered this robot nothing yet.
    package var epoch: Epoch?
    package var control: Link?
    package var data: Link?
    /// Nil: never a neighbour since this robot's start.
    package var contact: Contact?
    /// It has said that it leaves.
    package var hasLeft = false
    /// The neighbour that a message to it goes to now: itself, or one that is nearer; `.none`: no way is known.
    package var next = NodeID.none
    /// `.none`: nobody, or not known.
    package var leader = NodeID.none
    /// Stands for an emergency stop, by its own word; nil: no word.
    package var isStopped: Bool?
    /// Nil: nothing computed, nothing asked.
    package var results: Results?

    package init(
        robot: NodeID, state: TrustReport.State, key: PublicKey, roles: TrustRoles, expiresAtSeconds: UInt64?
    ) {
        self.robot = robot
        self.state = state
        self.key = key
        self.roles = roles
        self.expiresAtSeconds = expiresAtSeconds
    }

    package var isNeighbour: Bool { control != nil || data != nil }

    /// This robot knows more of it than that it is a member.
    var isAcquainted: Bool {
        state != .member || isDoubled || epoch != nil || contact != nil || isStopped != nil || results != nil
    }
}
