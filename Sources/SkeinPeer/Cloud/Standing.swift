import SkeinWire

/// What this robot has learned of another by what it computed, or found helpers for, at this robot's request. Nobody's
/// word but this robot's own experience counts, so nobody can be slandered.
///
///     trusted ──a wrong answer, this robot knows the right one──▶ shunned ──time──▶ doubted ──time, right probes──▶ trusted
///        └──outvoted by two──▶ doubted ──outvoted, or wrong──▶ shunned
///
/// - Whoever is not known is trusted: the fleet is closed, and everybody in it is enrolled.
/// - *Shunned*: asked for nothing, and what still comes from it is refused. The first time for `shunnedSpan`, each further
///   time twice as long, at most `shunnedSpanMax`.
/// - *Doubted*: given nothing but known answers, at most one in `probeSpacing`. Trusted again after `probesToTrust` right
///   ones in a row and no less than `doubtedSpanMin`: never at once.
/// - An answer that cannot be one is refused, and harms nobody: only who gives one with every third is shunned for it.
/// - *Unreliable* is another matter: it breaks its word, by refusing what its leader has reserved, by silence, or by
///   putting off what it promised. Each broken word counts one, each kept one takes one back, and time too, the slower the
///   more were broken in a row. From `brokenMax` on it is asked last; who has never kept one, from the first on.
/// - A *leader* whose helpers fail `matchesMax` times without one at work is asked last for `distrustSpan`, twice as long
///   each time; then two failures are enough. One that works clears it.
///
/// A robot that restarts has forgotten all of it, and learns anew.
package struct Standing: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case trusted
        /// Right answers in a row since then.
        case doubted(since: Instant, right: Int)
        case shunned(until: Instant)
    }

    package let robot: NodeID
    package internal(set) var state = State.trusted
    /// Answers that could be checked and were right; wrong; and how many of both were known answers.
    package internal(set) var good = 0
    package internal(set) var bad = 0
    package internal(set) var probes = 0
    /// Words kept and broken, all in all.
    package internal(set) var kept = 0
    package internal(set) var broken = 0
    package internal(set) var lossLast: StandingLoss?
    /// Broken words not yet made up for.
    var brokenNow = 0
    /// Broken since the last that was kept.
    var brokenRun = 0
    var brokenAt: Instant = .zero
    /// Answers that could not be one, and are not made up for.
    var nonsenseNow = 0
    /// Shunned so often.
    var shunnings = 0
    var probedAt: Instant?
    /// The way units went to it last, for a probe that no leader reserves.
    var placement: Placement?
    /// As a leader: failures since the last helper of its that worked.
    var matchesFailed = 0
    var distrusts = 0
    var distrustedUntil: Instant = .zero
    var changedAt: Instant

    init(_ robot: NodeID, now: Instant) {
        self.robot = robot
        changedAt = now
    }

    static let shunnedSpan: Duration = .seconds(60)
    static let shunnedSpanMax: Duration = .seconds(3_840)
    static let doubtedSpanMin: Duration = .seconds(20)
    static let probeSpacing: Duration = .seconds(5)
    static let probesToTrust = 3
    static let brokenMax = 3
    /// So many broken words count at most: a robot that has got better is not asked last for ever.
    static let brokenNowMax = 6
    /// One broken word is forgotten in this time; after each further one in a row in twice as long.
    static let brokenSpan: Duration = .seconds(5)
    static let matchesMax = 6
    static let distrustSpan: Duration = .seconds(10)
    static let distrustSpanMax: Duration = .seconds(640)
    /// Doublings of a span.
    static let doublingsMax = 6
    /// An answer that cannot be one weighs two kept words; it harms nobody, but who gives little else is a nuisance.
    static let nonsenseWeight = 2
    static let nonsenseMax = 6

    package var isTrusted: Bool {
        switch state {
        case .trusted: true
        case .doubted, .shunned: false
        }
    }

    /// Whether it breaks its word more often than it keeps it.
    package func isUnreliable(now: Instant) -> Bool { brokenLeft(now: now) >= Self.brokenMax }

    /// Whether it is asked after all others.
    func isAskedLast(now: Instant) -> Bool { brokenLeft(now: now) >= (kept == 0 ? 1 : Self.brokenMax) }

    /// Whether it is asked for helpers after all others.
    package func isDistrustedLeader(now: Instant) -> Bool { now < distrustedUntil }

    func brokenLeft(now: Instant) -> Int {
        let span = Self.brokenSpan * (1 << min(max(0, brokenRun - 1), Self.doublingsMax))
        return max(0, brokenNow - Int((now - brokenAt).inSeconds / span.inSeconds))
    }

    // MARK: - What happened

    /// It said what this robot knows to be right.
    mutating func wasRight(isProbe: Bool, now: Instant) {
        good += 1
        if isProbe { probes += 1 }
        changedAt = now
        switch state {
        case .trusted, .shunned: break
        case .doubted(let since, let right):
            let isEnough = right + 1 >= Self.probesToTrust && now - since >= Self.doubtedSpanMin
            state = isEnough ? .trusted : .doubted(since: since, right: right + 1)
        }
    }

    /// It said something else. Nil if that is no news.
    mutating func wasWrong(_ loss: StandingLoss, isProbe: Bool, now: Instant) -> StandingLoss? {
        bad += 1
        if isProbe { probes += 1 }
        changedAt = now
        lossLast = loss
        switch (state, loss) {
        case (.trusted, .outvoted): state = .doubted(since: now, right: 0)
        case (.shunned, _): return nil
        case (.trusted, _), (.doubted, _):
            let factor = 1 << min(shunnings, Self.doublingsMax)
            state = .shunned(until: now + min(Self.shunnedSpan * factor, Self.shunnedSpanMax))
            shunnings += 1
        }
        return loss
    }

    /// What it said could not be an answer. Nil as long as it says sense more often.
    mutating func spokeNonsense(now: Instant) -> StandingLoss? {
        nonsenseNow += Self.nonsenseWeight
        guard nonsenseNow >= Self.nonsenseMax else {
            bad += 1
            changedAt = now
            return nil
        }
        nonsenseNow = 0
        return wasWrong(.nonsense, isProbe: false, now: now)
    }

    /// It did what it had promised.
    mutating func keptWord(now: Instant) {
        kept += 1
        nonsenseNow = max(0, nonsenseNow - 1)
        brokenNow = max(0, brokenLeft(now: now) - 1)
        brokenRun = 0
        brokenAt = now
        changedAt = now
    }

    mutating func brokeWord(now: Instant) -> StandingLoss? {
        let was = isUnreliable(now: now)
        broken += 1
        brokenNow = min(Self.brokenNowMax, brokenLeft(now: now) + 1)
        brokenRun += 1
        brokenAt = now
        changedAt = now
        return isUnreliable(now: now) && !was ? .unreliable : nil
    }

    /// A helper it named works, or does not.
    mutating func matched(works: Bool, now: Instant) -> StandingLoss? {
        changedAt = now
        guard !works else {
            matchesFailed = 0
            distrusts = 0
            return nil
        }
        matchesFailed += 1
        guard matchesFailed >= Self.matchesMax, !isDistrustedLeader(now: now) else { return nil }
        let factor = 1 << min(distrusts, Self.doublingsMax)
        distrustedUntil = now + min(Self.distrustSpan * factor, Self.distrustSpanMax)
        distrusts += 1
        matchesFailed = Self.matchesMax - 2
        return .blackHole
    }

    /// Time has passed.
    mutating func age(now: Instant) {
        if case .shunned(let until) = state, until <= now { state = .doubted(since: now, right: 0) }
    }
}
