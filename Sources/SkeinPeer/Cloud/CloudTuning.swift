import SkeinWire

/// The cloud's numbers. [T] is stated in the text of mesh-cloud.md, [R] is our reconstruction; the rest is ours.
package struct CloudTuning: Sendable {
    // MARK: - The task and the processor

    /// What one of a task's six parts (`NavigationTask.partCount`) takes of a processor while it runs [T].
    package var partPercent = 20.0
    /// A robot's processor never goes above this [T] …
    package var cpuCeilingPercent = 90.0
    /// … and its own housekeeping takes this much of it [T].
    package var baseLoadPercent = 30.0
    /// How long a part runs at `partPercent`; alone at a helper it runs faster. A step of 1 s is 0.1 s there, 0.6 s of
    /// computing, 0.1 s back, and room to place a part once more [R].
    package var computeWindow: Duration = .milliseconds(600)

    // MARK: - The band

    /// What a leader has to share among its members [T].
    package var bandwidthMHz = 20.0
    /// delta: data rate that one percent of a lent processor needs; 0.04 follows from the text's task, 3.50 from its
    /// result [R].
    package var rateMbpsPerPercent = 0.04
    /// Eq. (8): a unit must cross each hop within this [T].
    package var transferMax: Duration = .milliseconds(100)
    package var strategy = PlanStrategy.skein

    // MARK: - The requester's patience

    /// Silence of a leader after a request: its batch window and a few times the way there and back.
    package var requestTimeout: Duration = .milliseconds(50)
    /// A request is sent this often to one leader: a lost frame is likely, two are a dead leader.
    package var requestSendsMax = 2
    /// Wait for parts that a leader is still seeking: two claims one after the other.
    package var pendingTimeout: Duration = .milliseconds(150)
    /// Pause once every leader has been asked in vain.
    package var restInterval: Duration = .milliseconds(80)
    /// An order rests for this part of its span at least: its requests end with it, however long it is.
    package var restFraction = 1.0 / 48
    /// Silence of a helper after a unit, beside the transfer itself.
    package var receiptTimeout: Duration = .milliseconds(50)
    /// Silence of a helper after a question, which is a tenth of a unit.
    package var questionTimeout: Duration = .milliseconds(35)
    /// Added to both for a helper of another subgroup, which is reached through leaders.
    package var remoteTimeout: Duration = .milliseconds(40)
    /// A unit or question is sent this often before its helper is doubted.
    package var asksMax = 2
    /// A doubted helper is asked again this often: it may have lost two questions and hold the result.
    package var doubtInterval: Duration = .milliseconds(80)
    /// Lateness of a result against the helper's word before the requester asks for it.
    package var resultMargin: Duration = .milliseconds(30)
    /// What it takes to doubt a helper, find another and have the part done there alone. This long before the deadline
    /// every helper still at work is asked whether it lives, and from then on one unanswered question is enough.
    package var replaceSpan: Duration = .milliseconds(400)
    /// A part that loses its helper later than this before the deadline goes to two others at once: there will be no time
    /// for a third.
    package var hedgeSpan: Duration = .milliseconds(500)
    /// Later than this before the deadline no part is placed any more: not even an idle helper would finish.
    package var replaceSpanMin: Duration = .milliseconds(150)
    /// A unit must be done this long before its task's deadline: the result's way home, and the room that keeps one
    /// step's reservations from standing in the way of the next step's.
    package var returnMargin: Duration = .milliseconds(20)

    // MARK: - The requester's trust

    /// How the parts of a mission's step are checked. Spot checks cost next to nothing; a quorum doubles the parts that leave,
    /// which a swarm with little to spare, or a lossy air, pays with failed steps (docs/cloud.md has the numbers).
    package var check = ResultCheckClass.spotCheck
    /// Of parts that leave, so many are accompanied by one whose answer is known, where `check` says so.
    package var spotCheckFraction = 0.1

    // MARK: - The leader

    /// From a reservation to the start of its unit: match and unit on their way, one of them perhaps twice.
    package var startSpan: Duration = .milliseconds(40)

    /// Requests are gathered this long, so that those with the fewest parts are served first.
    package var batchWindow: Duration = .milliseconds(10)
    /// Silence of another leader after a claim: its batch window, and so much for each hop.
    package var claimTimeout: Duration = .milliseconds(30)
    package var claimHopTimeout: Duration = .milliseconds(15)
    /// A claim is sent this often to one leader, others first.
    package var claimSendsMax = 2
    /// Leaders asked at once for one request.
    package var claimsParallelMax = 3
    /// A leader that had less than was claimed is not asked again before this: without it, a swarm that lacks helpers
    /// would fill the air with claims. What was claimed is deducted from its adverts as long.
    package var emptySpan: Duration = .milliseconds(150)

    package init() {}

    // MARK: - Derived

    /// Of a mission's step.
    package var stepCheck: ResultCheck { check.check(spotCheckFraction: spotCheckFraction) }

    /// Processor time of one part on a whole core: 0.12 s.
    package var partCost: Duration { .fromSeconds(computeWindow.inSeconds * partPercent / 100) }

    /// The fewest of `count` parts that must leave a robot whose whole task would take `neededPercent`
    /// (mesh-cloud.md §6): with 120 % three or four of six.
    package func remoteParts(of count: Int, neededPercent: Double) -> Int {
        for remote in 0..<count where isWithinCeiling(local: count - remote, of: count, neededPercent: neededPercent) {
            return remote
        }
        return count
    }

    /// Whether a robot may compute `local` of its task's `count` parts itself.
    package func isWithinCeiling(local: Int, of count: Int, neededPercent: Double) -> Bool {
        precondition(neededPercent.isFinite && count > 0, "\(neededPercent) % needed for \(count) parts")
        return baseLoadPercent + neededPercent * Double(local) / Double(count) <= cpuCeilingPercent
    }

    /// How many of an order's parts have room here at once, beside what is reserved for others.
    package func roomParts(reservedPercent: Double) -> Int {
        precondition(reservedPercent.isFinite, "\(reservedPercent) % reserved")
        let room = cpuCeilingPercent - baseLoadPercent - reservedPercent
        return Int(max(0, min(room / partPercent + Self.roundingParts, Double(Request.partsMax))))
    }

    /// What `count` parts of a robot's task of so many take of its processor at home, step by step.
    package func keptPercent(of count: Int, neededPercent: Double) -> Double {
        let kept = count - remoteParts(of: count, neededPercent: neededPercent)
        return neededPercent * Double(kept) / Double(count)
    }

    /// A part that takes all the room there is still fits.
    private static let roundingParts = 1e-9

    /// Time a unit takes over one link: its bits over share × efficiency. Nil on a link that carries nothing.
    package func transferTime(unitBytes: Int, shareKHz: UInt16, efficiency: EfficiencyField) -> Duration? {
        let bitsPerSecond = Double(shareKHz) * 1_000 * efficiency.bitsPerSecondPerHz
        guard bitsPerSecond > 0 else { return nil }
        return .fromSeconds(Double(unitBytes * 8) / bitsPerSecond)
    }
}
