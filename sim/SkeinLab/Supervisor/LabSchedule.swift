import SkeinWire
import SkeinWorld

/// When the laboratory switches robots on and does to them what the scenario says, by the simulator's rules. It knows no
/// process: it gives orders, and is told what is true when they are due.
///
/// - Robots boot within the spread, late ones not before their fault. Faults count from the mission's start.
/// - A pause prolongs another; a cut ends it. A restart switches on again even a robot that was off before.
package struct LabSchedule {
    package enum Order: Equatable {
        /// Switch on, unless it is on.
        case boot(Int)
        /// Cut the power, if it is on.
        case cut(Int)
        case pause(Int)
        case resume(Int)
        case beginFault(Int, targets: [Int])
        case endFault(Int)
    }

    private let faults: [Fault]
    private var queue = EventQueue()
    private var pausedUntil: [Int64?]
    private var hasStarted = false

    package init(_ config: WorldConfig, layout: Layout) {
        faults = config.faults
        pausedUntil = [Int64?](repeating: nil, count: config.robots)
        let late = FaultTargets.late(config, layout: layout)
        for (robot, time) in config.bootTimes().enumerated() where !late[robot] {
            queue.push(WorldEvent(.boot, at: time, robot: robot))
        }
    }

    package var nextTime: Int64? { queue.nextTime }

    package mutating func missionStarted(at now: Int64) {
        precondition(!hasStarted, "a mission starts once")
        hasStarted = true
        for (index, fault) in faults.enumerated() {
            queue.push(WorldEvent(.faultBegin, at: now + fault.at.nanoseconds, stamp: UInt32(index)))
        }
    }

    /// The orders of the next event due by `time`; nil: none is due.
    package mutating func take(
        by time: Int64, targets: (Fault.Target) -> [Int], isUp: (Int) -> Bool
    ) -> [Order]? {
        guard let due = queue.nextTime, due <= time, let event = queue.pop() else { return nil }
        let robot = Int(event.robot)
        switch event.kind {
        case .boot: return isUp(robot) ? [] : [.boot(robot)]
        case .resume:
            guard let until = pausedUntil[robot], until <= event.time else { return [] }
            pausedUntil[robot] = nil
            return [.resume(robot)]
        case .faultBegin: return begin(Int(event.stamp), at: event.time, targets, isUp)
        case .faultEnd: return [.endFault(Int(event.stamp))]
        case .wake, .tick, .sense, .sampleProcessor, .controlAttempt, .controlEnd, .dataEnd, .unitDone, .planDone,
            .persisted, .kept, .stopCommand, .workOrder, .workCancel, .adversaryTurn:
            preconditionFailure("\(event.kind) is not the supervisor's")
        }
    }

    private mutating func begin(
        _ index: Int, at now: Int64, _ targets: (Fault.Target) -> [Int], _ isUp: (Int) -> Bool
    ) -> [Order] {
        let fault = faults[index]
        let hit = targets(fault.target)
        switch fault.kind {
        case .crash: return hit.filter(isUp).map { cut($0) }
        case .restart(let after):
            for robot in hit { queue.push(WorldEvent(.boot, at: now + after.nanoseconds, robot: robot)) }
            return hit.filter(isUp).map { cut($0) }
        case .pause(let span):
            let paused = hit.filter(isUp)
            for robot in paused {
                pausedUntil[robot] = max(pausedUntil[robot] ?? 0, now + span.nanoseconds)
                queue.push(WorldEvent(.resume, at: now + span.nanoseconds, robot: robot))
            }
            return paused.map { .pause($0) }
        case .late: return hit.filter { !isUp($0) }.map { .boot($0) }
        case .partition(let span), .slowLink(_, let span), .jam(_, let span):
            queue.push(WorldEvent(.faultEnd, at: now + span.nanoseconds, stamp: UInt32(index)))
            return [.beginFault(index, targets: hit)]
        }
    }

    private mutating func cut(_ robot: Int) -> Order {
        pausedUntil[robot] = nil
        return .cut(robot)
    }
}
