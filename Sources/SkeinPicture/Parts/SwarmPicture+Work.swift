import SkeinPeer
import SkeinView
import SkeinWire

extension SwarmPicture {
    /// The tasks of everybody who tells: those at work first, then by owner.
    func tasks(at now: Instant) -> [Snapshot.Work] {
        var lines: [(isOpen: Bool, line: Snapshot.Work)] = []
        for witness in witnesses {
            for task in witness.report?.tasks ?? [] { lines.append((task.isOpen, work(task, of: witness, at: now))) }
        }
        return lines.filter(\.isOpen).map(\.line) + lines.filter { !$0.isOpen }.map(\.line)
    }

    private func work(_ task: TaskAccount, of witness: Witness, at now: Instant) -> Snapshot.Work {
        var line = Snapshot.Work(
            key: key(task.name, of: witness.id), kernel: task.kernels.joined(separator: ", "), owner: witness.id,
            ownerName: name(witness.id), state: Self.state(task.phase), partsDone: task.done, parts: task.count)
        line.placing = Self.placing(task)
        line.why = (task.reason ?? task.units.lazy.compactMap(\.reason).first).map(PlacementWords.text) ?? ""
        line.workers = workers(task, of: witness.id)
        line.deadlineLeft = task.deadline.map { .zero - witness.age(of: $0, at: now) }
        line.age = task.startedAt.map { witness.age(of: $0, at: now) } ?? .zero
        let troubles = task.units.filter { !$0.isAwaited }.compactMap(\.trouble)
        if task.phase == .failed { line.severity = .alarm } else if !troubles.isEmpty { line.severity = .warning }
        if let trouble = troubles.last { line.stateWords = PlacementWords.text(trouble) }
        line.details = task.units.map { unit in .init("unit \(unit.number)", detail(unit)) }
        if let took = task.took { line.details.insert(.init("took", Words.span(took)), at: 0) }
        return line
    }

    private func key(_ name: TaskAccount.Name, of owner: NodeID) -> String {
        let robot = self.name(owner)
        return switch name {
        case .step(let number): "\(robot):step \(number)"
        case .order(let key): "\(robot):\(key.number)"
        case .job(let key): "\(robot):job \(key.number)"
        case .stream(let key): "\(robot):stream \(key.number)"
        }
    }

    private static func state(_ phase: TaskAccount.Phase) -> Snapshot.Work.State {
        switch phase {
        case .waiting: .accepted
        case .running: .running
        case .done: .done
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }

    private static func placing(_ task: TaskAccount) -> Snapshot.Work.Placing {
        if task.elsewhere == 0 { return task.phase == .waiting ? .undecided : .local }
        return task.elsewhere >= task.count ? .offloaded : .mixed
    }

    private func workers(_ task: TaskAccount, of owner: NodeID) -> [String] {
        let robots = Set(task.units.map(\.robot)).subtracting([.none, owner])
        return robots.sorted().map(name)
    }

    private func detail(_ unit: TaskAccount.Unit) -> String {
        var words = ["\(Words.spaced("\(unit.phase)"))"]
        if unit.robot != .none { words.append("at \(name(unit.robot))") }
        if unit.leader != .none { words.append("of \(name(unit.leader))") }
        if let reason = unit.reason { words.append(PlacementWords.text(reason)) }
        if let trouble = unit.trouble, !unit.isAwaited { words.append(PlacementWords.text(trouble)) }
        return words.joined(separator: ", ")
    }
}

extension TaskAccount.Unit {
    /// It is with a helper, and what it lacks is only what the helper is still to send.
    var isAwaited: Bool {
        guard phase == .offered || phase == .working else { return false }
        switch trouble {
        case .part(.noReceipt), .part(.noResult), .job(.noReceipt), .job(.noResult): return true
        case .part, .job, nil: return false
        }
    }
}

/// Why a unit is computed where it is, in a few words.
package enum PlacementWords {
    package static func text(_ reason: PlacementReason) -> String {
        func load(_ load: PlacementReason.Load) -> String {
            "\(Words.decimal(load.percent, 0)) % of \(Words.decimal(load.limitPercent, 0)) %"
        }
        switch reason {
        case .belowLimit(let figures): return "stays: load \(load(figures))"
        case .aboveLimit(let figures): return "leaves: load \(load(figures))"
        case .noLeader: return "stays: no leader"
        case .noHelpers: return "stays: no helpers"
        case .deadlineTooNear(let left): return "stays: \(Words.span(left)) left"
        case .sooner(let here, let there):
            return "here \(Words.span(here)), there \(there.map(Words.span) ?? "nobody")"
        case .offloaded(let here, let there):
            return "there \(Words.span(there)), here \(here.map(Words.span) ?? "not possible")"
        case .hedged: return "second helper"
        case .spotCheck: return "checked at a helper"
        case .known: return "output known"
        case .leased: return "leased"
        }
    }

    package static func text(_ trouble: UnitTrouble) -> String {
        switch trouble {
        case .part(let trouble): return Words.spaced("\(trouble)")
        case .job(let trouble):
            switch trouble {
            case .dependency(let unit): return "unit \(unit) not done"
            case .noLeader: return "no leader"
            case .noHelper: return "no helper"
            case .noReceipt: return "no receipt"
            case .refused(let verdict): return "refused: \(Words.spaced("\(verdict)"))"
            case .noResult: return "no result"
            case .resultLost: return "result lost"
            case .program(let failure, let robot, _): return "program failed at \(robot): \(Words.spaced("\(failure)"))"
            case .deadline: return "too late"
            case .cancelled: return "cancelled"
            case .storage: return "no room"
            }
        }
    }
}
