import SkeinWire
import Testing

@testable import SkeinPeer

// Who leads whom in a field of jobs, and how messages get there.

extension JobField {
    // MARK: - What a robot knows

    func isBelievedAlive(_ index: Int) -> Bool {
        robots[index].isAlive || robots[index].diesAt.map { now < $0 + .milliseconds(700) } ?? false
    }

    func context(_ index: Int) -> JobContext {
        var leaders: [NodeID] = []
        let own = robots[index].leader
        if isBelievedAlive(Int(own.number)) { leaders.append(own) }
        for other in 0..<conditions.leaders where robots[other].id != own && isBelievedAlive(other) {
            leaders.append(robots[other].id)
        }
        var helpers: [JobContext.Helper] = []
        for other in robots.indices where other != index && isBelievedAlive(other) {
            let tags = robots[other].worker.offers.map(\.name.tag)
            guard !tags.isEmpty else { continue }
            helpers.append(
                JobContext.Helper(
                    robot: robots[other].id, idlePercent: lendable(other), busyParts: robots[other].worker.units.count,
                    efficiency: EfficiencyField(bitsPerSecondPerHz: 6), shareKHz: 2_000, tags: tags))
        }
        let home = 60 - robots[index].worker.takenPercent
        return JobContext(
            us: robots[index].id, leaders: leaders, homePercent: max(0, home), offers: robots[index].worker.offers,
            helpers: helpers, standings: Standings(), cloud: CloudTuning(), tuning: conditions.tuning, now: now)
    }

    private func lendable(_ index: Int) -> Double {
        max(0, robots[index].idlePercent - robots[index].worker.takenPercent)
    }

    mutating func tellLeaders() {
        for index in robots.indices where !robots[index].isLeader && !isBelievedAlive(Int(robots[index].leader.number))
        {
            if let other = (0..<conditions.leaders).first(where: { isBelievedAlive($0) }) {
                robots[index].leader = robots[other].id
            }
        }
        for index in 0..<conditions.leaders where robots[index].isAlive {
            let id = robots[index].id
            var members: [MemberOffer] = []
            for member in robots.indices where isBelievedAlive(member) {
                guard robots[member].leader == id || member == index else { continue }
                let idle = lendable(member)
                members.append(
                    MemberOffer(
                        helper: robots[member].id, parts: Int(idle / 20), idlePercent: idle, shareKHz: 2_000,
                        efficiency: EfficiencyField(bitsPerSecondPerHz: 6),
                        busyParts: robots[member].worker.units.count,
                        kernels: robots[member].worker.offers.map(\.name.tag)))
            }
            robots[index].desk.setMembers(members)
            var adverts: [LeaderAdvert] = []
            for other in 0..<conditions.leaders where other != index && isBelievedAlive(other) {
                adverts.append(
                    LeaderAdvert(
                        leader: robots[other].id, hops: 1, freeParts: robots[other].desk.freeParts(now: now)))
            }
            robots[index].desk.setLeaders(adverts)
        }
    }

    // MARK: - Messages

    mutating func send(_ message: Message, from index: Int, to: NodeID) {
        let from = robots[index].id
        guard to != from else { return queue.add(.message(message, from: from, to: to), at: now) }
        messages += 1
        var copies = random.unit() < conditions.loss ? 0 : 1
        if random.unit() < conditions.repeats { copies += 1 }
        for _ in 0..<copies {
            let spread = random.jitter(upTo: .nanoseconds((conditions.delayMax - conditions.delayMin).nanoseconds))
            queue.add(.message(message, from: from, to: to), at: now + conditions.delayMin + spread)
        }
    }

    mutating func deliver(_ message: Message, from: NodeID, to index: Int) {
        guard robots[index].isAlive else { return }
        switch message {
        case .request(let body):
            tellLeaders()
            carryOut(robots[index].desk.receive(body, now: now), index)
        case .claim(let body): carryOut(robots[index].desk.receive(body, from: from, now: now), index)
        case .claimReply(let body): carryOut(robots[index].desk.receive(body, from: from, now: now), index)
        case .match(let body):
            carryOut(
                robots[index].book.receive(body, from: from, &stores[index], context: context(index)), index)
        case .jobUnit(let body):
            carryOut(robots[index].worker.receive(body, rate: 4e6, &stores[index], now: now), index)
        case .jobReceipt(let body):
            carryOut(
                robots[index].book.receive(body, from: from, &stores[index], context: context(index)), index)
        case .jobResult(let body):
            carryOut(
                robots[index].book.receive(body, from: from, &stores[index], context: context(index)), index)
        case .jobCancel(let body):
            carryOut(robots[index].worker.receive(body, &stores[index], now: now), index)
        case .jobLease(let body):
            carryOut(robots[index].worker.receive(body, &stores[index], now: now), index)
        default: Issue.record("jobs do not send \(message.kind)")
        }
    }

    // MARK: - Actions

    mutating func carryOut(_ actions: [JobAction], _ index: Int) {
        let boot = robots[index].boots
        for action in actions {
            switch action {
            case .request(let request, let leader): send(.request(request), from: index, to: leader)
            case .offer(let unit, let way):
                if way.helper == robots[index].id { Issue.record("a unit for oneself") }
                send(.jobUnit(unit), from: index, to: way.helper)
            case .lease(let lease, let way): send(.jobLease(lease), from: index, to: way.helper)
            case .cancel(let cancel, let way): send(.jobCancel(cancel), from: index, to: way.helper)
            case .compute(let key, _, let inputs, _): compute(index, key, inputs)
            case .stop(let key):
                #expect(robots[index].running.contains(key), "\(key) is stopped and does not run")
                robots[index].running.removeAll { $0 == key }
            case .fetch(let object, let bytes, let from, _, _): fetch(object, bytes: bytes, index, from: from)
            case .cancelFetch(let object): robots[index].fetching.removeAll { $0.object == object }
            case .keep(let id, let bytes):
                queue.add(.kept(index, boot: boot, id, bytes), at: now + .milliseconds(6))
            case .load(let id): queue.add(.loaded(index, boot: boot, id), at: now + .milliseconds(3))
            case .discard(let id): robots[index].objects.removeAll { $0.id == id }
            case .persist(let id, let record):
                queue.add(.persisted(index, boot: boot, id, record), at: now + .milliseconds(5))
            case .reply(let reply, let ticket): replies.append((now, index, ticket, reply))
            case .note: break
            case .record(let event): events.append((now, index, event))
            }
        }
        arm(index)
    }

    mutating func carryOut(_ actions: [DeskAction], _ index: Int) {
        for action in actions {
            switch action {
            case .match(let match, let to): send(.match(match), from: index, to: to)
            case .claim(let claim, let to): send(.claim(claim), from: index, to: to)
            case .claimReply(let reply, let to): send(.claimReply(reply), from: index, to: to)
            }
        }
        arm(index)
    }

    mutating func carryOut(_ actions: [JobWorker.Action], _ index: Int) {
        for action in actions {
            switch action {
            case .receipt(let receipt, let to): send(.jobReceipt(receipt), from: index, to: to)
            case .result(let result, let to): send(.jobResult(result), from: index, to: to)
            case .fetch(let object, let bytes, let from, _, _): fetch(object, bytes: bytes, index, from: from)
            case .cancelFetch(let object): robots[index].fetching.removeAll { $0.object == object }
            case .compute(let key, _, let inputs, _): compute(index, key, inputs)
            case .stop(let key):
                #expect(robots[index].running.contains(key), "\(key) is stopped and does not run")
                robots[index].running.removeAll { $0 == key }
            case .record(let event): events.append((now, index, event))
            }
        }
        arm(index)
    }
}
