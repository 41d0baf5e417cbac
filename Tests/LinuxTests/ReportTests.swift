import SkeinCodec
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// A daemon's account of its robot, its latest events, and whom its socket speaks for.
@Suite struct ReportTests {
    /// One daemon, turned until it has answered.
    private final class Bench {
        let folder: TemporaryFolder
        let daemon: PeerDaemon
        let tool: LocalClient

        init() throws {
            folder = try TemporaryFolder()
            let air = try PerfectAir()
            daemon = try Fleet.daemon(3, folder: folder.path, radio: .medium(port: air.port))
            tool = try Fleet.tool(daemon)
        }

        func say(_ frame: LocalFrame) throws { try tool.send(frame.bytes, until: .zero) }

        /// The next frame that is wanted; fails after twenty seconds.
        @discardableResult
        func next<Value>(_ wanted: (LocalFrame) -> Value?) throws -> Value {
            let limit = MonotonicClock.now() + .seconds(20)
            while true {
                while let bytes = try tool.receive(until: .zero) {
                    if let value = wanted(try LocalFrame(bytes)) { return value }
                }
                try #require(MonotonicClock.now() < limit)
                daemon.step(until: MonotonicClock.now() + .milliseconds(1))
            }
        }

        func events(after number: UInt64) throws -> (notes: [EventNote], latest: UInt64) {
            try say(.askEvents(after: number))
            return try next { if case .events(let notes, let latest) = $0 { (notes, latest) } else { nil } }
        }
    }

    @Test func `a daemon tells of its robot in one frame`() throws {
        let bench = try Bench()
        try bench.say(.request(ticket: 5, .report))
        let report = try bench.next { frame -> PeerReport? in
            if case .reply(5, .report(let report)) = frame { report } else { nil }
        }
        #expect(report.id == NodeID(3) && report.epoch == bench.daemon.state.epoch)
        #expect(report.startedAt <= report.now && report.now <= MonotonicClock.now())
        #expect(report.status.xMeters == 3 && report.trust.members == 8)
    }

    @Test func `events are kept for who asks later, and what has been told is not told again`() throws {
        let bench = try Bench()
        let none = try bench.events(after: 0)
        try bench.say(.request(ticket: 1, .organise(launches: false)))
        try bench.next { if case .reply(1, .done) = $0 { true } else { nil } }
        let (notes, latest) = try bench.events(after: none.latest)
        #expect(latest >= none.latest + 2 && notes.last?.number == latest)
        #expect(notes.map(\.number) == Array((none.latest + 1)...latest))
        #expect(notes.contains { if case .treeChanged(NodeID(3), 0, _) = $0.event { true } else { false } })
        #expect(notes.allSatisfy { $0.at <= MonotonicClock.now() })
        #expect(try bench.events(after: latest).notes.isEmpty)
    }

    @Test func `a daemon's socket speaks for its own robot alone`() throws {
        let bench = try Bench()
        try bench.next { if case .hello = $0 { true } else { nil } }
        try bench.say(.turn(NodeID(3)))
        let hello = try bench.next { if case .hello(let hello) = $0 { hello } else { nil } }
        #expect(hello.id == NodeID(3) && hello.name == "robot 3")
        try bench.say(.turn(NodeID(4)))
        let refusal = try bench.next { if case .refused(0, let why) = $0 { why } else { nil } }
        #expect(refusal == .noSuchRobot)
        // And it is still there.
        try bench.say(.request(ticket: 9, .status))
        try bench.next { if case .reply(9, .status) = $0 { true } else { nil } }
    }
}
