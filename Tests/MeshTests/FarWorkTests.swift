import SkeinBulk
import SkeinSeal
import SkeinWire
import Testing

@testable import SkeinPeer

/// Whole peers: a job's input goes to whoever has its kernel, and its output comes back, in sessions, directly or passed on.
struct FarWorkTests {
    private static func bytes(_ count: Int) -> [UInt8] {
        var dice = Dice(seed: 9)
        return (0..<count).map { _ in UInt8(dice.below(256)) }
    }

    private static func give(_ bytes: [UInt8], to robot: Int, in swarm: Swarm) throws -> JobOrder.Input {
        let id = try #require(ObjectID(hash: ObjectHash.of(bytes)))
        for (index, piece) in ObjectBytes(bytes).pieces.enumerated() {
            let whole = ObjectPiece(object: id, objectBytes: bytes.count, index: index, bytes: piece)
            swarm.command(.job(.give(whole)), at: robot)
        }
        return .object(id, bytes: bytes.count)
    }

    private static func ended(in swarm: Swarm) -> JobReport? {
        for reply in swarm.replies {
            if case .job(.ended(_, let report)) = reply.reply { return report }
        }
        return nil
    }

    /// The robots stand in a line, each in data range of the next alone; the kernel is at the far end.
    @Test(arguments: [(2, 0.0), (2, 0.05), (4, 0.0), (4, 0.05)], [1, 2, 3] as [UInt64])
    func `an object goes to the far end of a line, and what it becomes comes back whole`(
        _ field: (robots: Int, loss: Double), seed: UInt64
    ) throws {
        var conditions = Swarm.Conditions()
        conditions.loss = field.loss
        let swarm = Swarm(Layout(line: field.robots, spacingMeters: 12), conditions: conditions, seed: seed)
        let kernel = try #require(KernelName(name: "backwards", version: 1))
        swarm.command(.organise(launches: false), at: 0)
        swarm.run(seconds: 8)
        swarm.register(kernel, at: field.robots - 1)
        swarm.run(seconds: 3)
        let input = Self.bytes(200_000)
        let unit = JobOrder.Unit(inputs: [try Self.give(input, to: 0, in: swarm)])
        let order = JobOrder(
            key: TaskKey(1), kernel: kernel, units: [unit], cost: .milliseconds(50), span: .seconds(60),
            isDurable: false, isHedged: false)
        swarm.command(.job(.submit(order)), at: 0)
        let seconds = swarm.run(atMost: 60) { Self.ended(in: swarm) != nil }
        #expect(seconds != nil, "no end within a minute")
        let report = try #require(Self.ended(in: swarm))
        guard case .done(let output)? = report.units.first else {
            Issue.record("\(report)")
            return
        }
        #expect(output.computedBy == NodeID(UInt16(field.robots - 1)))
        var pieces: [[UInt8]] = []
        for index in 0..<ObjectBytes(input).pieces.count {
            let before = swarm.replies.count
            swarm.command(.job(.fetch(output.object, piece: index)), at: 0)
            if case .job(.piece(_, _, let piece?))? = swarm.replies.dropFirst(before).last?.reply {
                pieces.append(piece)
            }
        }
        #expect(pieces.flatMap(\.self) == Array(input.reversed()))
    }

    @Test func `nothing is left under way when the work is done`() throws {
        let swarm = Swarm(Layout(line: 2, spacingMeters: 12), seed: 4)
        let kernel = try #require(KernelName(name: "backwards", version: 1))
        swarm.run(seconds: 8)
        swarm.register(kernel, at: 1)
        swarm.run(seconds: 3)
        let unit = JobOrder.Unit(inputs: [try Self.give(Self.bytes(50_000), to: 0, in: swarm)])
        let order = JobOrder(
            key: TaskKey(1), kernel: kernel, units: [unit], cost: .milliseconds(50), span: .seconds(30),
            isDurable: false, isHedged: false)
        swarm.command(.job(.submit(order)), at: 0)
        #expect(swarm.run(atMost: 30) { Self.ended(in: swarm) != nil } != nil)
        swarm.run(seconds: 40)
        for robot in 0...1 {
            #expect(swarm.peers[robot]?.bulk.book.isBusy == false)
            #expect(swarm.peers[robot]?.bulk.fetches.isEmpty == true)
        }
    }
}
