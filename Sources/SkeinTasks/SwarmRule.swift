/// How a particle moves: v ← w v + c1 u1 (pbest − x) + c2 u2 (gbest − x), no faster than the speed limit (Kennedy and
/// Eberhart 1995 with the inertia of Shi and Eberhart 1998; coefficients mesh-cloud §7). The kernel's particles and the
/// robots without a camera, each a particle of the swarm itself, move by the same rule.
package struct SwarmRule: Hashable, Sendable {
    package var inertia: Double
    /// c1: towards the best place the particle itself has been.
    package var ownPull: Double
    /// c2: towards the best place anybody has been.
    package var swarmPull: Double
    /// In metres per step: a step of one second makes it metres per second.
    package var speedMax: Double

    package init(inertia: Double = 0.6, ownPull: Double = 1.2, swarmPull: Double = 1.6, speedMax: Double) {
        self.inertia = inertia
        self.ownPull = ownPull
        self.swarmPull = swarmPull
        self.speedMax = speedMax
    }

    /// The velocity for the next step, in metres per step. `u1` and `u2` are uniform in [0, 1).
    package func velocity(
        after velocity: FieldPoint, at position: FieldPoint, ownBest: FieldPoint, swarmBest: FieldPoint, u1: Double,
        u2: Double
    ) -> FieldPoint {
        let pulled =
            inertia * velocity + (ownPull * u1) * (ownBest - position) + (swarmPull * u2) * (swarmBest - position)
        let speed = pulled.lengthMeters
        return speed > speedMax ? (speedMax / speed) * pulled : pulled
    }
}
