import RealModule
import SkeinTasks
import SkeinWire

/// The searches that Skein's is measured against (`SearchRule`): a plain particle swarm and a random walk. Each robot is a
/// particle; its fitness is what its nose says, as it says it, noise and gusts included.
///
/// - The swarm's rule is that of pyswarms' `GlobalBestPSO` with the coefficients of its manual: once a step and for each
///   axis v ← 0.9 v + 0.5 r1 (own best − x) + 0.3 r2 (swarm's best − x), clamped to the robot's speed. The swarm's best
///   travels in beacons, the strongest smell ever claimed; nothing is checked, fitted or forgotten.
/// - The walk takes a new direction every three steps.
/// - Both have arrived where the nose's last reading says so. What a reading is worth in gusts (`SmellRange`) is Skein's to know.
struct PlainSearch {
    private static let inertia = 0.9
    private static let ownPull = 0.5
    private static let swarmPull = 0.3
    private static let stepsPerDirection = 3

    private let rule: SearchRule
    private let tuning: MissionTuning
    private var random: PeerRandom
    private var velocity = FieldPoint.zero
    private var ownBest: Smell = .none
    private var swarmBest: Smell = .none
    /// As the nose's last reading has it.
    private var rangeMeters = Double.infinity
    private var steps = 0

    /// Nil for Skein's own search.
    init?(tuning: MissionTuning, random: PeerRandom) {
        switch tuning.search {
        case .skein: return nil
        case .pso, .walk: break
        }
        rule = tuning.search
        self.tuning = tuning
        self.random = random
        velocity = FieldPoint(xMeters: self.random.unit(), yMeters: self.random.unit())
    }

    /// The strongest smell known, for the beacon.
    var best: Smell { swarmBest }

    mutating func heard(_ smell: Smell) {
        guard SmellRange.isSane(perMeter: Double(smell.perMeter)), smell.perMeter > swarmBest.perMeter else { return }
        swarmBest = smell
    }

    mutating func smelled(perMeter: Double, localiser: Localiser) {
        guard SmellRange.isSane(perMeter: perMeter) else { return }
        rangeMeters = 1 / perMeter
        guard Float(perMeter) > ownBest.perMeter else { return }
        let here = localiser.position
        ownBest = Smell(xMeters: Float(here.xMeters), yMeters: Float(here.yMeters), perMeter: Float(perMeter))
        heard(ownBest)
    }

    func isWithin(_ radiusMeters: Double) -> Bool { rangeMeters <= radiusMeters }

    mutating func stepBegan(localiser: Localiser) {
        steps += 1
        let here = localiser.position
        switch rule {
        case .skein: return
        case .walk:
            guard steps % Self.stepsPerDirection == 1 || !tuning.arena.contains(here + velocity, margins: 0) else {
                return
            }
            let angle = 2 * Double.pi * random.unit()
            let heading = FieldPoint(xMeters: Double.cos(angle), yMeters: Double.sin(angle))
            velocity = tuning.speedMetersPerSecondMax * heading
        case .pso:
            velocity = FieldPoint(
                xMeters: moved(velocity.xMeters, here.xMeters, Double(ownBest.xMeters), Double(swarmBest.xMeters)),
                yMeters: moved(velocity.yMeters, here.yMeters, Double(ownBest.yMeters), Double(swarmBest.yMeters)))
            let length = velocity.lengthMeters
            if length > tuning.speedMetersPerSecondMax {
                velocity = (tuning.speedMetersPerSecondMax / length) * velocity
            }
        }
    }

    private mutating func moved(_ speed: Double, _ here: Double, _ own: Double, _ swarm: Double) -> Double {
        let (r1, r2) = (random.unit(), random.unit())
        let pulled = ownBest.perMeter > 0 ? Self.ownPull * r1 * (own - here) : 0
        let led = swarmBest.perMeter > 0 ? Self.swarmPull * r2 * (swarm - here) : 0
        return Self.inertia * speed + pulled + led
    }

    /// Where to go and how fast, m/s.
    var wish: Steering.Wish { velocity.lengthMeters > 0 ? .cruise(velocity) : .stand }
}
