import RealModule
import SkeinTasks

/// Slow fading: what stands between two robots, in dB on both bands alike and in both directions. Gauss–Markov along the
/// way moved (Gudmundson 1991): after d metres a fade keeps exp(−d/D) of itself.
struct Fading: Sendable {
    /// Fades are clipped here, so that range has an end.
    static let sigmasMax = 3.0
    /// Ways shorter than this add up before anything is redrawn.
    private static let moveMetersMin = 0.5

    private let sigmaDB: Double
    private let decorrelationMeters: Double
    private let count: Int
    /// By first · n + second with first < second.
    private var fades: [Double]
    private var seen: [FieldPoint] = []
    private var dice: Dice

    init(robots: Int, sigmaDB: Double, decorrelationMeters: Double, seed: UInt64) {
        self.sigmaDB = sigmaDB
        self.decorrelationMeters = decorrelationMeters
        count = robots
        dice = Dice(seed: seed, stream: .fading)
        fades = [Double](repeating: 0, count: robots * robots)
        for first in 0..<robots {
            for second in (first + 1)..<max(first + 1, robots) {
                fades[first * robots + second] = Self.clipped(dice.gauss(sigma: sigmaDB), sigmaDB)
            }
        }
    }

    func decibels(_ first: Int, _ second: Int) -> Double { fades[min(first, second) * count + max(first, second)] }

    mutating func move(to places: [FieldPoint]) {
        guard seen.count == places.count else {
            seen = places
            return
        }
        var moved = [Double](repeating: 0, count: count)
        for robot in 0..<count {
            let way = places[robot].distance(to: seen[robot])
            guard way >= Self.moveMetersMin else { continue }
            moved[robot] = way
            seen[robot] = places[robot]
        }
        for first in 0..<count {
            for second in (first + 1)..<max(first + 1, count) where moved[first] + moved[second] > 0 {
                let kept = Double.exp(-(moved[first] + moved[second]) / decorrelationMeters)
                let fresh = dice.gauss(sigma: sigmaDB * (1 - kept * kept).squareRoot())
                let index = first * count + second
                fades[index] = Self.clipped(fades[index] * kept + fresh, sigmaDB)
            }
        }
    }

    private static func clipped(_ fade: Double, _ sigmaDB: Double) -> Double {
        min(max(fade, -sigmasMax * sigmaDB), sigmasMax * sigmaDB)
    }
}
