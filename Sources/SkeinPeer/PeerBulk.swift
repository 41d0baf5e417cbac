import SkeinSeal
import SkeinWire

// Bulk: sessions with other robots and the objects that travel in them.

extension Peer {
    mutating func take(_ handshake: Handshake, from sender: NodeID, now: Instant, _ effects: inout Effects) {
        seal.drop(.notAllowed)
    }
}
