import SkeinTasks
import SkeinWire

/// One part of a task in its requester's ledger, and every helper it was offered to.
///
/// A remote part is *seeking* while no helper it was offered to is believed to be at work on it. It is done with the
/// first valid answer, whoever of its helpers gave it: a doubted helper's late answer is as good as any.
struct LedgerPart {
    /// A helper that would not do is excluded from the task, so this many are more than a step has time for.
    static let offersMax = 16

    let task: TaskPart
    /// Must leave the robot: its own processor has no room for it.
    let isRemote: Bool
    private(set) var offers: [UnitOffer] = []
    /// Helpers it should be with at once: two when it has lost one late.
    var copies = 1
    var isComputedLocally = false
    /// Computed here and not done yet.
    var isAtWorkLocally = false
    private(set) var result: PartResult?
    /// What went wrong last.
    var trouble: PartTrouble

    init(task: TaskPart, isRemote: Bool) {
        self.task = task
        self.isRemote = isRemote
        trouble = isRemote ? .noMatch : .localUnfinished
    }

    var isSeeking: Bool { takesMore && live == 0 }

    /// Seeking, or glad of a second helper if one is to be had without asking.
    var takesSpare: Bool { takesMore && live < copies }

    private var takesMore: Bool { isRemote && result == nil && offers.count < Self.offersMax }

    private var live: Int { offers.count { $0.isLive } }

    var attemptNext: UInt8 { UInt8(offers.count + 1) }

    /// The offer that a helper's message answers.
    func offer(attempt: UInt8, helper: NodeID) -> Int? {
        offers.firstIndex { $0.attempt == attempt && $0.placement.helper == helper }
    }

    func isLive(at helper: NodeID) -> Bool {
        result == nil && offers.contains { $0.isLive && $0.placement.helper == helper }
    }

    mutating func add(_ offer: UnitOffer) {
        precondition(offers.count < Self.offersMax, "a part has been offered \(offers.count) times")
        offers.append(offer)
    }

    mutating func update(_ index: Int, _ state: UnitOffer.State) { offers[index].state = state }

    mutating func finish(_ result: PartResult) {
        self.result = result
        isAtWorkLocally = false
    }

    /// When a helper is next to be asked.
    var due: Instant {
        guard result == nil else { return .distantFuture }
        return offers.reduce(.distantFuture) { min($0, $1.due) }
    }
}

/// A unit at a helper, as the requester believes.
///
///     sent ──accepted──▶ working ──silence──▶ doubted ──accepted──▶ working
///       └──silence──▶ doubted        any ──refused, invalid answer──▶ closed
///
/// Sent twice without a receipt, the helper is doubted. Its word when it will be done sets the next question; a question
/// is answered by the result if there is one, else by a new receipt. A lost result costs one question.
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

    let placement: Placement
    let attempt: UInt8
    /// How long the helper may be silent after a unit, and after a question.
    let receiptTimeout: Duration
    let questionTimeout: Duration
    var state: State

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
