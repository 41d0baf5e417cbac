import SkeinCodec
import SkeinLinux
import SkeinPeer
import SkeinWire
import SkeinWorld
import Testing

@testable import SkeinLab

/// A simulation on a socket. What a tool says before the run lies in the socket when the run begins, so that one thread plays
/// both.
@Suite struct WorldServerTests {
    private final class Tool {
        let client: LocalClient

        init(_ server: WorldServer) throws { client = try LocalClient(path: server.path) }

        func say(_ frames: LocalFrame...) throws {
            for frame in frames { try client.send(frame.bytes, until: .zero) }
        }

        func greet() throws { try say(.hello(.init(id: .none, epoch: Epoch(0), name: "test"))) }

        /// All that has come.
        func hear() -> [LocalFrame] {
            var frames: [LocalFrame] = []
            while let bytes = try? client.receive(until: .zero), let frame = try? LocalFrame(bytes) {
                frames.append(frame)
            }
            return frames
        }
    }

    private func served(_ body: (WorldServer) throws -> Void) throws -> RunResult {
        try LabProgram.inFolderReturning { folder in
            let config = try Scenarios.world()
            let server = try WorldServer(path: "\(folder)/sim.sock", name: "five", robots: config.robots, speed: nil)
            defer { server.close() }
            try body(server)
            var world = World(config)
            return world.run(visitor: server)
        }
    }

    @Test func `any robot is asked, and the run is the one without`() throws {
        var tools: [Tool] = []
        let result = try served { server in
            for _ in 0..<3 { tools.append(try Tool(server)) }
            for (number, tool) in tools.enumerated() {
                try tool.greet()
                try tool.say(
                    .askNames, .turn(NodeID(UInt16(number))), .subscribe, .request(ticket: 7, .status),
                    .request(ticket: 8, .report), .askEvents(after: 0), .askBody, .request(ticket: 9, .stop))
            }
        }
        for (number, tool) in tools.enumerated() {
            let frames = tool.hear()
            guard frames.count > 8, case .hello(let simulation) = frames[0], case .names(let names) = frames[1],
                case .hello(let robot) = frames[2]
            else {
                Issue.record("\(frames.prefix(3))")
                continue
            }
            #expect(simulation.id == .none && simulation.name == "five")
            #expect(names.map(\.name) == ["r0", "r1", "r2", "r3", "r4"])
            #expect(robot.id == NodeID(UInt16(number)))
            #expect(frames.contains { if case .refused(9, .onlyQuestions) = $0 { true } else { false } })
            #expect(frames.contains { if case .body = $0 { true } else { false } })
            #expect(frames.contains { if case .event = $0 { true } else { false } })
            // The first look comes before most have booted: who is off says so.
            #expect(
                frames.contains {
                    switch $0 {
                    case .reply(7, .status(let status)): status.id == robot.id
                    case .refused(7, .robotIsOff): true
                    default: false
                    }
                })
        }
        var world = World(try Scenarios.world())
        let alone = world.run()
        #expect(alone.digest == result.digest && alone.tally == result.tally)
        #expect(alone.completionSeconds == result.completionSeconds)
    }

    @Test func `a reader that never reads does not hold the run up, and costs it nothing`() throws {
        var idle: Tool?
        let result = try served { server in
            let tool = try Tool(server)
            try tool.greet()
            try tool.say(.turn(NodeID(0)), .subscribe)
            // Answers of some kilobytes each, which nobody takes.
            for ticket in 0..<60 { try tool.say(.request(ticket: UInt32(ticket), .peers)) }
            idle = tool
        }
        #expect(result.completed)
        withExtendedLifetime(idle) {}
    }

    @Test func `a world that stands still is asked on, until it is to end`() throws {
        try LabProgram.inFolder { folder in
            let config = try Scenarios.world()
            let server = try WorldServer(path: "\(folder)/sim.sock", name: "five", robots: config.robots, speed: nil)
            defer { server.close() }
            var world = World(config)
            _ = world.run(visitor: server)
            let tool = try Tool(server)
            try tool.greet()
            try tool.say(
                .turn(NodeID(3)), .request(ticket: 1, .report), .askEvents(after: 0), .turn(NodeID(9)),
                .request(ticket: 2, .safety))
            var frames: [LocalFrame] = []
            let limit = MonotonicClock.now() + .seconds(10)
            server.hold(world) {
                frames += tool.hear()
                return frames.count >= 6 || MonotonicClock.now() > limit
            }
            guard frames.count == 6, case .reply(1, .report(let report)) = frames[2],
                case .events(let notes, let latest) = frames[3]
            else {
                Issue.record("\(frames.count) frames")
                return
            }
            #expect(report.id == NodeID(3) && report.status.hops != nil)
            #expect(notes.contains { $0.event == .missionStarted } && notes.last?.number == latest)
            guard case .refused(0, .noSuchRobot) = frames[4], case .reply(2, .safety(let safety)) = frames[5] else {
                Issue.record("\(frames[4]), \(frames[5])")
                return
            }
            #expect(safety.robot == NodeID(3), "who cannot turn goes on talking with whom it was turned to")
        }
    }

    @Test func `a world keeps to its speed`() throws {
        try LabProgram.inFolder { folder in
            var config = try Scenarios.world()
            config.missionLimit = .seconds(1)
            let server = try WorldServer(path: "\(folder)/sim.sock", name: "five", robots: config.robots, speed: 10)
            defer { server.close() }
            var world = World(config)
            let begun = MonotonicClock.now()
            _ = world.run(visitor: server)
            let took = MonotonicClock.now() - begun
            #expect(took >= .nanoseconds((world.now - 100_000_000) / 10))
        }
    }
}
