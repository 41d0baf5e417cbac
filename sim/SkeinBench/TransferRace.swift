import SkeinLinux
import SkeinSeal
import SkeinWire

/// Rounds of both ways to carry an object, in turns, so that whatever else the machine does slows both.
package struct TransferFigures: Sendable {
    package struct Round: Sendable {
        /// Bits of the object in a second.
        package var oursBitsPerSecond: Double
        /// Of what arrived.
        package var plainBitsPerSecond: Double
        /// Of what was sent plainly, what found no room at the receiver, 0…1.
        package var plainLost: Double
        package var ratio: Double { oursBitsPerSecond / plainBitsPerSecond }
    }

    package var rounds: [Round]

    package var ratioMedian: Double { Self.median(rounds.map(\.ratio)) }
    package var ratioLowerQuartile: Double { rounds.map(\.ratio).sorted()[rounds.count / 4] }
    package var oursMedian: Double { Self.median(rounds.map(\.oursBitsPerSecond)) }
    package var plainMedian: Double { Self.median(rounds.map(\.plainBitsPerSecond)) }
    package var plainLostMedian: Double { Self.median(rounds.map(\.plainLost)) }

    private static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}

/// Runs them.
package struct TransferRace {
    private static let bufferBytes: Int32 = 4 << 20
    /// Of what the plain way carried just before: a leader allots what a channel carries, not less.
    private static let allotted = 1.25

    package var bytes: Int
    package var rounds: Int

    package init(bytes: Int, rounds: Int) {
        precondition((1...ObjectBytes.countMax).contains(bytes) && rounds > 0, "\(bytes) bytes, \(rounds) rounds")
        self.bytes = bytes
        self.rounds = rounds
    }

    package func run(isOver: () -> Bool, show: (String) -> Void) throws(BenchError) -> TransferFigures {
        var figures = TransferFigures(rounds: [])
        let ours = try LoopbackSocket.pair(bufferBytes: Self.bufferBytes)
        let plain = try LoopbackSocket.pair(bufferBytes: Self.bufferBytes)
        let transfer = BulkTransfer(from: ours.near, to: ours.far)
        // The first of either warms caches and the allotment, and does not count.
        var bitsPerSecond = try carryPlainly(plain).bitsPerSecond
        for round in 0...rounds {
            guard !isOver() else { throw .interrupted }
            show("round \(round)/\(rounds)")
            let isOursFirst = round % 2 == 0
            var oursRate = 0.0
            if isOursFirst { oursRate = try carry(transfer, round, bitsPerSecond) }
            let (rate, lost) = try carryPlainly(plain)
            bitsPerSecond = rate
            if !isOursFirst { oursRate = try carry(transfer, round, bitsPerSecond) }
            guard round > 0 else { continue }
            figures.rounds.append(.init(oursBitsPerSecond: oursRate, plainBitsPerSecond: rate, plainLost: lost))
        }
        return figures
    }

    private func carryPlainly(
        _ pair: (near: LoopbackSocket, far: LoopbackSocket)
    ) throws(BenchError) -> (bitsPerSecond: Double, lost: Double) {
        let plain = PlainTransfer(bytes: bytes, chunkBytes: ObjectBytes.chunkBytes, from: pair.near, to: pair.far)
        let seconds = try BenchError.wrap { () throws(SystemError) in try plain.run() }
        guard plain.receivedBytes > 0, seconds > 0 else { throw .silent("plain UDP", what: "carried nothing") }
        return (
            Double(plain.receivedBytes * 8) / seconds, max(0, 1 - Double(plain.receivedBytes) / Double(bytes))
        )
    }

    private func carry(_ transfer: BulkTransfer, _ round: Int, _ bitsPerSecond: Double) throws(BenchError) -> Double {
        // Another object each time: one that is known already would not travel.
        let content = (0..<bytes).map { UInt8(truncatingIfNeeded: $0 &* 13 &+ $0 >> 9 &+ round) }
        guard let id = ObjectID(hash: ObjectHash.of(content)) else { preconditionFailure("a hash of another size") }
        let object = ObjectBytes(content)
        let seconds = try BenchError.wrap { () throws(SystemError) in
            try transfer.run(object, id: id, bitsPerSecond: bitsPerSecond * Self.allotted)
        }
        guard let seconds, seconds > 0 else { throw .silent("the object", what: "did not arrive") }
        return Double(bytes * 8) / seconds
    }
}
