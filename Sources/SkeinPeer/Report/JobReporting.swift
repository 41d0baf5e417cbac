import SkeinWire

// What the book of jobs knows of its tasks, and the workers of others', told as accounts.

extension JobBook {
    /// By acceptance, then the streams.
    var accounts: [TaskAccount] { entries.map(account) + streams.map { $0.account } }

    private func account(_ entry: Entry) -> TaskAccount {
        switch entry.phase {
        case .keeping, .accepting, .waiting: return waiting(entry)
        case .running, .saving: return entry.run?.account(phase: .running, key: entry.key) ?? waiting(entry)
        case .ending(_, let report), .telling(let report):
            return entry.run?.account(phase: Self.phase(entry, report), key: entry.key)
                ?? Self.account(entry, report)
        case .ended(let report), .forgetting(_, let report): return entry.past ?? Self.account(entry, report)
        }
    }

    private func waiting(_ entry: Entry) -> TaskAccount {
        TaskAccount(
            name: .job(entry.key), number: entry.number, kernels: entry.order.map { ["\($0.kernel)"] } ?? [],
            phase: .waiting, count: entry.order?.units.count ?? 0)
    }

    static func phase(_ entry: Entry, _ report: JobReport) -> TaskAccount.Phase {
        guard !entry.isCancelled else { return .cancelled }
        let isWhole = report.units.allSatisfy { unit in
            switch unit {
            case .done: true
            case .missing: false
            }
        }
        return isWhole ? .done : .failed
    }

    /// Of one that had ended before this start.
    private static func account(_ entry: Entry, _ report: JobReport) -> TaskAccount {
        var account = TaskAccount(
            name: .job(entry.key), number: entry.number, kernels: entry.order.map { ["\($0.kernel)"] } ?? [],
            phase: phase(entry, report), count: report.units.count)
        account.took = report.took
        for (number, outcome) in report.units.enumerated() {
            var unit = TaskAccount.Unit(number: number, phase: .failed)
            switch outcome {
            case .done(let output):
                unit.phase = .done
                unit.robot = output.computedBy
                unit.reason = output.wasKnown ? .known : nil
                account.done += 1
            case .missing(let trouble): unit.trouble = .job(trouble.withoutWords)
            }
            if number < PeerReport.unitsOfTaskMax { account.units.append(unit) }
        }
        return account
    }
}

extension JobRun {
    func account(phase: TaskAccount.Phase, key: TaskKey) -> TaskAccount {
        var account = TaskAccount(
            name: .job(key), number: id.number, kernels: ["\(order.kernel)"], phase: phase, count: units.count)
        account.startedAt = acceptedAt
        if account.isOpen { account.deadline = deadline }
        for index in units.indices {
            let unit = unit(index)
            if unit.phase == .done { account.done += 1 }
            if unit.robot != .none, unit.robot != id.requester { account.elsewhere += 1 }
            if index < PeerReport.unitsOfTaskMax { account.units.append(unit) }
        }
        return account
    }

    private func unit(_ index: Int) -> TaskAccount.Unit {
        let run = units[index]
        var unit = TaskAccount.Unit(number: index, phase: run.isReady ? .seeking : .waiting)
        unit.reason = run.reason
        switch run.end {
        case .done(let output):
            unit.phase = .done
            unit.robot = output.computedBy
            if output.wasKnown { unit.reason = .known }
        case .failed(let trouble):
            unit.phase = .failed
            unit.trouble = .job(trouble.withoutWords)
        case nil:
            unit.trouble = run.trouble.map { .job($0.withoutWords) }
            if let offer = run.offers.last(where: { $0.isLive }) ?? run.offers.last(where: { !$0.isClosed }) {
                unit.phase = offer.phase
                unit.robot = offer.way.helper
            }
            if run.homeAttempt != nil {
                unit.phase = .here
                unit.robot = id.requester
            }
        }
        if unit.robot != id.requester {
            unit.leader = run.offers.last { $0.way.helper == unit.robot }?.way.leader ?? .none
        }
        return unit
    }
}

extension JobOffer {
    var phase: TaskAccount.Unit.Phase {
        switch state {
        case .sent: .offered
        case .working, .fetching: .working
        case .doubted: .doubted
        case .closed: .seeking
        }
    }
}

extension JobStream {
    /// The units that are fed and not yet answered.
    var account: TaskAccount {
        var account = TaskAccount(
            name: .stream(order.key), number: id.number, kernels: ["\(order.kernel)"], phase: .running,
            count: units.count)
        account.startedAt = startedAt
        account.units = units.prefix(PeerReport.unitsOfTaskMax).map { fed in
            var unit = TaskAccount.Unit(number: Int(fed.name), phase: .seeking)
            if let offer = fed.offers.last(where: { !$0.isClosed }) {
                unit.phase = .working
                unit.robot = offer.helper
                unit.leader = leases.first { $0.attempt == offer.attempt }?.way.leader ?? .none
                unit.reason = .leased
            }
            if fed.isAtHome {
                unit.phase = .here
                unit.robot = id.requester
                unit.reason = fed.offers.isEmpty ? .noHelpers : .deadlineTooNear(left: fed.deadline - fed.homeAt)
            }
            unit.trouble = fed.trouble.map { .job($0.withoutWords) }
            return unit
        }
        account.elsewhere = account.units.count { $0.robot != .none && $0.robot != id.requester }
        return account
    }
}

extension JobTrouble {
    /// A program's last words may be longer than all the rest.
    var withoutWords: JobTrouble {
        switch self {
        case .program(let failure, let robot, _): .program(failure, by: robot, "")
        case .dependency, .noLeader, .noHelper, .noReceipt, .refused, .noResult, .resultLost, .deadline, .cancelled,
            .storage:
            self
        }
    }
}

extension JobWorker {
    /// Units at work or waiting for their inputs, then the leases.
    var accounts: [HelpAccount] {
        let work = units.map { unit in
            HelpAccount(
                kind: unit.isLeased ? .leased : .unit, requester: unit.id.job.requester, task: unit.id.job.number,
                unit: Int(unit.id.unit), kernel: "\(unit.kernel)", isFetching: !unit.missing.isEmpty,
                deadline: unit.deadline)
        }
        let rooms = leases.map { lease in
            HelpAccount(
                kind: .lease, requester: lease.job.requester, task: lease.job.number, unit: 0,
                kernel: "\(lease.kernel)", isFetching: false, deadline: lease.until)
        }
        return work + rooms
    }
}

extension Worker {
    /// Parts at work.
    var accounts: [HelpAccount] {
        jobs.map { job in
            HelpAccount(
                kind: .part, requester: job.key.task.requester, task: job.key.task.number, unit: Int(job.key.part),
                kernel: kernel(of: job.key).map { "\($0)" } ?? "", isFetching: false, deadline: job.deadline)
        }
    }
}
