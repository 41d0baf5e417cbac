import Glibc
import SkeinFiles
import SkeinLab
import SkeinLinux
import SkeinSeal
import SkeinWire

/// What round trips took.
package struct RoundTripFigures: Sendable {
    package var ours: LoadFigures.Latencies
    /// Nil: this build has no LCM.
    package var lcm: LoadFigures.Latencies?
    /// By libsodium alone, on a message of this size, on this machine in this run.
    package var signSeconds: Double
    package var verifySeconds: Double

    /// What the median may be: LCM's, and one signature and one check each way.
    package var boundSeconds: Double? {
        lcm?.milliseconds(0.5).map { $0 * 1e-3 + 2 * (signSeconds + verifySeconds) }
    }

    package var isWithinBound: Bool? {
        guard let bound = boundSeconds, let median = ours.milliseconds(0.5) else { return nil }
        return median * 1e-3 <= bound
    }
}

/// Round trips by Skein and by LCM in turns, block by block, so that whatever else the machine does slows both.
package struct RoundTripRace {
    /// Where the processes that answer end by themselves, should this one be killed.
    private static let answerSecondsMax = 3_600
    private static let cryptoRounds = 500

    package var blocks: Int
    package var rounds: Int

    package init(blocks: Int, rounds: Int) {
        self.blocks = blocks
        self.rounds = rounds
    }

    package func run(isOver: () -> Bool, show: (String) -> Void) throws(BenchError) -> RoundTripFigures {
        let crew = try BenchCrew()
        defer { crew.end() }
        let lcm = try? Rival.lcm()
        var trip = try BenchError.wrap { () throws(SystemError) in try RoundTrip(asks: true) }
        let seconds = "\(Self.answerSecondsMax)"
        let answering = try crew.start(
            "answering", [try Rival.own(), "bench", "roundtrip", "answer", "\(trip.port)", seconds])
        if let lcm { try crew.start("answering-lcm", [lcm, "answer", seconds]) }
        guard try BenchError.wrap({ () throws(SystemError) in try trip.meet() }) else {
            answering.reap()
            throw .ended(answering.name, how: answering.end ?? "did not answer", lastLines: answering.lastLines)
        }
        var ours: [UInt64] = []
        var theirs: [UInt64] = []
        for block in 0..<blocks {
            guard !isOver() else { throw .interrupted }
            show("block \(block + 1)/\(blocks)")
            if block % 2 == 0 { ours += ask(&trip, block) }
            if let lcm { theirs += try askLCM(lcm, block, crew) }
            if block % 2 == 1 { ours += ask(&trip, block) }
        }
        let costs = cryptography()
        return RoundTripFigures(
            ours: .init(ours), lcm: lcm == nil ? nil : .init(theirs), signSeconds: costs.sign,
            verifySeconds: costs.verify)
    }

    private func ask(_ trip: inout RoundTrip, _ block: Int) -> [UInt64] {
        var spans: [UInt64] = []
        for round in 0..<rounds {
            if let span = trip.ask(UInt32(block * rounds + round + 2)) { spans.append(UInt64(span.nanoseconds)) }
            usleep(RoundTrip.gapMicroseconds)
        }
        return spans
    }

    private func askLCM(_ lcm: String, _ block: Int, _ crew: BenchCrew) throws(BenchError) -> [UInt64] {
        let words = [lcm, "ask", "\(rounds)", "\(RoundTrip.bodyBytes)", "\(RoundTrip.gapMicroseconds)"]
        let child = try crew.run("asking-lcm-\(block)", words)
        return try crew.text(of: child).split(separator: "\n").compactMap { UInt64($0) }
    }

    /// The median of signing, and of checking, a message of this size, at the pace of the questions: a processor that has
    /// slept in between is slower.
    private func cryptography() -> (sign: Double, verify: Double) {
        let alone = SodiumAlone(bytes: Envelope.headerBytes + RoundTrip.bodyBytes)
        func median(_ work: () -> Void) -> Double {
            let spans = (0..<Self.cryptoRounds).map { _ in
                usleep(RoundTrip.gapMicroseconds)
                let begun = MonotonicClock.now()
                work()
                return UInt64((MonotonicClock.now() - begun).nanoseconds)
            }
            return (LoadFigures.Latencies(spans).milliseconds(0.5) ?? 0) * 1e-3
        }
        let sign = median { alone.sign() }
        let verify = median { _ = alone.verify() }
        return (sign, verify)
    }
}
