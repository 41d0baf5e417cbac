import SkeinWire

// A stream's leases: which helpers keep room for its units.

extension JobStream {
    func message(_ lease: Lease, span: Duration) -> JobLease {
        JobLease(
            job: id, attempt: lease.attempt, kernel: order.kernel, costMilliseconds: order.cost.millisecondsUp,
            periodMilliseconds: order.period.millisecondsUp, spanMilliseconds: span.millisecondsUp)
    }

    mutating func askForLeases(context: JobContext, actions: inout [JobAction]) {
        let sound = leases.count { $0.missed == 0 }
        let seeking = min(wantedLeases - sound, Self.leasesMax - leases.count)
        guard seeking > 0, !isClosing else { return seek.settle() }
        let hasRested: Bool
        switch seek.state {
        case .settled: hasRested = false
        case .resting(let until):
            guard until <= context.now else { return }
            hasRested = true
        case .asking(_, let asked, _, _), .pending(_, let asked, _):
            guard seeking > asked else { return }
            hasRested = true
        }
        if seek.attempt == HelperSeek.attemptsMax {
            seek = HelperSeek()
            askNumber = context.freshNumber
        }
        let leaders = context.standings.ordered(context.leaders, now: context.now)
        if let leader = seek.ask(
            parts: seeking, leaders: leaders, hasRested: hasRested, tuning: cloud, now: context.now)
        {
            request(leader, context: context, actions: &actions)
        }
    }

    func request(_ leader: NodeID, context: JobContext, actions: inout [JobAction]) {
        var excluded = leases.map(\.way.helper)
        for avoided in avoided where avoided.until > context.now && excluded.count < Request.excludedMax {
            excluded.append(avoided.robot)
        }
        let left = UInt32(clamping: order.unitSpan.nanoseconds / 1_000_000)
        let request = Request(
            task: TaskID(requester: id.requester, number: askNumber), attempt: seek.attempt,
            parts: UInt8(max(1, seek.partsOutstanding)),
            unitBytes: UInt16(Envelope.overheadBytes + JobUnit.inputBytesMax),
            deadlineMilliseconds: UInt16(clamping: left), smell: 0,
            excluded: context.standings.excluded(besides: excluded, unreliable: !seek.hasComeShort, now: context.now),
            work: KernelWork(
                kernelTag: order.kernel.tag, costMilliseconds: order.cost.millisecondsUp, deadlineMilliseconds: left))
        actions.append(.request(request, to: leader))
    }

    mutating func receive(_ match: Match, from leader: NodeID, context: JobContext, actions: inout [JobAction]) {
        guard match.task.number == askNumber, seek.knows(leader), match.attempt <= seek.attempt else { return }
        avoided.removeAll { $0.until <= context.now }
        var short = seek.partsOutstanding
        for placement in match.placements where placement.helper != id.requester && leases.count < Self.leasesMax {
            guard !isClosing, context.standings.isTrusted(placement.helper),
                !leases.contains(where: { $0.way.helper == placement.helper }),
                !avoided.contains(where: { $0.robot == placement.helper })
            else { continue }
            leasesAsked += 1
            let way = JobWay(placement)
            let idle = context.helpers.first { $0.robot == way.helper }?.idlePercent ?? tuning.unknownIdlePercent
            let latency: Duration = .fromSeconds(order.cost.inSeconds * 100 / max(5, min(100, idle)))
            let lease = Lease(
                way: way, source: leader, attempt: UInt8((leasesAsked - 1) % 255 + 1),
                state: .asked(asks: 1, due: context.now + cloud.receiptTimeout), heardAt: context.now,
                latency: latency + .milliseconds(20))
            leases.append(lease)
            short = max(0, short - 1)
            actions.append(.lease(message(lease, span: tuning.leaseSpan), way))
        }
        seek.matched(
            by: leader, attempt: match.attempt, parts: short, pending: Int(match.pending), tuning: cloud,
            now: context.now)
    }

    /// A lease is over, whoever ended it: what it had goes elsewhere.
    mutating func lose(
        _ index: Int, word: Standings.Note?, context: JobContext, actions: inout [JobAction]
    ) {
        let lease = leases.remove(at: index)
        for place in units.indices {
            for offer in units[place].offers.indices where units[place].offers[offer].attempt == lease.attempt {
                units[place].offers[offer].isClosed = true
            }
        }
        let whole = JobUnitID(job: id, unit: JobUnitID.wholeJob, attempt: lease.attempt)
        actions.append(.cancel(JobCancel(id: whole), lease.way))
        guard let word else { return }
        actions.append(.note(word))
        seek.distrust(lease.way.helper)
        avoid(lease.way.helper, for: tuning.silenceRest, now: context.now)
    }

    mutating func avoid(_ helper: NodeID, for span: Duration, now: Instant) {
        avoided.removeAll { $0.until <= now || $0.robot == helper }
        if avoided.count == JobRun.avoidedMax { avoided.removeFirst() }
        avoided.append(JobRun.Avoided(robot: helper, until: now + span))
    }

    /// It has left, or lost its standing.
    mutating func lose(_ helper: NodeID, _ store: inout ObjectStore, context: JobContext, actions: inout [JobAction]) {
        guard let index = leases.firstIndex(where: { $0.way.helper == helper }) else { return }
        lose(index, word: nil, context: context, actions: &actions)
        avoid(helper, for: tuning.unknownRest, now: context.now)
    }
}
