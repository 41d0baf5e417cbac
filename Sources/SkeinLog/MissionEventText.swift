import SkeinPeer

extension MissionEvent {
    /// In words, for `/NAME/text`. They come seldom: their enums' cases stand as Swift names them.
    var text: String {
        switch self {
        case .planTaken(let name, let revision, let signer):
            "mission \(name) revision \(revision) taken, signed by \(signer.text)"
        case .planRefused(let why): "mission refused: \(why.text)"
        case .planWithdrawn(let name, let revision, let signer):
            "mission \(name) revision \(revision) taken back from \(signer.text)"
        case .paused(let reason): "mission paused: \(reason)"
        case .resumed: "mission goes on"
        case .ended(let reason): "mission stopped: \(reason)"
        case .roleTaken(let role, let order, let by): "role \(role ?? "none") by order \(order) of \(by)"
        case .roleChanged(let robot, let before, let role, let cause):
            "\(robot): role \(role ?? "none"), before it \(before ?? "none"): \(cause)"
        case .taskDone(let task): "task \(task) done"
        case .taskMissed(let task): "task \(task) missed"
        case .ruleFired(let rule, let action): "rule \(rule): \(action)"
        case .ruleOver(let rule): "rule \(rule) holds no more"
        }
    }
}

extension PlanSigner {
    fileprivate var text: String {
        switch self {
        case .authority: "the authority"
        case .robot(let robot): "\(robot)"
        }
    }
}

extension PlanRefusal {
    fileprivate var text: String {
        switch self {
        case .unreadable: "unreadable"
        case .unknownSigner: "unknown signer"
        case .wrongSignature: "wrong signature"
        case .older(let than): "older than revision \(than)"
        case .otherPlan(let revision): "revision \(revision) is another plan"
        case .full: "as many are known as a robot keeps"
        case .withdrawn: "withdrawn here"
        }
    }
}
