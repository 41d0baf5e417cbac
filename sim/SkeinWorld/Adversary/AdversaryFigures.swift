import SkeinSeal
import SkeinWire

/// What adversaries tried in a run, and what came of it, by the world's knowledge. All zeros without any.
package struct AdversaryFigures: Hashable, Sendable {
    /// A robot that leads no more.
    package struct Demotion: Hashable, Sendable {
        package var robot: Int
        package var isLiar: Bool
        /// From its first provable lie on the air until the first honest robot had taken the demotion, and the last of
        /// those that have; nil: it had not lied.
        package var firstSeconds: Double?
        package var lastSeconds: Double?
        /// Honest robots that have taken it, of those that were on at the end.
        package var knownTo: Int
        package var of: Int
    }

    /// How many of what.
    package struct Count: Hashable, Sendable {
        package var name: String
        package var count: Int
    }

    /// A message that should not have been taken.
    package struct Accepted: Hashable, Sendable {
        package var kind: String
        package var sender: Int
        package var receiver: Int
        /// From the world's begin; and since its sender said it, if it did.
        package var atSeconds: Double
        package var ageSeconds: Double?
    }

    /// Frames of outsiders that an honest robot received, by `OutsiderTrick`.
    package var tries: [Count] = []
    /// What an honest robot took that its claimed sender's own peer had never said, or that it had taken before in any boot:
    /// by what carried it, and by kind.
    package var accepted: [Count] = []
    package var acceptedKinds: [Count] = []
    /// The first of them.
    package var acceptedFirst: [Accepted] = []
    /// Messages that honest robots took, all in all: what the checker has looked at.
    package var taken = 0
    /// First taken from an outsider's radio that played them as they were, and the oldest of them.
    package var carried = 0
    package var carriedSecondsMax = 0.0
    /// Of the tries, what the robots' seals dropped for each reason, with all else they dropped.
    package var drops = DropCounters()

    /// Ascending.
    package var liars: [Int] = []
    /// From the world's begin.
    package var liedAtSeconds: Double?
    package var poisonedSent = 0
    package var poisonedRefused = 0
    package var poisonedAccepted = 0
    package var demotions: [Demotion] = []
    /// Liars, and others, whom at least one honest robot gives no work any more at the end.
    package var liarsShunned: [Int] = []
    package var honestShunned: [Int] = []

    package init() {}

    package var triesTotal: Int { tries.reduce(0) { $0 + $1.count } }
    package var acceptedTotal: Int { accepted.reduce(0) { $0 + $1.count } }
    package var honestDemoted: [Int] { demotions.filter { !$0.isLiar }.map(\.robot) }
}
