import SkeinWire

/// The plan of the hierarchy as far as a robot knows it; at the root also what it was made from.
package struct PlanReport: Hashable, Sendable {
    /// What the root reckoned with for one leader of its plan.
    package struct Leader: Hashable, Sendable {
        package var leader: NodeID
        /// Robots it owns, itself included.
        package var members: Int
        /// What they lend through it, percent of a processor, and on how much of its band.
        package var grantedPercent: Double
        package var grantedMHz: Double
        /// It led already under the plan before.
        package var wasLeader: Bool

        package init(leader: NodeID, members: Int, grantedPercent: Double, grantedMHz: Double, wasLeader: Bool) {
            self.leader = leader
            self.members = members
            self.grantedPercent = grantedPercent
            self.grantedMHz = grantedMHz
            self.wasLeader = wasLeader
        }
    }

    /// At the root.
    package struct Making: Hashable, Sendable {
        package var strategy: PlanStrategy
        /// Robots that it has reports of, and those the plan was made for.
        package var reporting: Int
        package var robots: Int
        package var plannedAt: Instant?
        /// Since when everybody who reports has had the plan; nil: not yet.
        package var settledAt: Instant?
        /// In order of election, the root first.
        package var leaders: [Leader]

        package init(
            strategy: PlanStrategy, reporting: Int, robots: Int, plannedAt: Instant?, settledAt: Instant?,
            leaders: [Leader]
        ) {
            self.strategy = strategy
            self.reporting = reporting
            self.robots = robots
            self.plannedAt = plannedAt
            self.settledAt = settledAt
            self.leaders = leaders
        }
    }

    /// In force here; `.none`: none is known.
    package var number: PlanNumber
    package var root: NodeID
    /// Who leads by it, in order of election.
    package var leaders: [NodeID]
    /// Nil: this robot is not the root.
    package var making: Making?

    package init(number: PlanNumber, root: NodeID, leaders: [NodeID], making: Making?) {
        self.number = number
        self.root = root
        self.leaders = leaders
        self.making = making
    }
}
