import SkeinPeer
import SkeinTasks
import SkeinWire

/// A fault that lasts, while it lasts.
struct ActiveFault: Sendable {
    /// Its place in the config: its bit in a partition.
    var index: Int
    var isTarget: [Bool]
}

extension World {
    /// Called at the mission's start.
    mutating func scheduleFaults() {
        for (index, fault) in config.faults.enumerated() {
            queue.push(WorldEvent(.faultBegin, at: now + fault.at.nanoseconds, stamp: UInt32(index)))
        }
    }

    /// Robots that a fault keeps off until it strikes.
    func lateRobots() -> [Bool] {
        var late = [Bool](repeating: false, count: robots.count)
        for fault in config.faults where fault.kind == .late {
            for robot in targets(of: fault.target) { late[robot] = true }
        }
        return late
    }

    mutating func beginFault(_ index: Int) {
        let fault = config.faults[index]
        let hit = targets(of: fault.target)
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
            var isTarget = [Bool](repeating: false, count: robots.count)
            for robot in hit { isTarget[robot] = true }
            activeFaults.append(ActiveFault(index: index, isTarget: isTarget))
            queue.push(WorldEvent(.faultEnd, at: now + span.nanoseconds, stamp: UInt32(index)))
            refreshRadio()
        }
    }

    mutating func endFault(_ index: Int) {
        activeFaults.removeAll { $0.index == index }
        refreshRadio()
    }

    /// Bends the links as the faults in force say; the medium is refreshed afterwards.
    mutating func applyFaults() {
        let count = robots.count
        var sides = [UInt64](repeating: 0, count: count)
        var factors = [Double](repeating: 1, count: count)
        var isControlJammed = [Bool](repeating: false, count: count)
        var isDataJammed = isControlJammed
        for place in activeFaults.indices {
            let fault = config.faults[activeFaults[place].index]
            for robot in 0..<count where isHit(robot, by: activeFaults[place], fault) {
                switch fault.kind {
                case .partition: sides[robot] |= 1 << UInt64(activeFaults[place].index)
                case .slowLink(let factor, _): factors[robot] = min(factors[robot], factor)
                case .jam(.control, _): isControlJammed[robot] = true
                case .jam(.data, _): isDataJammed[robot] = true
                case .crash, .restart, .pause, .late: break
                }
            }
        }
        medium.air.field.sides = sides
        medium.air.field.rateFactors = factors
        medium.air.field.isControlJammed = isControlJammed
        medium.air.field.isDataJammed = isDataJammed
        medium.updateJamming(now: now, queue: &queue)
    }

    private func isHit(_ robot: Int, by active: ActiveFault, _ fault: Fault) -> Bool {
        switch (fault.kind, fault.target) {
        case (.jam, .circle(let x, let y, let radius)):
            places[robot].distance(to: FieldPoint(xMeters: x, yMeters: y)) <= radius
        default: active.isTarget[robot]
        }
    }

    /// Whom a fault hits now, ascending.
    func targets(of target: Fault.Target) -> [Int] {
        switch target {
        case .robots(let list): return list.filter { $0 >= 0 && $0 < robots.count }.sorted()
        case .circle(let x, let y, let radius):
            let centre = FieldPoint(xMeters: x, yMeters: y)
            return (0..<robots.count).filter { places[$0].distance(to: centre) <= radius }
        case .west(let x): return (0..<robots.count).filter { places[$0].xMeters < x }
        case .leaderAt(let index):
            let leaders = livingLeaders()
            guard !leaders.isEmpty else { return [] }
            return [leaders[((index % leaders.count) + leaders.count) % leaders.count]]
        case .leader: return busiestLeader().map { [$0] } ?? []
        }
    }

    private func livingLeaders() -> [Int] { (0..<robots.count).filter { robots[$0].isUp && robots[$0].leader == $0 } }

    private func busiestLeader() -> Int? {
        let leaders = livingLeaders()
        let candidates = leaders.filter { $0 != config.start }
        var best: Int?
        var requestersMax = -1
        for leader in candidates.isEmpty ? leaders : candidates {
            var requesters = 0
            for robot in robots where robot.isUp && robot.role.carriesCamera && !robot.saysArrived {
                if robot.leader == leader { requesters += 1 }
            }
            if requesters > requestersMax {
                requestersMax = requesters
                best = leader
            }
        }
        return best
    }
}
