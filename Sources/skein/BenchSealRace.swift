/// The same work done in two ways in turns, so that whatever else the machine does slows both: by the seal, and by libsodium
/// alone.
struct BenchSealRace {
    var name: String
    /// Of one unit of work, a round each.
    private(set) var oursSeconds: [Double] = []
    private(set) var aloneSeconds: [Double] = []

    init(name: String) { self.name = name }

    /// One round, each way `count` times. `isOursFirst` in turn, for a processor that speeds up or slows down.
    mutating func run(count: Int, isOursFirst: Bool, ours: (Int) -> Bool, alone: () -> Bool) {
        if isOursFirst { oursSeconds.append(Self.seconds(count, ours)) }
        aloneSeconds.append(Self.seconds(count) { _ in alone() })
        if !isOursFirst { oursSeconds.append(Self.seconds(count, ours)) }
    }

    private static func seconds(_ count: Int, _ work: (Int) -> Bool) -> Double {
        var done = 0
        let begun = Clock.thread()
        for index in 0..<count where work(index) { done += 1 }
        let seconds = Double(Clock.thread() - begun) * 1e-9 / Double(count)
        precondition(done == count, "only \(done) of \(count) held")
        return seconds
    }

    var oursMedianSeconds: Double { Self.median(oursSeconds) }
    var aloneMedianSeconds: Double { Self.median(aloneSeconds) }

    /// How much of libsodium's own speed is left, 0…1: the median of the rounds, and what three quarters of them exceed.
    var ratio: Double { Self.median(ratios) }
    var ratioLowerQuartile: Double {
        let sorted = ratios.sorted()
        return sorted[sorted.count / 4]
    }

    private var ratios: [Double] { zip(aloneSeconds, oursSeconds).map { $0 / $1 } }

    private static func median(_ values: [Double]) -> Double { SweepFigures.median(of: values.sorted()) ?? .nan }
}
