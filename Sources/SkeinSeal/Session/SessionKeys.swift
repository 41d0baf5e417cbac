import CSodium
import SkeinWire

/// A session's two keys, one a direction, from the shared secret and all that both sides have said (crypto_kx(3)'s way,
/// with identities and fleet besides, so that keys agree only where both mean the same handshake):
///
///     BLAKE2b-512( "skein/1 keys", 16 bytes | fleet u64 | X25519 shared secret 32
///                | initiator's Ed25519 key 32 | responder's Ed25519 key 32 | stated open 49 | stated accept 85 )
///
/// The first half is for frames from the initiator, the second for frames to it. The stated bytes hold both ephemeral
/// keys, both robots' numbers and epochs, and both numbers of the session.
struct SessionKeys {
    static let keyBytes = 32
    private static let label = Array("skein/1 keys".utf8) + [0, 0, 0, 0]

    private let both: SecretBytes

    init(
        shared: SecretBytes, fleet: FleetID, initiator: PublicKey, responder: PublicKey, open: SessionOpen,
        accept: SessionAccept
    ) {
        both = SecretBytes(count: 2 * Self.keyBytes)
        var writer = ByteWriter(capacity: 24)
        writer.raw(Self.label)
        writer.u64(fleet.number)
        let hash = HashStream(hashBytes: 2 * Self.keyBytes)
        hash.absorb(writer.bytes)
        hash.absorb(shared.start, count: shared.count)
        hash.absorb(initiator.bytes)
        hash.absorb(responder.bytes)
        hash.absorb(open.stated)
        hash.absorb(accept.stated(answering: open))
        hash.finish(into: both.start)
    }

    var fromInitiator: UnsafePointer<UInt8> { UnsafePointer(both.start) }
    var fromResponder: UnsafePointer<UInt8> { UnsafePointer(both.start + Self.keyBytes) }

    func wipe() { both.wipe() }
}
