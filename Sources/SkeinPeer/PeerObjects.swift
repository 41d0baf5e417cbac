import SkeinBulk
import SkeinWire

// The boundary between jobs and the bulk transfers that their objects travel by.

extension Peer {
    /// Wants an object that a robot has; `objectArrived` or `objectFailed` answers, at its deadline the latter.
    mutating func fetchObject(
        _ object: ObjectID, bytes: Int, from robot: NodeID, trafficClass: TrafficClass, deadline: Instant,
        now: Instant, _ effects: inout Effects
    ) {
        // Under way from there already: whoever waits for it hears of it.
        guard !bulk.fetches.contains(where: { $0.object == object && $0.from == robot }) else { return }
        fetch(object, bytes: bytes, from: robot, trafficClass: trafficClass, deadline: deadline, now: now, &effects)
    }

    /// What a robot holds that this one may give it; nil: it is not here.
    mutating func objectWanted(_ object: ObjectID, by robot: NodeID) -> ObjectBytes? {
        measuredObject(object, for: robot) ?? plans.book[object].map { ObjectBytes($0.signed.bytes) }
            ?? objects.use(object)
    }

    /// Its hash has been compared with its name.
    mutating func objectArrived(
        _ object: ObjectID, _ bytes: ObjectBytes, from robot: NodeID, now: Instant, _ effects: inout Effects
    ) {
        guard !hasMeasured(object, now: now, &effects) else { return }
        guard !planFetched(object, bytes, now: now, &effects) else { return }
        let isHere = objects.put(object, bytes, for: nil)
        perform(
            isHere
                ? jobWorker.arrived(object, &objects, now: now)
                : jobWorker.fetchFailed(object, &objects, now: now), now: now, &effects)
        perform(jobs.arrived(object, bytes, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func objectFailed(
        _ object: ObjectID, _ reason: BulkReason, from robot: NodeID, now: Instant, _ effects: inout Effects
    ) {
        guard !hasLostMeasured(object, reason, now: now, &effects) else { return }
        guard !planMissed(object, now: now) else { return }
        perform(jobWorker.fetchFailed(object, &objects, now: now), now: now, &effects)
        perform(
            jobs.fetchFailed(object, from: robot, &objects, context: jobContext(now: now)), now: now, &effects)
    }
}
