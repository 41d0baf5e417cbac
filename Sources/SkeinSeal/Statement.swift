import CSodium
import SkeinWire

/// What a signature is over. A key signs in several domains, and no signature of one is valid in another, nor in another
/// fleet: the label and the fleet stand before everything that is signed.
package enum SignatureDomain: String, CaseIterable, Sendable {
    case message = "skein/1 message"
    case trust = "skein/1 trust"
    case stop = "skein/1 stop"
    case enrolment = "skein/1 enrol"
    case object = "skein/1 object"
    case session = "skein/1 session"

    package static let labelBytes = 16

    /// ASCII, padded with zeros.
    package var label: [UInt8] {
        let text = Array(rawValue.utf8)
        precondition(text.count <= Self.labelBytes, "a label of \(text.count) bytes")
        return text + [UInt8](repeating: 0, count: Self.labelBytes - text.count)
    }
}

/// Bytes to be signed.
package enum Statement {
    /// label 16 | fleet u64 | stated
    package static func bytes(_ domain: SignatureDomain, fleet: FleetID, _ stated: [UInt8]) -> [UInt8] {
        var writer = ByteWriter(capacity: SignatureDomain.labelBytes + 8 + stated.count)
        writer.raw(domain.label)
        writer.u64(fleet.number)
        writer.raw(stated)
        return writer.bytes
    }
}

/// What a message's signature covers: short whatever the body's length, so that two messages that contradict each other
/// can be shown to third parties without their bodies.
///
///     label 16 | header 33, the relays' fields zero | n u8 | the body's first n ≤ 16 bytes | BLAKE2b-256 of the others
package enum MessageStatement {
    static let headMax = SignedDigest.headBytesMax
    static let hashBytes = SignedDigest.hashBytes
    private static let label = SignatureDomain.message.label
    static let bytesMax = SignatureDomain.labelBytes + Envelope.headerBytes + 1 + headMax + hashBytes

    /// Calls `body` with the statement of the first `signedCount` bytes of a datagram. Nothing is allocated.
    static func with<Result>(
        _ datagram: UnsafePointer<UInt8>, signedCount: Int, _ body: (UnsafePointer<UInt8>, Int) -> Result
    ) -> Result {
        precondition(signedCount >= Envelope.headerBytes, "\(signedCount) signed bytes are no envelope")
        let bodyCount = signedCount - Envelope.headerBytes
        let headCount = min(headMax, bodyCount)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: bytesMax) { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("no room for a statement") }
            var place = start
            label.withUnsafeBufferPointer { place.update(from: $0.baseAddress!, count: $0.count) }
            place += SignatureDomain.labelBytes
            place.update(from: datagram, count: Envelope.headerBytes)
            for field in Envelope.Offset.relay..<Envelope.headerBytes { place[field] = 0 }
            place += Envelope.headerBytes
            place[0] = UInt8(headCount)
            (place + 1).update(from: datagram + Envelope.headerBytes, count: headCount)
            place += 1 + headCount
            let rest = datagram + Envelope.headerBytes + headCount
            let status = crypto_generichash(place, hashBytes, rest, UInt64(bodyCount - headCount), nil, 0)
            precondition(status == 0, "no hash of a body")
            return body(start, place - start + hashBytes)
        }
    }

    package static func bytes(of datagram: [UInt8], signedCount: Int) -> [UInt8] {
        precondition(datagram.count >= signedCount, "a datagram of \(datagram.count) bytes")
        return datagram.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return [] }
            return with(base, signedCount: signedCount) { Array(UnsafeBufferPointer(start: $0, count: $1)) }
        }
    }

    static func bytes(of digest: SignedDigest) -> [UInt8] {
        label + digest.header + [UInt8(digest.head.count)] + digest.head + digest.hash
    }
}

extension SignedDigest {
    /// Of a sealed message, whatever follows its signature.
    package init?(of datagram: [UInt8]) {
        let signedCount = datagram.count - Envelope.tagBytes - Envelope.signatureBytes
        guard signedCount >= Envelope.headerBytes else { return nil }
        let stated = MessageStatement.bytes(of: datagram, signedCount: signedCount)
        let head = SignatureDomain.labelBytes + Envelope.headerBytes
        let headCount = Int(stated[head])
        self.init(
            header: Array(stated[SignatureDomain.labelBytes..<head]),
            head: Array(stated[head + 1..<head + 1 + headCount]),
            hash: Array(stated[(head + 1 + headCount)...]),
            signature: Array(datagram[signedCount..<signedCount + Envelope.signatureBytes]))
    }

    /// What its signer signed.
    package var statement: [UInt8] { MessageStatement.bytes(of: self) }
}
