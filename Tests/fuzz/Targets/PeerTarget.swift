import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

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
        return all
    }
}
