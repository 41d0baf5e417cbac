import SkeinWire

/// A registered kernel that this robot can compute, as far as its peer needs to know.
package struct KernelOffer: Hashable, Sendable {
    package var name: KernelName
    /// The same input gives the same output: what is known is not computed again.
    package var isDeterministic: Bool
    /// Processor time of one unit on a whole core, as its registration says.
    package var cost: Duration

    package init(name: KernelName, isDeterministic: Bool, cost: Duration) {
        self.name = name
        self.isDeterministic = isDeterministic
        self.cost = cost
    }
}

/// A kernel and who is known to compute it, for operators.
package struct KernelAccount: Hashable, Sendable {
    package var name: KernelName
    /// Nil: not registered here, or it cannot run.
    package var here: KernelOffer?
    /// Neighbours that say so.
    package var robots: [NodeID]

    package init(name: KernelName, here: KernelOffer?, robots: [NodeID]) {
        self.name = name
        self.here = here
        self.robots = robots
    }
}
