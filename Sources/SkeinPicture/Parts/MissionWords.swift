import SkeinPeer
import SkeinWire

/// What happened to a mission in a line for people, and the words for what its rules and orders say.
package struct MissionWords {
    private let name: (NodeID) -> String

    package init(name: @escaping (NodeID) -> String) { self.name = name }

    package func text(_ event: MissionEvent) -> String {
        switch event {
        case .planTaken(let plan, let revision, let signer):
            "mission \(plan) revision \(revision) taken, signed by \(text(signer))"
        case .planRefused(let why): "mission refused: \(Self.text(why))"
        case .planWithdrawn(let plan, let revision, let signer):
            "mission \(plan) revision \(revision) taken back: \(text(signer)), who signed it, may command missions no more"
        case .paused(let reason): "mission paused\(Self.suffix(reason))"
        case .resumed: "mission goes on"
        case .ended(let reason): "mission stopped: \(Self.text(reason))"
        case .roleTaken(let role?, let order, let by): "serves as \(role), by order \(order) of \(name(by))"
        case .roleTaken(nil, let order, let by): "stands by, by order \(order) of \(name(by))"
        case .roleChanged(let robot, let from?, nil, let cause):
            "\(name(robot)) serves as \(from) no more: \(Self.text(cause))"
        case .roleChanged(let robot, let from?, let to?, let cause):
            "\(name(robot)) serves as \(to) instead of \(from): \(Self.text(cause))"
        case .roleChanged(let robot, nil, let to?, let cause): "\(name(robot)) serves as \(to): \(Self.text(cause))"
        case .roleChanged(let robot, nil, nil, let cause): "\(name(robot)) stands by: \(Self.text(cause))"
        case .taskDone(let task): "task \(task) done"
        case .taskMissed(let task): "task \(task) MISSED"
        case .ruleFired(let rule, let action): "\(Self.text(rule)): \(Self.text(action))"
        case .ruleOver(let rule): "\(Self.text(rule)): no more"
        }
    }

    private func text(_ signer: PlanSigner) -> String {
        switch signer {
        case .authority: "the authority"
        case .robot(let robot): name(robot)
        }
    }

    /// A person's pause needs no reason.
    private static func suffix(_ reason: MissionBrief.Reason) -> String {
        reason == .person ? "" : ": \(text(reason))"
    }

    package static func text(_ reason: MissionBrief.Reason) -> String {
        switch reason {
        case .person: "a person said so"
        case .allArrived: "all have arrived"
        case .roleArrived: "all of the role have arrived"
        case .deadline: "its deadline has passed"
        case .taskMissed: "a task was missed"
        case .unvouched: "whoever signed it may command missions no more"
        }
    }

    private static func text(_ cause: RoleCause) -> String {
        switch cause {
        case .filled: "the next that can"
        case .remaining: "it takes whoever is left"
        case .surplus: "its role has its count"
        case .silent: "not heard of any more"
        case .departed: "it has left"
        case .lowBattery: "its battery is low"
        case .unable: "no role needs what it carries"
        case .crowded: "more robots than an order names"
        }
    }

    package static func text(_ rule: MissionRule) -> String {
        switch rule {
        case .linkLoss: "link lost, nobody is heard"
        case .lowBattery: "battery low"
        case .partition: "the swarm has split"
        case .fence: "beyond a fence"
        }
    }

    private static func text(_ action: MissionRules.Action) -> String {
        switch action {
        case .proceed: "goes on"
        case .stop: "stands"
        case .returnHome: "returns"
        }
    }

    private static func text(_ refusal: PlanRefusal) -> String {
        switch refusal {
        case .unreadable: "not a signed plan"
        case .unknownSigner: "not signed by anybody who may"
        case .wrongSignature: "the signature does not hold"
        case .older(let revision): "older than revision \(revision), which was taken"
        case .otherPlan(let revision): "revision \(revision) was another plan"
        case .full: "no room for another mission's name"
        case .withdrawn: "whoever signed it may command missions no more"
        }
    }
}
