import SkeinTasks

/// A robot that was on and not at its target when its mission was given up.
package struct Straggler: Sendable, Equatable {
    package var robot: Int
    /// Beyond the circle around its target in which it would have arrived.
    package var outsideMeters: Double
    /// Where it was put down, no way of 2.4 GHz links led to where most were: no order reached it there.
    package var wasCutOff: Bool
}

extension World {
    /// None of a mission that was completed, was never started, or had another end than arriving.
    func stragglers() -> [Straggler] {
        guard book.startedAt != nil, !book.isComplete, config.stops.isEmpty, config.wandering == nil else { return [] }
        let late = robots.indices.filter { isRunning($0) && !book.isAtTarget($0, places) }
        guard !late.isEmpty else { return [] }
        let isReached = Reach.mostReached(from: layout.places, config, layout.obstacles)
        return late.map { robot in
            let distance = places[robot].distance(to: book.target(of: robot))
            return Straggler(
                robot: robot, outsideMeters: distance - config.peer.mission.arrivalRadiusMeters,
                wasCutOff: !isReached[robot])
        }
    }
}
