import SkeinSeal
import SkeinWire

// Who may lead, and who no more: Mesh/LeaderRules, docs/mesh.md.

extension Peer {
    // MARK: Roles

    func mayLead(_ robot: NodeID) -> Bool { seal.trust.mayLead(robot) }

    /// Whoever has shown two faces is not obeyed either.
    func mayCommand(_ robot: NodeID) -> Bool {
        seal.trust.may(.commandMissions, robot) && !seal.trust.isDemoted(robot)
    }

    /// Why this robot does not give its swarm an order; nil: it does.
    func orderRefusal(leads: Bool) -> CommandRefusal? {
        guard !leads || mayLead(id) else { return .role(.lead) }
        guard mayCommand(id) else { return .role(.commandMissions) }
        guard leads, let stop = stops.inForce else { return nil }
        return .stopped(number: stop.number)
    }

    /// Whether a flooded message is its sender's to send. What is not is not passed on either.
    func isRightful(_ message: Message, by sender: NodeID) -> Bool {
        switch message {
        case .plan(let part): part.root == sender && mayLead(sender)
        case .mission(let order): order.root == sender && mayCommand(sender)
        case .sighting, .routeRequest: true
        case .beacon, .hello, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result,
            .fixes, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice, .stopReceipt, .session,
            .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            false
        }
    }

    /// The same of what is kept here to mend neighbours with.
    func isRightful(_ copy: FloodRelay.Relay) -> Bool {
        guard let digest = SignedDigest(of: copy.datagram), let head = SignedHead(digest), head.sender != id else {
            return true
        }
        switch head.kind {
        case .plan: return mayLead(head.sender)
        case .mission: return mayCommand(head.sender)
        case .beacon, .hello, .linkReport, .sighting, .request, .claim, .claimReply, .match, .unit, .unitReceipt,
            .result, .fixes, .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip,
            .stopNotice, .stopReceipt, .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit,
            .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            return true
        }
    }

    /// A beacon without what it says of roots and leaders that may not be it.
    func rightful(_ beacon: Beacon) -> Beacon {
        let isRootless = beacon.root != .none && beacon.root != id && !mayLead(beacon.root)
        guard isRootless || beacon.leaders.contains(where: { !mayLead($0.leader) }) else { return beacon }
        var rightful = beacon
        rightful.leaders.removeAll { !mayLead($0.leader) }
        guard isRootless else { return rightful }
        rightful.root = .none
        rightful.term = 0
        rightful.rootSequence = 0
        rightful.hops = Beacon.hopsUnknown
        rightful.parent = .none
        return rightful
    }

    /// A hello of a robot that may not lead is a member's.
    func rightful(_ hello: Hello, from sender: NodeID) -> Hello {
        guard hello.isLeader, !mayLead(sender) else { return hello }
        var rightful = hello
        rightful.isLeader = false
        rightful.grants = []
        return rightful
    }

    /// The fleet's book says something new of a robot, or time has passed.
    mutating func rolesChanged(of robot: NodeID, now: Instant, _ effects: inout Effects) {
        guard !hasLeft else { return }
        judgePlansAnew(now: now, &effects)
        guard !mayLead(robot) else {
            if robot == id { takeRole() }
            return
        }
        if robot == id { resign(now: now, &effects) }
        neighbours.disregardLeading(of: robot)
        subgroup.disregard(robot, now: now, random: &random)
        planLeaders.removeAll { $0 == robot }
        if tree.isRoot { planner.rolesChanged(now: now) }
        updateTree(now: now, &effects)
        updateSubgroup(now: now, &effects)
    }

    /// What this robot itself may.
    mutating func takeRole() {
        let may = mayLead(id)
        tree.mayStand = may
        subgroup.mayLead = may
    }

    private mutating func resign(now: Instant, _ effects: inout Effects) {
        takeRole()
        launch = nil
        grants = []
        desk.setMembers([])
        if subgroup.isLeading {
            subgroup.disregard(id, now: now, random: &random)
            announceLeader(now: now, &effects)
        }
        guard tree.isRoot else { return }
        tree.abdicate()
        planAnew(&effects)
        beacons.hurry(now: now, random: &random)
        let place = tree.place
        effects.append(.record(.treeChanged(root: place.root, hops: place.hops, parent: place.parent)))
    }

    /// The entry about it has been taken: nobody follows it from this moment.
    mutating func demoted(_ robot: NodeID, now: Instant, _ effects: inout Effects) {
        rolesChanged(of: robot, now: now, &effects)
    }

    // MARK: Evidence

    /// Holds what others sign against the rules, and against what they signed before.
    mutating func witness(
        _ message: Message, _ envelope: Envelope, _ datagram: [UInt8], now: Instant, _ effects: inout Effects
    ) {
        let sender = envelope.sender
        switch envelope.kind {
        case .hello, .plan, .mission, .sighting: break
        case .beacon, .linkReport, .request, .claim, .claimReply, .match, .unit, .unitReceipt, .result, .fixes,
            .routeRequest, .routeReply, .echo, .introduction, .trustSummary, .trustGossip, .stopNotice, .stopReceipt,
            .session, .clockQuestion, .clockAnswer, .question, .answer, .jobUnit, .jobReceipt,
            .jobResult, .jobCancel, .jobLease:
            return
        }
        guard sender != id, !seal.trust.isDemoted(sender) else { return }
        if LeaderRules.isBroken(by: message, of: sender, cloud: config.cloud) {
            accuse(sender, .brokenRule(Evidence.bytes(of: datagram)), now: now, &effects)
        } else if envelope.kind.isBulletin, let digest = SignedDigest(of: datagram),
            let other = bulletins.contradiction(to: digest)
        {
            accuse(sender, .twoFaces(other, digest), now: now, &effects)
        }
    }

    /// Says in this robot's name what another has signed; the book checks it as it would anybody's word.
    private mutating func accuse(
        _ robot: NodeID, _ evidence: Demotion.Evidence, now: Instant, _ effects: inout Effects
    ) {
        guard let member = seal.trust.member(robot) else { return }
        let demotion = Demotion(accused: robot, membershipNumber: member.membershipNumber, evidence: evidence)
        let last = seal.trust.entries.reduce(0) { $1.issuer == id ? max($0, $1.number) : $0 }
        var entry = TrustEntry(
            issuer: id, number: min(last, UInt32.max / 2 - 1) + 1, issuedAtSeconds: seal.trust.secondsAtLeast,
            content: .demotion(demotion))
        let statement = Statement.bytes(.trust, fleet: seal.fleet, entry.statedBytes)
        entry.signature = seal.signer.stated(statement)
        _ = admit(entry, isBrought: true, now: now, &effects)
    }
}
