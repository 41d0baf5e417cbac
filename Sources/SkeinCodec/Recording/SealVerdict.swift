import SkeinSeal
import SkeinWire

/// What the seal was told about one datagram; nil where it did not ask, because the datagram was refused before.
package struct SealVerdict: Hashable, Sendable {
    package var isTagged: Bool?
    package var isSigned: Bool?

    package init(isTagged: Bool? = nil, isSigned: Bool? = nil) {
        self.isTagged = isTagged
        self.isSigned = isSigned
    }
}

extension SealVerdict: Coded {
    /// Two bits each, the tag's lower: 0 not asked, 1 no, 2 yes.
    package func write(to writer: inout ByteWriter) { writer.u8(Self.code(isTagged) | Self.code(isSigned) << 2) }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let code = try reader.u8()
        guard code < 16 else { throw .invalid(.kind) }
        self.init(isTagged: try Self.verdict(code & 3), isSigned: try Self.verdict(code >> 2))
    }

    private static func code(_ verdict: Bool?) -> UInt8 { verdict.map { $0 ? 2 : 1 } ?? 0 }

    private static func verdict(_ code: UInt8) throws(WireError) -> Bool? {
        guard code < 3 else { throw .invalid(.kind) }
        return code == 0 ? nil : code == 2
    }
}

/// The verifier of a peer that is recorded: asks another, and keeps what it said of the datagram in hand.
package final class RecordingVerifier: Verifier {
    private let verifier: any Verifier
    private var verdict = SealVerdict()

    package init(over verifier: any Verifier) { self.verifier = verifier }

    package func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        let isTagged = verifier.isTagged(datagram, by: key)
        verdict.isTagged = isTagged
        return isTagged
    }

    package func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        let isSigned = verifier.isSigned(datagram, signedCount: signedCount, by: key)
        verdict.isSigned = isSigned
        return isSigned
    }

    /// What was said since the last call; called after every `handle`.
    package func take() -> SealVerdict {
        defer { verdict = SealVerdict() }
        return verdict
    }
}

/// The verifier of a peer that is replayed: says again what was said.
final class ReplayVerifier: Verifier {
    /// What to say.
    var recorded = SealVerdict()
    /// What has been asked since `recorded` was set.
    private(set) var asked = SealVerdict()

    func prepare(_ verdict: SealVerdict) {
        recorded = verdict
        asked = SealVerdict()
    }

    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        asked.isTagged = recorded.isTagged ?? false
        return recorded.isTagged ?? false
    }

    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        asked.isSigned = recorded.isSigned ?? false
        return recorded.isSigned ?? false
    }
}

/// The signer of a peer that is replayed: its datagrams go nowhere.
final class ReplaySigner: Signer {
    func signature(over bytes: [UInt8]) -> [UInt8] { [UInt8](repeating: 0, count: Envelope.signatureBytes) }
}
