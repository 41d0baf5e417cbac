import Glibc
import SkeinCodec
import SkeinPeer
import SkeinWire
import Testing

@testable import SkeinLinux

/// What the daemon's desk knows of tasks and streams: how often their tickets are answered, and whose end is whose.
@Suite struct DeskStreamTests {
    private final class Bench {
        let folder: TemporaryFolder
        let reactor: Reactor
        let desk: LocalDesk
        var client: LocalClient?
        var taken: [(command: OperatorCommand, ticket: UInt32)] = []

        init() throws {
            folder = try TemporaryFolder()
            reactor = try Reactor()
            desk = try LocalDesk(
                path: folder.path + "/sock", hello: LocalFrame.Hello(id: NodeID(1), epoch: Epoch(1), name: "alpha"),
                reactor: reactor, area: 1)
            client = try LocalClient(path: folder.path + "/sock")
            try send(.hello(LocalFrame.Hello(id: .none, epoch: Epoch(0), name: "test")))
            try turn { (try? answer()) != nil }
        }

        func send(_ frame: LocalFrame) throws {
            try #require(client).send(frame.bytes, until: MonotonicClock.now() + .seconds(5))
        }

        /// What has come, without waiting.
        func answer() throws -> LocalFrame? {
            guard let bytes = try #require(client).receive(until: .zero) else { return nil }
            return try LocalFrame(bytes)
        }

        func turn(until condition: () throws -> Bool) throws {
            let limit = MonotonicClock.now() + .seconds(10)
            while try !condition() {
                try #require(MonotonicClock.now() < limit)
                reactor.wait(until: MonotonicClock.now() + .milliseconds(20)) {
                    desk.ready($0, names: { [] }) { taken.append(($0, $1)) }
                }
            }
        }

        func ask(_ command: JobCommand, ticket: UInt32) throws {
            try send(.request(ticket: ticket, .job(command)))
            let count = taken.count
            try turn { taken.count > count }
        }
    }

    private static let key = TaskKey(7)
    private static let kernel = KernelName(name: "cat", version: 1)!
    private static let stream = StreamOrder(
        key: key, kernel: kernel, cost: .milliseconds(5), period: .milliseconds(20), unitSpan: .seconds(1),
        isHedged: false)
    private static let job = JobOrder(
        key: key, kernel: kernel, units: [], cost: .seconds(1), span: .seconds(1), isDurable: false, isHedged: false)
    private static let report = JobReport(units: [], took: .seconds(1))

    @Test func `a stream ends with the tool that opened it`() throws {
        let bench = try Bench()
        try bench.ask(.open(Self.stream), ticket: 1)
        bench.desk.reply(.job(.accepted(Self.key)), ticket: bench.taken[0].ticket)
        try bench.ask(.feed(Self.key, number: 0, [1]), ticket: 2)
        #expect(bench.desk.takeOrphans() == [])
        bench.client = nil
        try bench.turn { bench.desk.clientCount == 0 }
        #expect(bench.desk.takeOrphans() == [Self.key])
        #expect(bench.desk.takeOrphans() == [])
    }

    @Test func `a stream that is over, or was refused, is nobody's`() throws {
        for reply in [JobReply.ended(Self.key, Self.report), .refused(Self.key, .tooManyOpen)] {
            let bench = try Bench()
            try bench.ask(.open(Self.stream), ticket: 1)
            bench.desk.reply(.job(reply), ticket: bench.taken[0].ticket)
            bench.client = nil
            try bench.turn { bench.desk.clientCount == 0 }
            #expect(bench.desk.takeOrphans() == [])
        }
    }

    @Test func `a task's ticket is answered twice, and the task outlives its tool`() throws {
        let bench = try Bench()
        try bench.ask(.submit(Self.job), ticket: 9)
        let ticket = bench.taken[0].ticket
        for reply in [JobReply.accepted(Self.key), .ended(Self.key, Self.report), .ended(Self.key, Self.report)] {
            bench.desk.reply(.job(reply), ticket: ticket)
        }
        var answers: [String] = []
        try bench.turn {
            while let frame = try bench.answer() {
                guard case .reply(9, .job(let reply)) = frame else { continue }
                switch reply {
                case .accepted: answers.append("accepted")
                case .ended: answers.append("ended")
                default: answers.append("\(reply)")
                }
            }
            return answers.count >= 2
        }
        #expect(answers == ["accepted", "ended"])
        bench.client = nil
        try bench.turn { bench.desk.clientCount == 0 }
        #expect(bench.desk.takeOrphans() == [])
    }
}
