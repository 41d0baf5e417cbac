import SkeinFiles
import SkeinPeer
import SkeinWire

extension EventValue {
    func mission(_ event: MissionEvent) -> Told {
        func text(_ key: String, _ value: String?) -> JSONValue.Member {
            .init(key, value.map { .string($0) } ?? .null)
        }
        switch event {
        case .planTaken(let name, let revision, let signer):
            return ("mission_taken", plan(name, revision, signer))
        case .planRefused(let why): return ("mission_refused", refusal(why))
        case .planWithdrawn(let name, let revision, let signer):
            return ("mission_withdrawn", plan(name, revision, signer))
        case .paused(let reason): return ("mission_paused", [word("reason", reason)])
        case .resumed: return ("mission_resumed", [])
        case .ended(let reason): return ("mission_stopped", [word("reason", reason)])
        case .roleTaken(let role, let order, let by):
            return ("role_taken", [text("role", role), count("order", Int(order)), robot("given_by", by)])
        case .roleChanged(let id, let from, let to, let cause):
            return (
                "role_changed",
                [robot("robot", id), text("role_before", from), text("role", to), word("cause", cause)]
            )
        case .taskDone(let task): return ("mission_task_done", [text("name", task)])
        case .taskMissed(let task): return ("mission_task_missed", [text("name", task)])
        case .ruleFired(let rule, let action): return ("rule_fired", [word("rule", rule), word("action", action)])
        case .ruleOver(let rule): return ("rule_over", [word("rule", rule)])
        }
    }

    private func plan(_ name: String, _ revision: UInt32, _ signer: PlanSigner) -> [JSONValue.Member] {
        let by: JSONValue =
            switch signer {
            case .authority: .string("the authority")
            case .robot(let robot): names.json(robot)
            }
        return [.init("name", .string(name)), count("revision", Int(revision)), .init("signed_by", by)]
    }

    private func refusal(_ why: PlanRefusal) -> [JSONValue.Member] {
        switch why {
        case .unreadable, .unknownSigner, .wrongSignature, .full, .withdrawn: [word("refusal", why)]
        case .older(let revision):
            [.init("refusal", .string("older")), count("revision", Int(revision))]
        case .otherPlan(let revision):
            [.init("refusal", .string("other_plan")), count("revision", Int(revision))]
        }
    }
}
