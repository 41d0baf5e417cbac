import SkeinPeer
import SkeinTasks
import SkeinWire
import Testing

// Who leads whom, and how messages get there.

extension Field {
    // MARK: - The hierarchy

    /// Orphans get a new leader, and some members move.
    mutating func rebuild() {
        let leaders = (0..<conditions.leaders).filter { isBelievedAlive($0) }.map { robots[$0].id }
        guard !leaders.isEmpty else { return }
        for index in robots.indices where !robots[index].isLeader {
            let isOrphan = !leaders.contains(robots[index].leader)
            if isOrphan || random.next() % 4 == 0 {
                robots[index].leader = leaders[Int(random.next() % UInt64(leaders.count))]
            }
        }
        tellLeaders()
    }

    mutating func tellLeaders() {
        for index in robots.indices where robots[index].isLeader && robots[index].isAlive {
            let id = robots[index].id
            var members: [MemberOffer] = []
            for member in robots.indices where isBelievedAlive(member) {
                guard robots[member].leader == id || member == index else { continue }
                members.append(
                    MemberOffer(
                        helper: robots[member].id,
                        parts: Int(robots[member].idlePercent / conditions.tuning.partPercent),
                        idlePercent: robots[member].idlePercent, shareKHz: 2_000,
                        efficiency: EfficiencyField(bitsPerSecondPerHz: 6),
                        busyParts: robots[member].worker.busyParts))
            }
            robots[index].desk.setMembers(members)
            var adverts: [LeaderAdvert] = []
            for other in 0..<conditions.leaders where other != index && isBelievedAlive(other) {
                adverts.append(
                    LeaderAdvert(
                        leader: robots[other].id, hops: 1 + adverts.count / 2,
                        freeParts: robots[other].desk.freeParts(now: now)))
            }
            robots[index].desk.setLeaders(adverts)
        }
    }

    // MARK: - Messages

    mutating func deliver(_ message: Message, from: NodeID, to index: Int) {
        guard robots[index].isAlive else { return }
        switch message {
        case .request(let body) where robots[index].isBlackHole: swallow(body, index)
        case .request(let body): carryOut(robots[index].desk.receive(body, now: now), index)
        case .claim(let body): carryOut(robots[index].desk.receive(body, from: from, now: now), index)
        case .claimReply(let body): carryOut(robots[index].desk.receive(body, from: from, now: now), index)
        case .match(let body):
            carryOut(robots[index].ledger.receive(body, from: from, context: context(index), now: now), index)
        case .unit(let body): carryOut(robots[index].worker.receive(body, now: now), index)
        case .unitReceipt(let body):
            carryOut(robots[index].ledger.receive(body, from: from, context: context(index), now: now), index)
        case .result(let body):
            carryOut(robots[index].ledger.receive(body, from: from, context: context(index), now: now), index)
        default: Issue.record("the cloud does not send \(message.kind)")
        }
    }

    mutating func send(_ message: Message, from index: Int, to: NodeID) {
        let from = robots[index].id
        guard Int(to.number) < robots.count else { return messages += 1 }
        if to == from {
            queue.add(.message(message, from: from, to: to), at: now)
            return
        }
        messages += 1
        var copies = random.unit() < conditions.loss ? 0 : 1
        if random.unit() < conditions.repeats { copies += 1 }
        for _ in 0..<copies {
            let spread = random.jitter(upTo: .nanoseconds((conditions.delayMax - conditions.delayMin).nanoseconds))
            queue.add(.message(message, from: from, to: to), at: now + conditions.delayMin + spread)
        }
    }

    /// A leader that names helpers there are none of, and never says that it has none.
    private mutating func swallow(_ request: Request, _ index: Int) {
        let placements = (0..<request.parts).map { part in
            Placement(
                helper: NodeID(UInt16(900 + random.next() % 90)), leader: robots[index].id, parts: 1, shareKHz: 2_000,
                efficiency: EfficiencyField(bitsPerSecondPerHz: 6))
        }
        let match = Match(task: request.task, attempt: request.attempt, pending: 0, placements: placements)
        send(.match(match), from: index, to: request.task.requester)
    }
}
