import SkeinPeer
import SkeinTasks
import SkeinWire

extension World {
    /// Called at the mission's start.
    mutating func scheduleFaults() {
        for (index, fault) in config.faults.enumerated() {
            queue.push(WorldEvent(.faultBegin, at: now + fault.at.nanoseconds, stamp: UInt32(index)))
        }
    }

    mutating func beginFault(_ index: Int) {
        let fault = config.faults[index]
        let hit = FaultTargets(places: places, robots: book.robots, layout: layout, start: config.start)
            .robots(of: fault.target)
        switch fault.kind {
        case .crash:
            for robot in hit where robots[robot].isUp { switchOff(robot) }
        case .restart(let after):
            for robot in hit {
                if robots[robot].isUp { switchOff(robot) }
                queue.push(WorldEvent(.boot, at: now + after.nanoseconds, robot: robot))
            }
        case .pause(let span):
            for robot in hit where robots[robot].isUp {
                robots[robot].pausedUntil = max(robots[robot].pausedUntil ?? 0, now + span.nanoseconds)
                queue.push(WorldEvent(.resume, at: now + span.nanoseconds, robot: robot))
            }
        case .late:
            for robot in hit where !robots[robot].isUp { boot(robot) }
        case .partition(let span), .slowLink(_, let span), .jam(_, let span):
            radioFaults.begin(index, targets: hit)
            queue.push(WorldEvent(.faultEnd, at: now + span.nanoseconds, stamp: UInt32(index)))
            refreshRadio()
        }
    }

    mutating func endFault(_ index: Int) {
        radioFaults.end(index)
        refreshRadio()
    }
}
