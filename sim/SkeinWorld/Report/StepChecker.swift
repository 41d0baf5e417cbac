import SkeinPeer
import SkeinWire

/// Judges the steps of the robots that ask for help, from what they report and nothing else.
///
/// A failed step was failed by a rebuild if, while it ran, a plan moved the requester or its leader, or, after a part that
/// is missing had been offered, that part's helper or the helper's leader.
/// The service gap is the longest time a living requester went without a completed step beyond the step every healthy
/// one takes: one failed step is a gap of one step, a second of silence where steps should be is a gap of a second.
/// It asks from its first step until it says it has arrived; being off is not asking.
package struct StepChecker: Sendable {
    private struct Step: Sendable {
        var task: UInt32
        var startedAt: Int64
        /// The requester and those who led it.
        var involved: [Int]
        var offers: [Offer] = []
        /// A bit for each part that is done.
        var done: UInt32 = 0
    }

    private struct Offer: Sendable {
        var part: UInt8
        var helper: Int
        var leader: Int?
        var at: Int64
    }

    /// Offers of one step that are remembered; a peer rarely makes more than two for a part.
    private static let offersMax = 64

    private struct Asker: Sendable {
        var steps: [Step] = []
        var isAsking = false
        var goodAt: Int64 = 0
        var isFailing = false
    }

    /// Steps of one robot that are open at once; more are a peer's bug, and the oldest is forgotten.
    private static let openMax = 4
    /// Lateness of a step that nobody would call a gap.
    private static let slackFraction = 0.5

    private let step: Int64
    private var askers: [Asker]
    private var planMovedAt: [Int64]
    private var leaders: [Int?]
    package private(set) var completed = 0
    package private(set) var failed = 0
    package private(set) var rebuildFailed = 0
    package private(set) var offloaded = 0
    package private(set) var gap: Int64 = 0
    /// Failed steps by the trouble of their first missing part.
    package private(set) var troubles = [Int](repeating: 0, count: 16)

    package init(robots: Int, step: Duration) {
        self.step = step.nanoseconds
        askers = [Asker](repeating: Asker(), count: robots)
        planMovedAt = [Int64](repeating: .min, count: robots)
        leaders = [Int?](repeating: nil, count: robots)
    }

    package mutating func note(_ event: Event, from robot: Int, now: Int64) {
        switch event {
        case .leaderChanged(let leader, _, let reason):
            leaders[robot] = leader == .none ? nil : Int(leader.number)
            if reason == .plan { planMovedAt[robot] = now }
            for place in askers[robot].steps.indices { involve(leaders[robot], in: place, of: robot) }
        case .stepStarted(let task, _): start(task, robot, now: now)
        case .stepEnded(let task, let verdict): end(task, verdict, robot, now: now)
        case .partOffered(let task, let part, _, let helper, let leader):
            let lead = leader == .none ? nil : Int(leader.number)
            remember(Offer(part: part, helper: Int(helper.number), leader: lead, at: now), of: task, robot)
        case .partDone(let task, let part, let helper):
            // A part the requester computed itself is done too, but was not offloaded.
            if Int(helper.number) != robot { offloaded += 1 }
            for place in askers[robot].steps.indices where askers[robot].steps[place].task == task && part < 32 {
                askers[robot].steps[place].done |= 1 << UInt32(part)
            }
        case .arrived: askers[robot].isAsking = false
        default: break
        }
    }

    /// Its last step failed.
    package func isFailing(_ robot: Int) -> Bool { askers[robot].isFailing }

    /// The robot is off: its open steps are nobody's, and it asks no more.
    package mutating func lose(_ robot: Int) {
        askers[robot] = Asker()
        leaders[robot] = nil
    }

    /// The run is over.
    package mutating func finish(now: Int64) {
        for robot in askers.indices where askers[robot].isAsking { widen(to: now - askers[robot].goodAt - step) }
    }

    private mutating func remember(_ offer: Offer, of task: UInt32, _ robot: Int) {
        guard offer.helper < askers.count, (offer.leader ?? 0) < askers.count else { return }
        for place in askers[robot].steps.indices where askers[robot].steps[place].task == task {
            guard askers[robot].steps[place].offers.count < Self.offersMax else { return }
            askers[robot].steps[place].offers.append(offer)
        }
    }

    private mutating func involve(_ other: Int?, in place: Int, of robot: Int) {
        guard let other, other < askers.count, !askers[robot].steps[place].involved.contains(other) else { return }
        askers[robot].steps[place].involved.append(other)
    }

    private mutating func start(_ task: UInt32, _ robot: Int, now: Int64) {
        if !askers[robot].isAsking {
            askers[robot].isAsking = true
            askers[robot].goodAt = now
        }
        if askers[robot].steps.count >= Self.openMax { askers[robot].steps.removeFirst() }
        var step = Step(task: task, startedAt: now, involved: [robot])
        if let leader = leaders[robot] { step.involved.append(leader) }
        askers[robot].steps.append(step)
    }

    private mutating func end(_ task: UInt32, _ verdict: StepVerdict, _ robot: Int, now: Int64) {
        let place = askers[robot].steps.firstIndex { $0.task == task }
        switch verdict {
        case .completed:
            completed += 1
            if askers[robot].isAsking { widen(to: now - askers[robot].goodAt - step) }
            askers[robot].goodAt = now
            askers[robot].isFailing = false
        case .failed(_, let trouble):
            failed += 1
            troubles[Int(trouble.rawValue)] += 1
            askers[robot].isFailing = true
            gap = max(gap, askers[robot].isAsking ? now - askers[robot].goodAt : step)
            if let place, wasMoved(askers[robot].steps[place]) { rebuildFailed += 1 }
        }
        if let place { askers[robot].steps.remove(at: place) }
    }

    private func wasMoved(_ step: Step) -> Bool {
        if step.involved.contains(where: { planMovedAt[$0] >= step.startedAt }) { return true }
        return step.offers.contains { offer in
            guard offer.part >= 32 || step.done & 1 << UInt32(offer.part) == 0 else { return false }
            return planMovedAt[offer.helper] >= offer.at || offer.leader.map { planMovedAt[$0] >= offer.at } ?? false
        }
    }

    private mutating func widen(to span: Int64) {
        guard Double(span) > Self.slackFraction * Double(step) else { return }
        gap = max(gap, span)
    }
}
