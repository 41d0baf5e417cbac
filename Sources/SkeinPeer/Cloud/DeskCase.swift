import SkeinWire

/// One task at its requester's leader: what has been found for the latest request, and the claims on other leaders.
///
/// A claim is waiting until its reply or its due time. A silent leader is passed over for the next and asked once more,
/// with the same claim, when no other is left; its late reply still counts. The requester hears of every find at once,
/// and at last that nothing more is pending.
struct DeskCase {
    /// Claims of one task under way or overdue.
    static let claimsMax = 24

    struct Outgoing {
        enum State: Hashable {
            case waiting(due: Instant)
            /// Silent; a late reply is welcome.
            case overdue
            case answered
        }

        let leader: NodeID
        let hops: Int
        var claim: Claim
        var sends = 1
        var state: State

        var isWaiting: Bool {
            switch state {
            case .waiting: true
            case .overdue, .answered: false
            }
        }
    }

    private(set) var request: Request
    private(set) var deadline: Instant
    /// A job's may be a day away; its case is forgotten long before, and its requester asks anew.
    private(set) var expiresAt: Instant
    /// Not matched yet: it lies in the batch.
    var isQueued = true
    /// Found for the latest request.
    private(set) var placements: [Placement] = []
    private(set) var outgoing: [Outgoing] = []

    init(_ request: Request, now: Instant) {
        self.request = request
        deadline = now + request.left
        expiresAt = request.work == nil ? deadline : min(deadline, now + Self.workSpan)
    }

    private static let workSpan: Duration = .seconds(10)

    /// The requester asks anew. Claims under way go on for the new request; answered ones may be made again.
    mutating func renew(_ request: Request, now: Instant) {
        self.request = request
        deadline = now + request.left
        expiresAt = request.work == nil ? deadline : min(deadline, now + Self.workSpan)
        isQueued = true
        placements = []
        outgoing.removeAll { $0.state == .answered }
    }

    /// All that was asked for has been found: should its requester ask the same again, it gets other reservations.
    var isAnswered: Bool { !isQueued && short == 0 && pending == 0 }

    private var placed: Int { placements.reduce(0) { $0 + Int($1.parts) } }

    private var claimed: Int { outgoing.reduce(0) { $1.isWaiting ? $0 + Int($1.claim.parts) : $0 } }

    /// Parts neither found nor claimed.
    var short: Int { max(0, Int(request.parts) - placed - claimed) }

    var pending: Int { max(0, min(claimed, Int(request.parts) - placed)) }

    var due: Instant {
        outgoing.reduce(.distantFuture) {
            switch $1.state {
            case .waiting(let due): min($0, due)
            case .overdue, .answered: $0
            }
        }
    }

    /// All that has been found so far: the answer to a request that comes again.
    var match: Match { match(placements) }

    func match(_ placements: [Placement]) -> Match {
        Match(
            task: request.task, attempt: request.attempt, pending: UInt8(pending),
            placements: Array(placements.prefix(Placement.helpersMax)))
    }

    mutating func add(_ found: [Placement]) { placements += found }

    // MARK: - Claims

    /// Claims what is short, from leaders that are thought to have it first, nearest first; then from the others, whose
    /// word may be old; then once more from silent ones. `leaders` loses what is claimed.
    mutating func claim(
        from leaders: inout [Lender], numbers: inout UInt16, tuning: CloudTuning, now: Instant
    ) -> [DeskAction] {
        guard deadline - now > tuning.replaceSpanMin else { return [] }
        var actions: [DeskAction] = []
        for wantsFree in [true, false] {
            for index in leaders.indices {
                let free = leaders[index].freeParts(now: now)
                guard (free > 0) == wantsFree else { continue }
                guard short > 0, mayClaim(tuning) else { return actions }
                let advert = leaders[index].advert
                guard leaders[index].emptyUntil <= now, !outgoing.contains(where: { $0.leader == advert.leader })
                else { continue }
                let parts = wantsFree ? min(short, free) : short
                leaders[index].claim(parts, until: now + tuning.emptySpan, now: now)
                actions.append(open(advert, parts: parts, number: numbers, tuning: tuning, now: now))
                numbers &+= 1
            }
        }
        for index in outgoing.indices where outgoing[index].state == .overdue {
            guard short > 0, mayClaim(tuning), outgoing[index].sends < tuning.claimSendsMax else { continue }
            outgoing[index].sends += 1
            outgoing[index].claim.deadlineMilliseconds = (deadline - now).wireMilliseconds
            outgoing[index].claim.work = workLeft(now: now)
            outgoing[index].state = .waiting(due: now + timeout(hops: outgoing[index].hops, tuning))
            actions.append(.claim(outgoing[index].claim, to: outgoing[index].leader))
        }
        return actions
    }

    private func mayClaim(_ tuning: CloudTuning) -> Bool {
        outgoing.count < Self.claimsMax && outgoing.count { $0.isWaiting } < tuning.claimsParallelMax
    }

    private mutating func open(
        _ advert: LeaderAdvert, parts: Int, number: UInt16, tuning: CloudTuning, now: Instant
    ) -> DeskAction {
        let claim = Claim(
            task: request.task, claim: number, parts: UInt8(parts), unitBytes: request.unitBytes,
            deadlineMilliseconds: (deadline - now).wireMilliseconds, excluded: request.excluded,
            work: workLeft(now: now))
        outgoing.append(
            Outgoing(
                leader: advert.leader, hops: advert.hops, claim: claim,
                state: .waiting(due: now + timeout(hops: advert.hops, tuning))))
        return .claim(claim, to: advert.leader)
    }

    private func workLeft(now: Instant) -> KernelWork? {
        guard var work = request.work else { return nil }
        work.deadlineMilliseconds = now.left(until: deadline)
        return work
    }

    private func timeout(hops: Int, _ tuning: CloudTuning) -> Duration {
        tuning.batchWindow + tuning.claimTimeout + tuning.claimHopTimeout * max(0, min(hops, 255))
    }

    /// What a reply adds and how many parts it falls short of the claim, or nil if it answers no open claim of this case.
    mutating func receive(_ reply: ClaimReply, from leader: NodeID) -> (found: [Placement], lacking: Int)? {
        guard
            let index = outgoing.firstIndex(where: {
                $0.leader == leader && $0.claim.claim == reply.claim && $0.state != .answered
            })
        else { return nil }
        outgoing[index].state = .answered
        let lent = reply.placements.reduce(0) { $0 + Int($1.parts) }
        let lacking = Int(outgoing[index].claim.parts) - lent
        let wanted = Int(request.parts) - placed
        var left = min(wanted, Int(outgoing[index].claim.parts))
        var found: [Placement] = []
        for var placement in reply.placements where left > 0 {
            guard placement.helper != request.task.requester, !request.excluded.contains(placement.helper)
            else { continue }
            placement.parts = UInt8(min(left, Int(placement.parts)))
            left -= Int(placement.parts)
            found.append(placement)
        }
        add(found)
        return (found, lacking)
    }

    /// Gives up waiting for claims that are due. True if there were any.
    mutating func expireClaims(now: Instant) -> Bool {
        var hasExpired = false
        for index in outgoing.indices {
            if case .waiting(let due) = outgoing[index].state, due <= now {
                outgoing[index].state = .overdue
                hasExpired = true
            }
        }
        return hasExpired
    }
}
