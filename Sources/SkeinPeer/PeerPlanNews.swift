import SkeinSeal
import SkeinWire

// What becomes of plans when the fleet's book changes, and what is told of roles and tasks: docs/missions.md.

extension Peer {
    var plansHeld: [MissionHeld] {
        plans.book.held.prefix(MissionHeld.countMax).compactMap { held in
            let signed = held.signed
            guard plans.book[signed.object] != nil else { return nil }
            return MissionHeld(
                name: signed.plan.name, revision: signed.plan.revision, object: signed.object, signer: held.signer)
        }
    }

    /// Who may sign has changed: what was refused is asked for again, and what nobody vouches for any more is taken back.
    mutating func judgePlansAnew(now: Instant, _ effects: inout Effects) {
        plans.book.judgeAnew(keepsWithdrawn: plans.withdrawnRun != nil)
        withdrawPlans(now: now, &effects)
        if let order = mission.order { planWanted(by: order, now: now) }
    }

    private func isVouchedFor(_ held: MissionBook.Held) -> Bool {
        switch held.signer {
        case .authority: true
        case .robot(let robot):
            // Under another key it is another machine, and has signed nothing.
            mayCommand(robot) && seal.trust.key(of: robot).map { held.signed.signature.names($0) } == true
        }
    }

    mutating func withdrawPlans(now: Instant, _ effects: inout Effects) {
        guard plans.book.held.contains(where: { !isVouchedFor($0) }) else { return }
        for held in withdrawUnvouched() {
            let (plan, object) = (held.signed.plan, held.signed.object)
            effects.append(
                .record(.mission(.planWithdrawn(name: plan.name, revision: plan.revision, held.signer))))
            if let given = plans.given, given.name.object == object {
                plans.given = nil
                effects.append(.reply(.mission(.refused(.unknownSigner)), ticket: given.ticket))
            }
            guard let order = mission.order, order.brief?.plan?.object == object else { continue }
            plans.withdrawnRun = order.run
            if order.root == id { launch = nil }
            var actions: [MissionAction] = []
            mission.planWithdrawn(now: now, actions: &actions)
            perform(actions, now: now, &effects)
        }
    }

    /// At the start nothing is in force yet, and nobody is told.
    mutating func withdrawUnvouched() -> [MissionBook.Held] {
        let unvouched = plans.book.held.filter { !isVouchedFor($0) }.map(\.signed.object)
        return plans.book.withdraw { !unvouched.contains($0.signed.object) }
    }

    /// Of a change that moves the whole swarm, so many are told.
    private static let roleEventsMax = 32

    /// Who gets another role, and why: first who gives one up. Both lists ascend by robot.
    func recordRoles(
        _ places: [RoleAssignment.Place], before: [MissionBrief.Entry], plan: MissionPlan, _ effects: inout Effects
    ) {
        var givenUp: [MissionEvent] = []
        var given: [MissionEvent] = []
        func name(_ role: Int) -> String? { plan.roles.indices.contains(role) ? plan.roles[role].name : nil }
        var cursor = 0
        for place in places {
            while cursor < before.count, before[cursor].robot < place.robot {
                let entry = before[cursor]
                givenUp.append(lost(entry.robot, name(Int(entry.role))))
                cursor += 1
            }
            var held: Int?
            if cursor < before.count, before[cursor].robot == place.robot {
                held = Int(before[cursor].role)
                cursor += 1
            }
            guard held != place.role else { continue }
            let event = MissionEvent.roleChanged(
                robot: place.robot, from: held.flatMap(name), to: place.role.flatMap(name), RoleCause(place.reason))
            if place.role == nil { givenUp.append(event) } else { given.append(event) }
        }
        for entry in before[cursor...] { givenUp.append(lost(entry.robot, name(Int(entry.role)))) }
        for event in (givenUp + given).prefix(Self.roleEventsMax) { effects.append(.record(.mission(event))) }
    }

    private func lost(_ robot: NodeID, _ role: String?) -> MissionEvent {
        .roleChanged(robot: robot, from: role, to: nil, departures.contains(robot) ? .departed : .silent)
    }

    func recordTasks(
        _ plan: MissionPlan, before: [MissionWatch.TaskState], after: [MissionWatch.TaskState], _ effects: inout Effects
    ) {
        for (index, task) in plan.tasks.enumerated() where before[index] != after[index] {
            switch after[index] {
            case .open: break
            case .done: effects.append(.record(.mission(.taskDone(task.name))))
            case .missed: effects.append(.record(.mission(.taskMissed(task.name))))
            }
        }
    }
}
