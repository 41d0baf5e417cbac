import SkeinSeal
import SkeinWire

/// A message kept to be shown to others: its header with the relays' fields zero, its body and its signature, without the
/// tag, which proves nothing to whoever else has the fleet's key.
enum Evidence {
    /// Of a sealed message that was let in.
    static func bytes(of datagram: [UInt8]) -> [UInt8] {
        var bytes = Array(datagram.dropLast(Envelope.tagBytes))
        for index in Envelope.Offset.relay..<min(Envelope.headerBytes, bytes.count) { bytes[index] = 0 }
        return bytes
    }

    /// What it says; nil: nothing that this version can read.
    static func message(_ bytes: [UInt8]) -> Message? {
        let signedCount = bytes.count - Envelope.signatureBytes
        guard signedCount >= Envelope.headerBytes, let digest = digest(bytes), let head = SignedHead(digest) else {
            return nil
        }
        return try? Message(head.kind, body: bytes[Envelope.headerBytes..<signedCount])
    }

    /// What its signature is over.
    static func digest(_ bytes: [UInt8]) -> SignedDigest? {
        SignedDigest(of: bytes + [UInt8](repeating: 0, count: Envelope.tagBytes))
    }
}
