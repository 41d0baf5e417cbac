import SkeinWire

/// What happens when nothing comes: repetitions, giving up, signs of life, and the end of keys.
extension SessionBook {
    /// When `deadlinePassed` is due; `.distantFuture` if nothing is under way.
    package var nextDeadline: Instant { partners.reduce(.distantFuture) { min($0, deadline($1)) } }

    /// Does what is due. Early wake-ups are ordinary.
    package func deadlinePassed(now: Instant, actions: inout [SessionAction]) {
        for partner in partners where deadline(partner) <= now {
            retireKeys(partner, now: now, actions: &actions)
            repeatWish(partner, now: now, actions: &actions)
            repeatAnswer(partner, now: now, actions: &actions)
            if let keepaliveAt = partner.keepaliveAt, keepaliveAt <= now {
                sealEmpty(partner, now: now, actions: &actions)
                partner.keepaliveAt = nil
            }
            if silenceEnds(partner) <= now { ask(partner, now: now, actions: &actions) }
            if let quietUntil = partner.quietUntil, quietUntil <= now { partner.quietUntil = nil }
            if partner.isEmpty, partner.quietUntil == nil { leave(partner) }
        }
    }

    private func deadline(_ partner: SessionPartner) -> Instant {
        var earliest = min(silenceEnds(partner), partner.quietUntil ?? .distantFuture)
        if let wish = partner.wish { earliest = min(earliest, wish.repeatsAt) }
        if let answer = partner.answer { earliest = min(earliest, answer.repeatsAt) }
        if let current = partner.current { earliest = min(earliest, current.expiresAt) }
        if let previous = partner.previous {
            earliest = min(earliest, previous.expiresAt, partner.previousUntil ?? .distantFuture)
        }
        if let keepaliveAt = partner.keepaliveAt { earliest = min(earliest, keepaliveAt) }
        return earliest
    }

    /// When a partner that does not answer is asked whether it still has the keys.
    private func silenceEnds(_ partner: SessionPartner) -> Instant {
        guard let since = partner.unansweredSince, partner.current != nil, !partner.isInHandshake else {
            return .distantFuture
        }
        return max(since + tuning.silenceMax, partner.quietUntil ?? .zero)
    }

    private func retireKeys(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) {
        if let previous = partner.previous, min(previous.expiresAt, partner.previousUntil ?? .distantFuture) <= now {
            partner.dropPrevious()
        }
        if let current = partner.current, current.isOver(at: now) {
            partner.dropCurrent()
            actions.append(.ended(partner.id, .expired))
        }
    }

    private func repeatWish(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) {
        guard var wish = partner.wish, wish.repeatsAt <= now else { return }
        if wish.attempts < tuning.attemptsMax {
            wish.attempts += 1
            wish.repeatsAt = now + tuning.retry(after: wish.attempts)
            partner.wish = wish
            actions.append(.say(.open(wish.open), to: partner.id))
            return
        }
        partner.wish = nil
        partner.quietUntil = now + tuning.quietSpan
        // A renewal that failed leaves the keys in use, if they are still answered.
        guard partner.current == nil || partner.unansweredSince != nil else { return }
        partner.dropPrevious()
        partner.dropCurrent()
        actions.append(.ended(partner.id, .unanswered))
    }

    private func repeatAnswer(_ partner: SessionPartner, now: Instant, actions: inout [SessionAction]) {
        guard var answer = partner.answer, answer.repeatsAt <= now else { return }
        if answer.attempts < tuning.attemptsMax {
            answer.attempts += 1
            answer.repeatsAt = now + tuning.retry(after: answer.attempts)
            partner.answer = answer
            actions.append(.say(.accept(answer.accept), to: partner.id))
        } else {
            partner.dropAnswer()
        }
    }
}
