/// How a robot with a nose looks for the source. The first is Skein's; the others are what it is measured against.
package enum SearchRule: String, Hashable, CaseIterable, Sendable {
    /// Claims, fits and the swarm's rule (`SourceSearch`).
    case skein
    /// A plain particle swarm, each robot a particle, by the rule of pyswarms' `GlobalBestPSO` (`PlainSearch`).
    case pso
    /// A new direction at random every few seconds.
    case walk
}
