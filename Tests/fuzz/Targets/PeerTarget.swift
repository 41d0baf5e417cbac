import SkeinCodec
import SkeinPeer
import SkeinTasks
import SkeinWire
import WireSamples

@testable import SkeinSeal

/// A whole peer, and everything around it in the fuzzer's hands: members that say anything, its body, its operator, its
/// disk and the time. It does not trap, what it says and answers can be said and answered, its deadlines pass, and what it
/// keeps is bounded.
///
///     set-up u8 | steps, each: what u8 and its fields (PeerSteps.swift)
enum PeerTarget: FuzzTarget {
    static let name = "peer"
    static let handlesMax = 2_500
    /// A peer with every table full, and the harness.
    private static let heapBytesMax = 48 << 20

    static func run(_ bytes: [UInt8]) {
        var input = FuzzInput(bytes)
        let before = GrowthWatch.heapBytes
        var bench = PeerBench(setUp: input.u8())
        while !input.isEmpty, bench.handles < handlesMax {
            bench.step(&input)
            bench.passDeadlines()
        }
        let held = GrowthWatch.heapBytes - before
        must(held <= heapBytesMax, "a peer of \(held >> 20) MB")
    }

    static var seeds: [Seed] {
        var all: [Seed] = []
        // Each kind by itself, as golden bytes from a neighbour that is known.
        for golden in GoldenMessage.all where golden.body.count < 400 {
            var writer = ByteWriter()
            writer.raw([2, 16, 1, 0, 18, 0, 6, golden.kind.rawValue, 1, 0])
            writer.chunk(golden.body)
            writer.raw([9, 9])
            all.append(Seed(name: "golden-\(golden.kind)", bytes: writer.bytes))
        }
        var random = SplitMix(seed: 6)
        for number in 0..<10 {
            var bytes = [UInt8(truncatingIfNeeded: number * 5), 18, 0]
            // A neighbourhood, then whatever comes.
            for robot in 1..<UInt8(4) { bytes += [29, robot, 6] }
            while bytes.count < 300 {
                let what = UInt8(random.next() % 31)
                let few = [0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 15, 16, 18, 20, 21, 22, 29] as [UInt8]
                let chosen = number < 6 ? few[Int(random.next() % UInt64(few.count))] : what
                bytes.append(chosen)
                bytes += random.bytes(Int(random.next() % 8))
            }
            all.append(Seed(name: "life-\(number)", bytes: bytes))
        }
        return all + jobs + missions
    }

    /// A mission with a plan: given to a robot with neighbours, kept on its disk, begun, paused, gone on with, asked about, stopped.
    private static var missions: [Seed] {
        let way = MissionPlan.Way(waypoints: [.init(point: FieldPoint(xMeters: 60, yMeters: 50))])
        var plan = MissionPlan(
            name: "m", revision: 1, roles: [MissionPlan.Role(name: "r", count: 2, goal: .waypoints(way))])
        plan.deadlineSeconds = 60
        plan.tasks = [.init(name: "t", role: 0, deadlineSeconds: 30, missed: .pause)]
        // Named after robot 0, whose word the toys take.
        let real = SignedPlan(plan, by: MinisignKey(seed: [UInt8](repeating: 7, count: SigningKey.seedBytes))).signature
        var head = real.head
        head.replaceSubrange(2..<10, with: Fingerprint(of: ToyFleet.key(0)).keyNumber)
        head[head.count - 1] = 0
        let global = [UInt8](repeating: 0, count: MinisignSignature.signatureBytes)
        guard let signature = MinisignSignature(head: head, comment: real.comment, global: global) else { return [] }
        let signed = SignedPlan(plan, signature: signature)
        func command(_ instruction: MissionInstruction) -> [UInt8] {
            var writer = ByteWriter()
            writer.u8(17)
            writer.chunk(OperatorCommand.mission(instruction).coded)
            return writer.bytes
        }
        let neighbours: [UInt8] = [4, 29, 1, 6, 29, 2, 6, 12, 60, 60]
        let run = command(.run(plan: signed.bytes, launches: true))
        // What it wants kept is kept, and ten seconds pass: the hierarchy stands.
        let begun: [UInt8] = [16, 16, 10, 0x27, 0x10, 9, 9, 9, 13, 0, 9, 9, 10, 0x0B, 0xB8, 9, 9]
        let asked = command(.report) + command(.plans) + command(.assignment(plan: MissionPlanBytes.bytes(of: plan)))
        let orders = command(.pause) + [9, 9] + command(.resume) + [9, 9, 10, 0x13, 0x88, 9, 9] + asked
        return [
            Seed(name: "mission", bytes: neighbours + run + begun + asked + orders + [18, 2, 0, 9, 9]),
            Seed(
                name: "mission-held", bytes: neighbours + run + begun + command(.runHeld(signed.object, launches: true))
            ),
            // A reboot with what was on the disk, and gossip about who may sign.
            Seed(
                name: "mission-boots",
                bytes: neighbours + run + begun + [24] + begun + asked + [27, 1, 0, 27, 2, 0] + asked),
        ]
    }

    /// A robot with kernels that is given an object, a job and a stream, and whose programs and helpers answer.
    private static var jobs: [Seed] {
        let opening: [UInt8] = [2, 18, 0, 6, 29, 1, 6, 29, 2, 6, 32, 7, 3, 31, 0, 4]
        let submit: [UInt8] = [31, 1, 4, 0xF0, 3, 0x05, 0x05, 0x45]
        let work: [UInt8] = [9, 15, 1, 2, 9, 15, 5, 2, 10, 0, 200, 15, 3, 0, 2, 8, 9, 1, 9, 9]
        let helpers: [UInt8] = [
            35, 0, 9, 10, 0, 100, 35, 5, 0, 2, 7, 7, 3, 9, 36, 0x10, 0, 0, 1, 1, 3, 0, 9, 0, 0, 4, 4,
        ]
        let asked: [UInt8] = [31, 2, 0, 31, 3, 0, 31, 7, 0, 31, 8, 0, 31, 6, 0, 31, 12, 4, 31, 4, 0, 31, 5, 0]
        let stream: [UInt8] = [31, 9, 1, 0x20, 31, 10, 1, 1, 0, 2, 5, 6, 9, 15, 1, 1, 31, 11, 1, 9, 10, 1, 0]
        let disk: [UInt8] = [33, 0, 33, 4, 34, 0, 34, 4, 16, 16, 24, 34, 1, 9, 33, 1]
        return [
            Seed(name: "job", bytes: opening + submit + work + asked), Seed(name: "stream", bytes: opening + stream),
            Seed(name: "job-helpers", bytes: opening + submit + helpers + work + asked),
            Seed(name: "job-disk", bytes: opening + submit + disk + work + disk + asked + stream),
        ]
    }
}
