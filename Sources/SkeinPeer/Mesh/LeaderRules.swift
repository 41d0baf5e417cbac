import SkeinSeal
import SkeinWire

/// What those who lead never do, as far as anybody can check it from what they signed and the fleet's book: who is shown to
/// have done it leads no more (`Demotion`). Only what no honest robot can send is here: nothing that hangs on what a robot
/// has heard, and nothing on roles, which spread for seconds.
///
/// *Two faces*: two contents under one number of one boot. A boot numbers its messages upward in each class, its plans in
/// each term, and the missions it orders; it repeats none. A machine whose state folder was put back to an earlier day, or
/// two machines with one key, show two faces as well: nobody can tell which of them speaks.
///
/// *A broken rule* of one message: a hello that promises more of the band than there is, promises to one robot twice, or to
/// anybody without leading, or leads in another's name; a plan in another's name, whose first leader is not the root, that
/// names a leader or places a robot twice, or a leader under another; an order in another's name.
enum LeaderRules {
    /// Grants are rounded down, so that an honest sum stays within the band; as much again is allowed for, kHz a grant.
    static let roundingKHz = 1

    /// Whether the evidence says what the demotion says, of a robot with this key.
    static func proves(
        _ demotion: Demotion, against member: Member, fleet: FleetID, cloud: CloudTuning, verifier: any Verifier
    ) -> Bool {
        guard demotion.accused == member.id else { return false }
        func isSigned(_ digest: SignedDigest) -> Bool {
            guard let head = SignedHead(digest), head.sender == member.id, head.fleet == fleet else { return false }
            return verifier.isStated(digest.statement, signature: digest.signature, by: member.key)
        }
        switch demotion.evidence {
        case .twoFaces(let one, let other):
            return contradict(one, other) && isSigned(one) && isSigned(other)
        case .brokenRule(let bytes):
            guard let message = Evidence.message(bytes), isBroken(by: message, of: member.id, cloud: cloud),
                let digest = Evidence.digest(bytes)
            else { return false }
            return isSigned(digest)
        }
    }

    /// Whether nobody honest signs both.
    static func contradict(_ one: SignedDigest, _ other: SignedDigest) -> Bool {
        guard let left = SignedHead(one), let right = SignedHead(other), left.sender == right.sender,
            left.fleet == right.fleet, left.epoch == right.epoch
        else { return false }
        let isSameBody = one.head == other.head && one.hash == other.hash
        if left.trafficClass == right.trafficClass, left.counter == right.counter {
            return one.header != other.header || !isSameBody
        }
        guard let serial = left.serial, serial == right.serial else { return false }
        return !isSameBody
    }

    /// Whether nobody honest sends this.
    static func isBroken(by message: Message, of sender: NodeID, cloud: CloudTuning) -> Bool {
        switch message {
        case .hello(let hello): isBroken(by: hello, of: sender, cloud: cloud)
        case .plan(let part): isBroken(by: part, of: sender)
        case .mission(let order): order.root != sender
        case .beacon, .linkReport, .sighting, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice,
            .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            false
        }
    }

    private static func isBroken(by hello: Hello, of sender: NodeID, cloud: CloudTuning) -> Bool {
        guard hello.isLeader == (hello.leader == sender) else { return true }
        guard !hello.grants.isEmpty else { return false }
        guard hello.isLeader, !hasTwice(hello.grants.map(\.member)) else { return true }
        // Whoever is told of a narrower band than the others accuses nobody for it.
        let bandMHz = max(cloud.bandwidthMHz, CloudTuning().bandwidthMHz)
        let promised = hello.grants.reduce(0) { $0 + Int($1.shareKHz) }
        return Double(promised) > bandMHz * 1_000 + Double(hello.grants.count * roundingKHz)
    }

    private static func isBroken(by part: PlanPart, of sender: NodeID) -> Bool {
        guard part.root == sender, part.leaders.first?.id == sender else { return true }
        let robots = part.entries.map(\.robot)
        guard !hasTwice(part.leaders.map(\.id)), !hasTwice(robots) else { return true }
        let leaders = part.leaders.indices.sorted { part.leaders[$0].id < part.leaders[$1].id }
        var cursor = 0
        for entry in part.entries.sorted(by: { $0.robot < $1.robot }) {
            while cursor < leaders.count, part.leaders[leaders[cursor]].id < entry.robot { cursor += 1 }
            guard cursor < leaders.count else { break }
            if part.leaders[leaders[cursor]].id == entry.robot, Int(entry.owner) != leaders[cursor] { return true }
        }
        return false
    }

    private static func hasTwice(_ robots: [NodeID]) -> Bool {
        let sorted = robots.sorted()
        return zip(sorted, sorted.dropFirst()).contains { $0 == $1 }
    }
}
