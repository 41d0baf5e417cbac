import SkeinPeer

/// A failed step, and what processors there were to help within radio reach when it failed: by where bodies and obstacles
/// truly are, whatever the peers knew.
package struct StepFailure: Hashable, Sendable {
    package var robot: Int
    /// Since the world began, nanoseconds.
    package var at: Int64
    package var trouble: PartTrouble
    /// Robots that can be reached hop by hop on 2.4 GHz and lend their processors.
    package var helpers: Int
    /// What those have idle, percent of one processor.
    package var idlePercent: Double
    /// What this robot's own processor lacks for its task.
    package var lackingPercent: Double

    /// Nobody could have helped: too few processors in reach.
    package var isOutOfReach: Bool { idlePercent < lackingPercent }
}

extension World {
    /// What help there was for a robot whose step has just failed.
    func failure(of robot: Int, _ trouble: PartTrouble) -> StepFailure {
        let cloud = config.peer.cloud
        let own = cloud.cpuCeilingPercent - cloud.baseLoadPercent
        var failure = StepFailure(
            robot: robot, at: now, trouble: trouble, helpers: 0, idlePercent: 0,
            lackingPercent: max(0, robots[robot].neededPercent - own))
        var isReached = [Bool](repeating: false, count: robots.count)
        isReached[robot] = true
        var frontier = [robot]
        while let next = frontier.popLast() {
            for heard in medium.air.field.rows[next] where heard.controlDBm >= medium.air.usableDBm {
                let other = Int(heard.robot)
                guard other < robots.count, !isReached[other], isRunning(other) else { continue }
                isReached[other] = true
                frontier.append(other)
                guard !robots[other].role.carriesCamera else { continue }
                failure.helpers += 1
                failure.idlePercent += robots[other].idlePercent
            }
        }
        return failure
    }
}
