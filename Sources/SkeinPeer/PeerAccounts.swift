import SkeinSeal
import SkeinWire

extension Peer {
    /// Everybody the fleet's book names but this robot, ascending.
    func peerAccounts(now: Instant) -> [PeerAccount] {
        seal.trust.standings.filter { $0.member.id != id }.map { standing in
            PeerAccount(
                robot: standing.member.id, state: trustState(of: standing), key: standing.member.key,
                roles: standing.member.roles)
        }
    }

    func trustState(of standing: (member: Member, isRevoked: Bool)) -> TrustReport.State {
        let id = standing.member.id
        if standing.isRevoked { return .revoked }
        if seal.trust.isExpired(id) { return .expired }
        return seal.trust.isDemoted(id) ? .demoted : .member
    }
}
