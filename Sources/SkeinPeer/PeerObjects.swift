import SkeinWire

// The boundary between jobs and the bulk transfers that their objects travel by.

/// Objects that jobs here wait for, and from whom. What has not come by its deadline has failed.
struct FetchBook {
    /// Beyond it a fetch fails at once.
    static let fetchesMax = 256

    struct Fetch {
        let object: ObjectID
        let robot: NodeID
        let deadline: Instant
    }

    private var fetches: [Fetch] = []

    var nextDeadline: Instant { fetches.reduce(.distantFuture) { min($0, $1.deadline) } }

    /// False: it is under way from there already, or there is no room.
    mutating func open(_ fetch: Fetch) -> Bool {
        guard fetches.count < Self.fetchesMax,
            !fetches.contains(where: { $0.object == fetch.object && $0.robot == fetch.robot })
        else { return false }
        fetches.append(fetch)
        return true
    }

    var isFull: Bool { fetches.count == Self.fetchesMax }

    mutating func close(_ object: ObjectID) { fetches.removeAll { $0.object == object } }

    mutating func close(_ object: ObjectID, from robot: NodeID) {
        fetches.removeAll { $0.object == object && $0.robot == robot }
    }

    mutating func takeOverdue(now: Instant) -> [Fetch] {
        let overdue = fetches.filter { $0.deadline <= now }
        fetches.removeAll { $0.deadline <= now }
        return overdue
    }
}

extension Peer {
    /// Gives a robot an object of the store that it has asked for. Without transfers nothing leaves.
    mutating func sendObject(
        _ object: ObjectID, to robot: NodeID, deadline: Instant, now: Instant, _ effects: inout Effects
    ) {}

    /// Wants an object that a robot has; `objectArrived` or `objectFailed` answers, at its deadline the latter.
    mutating func fetchObject(
        _ object: ObjectID, bytes: Int, from robot: NodeID, trafficClass: TrafficClass, deadline: Instant,
        now: Instant, _ effects: inout Effects
    ) {
        guard !fetches.isFull else { return objectFailed(object, from: robot, now: now, &effects) }
        guard fetches.open(FetchBook.Fetch(object: object, robot: robot, deadline: deadline)) else { return }
        fetch(object, bytes: bytes, from: robot, trafficClass: trafficClass, deadline: deadline, now: now, &effects)
    }

    /// What a robot holds that this one may give it; nil: it is not here.
    mutating func objectWanted(_ object: ObjectID, by robot: NodeID) -> ObjectBytes? {
        objects.use(object)
    }

    /// Its hash has been compared with its name.
    mutating func objectArrived(
        _ object: ObjectID, _ bytes: ObjectBytes, from robot: NodeID, now: Instant, _ effects: inout Effects
    ) {
        fetches.close(object)
        let isHere = objects.put(object, bytes, for: nil)
        perform(
            isHere
                ? jobWorker.arrived(object, &objects, now: now)
                : jobWorker.fetchFailed(object, &objects, now: now), now: now, &effects)
        perform(jobs.arrived(object, bytes, &objects, context: jobContext(now: now)), now: now, &effects)
    }

    mutating func objectFailed(_ object: ObjectID, from robot: NodeID, now: Instant, _ effects: inout Effects) {
        fetches.close(object, from: robot)
        perform(jobWorker.fetchFailed(object, &objects, now: now), now: now, &effects)
        perform(
            jobs.fetchFailed(object, from: robot, &objects, context: jobContext(now: now)), now: now, &effects)
    }
}
