import SkeinWire

/// What happens when nothing comes.
extension BulkBook {
    /// Does what is due. Early wake-ups are ordinary.
    package mutating func deadlinePassed(now: Instant, actions: inout [BulkAction]) {
        guard wakeAt <= now else { return }
        wakeAt = .distantFuture
        sendAt = .zero
        passOutgoing(now: now, actions: &actions)
        passIncoming(now: now, actions: &actions)
        while let place = partials.firstIndex(where: { $0.until <= now }) { forgetPartial(place) }
        for partial in partials { wakeAt = min(wakeAt, partial.until) }
        while let place = wants.firstIndex(where: { $0.deadline <= now }) {
            wants.remove(at: place)
            wantsWithPart.remove(at: place)
        }
        for want in wants { wakeAt = min(wakeAt, want.deadline) }
        askForObjects(now: now, actions: &actions)
        for place in partners.indices { wishForSession(place, now: now, actions: &actions) }
    }

    private mutating func passOutgoing(now: Instant, actions: inout [BulkAction]) {
        for slot in outgoing.indices {
            guard let place = outgoing[slot]?.partner else { continue }
            guard now < outgoing[slot]!.deadline else {
                end(sending: slot, lateness(place, now: now), now: now, actions: &actions)
                continue
            }
            wakeAt = min(wakeAt, outgoing[slot]!.deadline)
            // Without a way nothing is repeated; `wake` begins again.
            guard partners[place].isReachable else { continue }
            if outgoing[slot]!.nextTimer <= now {
                let before = outgoing[slot]!.inFlight
                outgoing[slot]!.timerPassed(partners[place].estimate, now: now)
                partners[place].inFlight += outgoing[slot]!.inFlight - before
            }
            wakeAt = min(wakeAt, outgoing[slot]!.nextTimer)
        }
    }

    private mutating func passIncoming(now: Instant, actions: inout [BulkAction]) {
        for slot in incoming.indices {
            guard let place = incoming[slot]?.partner else { continue }
            if incoming[slot]!.part.have.isWhole {
                finish(slot, now: now, actions: &actions)
                continue
            }
            guard now < incoming[slot]!.offer.deadline else {
                drop(slot, lateness(place, now: now), keeps: true, now: now, actions: &actions)
                continue
            }
            wakeAt = min(wakeAt, incoming[slot]!.offer.deadline)
            if incoming[slot]!.ackAt <= now {
                incoming[slot]!.acked()
                answer(slot, place)
            }
            wakeAt = min(wakeAt, incoming[slot]!.ackAt)
        }
    }
}
