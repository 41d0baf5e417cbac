import SkeinSeal
import SkeinWire

/// Another robot, as this one knows it: what `skein peers` shows.
package struct PeerAccount: Hashable, Sendable {
    package var robot: NodeID
    package var state: TrustReport.State
    package var key: PublicKey
    package var roles: TrustRoles
    package init(robot: NodeID, state: TrustReport.State, key: PublicKey, roles: TrustRoles) {
        self.robot = robot
        self.state = state
        self.key = key
        self.roles = roles
    }
}
