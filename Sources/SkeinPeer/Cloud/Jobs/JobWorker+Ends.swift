import SkeinWire

// What ends at a helper, and what it keeps room for.

extension JobWorker {
    mutating func deadlinePassed(_ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        for known in remembered where known.expiresAt <= now { store.release(.answer(known.id)) }
        remembered.removeAll { $0.expiresAt <= now }
        for unit in units where unit.deadline <= now { remove(unit.id, &store, now: now, actions: &actions) }
        for lease in leases where lease.until <= now { end(lease.job, &store, now: now, actions: &actions) }
        return actions
    }

    /// A unit, or all of a job with its lease, is not wanted any more.
    mutating func receive(_ cancel: JobCancel, _ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        if cancel.id.unit == JobUnitID.wholeJob {
            end(cancel.id.job, &store, now: now, actions: &actions)
        } else {
            remove(cancel.id, &store, now: now, actions: &actions)
        }
        actions.append(receipt(cancel.id, .gone))
        return actions
    }

    /// A lease that is over ends its units.
    mutating func end(
        _ job: TaskID, _ store: inout ObjectStore, now: Instant, actions: inout [Action]
    ) {
        leases.removeAll { $0.job == job }
        for unit in units where unit.id.job == job { remove(unit.id, &store, now: now, actions: &actions) }
        for known in remembered where known.id.job == job { store.release(.answer(known.id)) }
        remembered.removeAll { $0.id.job == job }
        share(now: now)
    }

    mutating func remove(
        _ id: JobUnitID, _ store: inout ObjectStore, now: Instant, actions: inout [Action]
    ) {
        if let known = remembered.firstIndex(where: { $0.id == id }) {
            remembered.remove(at: known)
            store.release(.answer(id))
        }
        guard let index = units.firstIndex(where: { $0.id == id }) else { return }
        let unit = units.remove(at: index)
        if !unit.isLeased { processor.remove(id, now: now) }
        store.release(.unit(id))
        if unit.isComputing { actions.append(.stop(id)) }
        for object in unit.missing where !units.contains(where: { $0.missing.contains(object) }) {
            actions.append(.cancelFetch(object))
        }
    }

    /// A robot has left the mesh: nobody waits for its units.
    mutating func requesterLeft(_ requester: NodeID, _ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        for unit in units where unit.id.job.requester == requester {
            remove(unit.id, &store, now: now, actions: &actions)
        }
        for known in remembered where known.id.job.requester == requester { store.release(.answer(known.id)) }
        remembered.removeAll { $0.id.job.requester == requester }
        leases.removeAll { $0.job.requester == requester }
        share(now: now)
        return actions
    }

    /// This robot leaves the mesh: every requester hears at once that its unit will not be done here.
    mutating func leave(_ store: inout ObjectStore, now: Instant) -> [Action] {
        var actions: [Action] = []
        for unit in units {
            remove(unit.id, &store, now: now, actions: &actions)
            actions.append(receipt(unit.id, .gone))
        }
        for known in remembered { store.release(.answer(known.id)) }
        remembered = []
        leases = []
        share(now: now)
        return actions
    }

    // MARK: - Leases

    mutating func receive(_ lease: JobLease, _ store: inout ObjectStore, now: Instant) -> [Action] {
        let name = JobUnitID(job: lease.job, unit: JobUnitID.wholeJob, attempt: lease.attempt)
        guard lease.spanMilliseconds > 0 else {
            var actions: [Action] = []
            end(lease.job, &store, now: now, actions: &actions)
            return actions + [receipt(name, .gone)]
        }
        guard offers.contains(where: { $0.name == lease.kernel }) else { return refuse(name, .unknownKernel) }
        let span: Duration = .milliseconds(Int64(min(lease.spanMilliseconds, Self.leaseMillisecondsMax)))
        if let index = leases.firstIndex(where: { $0.job == lease.job }) {
            leases[index].attempt = lease.attempt
            leases[index].until = now + span
            return [receipt(name, .accepted, expected: span)]
        }
        let percent = Double(lease.costMilliseconds) / Double(lease.periodMilliseconds) * 100
        // Missions keep a part, and so do the units that are here.
        let free =
            lentPercent - takenPercent - Double(missionParts) * cloud.partPercent
            - (missionParts == 0 && isIdle ? 0 : cloud.partPercent)
        guard leases.count < Self.leasesMax, percent <= free + Self.roundingPercent else { return refuse(name, .busy) }
        leases.append(
            Lease(job: lease.job, kernel: lease.kernel, attempt: lease.attempt, percent: percent, until: now + span))
        share(now: now)
        return [receipt(name, .accepted, expected: span)]
    }

    private static let leaseMillisecondsMax: UInt32 = 60_000

    // MARK: - Words

    func receipt(
        _ id: JobUnitID, _ verdict: JobReceipt.Verdict, expected: Duration = .zero
    ) -> Action {
        .receipt(
            JobReceipt(id: id, verdict: verdict, expectedMilliseconds: expected.milliseconds), to: id.job.requester)
    }

    func refuse(_ id: JobUnitID, _ verdict: JobReceipt.Verdict) -> [Action] {
        [receipt(id, verdict), .record(.refused(id, verdict))]
    }
}
