import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

/// Asks everybody everything, each time it may.
private final class Nosy: Visitor {
    let keys = [TaskKey(1)]
    var answers = 0
    var unanswered = 0
    var reports: [NodeID] = []
    var events: [(robot: Int, event: Event)] = []
    var meshTimes = 0

    func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {
        events.append((robot, event))
        if mesh != nil { meshTimes += 1 }
    }

    func look(_ world: borrowing World) {
        let questions: [OperatorCommand] = [
            .status, .links, .task(TaskKey(1)), .tasks, .entries(from: 0), .trust, .safety, .peers, .report,
            .job(.list),
            .job(.state(TaskKey(1))), .job(.explain(TaskKey(1), from: 0)), .job(.kernels),
        ]
        for robot in 0..<world.robotCount {
            for question in questions {
                switch world.answer(question, by: robot) {
                case nil: unanswered += 1
                case .report(let report)?:
                    precondition(report.id == NodeID(UInt16(robot)), "\(report.id) for \(robot)")
                    reports.append(report.id)
                case .some: answers += 1
                }
            }
        }
    }
}

@Suite struct VisitorTests {
    private func config(_ faults: [Fault] = []) -> WorldConfig {
        var config = WorldConfig(seed: 3, robots: 8)
        config.cameras = .count(2)
        config.arena = Arena(xMetersMin: 0, xMetersMax: 25, yMetersMin: 0, yMetersMax: 25)
        config.targetDistanceMeters = 10
        config.missionLimit = .seconds(20)
        config.faults = faults
        return config
    }

    @Test(arguments: [[], [Fault(at: .seconds(1), kind: .restart(after: .seconds(1)), target: .robots([4]))]])
    func `a run that somebody looks into is the run that it is alone`(faults: [Fault]) {
        let config = config(faults)
        var alone = World(config)
        var visited = World(config)
        let nosy = Nosy()
        let result = alone.run()
        let seen = visited.run(visitor: nosy)
        #expect(result.digest == seen.digest)
        #expect(result.tally == seen.tally && result.trajectories == seen.trajectories)
        #expect(result.completionSeconds == seen.completionSeconds && result.failedSteps == seen.failedSteps)
        #expect(nosy.answers > 1_000 && nosy.meshTimes > 0)
        #expect(Set(nosy.reports).count == 8)
        #expect(nosy.events.contains { $0.event == .missionStarted })
        // Robots boot within half a second: until then, and while they are off, they say nothing.
        #expect(nosy.unanswered > 0)
    }

    @Test func `a robot asked twice at one moment says the same twice`() {
        final class Twice: Visitor {
            var differing = 0
            func heard(_ event: Event, of robot: Int, at: Instant, mesh: MeshTime?) {}
            func look(_ world: borrowing World) {
                for robot in 0..<world.robotCount {
                    guard case .report(let one)? = world.answer(.report, by: robot),
                        case .report(let other)? = world.answer(.report, by: robot)
                    else { continue }
                    if one != other { differing += 1 }
                }
            }
        }
        let twice = Twice()
        var world = World(config())
        _ = world.run(visitor: twice)
        #expect(twice.differing == 0)
    }

    @Test func `what would change a robot is no question`() {
        let orders: [OperatorCommand] = [
            .organise(launches: true), .stopMission, .echo(NodeID(1)), .leave, .forget(TaskKey(1)), .admit([]), .stop,
            .release(number: 1), .job(.cancel(TaskKey(1))), .job(.forget(TaskKey(1))), .job(.close(TaskKey(1))),
        ]
        #expect(orders.allSatisfy { !$0.isQuestion })
    }
}
