import SkeinTasks
import SkeinWire

// What the ledger knows of its tasks, told as accounts.

extension Ledger {
    /// The open ones, then the latest ended, each in the order of their beginning.
    func accounts(now: Instant) -> [TaskAccount] { past.all + openTasks.map { $0.account(endedAt: nil) } }
}

/// The accounts of the latest tasks that have ended; steps come each second and must not drive out what a person has
/// ordered.
struct PastTasks {
    static let stepsMax = 8
    static let ordersMax = OrderBook.openMax

    private var steps: [TaskAccount] = []
    private var orders: [TaskAccount] = []

    var all: [TaskAccount] { orders + steps }

    mutating func keep(_ account: TaskAccount) {
        switch account.name {
        case .step: Self.keep(account, in: &steps, limit: Self.stepsMax)
        case .order, .job, .stream: Self.keep(account, in: &orders, limit: Self.ordersMax)
        }
    }

    private static func keep(_ account: TaskAccount, in list: inout [TaskAccount], limit: Int) {
        if list.count == limit { list.removeFirst() }
        list.append(account)
    }
}

/// What a task's parts take of the processor beside what else is on it: by this it was decided how many leave.
struct PlacementLoad: Hashable {
    /// Without the task.
    var restPercent: Double
    /// With each part so much more.
    var partPercent: Double
    var limitPercent: Double

    func load(parts: Int) -> PlacementReason.Load {
        PlacementReason.Load(percent: restPercent + partPercent * Double(parts), limitPercent: limitPercent)
    }
}

extension LedgerTask {
    func account(endedAt: Instant?) -> TaskAccount {
        var account = TaskAccount(
            name: name, number: id.number, kernels: kernels, phase: phase(endedAt: endedAt), count: parts.count)
        account.done = parts.count { $0.result != nil }
        account.startedAt = startedAt
        account.deadline = endedAt == nil ? deadline : nil
        account.took = endedAt.map { $0 - startedAt }
        let kept = parts.count { !$0.isRemote }
        let whole = placementLoad.load(parts: parts.count)
        account.reason = kept == parts.count ? .belowLimit(whole) : .aboveLimit(whole)
        account.units = parts.indices.map { unit($0, kept: kept, isOver: endedAt != nil) }
        account.elsewhere = account.units.count { $0.robot != .none && $0.robot != id.requester }
        return account
    }

    private var name: TaskAccount.Name {
        switch purpose {
        case .step(let step): .step(step)
        case .order(let key): .order(key)
        }
    }

    private var kernels: [String] {
        Kernel.allCases.filter { kernel in parts.contains { $0.task.kernel == kernel } }.map { "\($0)" }
    }

    private func phase(endedAt: Instant?) -> TaskAccount.Phase {
        endedAt == nil ? .running : isComplete ? .done : .failed
    }

    private func unit(_ index: Int, kept: Int, isOver: Bool) -> TaskAccount.Unit {
        let part = parts[index]
        var unit = TaskAccount.Unit(number: index, phase: .seeking)
        if let result = part.result {
            unit.phase = .done
            unit.robot = result.computedBy
        } else if isOver {
            unit.phase = .failed
        } else if let offer = part.offers.last(where: { $0.isLive }) ?? part.offers.last(where: { $0.isDoubted }) {
            unit.phase = offer.phase
            unit.robot = offer.placement.helper
        }
        // At work here as well as elsewhere is at work here: that is sure.
        if part.isAtWorkLocally, part.result == nil, !isOver {
            unit.phase = .here
            unit.robot = id.requester
        }
        if unit.robot != id.requester {
            unit.leader = part.offers.last { $0.placement.helper == unit.robot }?.placement.leader ?? .none
        }
        unit.reason = reason(part, unit.robot, kept: kept)
        if part.result == nil, isOver || part.hasTrouble { unit.trouble = .part(part.trouble) }
        return unit
    }

    private func reason(_ part: LedgerPart, _ robot: NodeID, kept: Int) -> PlacementReason {
        guard part.isRemote else {
            return part.isProbe ? .spotCheck : .belowLimit(placementLoad.load(parts: kept))
        }
        if part.isComputedLocally, robot == id.requester || robot == .none {
            return .deadlineTooNear(left: deadline - fillAt)
        }
        if part.offers.isEmpty {
            if part.trouble == .noLeader { return .noLeader }
            if seek.hasComeShort || seek.isResting { return .noHelpers }
        }
        return .aboveLimit(placementLoad.load(parts: kept + 1))
    }
}

extension UnitOffer {
    var isDoubted: Bool {
        switch state {
        case .doubted: true
        case .sent, .working, .closed: false
        }
    }

    var phase: TaskAccount.Unit.Phase {
        switch state {
        case .sent: .offered
        case .working: .working
        case .doubted: .doubted
        case .closed: .seeking
        }
    }
}

extension LedgerPart {
    /// Something has gone wrong with it, beyond what it began with.
    var hasTrouble: Bool { trouble != (isRemote ? .noMatch : .localUnfinished) }
}

extension OrderBook {
    /// Orders that wait to begin, and those that had ended before this start; the ledger tells of the others.
    var accounts: [TaskAccount] {
        keys.compactMap { key in
            switch content(of: key) {
            case .waiting(let order):
                return TaskAccount(
                    name: .order(key), number: 0, kernels: ["\(order.kernel)"], phase: .waiting,
                    count: order.inputs.count)
            case .ended(let report): return Self.account(key, report)
            case nil: return nil
            }
        }
    }

    /// What there is to tell of an order without the ledger.
    enum Content {
        case waiting(TaskOrder)
        case ended(TaskReport)
    }

    private static func account(_ key: TaskKey, _ report: TaskReport) -> TaskAccount {
        let units = report.parts.enumerated().map { number, part in
            switch part {
            case .done(let result):
                var unit = TaskAccount.Unit(number: number, phase: .done)
                unit.robot = result.computedBy
                return unit
            case .missing(let trouble):
                var unit = TaskAccount.Unit(number: number, phase: .failed)
                unit.trouble = .part(trouble)
                return unit
            }
        }
        let done = units.count { $0.phase == .done }
        var account = TaskAccount(
            name: .order(key), number: 0, kernels: [], phase: done == units.count ? .done : .failed,
            count: units.count)
        account.done = done
        account.took = report.took
        account.units = Array(units.prefix(PeerReport.unitsOfTaskMax))
        return account
    }
}
