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
    static let levelStepsMax = 20

    /// One estimate: variance in need of a share, and independent variance, both m² and positive.
    struct Source {
        let told: Double
        let independent: Double
        /// √a, and √a / r: the demand at a water level.
        private let root: Double
        private let slope: Double

        init(told: Double, independent: Double) {
            self.told = told
            self.independent = independent
            root = Double.sqrt(told)
            slope = root / independent
        }

        /// (√(a / μ) − a) / r where positive, at the level √(1 / μ).
        func demand(level: Double) -> Double { level > root ? (level - root) * slope : 0 }

        /// The level at which this source alone takes everything.
        var levelMax: Double { root + 1 / slope }
    }

    /// Weights of the own estimate and of the others, which sum to one.
    static func shares(own: Source, others: [Source]) -> (own: Double, others: [Double]) {
        guard !others.isEmpty else { return (1, []) }
        let spare = 1 - weightMin * Double(others.count) - ownWeightMin
        precondition(spare > 0, "\(others.count) neighbours share one estimate")
        var high = own.levelMax
        for source in others { high = min(high, source.levelMax) }
        // Who would take nothing at the highest level takes nothing at any below it.
        var asking: [Source] = []
        asking.reserveCapacity(others.count)
        for source in others where source.demand(level: high) > 0 { asking.append(source) }
        var low = 0.0
        for _ in 0..<levelStepsMax {
            let level = (low + high) / 2
            var sum = own.demand(level: level)
            for source in asking { sum += source.demand(level: level) }
            if sum < 1 { low = level } else { high = level }
        }
        var total = own.demand(level: high)
        var shares = others.map { $0.demand(level: high) }
        for share in shares { total += share }
        let scale = total > 0 && total.isFinite ? spare / total : 0
        for index in shares.indices { shares[index] = weightMin + scale * shares[index] }
        return (1 - shares.reduce(0, +), shares)
    }
}
