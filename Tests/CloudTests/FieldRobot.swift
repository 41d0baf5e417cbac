import SkeinPeer
import SkeinWire

extension Field {
    /// What a run is like.
    struct Conditions {
        var loss = 0.05
        var repeats = 0.02
        var delayMin: Duration = .milliseconds(1)
        var delayMax: Duration = .milliseconds(8)
        var leaders = 5
        var helpers = 30
        var cameras = 12
        var idlePercent: ClosedRange<Double> = 30...70
        var neededPercent: ClosedRange<Double> = 100...140
        var steps = 3
        var helperDeaths = 0
        var leaderDeaths = 0
        /// Members change their leaders this often during the run.
        var rebuilds = 0
        /// One in so many results is nonsense; 0: none.
        var nonsenseEvery: UInt64 = 0
        /// The last so many helpers answer wrongly, in so many of their answers, each in its own way or all alike.
        var poisoners = 0
        var poisonFraction = 1.0
        var poisonersCollude = false
        /// The last so many helpers say that they are idle, and are not.
        var boasters = 0
        /// The first so many leaders name helpers that there are none of.
        var blackHoles = 0
        var check = ResultCheck.acceptOne
        var tuning = CloudTuning()
    }

    /// One robot's cloud, and the processor under it.
    struct Robot {
        let id: NodeID
        var ledger: Ledger
        var desk: Desk
        var worker: Worker
        var body: Body
        var isLeader: Bool
        var idlePercent: Double
        var neededPercent: Double
        var leader: NodeID
        var diesAt: Instant?
        var isAlive = true
        var isPoisoner = false
        var isBlackHole = false
    }
}
