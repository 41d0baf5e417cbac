import SkeinWire

/// A wish of this robot for an object that another one has.
///
/// It is said until the object is offered, with doubled waits. Then the transfer decides; if the holder starts again, the
/// wish is said again. It ends with the object, by the holder's word, or at the deadline.
struct Fetch {
    let id: FetchID
    let object: ObjectID
    let from: NodeID
    /// More than this is not taken.
    let bytes: Int
    let trafficClass: TrafficClass
    let deadline: Instant
    var askAt: Instant
    var asked = 0
    /// It is under way.
    var isComing = false
}

/// Objects that others have, and wishes of others for what this robot has.
extension BulkBook {
    /// Asks the robot that holds an object to send it; `received` with this number or `fetchFailed` follows.
    package mutating func fetch(
        _ object: ObjectID, bytesMax: Int, from robot: NodeID, class trafficClass: TrafficClass, deadline: Instant,
        now: Instant, actions: inout [BulkAction]
    ) -> Result<FetchID, BulkReason> {
        precondition(trafficClass.isForObjects, "an object of class \(trafficClass)")
        precondition(robot != id && robot != .none, "an object for \(id) from \(robot)")
        guard bytesMax > 0 else { return .failure(.empty) }
        guard bytesMax <= ObjectBytes.countMax else { return .failure(.tooLarge) }
        guard now < deadline else { return .failure(.expired) }
        guard fetches.count < tuning.fetchesMax, let place = enter(robot, now: now) else { return .failure(.full) }
        lastFetch &+= 1
        let number = FetchID(lastFetch)
        fetches.append(
            Fetch(
                id: number, object: object, from: robot, bytes: bytesMax, trafficClass: trafficClass,
                deadline: min(deadline, now + tuning.transferSpanMax), askAt: now))
        wakeAt = min(wakeAt, now)
        wishForSession(place, now: now, actions: &actions)
        return .success(number)
    }

    /// Does not want it any more; `fetchFailed` follows. What has come of it is kept for a while, in case it is wanted again, or
    /// is not. False: it was over.
    @discardableResult
    package mutating func cancel(
        _ fetch: FetchID, keepsPart: Bool = true, now: Instant, actions: inout [BulkAction]
    ) -> Bool {
        guard let place = fetches.firstIndex(where: { $0.id == fetch }) else { return false }
        if let slot = incoming.firstIndex(where: { $0?.offer.fetch == fetch }) {
            let partner = incoming[slot]!.partner
            close(incoming[slot]!.offer.transfer, .unwanted, partner)
            drop(slot, .cancelled, keeps: keepsPart, now: now, actions: &actions)
        } else {
            endFetch(place, .cancelled, actions: &actions)
        }
        return true
    }

    /// Answers a robot's wish: it will not get the object.
    package mutating func refuse(_ wanted: BulkWanted, _ reason: BulkReason) {
        _ = takeWant(of: wanted.by, wanted.id)
        guard let place = partnerPlace(wanted.by), partners[place].isReady else { return }
        say(.refuse(wanted.id, reason), to: place)
    }

    // MARK: - The wish

    mutating func endFetch(_ place: Int, _ reason: BulkReason, actions: inout [BulkAction]) {
        actions.append(.fetchFailed(fetches.remove(at: place).id, reason))
    }

    mutating func endFetches(from robot: NodeID, _ reason: BulkReason, actions: inout [BulkAction]) {
        while let place = fetches.firstIndex(where: { $0.from == robot }) { endFetch(place, reason, actions: &actions) }
    }

    mutating func refused(_ object: ObjectID, _ reason: BulkReason, by robot: NodeID, actions: inout [BulkAction]) {
        guard let place = fetches.firstIndex(where: { $0.from == robot && $0.object == object && !$0.isComing }) else {
            return counters.count(.unknownTransfer)
        }
        endFetch(place, reason, actions: &actions)
    }

    /// Says the wishes that are due, and ends those whose time is over.
    mutating func askForObjects(now: Instant, actions: inout [BulkAction]) {
        for fetch in fetches.indices.reversed() {
            let wish = fetches[fetch]
            guard let place = partnerPlace(wish.from) else { preconditionFailure("a wish to nobody: \(wish)") }
            if wish.deadline <= now {
                if let slot = incoming.firstIndex(where: { $0?.offer.fetch == wish.id }) {
                    close(incoming[slot]!.offer.transfer, .expired, place)
                    drop(slot, lateness(place, now: now), keeps: true, now: now, actions: &actions)
                } else {
                    endFetch(fetch, lateness(place, now: now), actions: &actions)
                }
                continue
            }
            wakeAt = min(wakeAt, wish.deadline)
            guard !wish.isComing, partners[place].isReachable else { continue }
            if wish.askAt <= now { ask(fetch, place, now: now) }
            wakeAt = min(wakeAt, fetches[fetch].askAt)
        }
    }

    private mutating func ask(_ fetch: Int, _ place: Int, now: Instant) {
        let wish = fetches[fetch]
        let want = TransferWord.Want(
            id: wish.object, bytes: UInt32(wish.bytes), trafficClass: wish.trafficClass,
            hasPart: partials.contains { $0.part.id == wish.object },
            milliseconds: TransferWord.milliseconds(until: wish.deadline, now: now))
        say(.want(want), to: place)
        let span = tuning.fetchSpan * (1 << min(wish.asked, 6))
        fetches[fetch].asked += 1
        fetches[fetch].askAt = now + min(span, tuning.probeSpanMax)
    }

    // MARK: - Wishes of others

    mutating func take(_ want: TransferWord.Want, _ place: Int, now: Instant, actions: inout [BulkAction]) {
        let robot = partners[place].id
        let isComing = partners[place].queues.contains { queue in queue.contains { outgoing[$0]?.id == want.id } }
        guard !isComing else { return counters.count(.duplicate) }
        if let known = wants.firstIndex(where: { $0.by == robot && $0.id == want.id }) {
            wantsWithPart[known] = want.hasPart
            return counters.count(.duplicate)
        }
        let known = wants.reduce(0) { $0 + ($1.by == robot ? 1 : 0) }
        guard wants.count < tuning.wantsMax, known < tuning.wantsOfPartnerMax else {
            counters.count(.overflow)
            say(.refuse(want.id, .full), to: place)
            return
        }
        let span = min(.milliseconds(Int64(want.milliseconds)), tuning.transferSpanMax)
        let wanted = BulkWanted(
            by: robot, id: want.id, bytes: Int(want.bytes), trafficClass: want.trafficClass, deadline: now + span)
        wants.append(wanted)
        wantsWithPart.append(want.hasPart)
        wakeAt = min(wakeAt, wanted.deadline)
        actions.append(.wanted(wanted))
    }

    /// The wish is answered. True: that robot has a part of the object.
    mutating func takeWant(of robot: NodeID, _ object: ObjectID) -> Bool {
        guard let place = wants.firstIndex(where: { $0.by == robot && $0.id == object }) else { return false }
        wants.remove(at: place)
        return wantsWithPart.remove(at: place)
    }

    mutating func forgetWants(of robot: NodeID) {
        while let place = wants.firstIndex(where: { $0.by == robot }) {
            wants.remove(at: place)
            wantsWithPart.remove(at: place)
        }
    }
}
