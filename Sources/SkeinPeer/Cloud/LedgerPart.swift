import SkeinTasks
import SkeinWire

/// One part of a task in its requester's ledger, and every helper it was offered to.
///
/// - A remote part is *seeking* while fewer helpers are believed to be at work on it than it still needs answers. Where one
///   answer is enough it is done with the first valid one, whoever of its helpers gave it: a doubted helper's late answer
///   is as good as any. Where `votes` robots must agree, answers are kept until so many say the same.
/// - A part that stays at home may be a *probe* as well: a helper is given it, and its answer is held against the own one.
/// - The answer of a part that this robot computed, or that two agreed on, is *known*: every other answer to it, early or
///   late, is judged by it.
struct LedgerPart {
    /// A helper that would not do is excluded from the task, so this many are more than a step has time for.
    static let offersMax = 16

    /// What a helper said, and nobody has confirmed yet.
    struct Answer {
        var attempt: UInt8
        var result: PartResult
    }

    let task: TaskPart
    /// Must leave the robot: its own processor has no room for it.
    let isRemote: Bool
    /// Robots that must say the same.
    let votes: Int
    private(set) var offers: [UnitOffer] = []
    private(set) var answers: [Answer] = []
    /// Of its answers, those of the largest group that agrees.
    private(set) var agreed = 0
    /// Helpers it should be with at once beyond those it needs, and one: two when it has lost one late.
    var copies = 1
    var isComputedLocally = false
    /// Computed here and not done yet.
    var isAtWorkLocally = false
    /// Stays here, and a helper is to be given it all the same.
    var isProbe = false
    private(set) var result: PartResult?
    /// The result is this robot's own, or two agreed on it.
    private(set) var isKnown = false
    /// What went wrong last.
    private(set) var trouble: PartTrouble

    init(task: TaskPart, isRemote: Bool, votes: Int) {
        self.task = task
        self.isRemote = isRemote
        self.votes = votes
        trouble = isRemote ? .noMatch : .localUnfinished
    }

    var isSeeking: Bool { takesMore && live < wanting }

    /// Seeking, or glad of one more helper if one is to be had without asking.
    var takesSpare: Bool { takesMore && live < wanting + copies - 1 }

    /// Helpers to ask for.
    var sought: Int { isSeeking ? wanting + copies - 1 - live : 0 }

    /// A probe that nobody was given yet.
    var isProbeSeeking: Bool { isProbe && offers.isEmpty }

    private var takesMore: Bool { isRemote && result == nil && offers.count < Self.offersMax }

    /// Answers that are still missing if all agree from now on.
    private var wanting: Int { max(1, votes - agreed) }

    private var live: Int { offers.count { $0.isLive } }

    var attemptNext: UInt8 { UInt8(offers.count + 1) }

    /// The offer that a helper's message answers.
    func offer(attempt: UInt8, helper: NodeID) -> Int? {
        offers.firstIndex { $0.attempt == attempt && $0.placement.helper == helper }
    }

    func isLive(at helper: NodeID) -> Bool {
        result == nil && offers.contains { $0.isLive && $0.placement.helper == helper }
    }

    /// Whether a helper may be given it: where robots vote, each has one vote.
    func mayGo(to helper: NodeID) -> Bool {
        votes > 1 ? !offers.contains { $0.placement.helper == helper } : !isLive(at: helper)
    }

    mutating func add(_ offer: UnitOffer) {
        precondition(offers.count < Self.offersMax, "a part has been offered \(offers.count) times")
        offers.append(offer)
    }

    mutating func update(_ index: Int, _ state: UnitOffer.State) { offers[index].state = state }

    mutating func putOff(_ index: Int) { offers[index].slips += 1 }

    /// One answer more; `isSame` tells whether two agree.
    mutating func keep(_ answer: Answer, isSame: ([UInt8], [UInt8]) -> Bool) {
        answers.append(answer)
        agreed = 0
        for one in answers {
            agreed = max(agreed, answers.count { isSame(one.result.output, $0.result.output) })
        }
    }

    func hasAnswer(of helper: NodeID) -> Bool { answers.contains { $0.result.computedBy == helper } }

    mutating func finish(_ result: PartResult, isKnown: Bool) {
        self.result = result
        self.isKnown = isKnown
        isAtWorkLocally = false
    }

    /// What helpers do to a probe is none of the part's trouble.
    mutating func helperFailed(_ trouble: PartTrouble) {
        if isRemote { self.trouble = trouble }
    }

    /// The own kernel has refused it.
    mutating func failedLocally() {
        if !isRemote { trouble = .invalidResult }
    }

    /// Nobody was there to ask.
    mutating func foundNoLeader() {
        if isSeeking, trouble == .noMatch { trouble = .noLeader }
    }

    mutating func forgetAnswers() { answers = [] }

    /// What this helper said counts no more, unless it is known to be right.
    mutating func takeBack(from helper: NodeID, isSame: ([UInt8], [UInt8]) -> Bool) {
        if let result, result.computedBy == helper, !isKnown {
            self.result = nil
            isKnown = false
            helperFailed(.invalidResult)
        }
        let kept = answers.filter { $0.result.computedBy != helper }
        guard kept.count < answers.count else { return }
        answers = []
        agreed = 0
        for answer in kept { keep(answer, isSame: isSame) }
    }

    /// When a helper is next to be asked. A probe is asked for as any other part, also after it is known here.
    var due: Instant {
        guard result == nil || isProbe else { return .distantFuture }
        return offers.reduce(.distantFuture) { min($0, $1.due) }
    }
}

/// A unit at a helper, as the requester believes.
///
///     sent ──accepted──▶ working ──silence──▶ doubted ──accepted──▶ working
///       └──silence──▶ doubted        any ──refused, answered──▶ closed
///
/// Sent twice without a receipt, the helper is doubted. Its word when it will be done sets the next question; a question
/// is answered by the result if there is one, else by a new receipt. A lost result costs one question. One that has put
/// off its word `slipsMax` times is doubted whatever it says, one that never kept any after the first.
struct UnitOffer {
    enum State: Hashable {
        /// No word yet; `asks` copies have gone out.
        case sent(asks: Int, due: Instant)
        /// Accepted; `asks` questions since its last word.
        case working(expectedAt: Instant, asks: Int, due: Instant)
        /// Silent. Another helper is sought; its answer would still be taken, and is asked for now and then.
        case doubted(due: Instant)
        case closed
    }

    /// Honest words slip once, when another's unit comes in between.
    static let slipsMax = 2
    /// Of who has kept none yet, to this robot.
    static let slipsMaxUnknown = 1

    let placement: Placement
    /// The leader that named the helper; `.none`: nobody did.
    let source: NodeID
    let attempt: UInt8
    /// How long the helper may be silent after a unit, and after a question.
    let receiptTimeout: Duration
    let questionTimeout: Duration
    var state: State
    /// Times it has put off what it had promised.
    var slips = 0

    var isLive: Bool {
        switch state {
        case .sent, .working: true
        case .doubted, .closed: false
        }
    }

    var due: Instant {
        switch state {
        case .sent(_, let due), .working(_, _, let due), .doubted(let due): due
        case .closed: .distantFuture
        }
    }
}
