import SkeinWire

// Mesh time: questions and answers.

extension Peer {
    /// What time it is in the mesh, for a record that is being made; nil: not known. Nothing that must be safe, and nothing
    /// that decides who leads or what is sent, may ask for it: a parent that lies moves it at will.
    package func meshTime(at now: Instant) -> MeshTime? { clock.time(at: now) }

    mutating func keepClock(now: Instant, _ effects: inout Effects) {
        guard clock.deadlinePassed(now: now) else { return }
        guard let robot = clock.isSearching ? neighbourToSearch : parentToAsk(now: now) else {
            return clock.postpone(now: now)
        }
        let question = clock.ask(robot, now: now)
        send(.clockQuestion(question), to: robot, now: now, &effects)
    }

    /// In turn, so that one that is deaf or dumb does not cost the search.
    private var neighbourToSearch: NodeID? {
        let near = neighbours.all.filter { $0.isAnswering }
        return near.isEmpty ? nil : near[clock.searchTurn % near.count].id
    }

    /// Nobody is sought for it: a parent that is out of reach is soon no parent.
    private func parentToAsk(now: Instant) -> NodeID? {
        let parent = tree.place.parent
        guard parent != .none, nextHop(to: parent, via: .none, now: now) != nil else { return nil }
        return parent
    }

    mutating func take(_ question: ClockQuestion, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        guard let answer = clock.answer(question, now: now), nextHop(to: sender, via: .none, now: now) != nil
        else { return }
        send(.clockAnswer(answer), to: sender, now: now, &effects)
    }

    mutating func take(_ answer: ClockAnswer, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        switch clock.take(answer, from: sender, now: now) {
        case .unasked: seal.drop(.notAllowed)
        case .refused, .elsewhere, .taken(nil): break
        case .taken(let step?):
            effects.append(
                .record(
                    .clockStepped(
                        by: .nanoseconds(step.nanoseconds), bound: .nanoseconds(step.boundNanoseconds))))
        }
    }
}
