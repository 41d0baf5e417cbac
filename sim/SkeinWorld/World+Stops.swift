import SkeinPeer
import SkeinWire

/// An operator with a finger on the button.
extension World {
    /// Called at the mission's start.
    mutating func scheduleStops() {
        for (index, stop) in config.stops.enumerated() {
            queue.push(
                WorldEvent(.stopCommand, at: now + stop.at.nanoseconds, robot: stop.robot, stamp: UInt32(index)))
        }
    }

    mutating func commandStop(at robot: Int) {
        guard isRunning(robot) else { return }
        let reachable = reachable(from: robot)
        book.stopWatch?.begin(reachable: reachable, now: now)
        deliver(.command(.stop, ticket: 0), to: robot)
        rearm(robot, notBefore: now)
    }

    /// Breadth first over the links of either band, as they are now.
    private func reachable(from start: Int) -> [Bool] {
        var isReached = [Bool](repeating: false, count: robots.count)
        isReached[start] = true
        var front = [start]
        while let robot = front.popLast() {
            for heard in medium.air.field.rows[robot] {
                let other = Int(heard.robot)
                let isLinked = max(heard.controlDBm, heard.dataDBm) >= medium.air.usableDBm
                guard isLinked, other < robots.count, !isReached[other], isRunning(other) else { continue }
                isReached[other] = true
                front.append(other)
            }
        }
        return isReached
    }

    /// The run is over: whose body moves, and what the issuer of the last stop knows.
    mutating func lookAtStops() {
        guard book.stopWatch?.begunAt != nil, let issuer = config.stops.last?.robot else { return }
        let isMoving = robots.map { $0.body.isMoving(at: now) }
        book.stopWatch?.look(isMoving: isMoving)
        guard isRunning(issuer) else { return }
        deliver(.command(.safety, ticket: 0), to: issuer)
    }
}
