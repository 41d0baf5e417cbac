import SkeinSeal
import SkeinWire

/// What keys said and made while one input was handled, so that a replay needs none.
package struct SealVerdict: Hashable, Sendable {
    /// Whether the datagram in hand ended in the fleet's tag, and bore its sender's signature; nil where the seal did not
    /// ask, because the datagram was refused before.
    package var isTagged: Bool?
    package var isSigned: Bool?
    /// How many of the fleet's keys did not fit before the one that did: an old key says that its user lags.
    package var tagMisses: UInt8
    /// Whether statements within messages bore their signatures, in the order they were looked at.
    package var stated: [Bool]
    /// The signatures this robot made for statements of its own, in order: they travel in messages' bodies.
    package var statements: [[UInt8]]

    static let statedMax = 65_535

    package init(
        isTagged: Bool? = nil, isSigned: Bool? = nil, tagMisses: UInt8 = 0, stated: [Bool] = [],
        statements: [[UInt8]] = []
    ) {
        self.isTagged = isTagged
        self.isSigned = isSigned
        self.tagMisses = tagMisses
        self.stated = stated
        self.statements = statements
    }
}

extension SealVerdict: Coded {
    /// flags u8: two bits each, the tag's lower (0 not asked, 1 no, 2 yes), 16: statements follow, 32: misses do
    ///     | misses u8 | n u16 | n × u8 | m u8 | m × 64
    package func write(to writer: inout ByteWriter) {
        let hasStatements = !stated.isEmpty || !statements.isEmpty
        let flags: UInt8 = (hasStatements ? 16 : 0) | (tagMisses > 0 ? 32 : 0)
        writer.u8(Self.code(isTagged) | Self.code(isSigned) << 2 | flags)
        if tagMisses > 0 { writer.u8(tagMisses) }
        guard hasStatements else { return }
        precondition(stated.count <= Self.statedMax, "\(stated.count) statements looked at for one input")
        writer.u16(UInt16(stated.count))
        for verdict in stated { writer.flag(verdict) }
        writer.count(statements.count, limit: 255)
        for signature in statements { writer.raw(signature) }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let code = try reader.u8()
        guard code < 64 else { throw .invalid(.kind) }
        self.init(isTagged: try Self.verdict(code & 3), isSigned: try Self.verdict(code >> 2 & 3))
        if code & 32 != 0 {
            tagMisses = try reader.u8()
            guard tagMisses > 0, isTagged == true else { throw .invalid(.kind) }
        }
        guard code & 16 != 0 else { return }
        for _ in 0..<(try reader.u16()) { stated.append(try reader.flag()) }
        for _ in 0..<(try reader.count(.entries, limit: 255)) {
            statements.append(try reader.bytes(Envelope.signatureBytes))
        }
        guard !stated.isEmpty || !statements.isEmpty else { throw .invalid(.entries) }
    }

    private static func code(_ verdict: Bool?) -> UInt8 { verdict.map { $0 ? 2 : 1 } ?? 0 }

    private static func verdict(_ code: UInt8) throws(WireError) -> Bool? {
        guard code < 3 else { throw .invalid(.kind) }
        return code == 0 ? nil : code == 2
    }
}

/// The verifier and signer of a peer that is recorded: asks others, and keeps what they said and made for the input in hand.
package final class RecordingVerifier: Verifier, Signer {
    private let verifier: any Verifier
    private let signer: (any Signer)?
    private var verdict = SealVerdict()
    private var missed: UInt8 = 0

    package init(over verifier: any Verifier, signer: (any Signer)? = nil) {
        self.verifier = verifier
        self.signer = signer
    }

    package func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        let isTagged = verifier.isTagged(datagram, by: key)
        // Of several keys, the newest first, one is enough.
        verdict.isTagged = isTagged || verdict.isTagged == true
        if isTagged { verdict.tagMisses = missed } else { missed += 1 }
        return isTagged
    }

    package func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        let isSigned = verifier.isSigned(datagram, signedCount: signedCount, by: key)
        verdict.isSigned = isSigned
        return isSigned
    }

    package func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        let isStated = verifier.isStated(bytes, signature: signature, by: key)
        verdict.stated.append(isStated)
        return isStated
    }

    package func signature(over bytes: [UInt8]) -> [UInt8] {
        guard let signer else { preconditionFailure("a recording without a signer signs") }
        return signer.signature(over: bytes)
    }

    package func stated(_ bytes: [UInt8]) -> [UInt8] {
        let signature = signature(over: bytes)
        verdict.statements.append(signature)
        return signature
    }

    /// What was said since the last call; called after every `handle`.
    package func take() -> SealVerdict {
        defer { (verdict, missed) = (SealVerdict(), 0) }
        return verdict
    }
}

/// The verifier and signer of a peer that is replayed: says again what was said. Its datagrams go nowhere; of statements
/// only the recorded signatures are of use.
final class ReplayVerifier: Verifier, Signer {
    private var recorded = SealVerdict()
    /// What has been asked since `prepare`.
    private(set) var asked = SealVerdict()
    private var missed: UInt8 = 0

    func prepare(_ verdict: SealVerdict) {
        recorded = verdict
        (asked, missed) = (SealVerdict(), 0)
    }

    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        let isTagged = recorded.isTagged == true && missed == recorded.tagMisses
        asked.isTagged = isTagged || asked.isTagged == true
        if isTagged { asked.tagMisses = missed } else { missed &+= 1 }
        return isTagged
    }

    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        asked.isSigned = recorded.isSigned ?? false
        return recorded.isSigned ?? false
    }

    func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        let place = asked.stated.count
        let isStated = place < recorded.stated.count && recorded.stated[place]
        asked.stated.append(isStated)
        return isStated
    }

    func signature(over bytes: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: Envelope.signatureBytes) }

    func stated(_ bytes: [UInt8]) -> [UInt8] {
        let place = asked.statements.count
        let signature = place < recorded.statements.count ? recorded.statements[place] : signature(over: bytes)
        asked.statements.append(signature)
        return signature
    }
}
