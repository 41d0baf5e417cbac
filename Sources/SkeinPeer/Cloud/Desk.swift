import SkeinWire

/// A leader's desk: matches requests with the parts its members lend, and claims from other leaders what they lack
/// (mesh-cloud.md §6).
///
/// Rules.
/// - Requests and claims are gathered for `batchWindow`, then served: own requests before others' claims, the fewest parts
///   first. Parts are all alike, so this order serves as many tasks as can be.
/// - Members that several requesters do not want again come last (`Complaints`).
/// - Own members first; what is short is claimed from other leaders, nearest first (`DeskCase`).
/// - A reservation lasts until its unit should be done (`Reservations`); there is no message to release it.
/// - A request or claim that comes again is answered again, and nothing is reserved twice. A request with a higher attempt
///   replaces the one before it.
/// - A leader that dies is a requester's silence: it asks the next one. A member that dies is dropped by `setMembers` and
///   its reservations run out; until then its requesters exclude it by name.
package struct Desk {
    /// Tasks served at one time; further ones are told at once that there is nothing.
    static let casesMax = 128
    /// Claims of other leaders answered or waiting.
    static let claimsMax = 256
    /// Members and leaders listened to.
    static let membersMax = 128
    static let leadersMax = 64

    /// Another leader's claim; its answer is kept until the task's deadline.
    private struct Incoming {
        var claim: Claim
        var leader: NodeID
        var deadline: Instant
        /// Nil: still in the batch.
        var answer: ClaimReply?
    }

    private let id: NodeID
    private let tuning: CloudTuning
    private var members: [MemberOffer] = []
    private var leaders: [Lender] = []
    private var reservations = Reservations()
    private var complaints = Complaints()
    private var cases: [DeskCase] = []
    private var incoming: [Incoming] = []
    private var batchClosesAt: Instant = .distantFuture
    private var claimNumber: UInt16 = 0

    package init(id: NodeID, tuning: CloudTuning) {
        self.id = id
        self.tuning = tuning
    }

    /// Who lends how much from now on, this robot among them if it does. Reservations stay.
    package mutating func setMembers(_ offers: [MemberOffer]) {
        members = Array(offers.sorted { $0.helper < $1.helper }.prefix(Self.membersMax))
    }

    /// The other leaders, nearest first.
    package mutating func setLeaders(_ adverts: [LeaderAdvert]) {
        let known = leaders
        leaders = adverts.filter { $0.leader != id }.prefix(Self.leadersMax).map { advert in
            known.first { $0.advert.leader == advert.leader }?.updated(advert) ?? Lender(advert)
        }
    }

    /// What this leader can still lend, for its own advert.
    package func freeParts(now: Instant) -> Int {
        members.reduce(0) { sum, member in
            let parts = member.partsAdmissible(unitBytes: Envelope.datagramBytesMax, tuning: tuning)
            return sum + max(0, parts - reservations.parts(at: member.helper, now: now))
        }
    }

    /// Parts reserved at one member now.
    package func reservedParts(at helper: NodeID, now: Instant) -> Int {
        reservations.parts(at: helper, now: now)
    }

    package var nextDeadline: Instant { cases.reduce(batchClosesAt) { min($0, $1.due) } }

    // MARK: - Messages

    /// From the request's requester, which may be this robot itself: a leader that carries a camera asks its own desk.
    package mutating func receive(_ request: Request, now: Instant) -> [DeskAction] {
        forget(now: now)
        let requester = request.task.requester
        if request.work == nil { complaints.hear(request.excluded, from: requester, now: now) }
        guard let index = cases.firstIndex(where: { $0.request.task == request.task }) else {
            if cases.count == Self.casesMax, let idle = cases.firstIndex(where: { $0.isAnswered }) {
                cases.remove(at: idle)
            }
            guard cases.count < Self.casesMax else {
                let none = Match(task: request.task, attempt: request.attempt, pending: 0, placements: [])
                return [.match(none, to: requester)]
            }
            cases.append(DeskCase(request, now: now))
            openBatch(now: now)
            return []
        }
        let known = cases[index].request.attempt
        if request.attempt > known {
            cases[index].renew(request, now: now)
            openBatch(now: now)
        } else if request.attempt == known, !cases[index].isQueued {
            return [.match(cases[index].match, to: requester)]
        }
        return []
    }

    package mutating func receive(_ claim: Claim, from leader: NodeID, now: Instant) -> [DeskAction] {
        forget(now: now)
        if claim.work == nil { complaints.hear(claim.excluded, from: claim.task.requester, now: now) }
        let known = incoming.first {
            $0.leader == leader && $0.claim.task == claim.task && $0.claim.claim == claim.claim
        }
        if let known {
            return known.answer.map { [.claimReply($0, to: leader)] } ?? []
        }
        if incoming.count == Self.claimsMax, let idle = incoming.firstIndex(where: { $0.answer != nil }) {
            incoming.remove(at: idle)
        }
        guard incoming.count < Self.claimsMax else {
            return [.claimReply(ClaimReply(task: claim.task, claim: claim.claim, placements: []), to: leader)]
        }
        let deadline = now + claim.left
        incoming.append(Incoming(claim: claim, leader: leader, deadline: deadline, answer: nil))
        openBatch(now: now)
        return []
    }

    package mutating func receive(_ reply: ClaimReply, from leader: NodeID, now: Instant) -> [DeskAction] {
        forget(now: now)
        guard let index = cases.firstIndex(where: { $0.request.task == reply.task }),
            let (found, lacking) = cases[index].receive(reply, from: leader)
        else { return [] }
        if lacking > 0, let lender = leaders.firstIndex(where: { $0.advert.leader == leader }) {
            leaders[lender].foundEmpty(until: now + tuning.emptySpan)
        }
        guard !cases[index].isQueued else { return [] }
        return seek(index, found: found, now: now)
    }

    /// `nextDeadline` has passed. Early wake-ups are ordinary.
    package mutating func deadlinePassed(now: Instant) -> [DeskAction] {
        forget(now: now)
        var actions: [DeskAction] = []
        for index in cases.indices {
            let hasExpired = cases[index].expireClaims(now: now)
            guard hasExpired, !cases[index].isQueued else { continue }
            actions += seek(index, found: [], now: now)
        }
        if batchClosesAt <= now {
            batchClosesAt = .distantFuture
            actions += serveRequests(now: now)
            actions += serveClaims(now: now)
        }
        return actions
    }

    // MARK: - Serving

    private mutating func openBatch(now: Instant) {
        batchClosesAt = min(batchClosesAt, now + tuning.batchWindow)
    }

    private mutating func forget(now: Instant) {
        cases.removeAll { $0.expiresAt <= now }
        incoming.removeAll { $0.deadline <= now }
    }

    private mutating func serveRequests(now: Instant) -> [DeskAction] {
        var actions: [DeskAction] = []
        let queued = cases.indices.filter { cases[$0].isQueued }
            .sorted { first, second in
                let (one, other) = (cases[first].request, cases[second].request)
                if one.parts != other.parts { return one.parts < other.parts }
                if one.task.requester != other.task.requester { return one.task.requester < other.task.requester }
                return one.task.number < other.task.number
            }
        for index in queued {
            cases[index].isQueued = false
            let request = cases[index].request
            let found = reserve(
                cases[index].short, unitBytes: request.unitBytes, excluded: request.excluded, task: request.task,
                deadline: cases[index].deadline, work: request.work, now: now)
            cases[index].add(found)
            actions += cases[index].claim(from: &leaders, numbers: &claimNumber, tuning: tuning, now: now)
            actions.append(.match(cases[index].match, to: request.task.requester))
        }
        return actions
    }

    private mutating func serveClaims(now: Instant) -> [DeskAction] {
        var actions: [DeskAction] = []
        let queued = incoming.indices.filter { incoming[$0].answer == nil }
            .sorted { first, second in
                let (one, other) = (incoming[first], incoming[second])
                if one.claim.parts != other.claim.parts { return one.claim.parts < other.claim.parts }
                if one.leader != other.leader { return one.leader < other.leader }
                return one.claim.claim < other.claim.claim
            }
        for index in queued {
            let claim = incoming[index].claim
            let found = reserve(
                Int(claim.parts), unitBytes: claim.unitBytes, excluded: claim.excluded, task: claim.task,
                deadline: incoming[index].deadline, work: claim.work, now: now)
            let answer = ClaimReply(task: claim.task, claim: claim.claim, placements: found)
            incoming[index].answer = answer
            actions.append(.claimReply(answer, to: incoming[index].leader))
        }
        return actions
    }

    /// Tells the requester what has been found, and claims on for what is short.
    private mutating func seek(_ index: Int, found: [Placement], now: Instant) -> [DeskAction] {
        var actions = cases[index].claim(from: &leaders, numbers: &claimNumber, tuning: tuning, now: now)
        if !found.isEmpty || cases[index].pending == 0 {
            actions.append(.match(cases[index].match(found), to: cases[index].request.task.requester))
        }
        return actions
    }

    private mutating func reserve(
        _ parts: Int, unitBytes: UInt16, excluded: [NodeID], task: TaskID, deadline: Instant,
        work: KernelWork?, now: Instant
    ) -> [Placement] {
        let until = deadline + (.zero - tuning.returnMargin)
        guard parts > 0, until > now else { return [] }
        if let work {
            return reservations.place(
                parts, of: work, unitBytes: Int(unitBytes), among: members, leader: id,
                excluded: excluded + [task.requester], deadline: until, tuning: tuning, now: now)
        }
        return reservations.place(
            parts, task: task, unitBytes: Int(unitBytes), among: members, leader: id,
            excluded: excluded + [task.requester], last: complaints.heeded(now: now), deadline: until, tuning: tuning,
            now: now)
    }
}
