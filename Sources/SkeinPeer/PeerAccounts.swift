import SkeinSeal
import SkeinWire

extension Peer {
    /// What people call everybody the fleet's book names: who belongs to it first, since a name may have been another's that is
    /// out; each ascending by number.
    package var names: [(id: NodeID, name: String)] {
        let all = seal.trust.standings
        return (all.filter { !$0.isRevoked } + all.filter(\.isRevoked)).map { ($0.member.id, $0.member.name) }
    }

    /// Everybody the fleet's book names, this robot too, ascending. Of a fleet that one answer does not hold, those this
    /// robot knows something of come before the others.
    func peerAccounts(now: Instant) -> [PeerAccount] {
        let accounts = seal.trust.standings.map { account(of: $0, now: now) }
        guard accounts.count > PeerAccount.countMax else { return accounts }
        let known = accounts.filter { $0.isAcquainted || $0.robot == id }
        let others = accounts.filter { !$0.isAcquainted && $0.robot != id }
        return (known + others).prefix(PeerAccount.countMax).sorted { $0.robot < $1.robot }
    }

    private func account(of standing: (member: Member, isRevoked: Bool), now: Instant) -> PeerAccount {
        let member = standing.member
        let robot = member.id
        var account = PeerAccount(
            robot: robot, state: trustState(of: standing), key: member.key, roles: member.roles,
            expiresAtSeconds: member.expiresAtSeconds)
        account.isDoubled = doubles.contains(robot)
        guard robot != id else {
            account.epoch = seal.epoch
            account.leader = subgroup.leader
            account.isStopped = stops.isStopped
            return account
        }
        account.epoch = seal.provedEpoch(of: robot)
        account.hasLeft = departures.contains(robot)
        account.results = ledger.standings[robot].map { results(of: $0, now: now) }
        if let neighbour = neighbours[robot] {
            if neighbour.lastBeaconAt != nil {
                account.control = neighbour.controlAddress.map { .init(isLink: neighbour.isControlLink, address: $0) }
            }
            if neighbour.lastHelloAt != nil {
                account.data = neighbour.dataAddress.map { .init(isLink: neighbour.isDataLink, address: $0) }
            }
            account.contact = .init(since: now - neighbour.firstHeardAt, silence: now - neighbour.heardAt)
            account.leader = neighbour.hello?.leader ?? neighbour.leader
            account.isStopped = stops.spread.saidStopped(robot)
        } else if let past = neighbours.past[robot] {
            account.contact = .init(since: now - past.firstHeardAt, silence: now - past.heardAt)
        }
        if account.isStopped == nil { account.isStopped = stops.round?.saidStopped(robot) }
        if !account.hasLeft, !standing.isRevoked, account.isAcquainted {
            account.next = nextHop(to: robot, via: .none, now: now) ?? .none
        }
        return account
    }

    private func results(of standing: Standing, now: Instant) -> PeerAccount.Results {
        let trust: PeerAccount.Results.Trust =
            switch standing.state {
            case .trusted: .trusted
            case .doubted: .doubted
            case .shunned(let until): until > now ? .shunned(left: until - now) : .doubted
            }
        return PeerAccount.Results(
            trust: trust, right: standing.good, wrong: standing.bad, probes: standing.probes,
            wordsKept: standing.kept, wordsBroken: standing.broken, lossLast: standing.lossLast,
            isUnreliable: standing.isUnreliable(now: now), isDistrustedLeader: standing.isDistrustedLeader(now: now))
    }

    func trustState(of standing: (member: Member, isRevoked: Bool)) -> TrustReport.State {
        let id = standing.member.id
        if standing.isRevoked { return .revoked }
        if seal.trust.isExpired(id) { return .expired }
        return seal.trust.isDemoted(id) ? .demoted : .member
    }
}
