import SkeinPeer
import SkeinWire

extension Skein_Event {
    mutating func setTask(_ happened: Event) {
        switch happened {
        case .stepStarted(let task, let remoteParts):
            kind = .stepStarted
            self.task = task
            count = UInt32(clamping: remoteParts)
        case .stepEnded(let task, let verdict):
            kind = .stepEnded
            self.task = task
            switch verdict {
            case .completed: completed = true
            case .failed(let missing, let trouble):
                completed = false
                self.missing = UInt32(clamping: missing)
                partTrouble = LogEnum.number(trouble)
            }
        case .partOffered(let task, let part, let attempt, let helper, let leader):
            kind = .partOffered
            self.task = task
            unit = UInt32(part)
            self.attempt = UInt32(attempt)
            set(robot: helper)
            if let leader = leader.present { self.leader = leader }
        case .partDone(let task, let part, let helper):
            kind = .partDone
            self.task = task
            unit = UInt32(part)
            set(robot: helper)
        case .resultRefused(let task, let part, let helper, let refusal):
            kind = .resultRefused
            self.task = task
            unit = UInt32(part)
            set(robot: helper)
            resultRefusal = LogEnum.number(refusal)
        case .requestRetried(let task, let attempt, let leader):
            kind = .requestRetried
            self.task = task
            self.attempt = UInt32(attempt)
            if let leader = leader.present { self.leader = leader }
        case .unitRefused(let task, let part, let verdict):
            kind = .unitRefused
            set(robot: task.requester)
            self.task = task.number
            unit = UInt32(part)
            unitVerdict = LogEnum.number(verdict)
        case .orderStarted(let key, let task, let remoteParts):
            kind = .orderStarted
            self.key = key.number
            self.task = task
            count = UInt32(clamping: remoteParts)
        case .orderEnded(let key, let missing):
            kind = .orderEnded
            self.key = key.number
            self.missing = UInt32(clamping: missing)
        default: preconditionFailure("no task's event: \(happened)")
        }
    }

    func taskEvent() throws(LogFault) -> Event {
        switch kind {
        case .stepStarted: return .stepStarted(task: task, remoteParts: Int(count))
        case .stepEnded:
            if completed { return .stepEnded(task: task, verdict: .completed) }
            return .stepEnded(
                task: task, verdict: .failed(missing: Int(missing), try LogEnum.value(partTrouble, "part_trouble")))
        case .partOffered:
            return .partOffered(
                task: task, part: try part(), attempt: try LogCheck.fitting(attempt, "attempt"), helper: try node(),
                leader: try leaderNode())
        case .partDone: return .partDone(task: task, part: try part(), helper: try node())
        case .resultRefused:
            return .resultRefused(
                task: task, part: try part(), helper: try node(), try LogEnum.value(resultRefusal, "result_refusal"))
        case .requestRetried:
            return .requestRetried(
                task: task, attempt: try LogCheck.fitting(attempt, "attempt"), leader: try leaderNode())
        case .unitRefused:
            return .unitRefused(
                task: TaskID(requester: try node(), number: task), part: try part(),
                try LogEnum.value(unitVerdict, "unit_verdict"))
        case .orderStarted: return .orderStarted(TaskKey(key), task: task, remoteParts: Int(count))
        case .orderEnded: return .orderEnded(TaskKey(key), missing: Int(missing))
        default: throw .unknown("kind")
        }
    }

    private func part() throws(LogFault) -> UInt8 { try LogCheck.fitting(unit, "unit") }
}

extension Skein_Event {
    mutating func setTrust(_ happened: Event) {
        switch happened {
        case .standingLost(let robot, let loss):
            kind = .standingLost
            set(robot: robot)
            standingLoss = LogEnum.number(loss)
        case .trustLearned(let issuer, let number, let change, let robot):
            kind = .trustLearned
            if let issuer = issuer.present { self.issuer = issuer }
            numberOfStatement = number
            trustChange = LogEnum.number(change)
            set(robot: robot)
        case .expelled(let robot):
            kind = .expelled
            set(robot: robot)
        case .keyDoubled(let robot):
            kind = .keyDoubled
            set(robot: robot)
        case .stopped(let name):
            kind = .stopped
            set(name)
        case .released(let name):
            kind = .released
            set(name)
        default: preconditionFailure("no event of trust: \(happened)")
        }
    }

    private mutating func set(_ name: StopStatement.Name) {
        if let issuer = name.issuer.present { self.issuer = issuer }
        numberOfStatement = name.number
    }

    func trustEvent() throws(LogFault) -> Event {
        switch kind {
        case .standingLost: return .standingLost(try node(), try LogEnum.value(standingLoss, "standing_loss"))
        case .trustLearned:
            return .trustLearned(
                issuer: try issuerNode(), number: numberOfStatement, try LogEnum.value(trustChange, "trust_change"),
                robot: try node())
        case .expelled: return .expelled(try node())
        case .keyDoubled: return .keyDoubled(try node())
        case .stopped: return .stopped(StopStatement.Name(issuer: try issuerNode(), number: numberOfStatement))
        case .released: return .released(StopStatement.Name(issuer: try issuerNode(), number: numberOfStatement))
        default: throw .unknown("kind")
        }
    }

    private func issuerNode() throws(LogFault) -> NodeID { try LogCheck.node(hasIssuer, issuer, "issuer") }
}
