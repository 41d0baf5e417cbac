import SkeinWire

/// Mesh time: the clock of the tree's root, as this robot knows it, with a bound on how wrong that is.
///
/// **Whose time.** Each tree, a root in one term, has one: the root's own clock, moved by a number that it chooses when it
/// stands and never changes in that term. Whoever knows mesh time when it becomes a root goes on with it, at its best guess.
/// One that does not, a robot just started, first asks its neighbours what time they have, `searchesMax` times, and goes on
/// with that; if nobody answers, its own clock counts as it is. There is no mesh time before the first root.
///
/// **How it spreads.** Every other robot asks its parent: one question at a time, numbered, its instant remembered. The
/// parent answers with its mesh time when the question came and when the answer left, and its own bound. The four
/// timestamps leave the difference between the two clocks a span (`ClockSpan`), as wide as the way there and back took;
/// what is known is what all spans of this tree have in common, each wider by the drift since. It holds over any way and
/// any relays, whatever delayed a message and however differently there and back: parents and tree may change meanwhile,
/// a robot may even ask who once asked it. Only a false answer, or a clock that drifts more than it may, breaks it.
///
/// **When.** The first question within `firstWaitMax` of joining a tree; `quickAnswers` answers `quickInterval` apart, since
/// the fastest of several exchanges says most; then one every `interval`. Each with jitter of a stream of its own. No
/// answer within `answerMax`: the next question, `silencesMax` times in a row, or `silencesMaxAtFirst` while no time of this
/// tree is known, since a parent that knows none says nothing; then every `interval`.
///
/// **What is not believed.** An answer that nobody was asked for, or not that robot, or twice, or late. One that would have
/// left before its question came; one with a bound above `boundToldMax`. One that contradicts what is known of this tree is
/// set aside, and the next is asked for soon: `rivalsMax` of them in a row that agree with each other are believed, for a
/// clock may have stood still, or the former answers were lies.
///
/// **Any message lost**: asked again. **The parent dies**: the tree gives another; until then the bound grows, 0.1 ms a
/// second. **The root dies**: the same, until its successor stands, which goes on with the time it has. **Another tree**,
/// after a succession or a merger: its time counts as soon as the first answer has come; where the two differ by more than
/// both bounds, the robot says so (`Event.clockStepped`). Nothing is stepped but this number: no robot's clock is set.
struct MeshClock {
    static let firstWaitMax: Duration = .milliseconds(400)
    static let quickInterval: Duration = .milliseconds(300)
    static let quickAnswers = 4
    /// What the bound grows by in between, 0.4 ms, with a fast exchange makes less than 1 ms.
    static let interval: Duration = .seconds(4)
    static let answerMax: Duration = .seconds(1)
    static let silencesMax = 3
    static let silencesMaxAtFirst = 12
    static let searchesMax = 4
    static let searchWait: Duration = .milliseconds(300)
    static let rivalsMax = 3
    /// Who knows it less well tells nobody.
    static let boundToldMax: Int64 = 1_000_000_000
    /// No root begins with more, so that its time can be told for years.
    static let originMax = ClockAnswer.nanosecondsMax / 2

    /// A root's reign, which has a time.
    struct Reign: Hashable {
        var root: NodeID
        var term: UInt32
    }

    /// What came of an answer.
    enum Verdict: Hashable {
        /// Nobody asked.
        case unasked
        case refused
        /// True, but of another tree's time.
        case elsewhere
        /// `step`: mesh time here has moved by so much more than it might.
        case taken(step: Step?)
    }

    /// From one time to another that contradicts it.
    struct Step: Hashable {
        var nanoseconds: Int64
        var boundNanoseconds: Int64
    }

    private struct Held {
        var reign: Reign
        var span: ClockSpan
        /// Exchanges away from the root; 0: this robot is it, and its span never grows.
        var hops: UInt8

        func now(_ now: Instant) -> ClockSpan {
            hops == 0 ? ClockSpan(exactly: span.offset, at: now) : span.moved(to: now)
        }
    }

    private struct Question {
        var number: UInt32
        var robot: NodeID
        var at: Instant
    }

    /// The tree this robot is in.
    private var reign: Reign?
    /// May still be of the tree before.
    private var held: Held?
    private var open: Question?
    private var rival: ClockSpan?
    private var rivals = 0
    private var number: UInt32
    private var random: PeerRandom
    /// In this tree, and without an answer in a row.
    private var quick = 0
    private var silences = 0
    private var searches = 0
    private(set) var nextAt = Instant.distantFuture
    private var answeredAt: Instant?
    private var source = NodeID.none
    private var answers = 0
    private var refusals = 0

    private let us: NodeID

    init(us: NodeID, seed: UInt64) {
        self.us = us
        random = PeerRandom(seed: seed)
        number = UInt32(truncatingIfNeeded: random.next())
    }

    // MARK: What time it is

    func time(at now: Instant) -> MeshTime? {
        guard let held else { return nil }
        let span = held.now(now)
        let (time, overflow) = now.nanoseconds.addingReportingOverflow(span.offset)
        guard !overflow, time.magnitude <= MeshTime.nanosecondsMax.magnitude, span.bound <= MeshTime.nanosecondsMax
        else { return nil }
        return MeshTime(
            root: held.reign.root, term: held.reign.term, nanoseconds: time, boundNanoseconds: span.bound,
            isOwn: held.hops == 0)
    }

    func status(at now: Instant) -> ClockStatus {
        ClockStatus(
            local: now, time: time(at: now), hops: Int(held?.hops ?? 0), source: held?.hops == 0 ? .none : source,
            sinceAnswer: answeredAt.map { now - $0 }, answers: answers, refusals: refusals)
    }

    /// To whom it may concern; nil: this robot does not know.
    func answer(_ question: ClockQuestion, now: Instant) -> ClockAnswer? {
        guard let held, let time = time(at: now), time.boundNanoseconds <= Self.boundToldMax,
            time.nanoseconds.magnitude <= ClockAnswer.nanosecondsMax.magnitude
        else { return nil }
        return ClockAnswer(
            number: question.number, root: time.root, term: time.term, hops: held.hops,
            receivedNanoseconds: time.nanoseconds, sentNanoseconds: time.nanoseconds,
            boundNanoseconds: UInt64(time.boundNanoseconds))
    }

    // MARK: Whose time

    /// Called whenever the place in the tree may have changed.
    mutating func follow(_ place: TreeAdvert, now: Instant) {
        guard place.isRooted else {
            if reign != nil { leaveTree() }
            return
        }
        let found = Reign(root: place.root, term: place.term)
        guard found != reign else { return }
        leaveTree()
        reign = found
        if found.root != us {
            nextAt = now + random.jitter(upTo: Self.firstWaitMax)
        } else if let held {
            stand(offset: held.now(now).offset, now: now)
        } else {
            nextAt = now
        }
    }

    private mutating func leaveTree() {
        reign = nil
        open = nil
        rival = nil
        rivals = 0
        quick = 0
        silences = 0
        searches = 0
        nextAt = .distantFuture
    }

    private mutating func stand(offset: Int64, now: Instant) {
        guard let reign else { preconditionFailure("\(us) stands in no tree") }
        let (time, overflow) = now.nanoseconds.addingReportingOverflow(offset)
        let isTold = !overflow && time.magnitude <= Self.originMax.magnitude
        held = Held(reign: reign, span: ClockSpan(exactly: isTold ? offset : 0, at: now), hops: 0)
        nextAt = .distantFuture
    }

    // MARK: Questions

    /// A root that does not know what time to go on with.
    var isSearching: Bool { reign?.root == us && held == nil }
    /// How many have been asked: a search asks everybody around in turn.
    var searchTurn: Int { searches }

    /// `nextAt` has come: whether somebody is to be asked.
    mutating func deadlinePassed(now: Instant) -> Bool {
        guard reign != nil, now >= nextAt else { return false }
        if open != nil {
            open = nil
            silences += 1
        }
        guard isSearching else { return true }
        searches += 1
        guard searches > Self.searchesMax else { return true }
        stand(offset: 0, now: now)
        return false
    }

    mutating func ask(_ robot: NodeID, now: Instant) -> ClockQuestion {
        number &+= 1
        open = Question(number: number, robot: robot, at: now)
        wait(isSearching ? Self.searchWait : silencePause, now: now)
        return ClockQuestion(number: number)
    }

    /// There is nobody to ask.
    mutating func postpone(now: Instant) {
        open = nil
        wait(isSearching ? Self.searchWait : Self.answerMax, now: now)
    }

    private var silencePause: Duration {
        silences < (held?.reign == reign ? Self.silencesMax : Self.silencesMaxAtFirst) ? Self.answerMax : Self.interval
    }

    /// A quarter of jitter.
    private mutating func wait(_ pause: Duration, now: Instant) {
        nextAt = now + pause * 7 / 8 + random.jitter(upTo: pause / 4)
    }

    // MARK: Answers

    mutating func take(_ answer: ClockAnswer, from robot: NodeID, now: Instant) -> Verdict {
        guard let question = open, question.robot == robot, question.number == answer.number,
            now - question.at <= Self.answerMax
        else { return .unasked }
        open = nil
        silences = 0
        guard answer.boundNanoseconds <= UInt64(Self.boundToldMax),
            let span = ClockSpan(asked: question.at, answer, now: now)
        else {
            refusals += 1
            wait(Self.answerMax, now: now)
            return .refused
        }
        if isSearching {
            stand(offset: span.offset, now: now)
            return .taken(step: nil)
        }
        let found = Reign(root: answer.root, term: answer.term)
        guard found == reign, found.root != us else {
            wait(Self.answerMax, now: now)
            return .elsewhere
        }
        guard let known = held, known.reign == found else { return begin(found, span, answer, robot, now: now) }
        guard let common = known.span.overlap(span) else { return doubt(span, answer, robot, now: now) }
        rival = nil
        rivals = 0
        hold(Held(reign: found, span: common, hops: Self.hops(answer)), robot, now: now)
        return .taken(step: nil)
    }

    /// Of a tree whose time was not known.
    private mutating func begin(
        _ found: Reign, _ span: ClockSpan, _ answer: ClockAnswer, _ robot: NodeID, now: Instant
    ) -> Verdict {
        let before = held
        hold(Held(reign: found, span: span, hops: Self.hops(answer)), robot, now: now)
        return .taken(step: before.flatMap { Self.step(from: $0.now(now), to: span) })
    }

    /// It cannot be true together with what is known.
    private mutating func doubt(
        _ span: ClockSpan, _ answer: ClockAnswer, _ robot: NodeID, now: Instant
    ) -> Verdict {
        let agreed = rival.flatMap { $0.overlap(span) }
        rivals = agreed == nil ? 1 : rivals + 1
        let latest = agreed ?? span
        rival = latest
        guard rivals >= Self.rivalsMax, let known = held else {
            refusals += 1
            wait(Self.quickInterval, now: now)
            return .refused
        }
        rival = nil
        rivals = 0
        hold(Held(reign: known.reign, span: latest, hops: Self.hops(answer)), robot, now: now)
        return .taken(step: Self.step(from: known.now(now), to: latest))
    }

    private mutating func hold(_ new: Held, _ robot: NodeID, now: Instant) {
        held = new
        source = robot
        answeredAt = now
        answers += 1
        quick += 1
        wait(quick < Self.quickAnswers ? Self.quickInterval : Self.interval, now: now)
    }

    private static func hops(_ answer: ClockAnswer) -> UInt8 { answer.hops == .max ? .max : answer.hops + 1 }

    private static func step(from old: ClockSpan, to new: ClockSpan) -> Step? {
        let step = Step(nanoseconds: new.offset - old.offset, boundNanoseconds: new.bound + old.bound)
        return step.nanoseconds.magnitude > step.boundNanoseconds.magnitude ? step : nil
    }
}
