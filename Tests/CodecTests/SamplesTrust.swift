import SkeinCodec
import SkeinPeer
import SkeinSeal
import SkeinWire
import WireSamples

// Values about the fleet and its stops.
extension Samples {
    /// As on the air: of every content.
    mutating func entry() -> TrustEntry {
        var maker = MessageMaker(seed: word())
        return one(of: [maker.entry(), one(of: GoldenMessage.trustEntries)])
    }

    mutating func publicKey() -> PublicKey {
        guard let key = PublicKey(bytes: bytes(PublicKey.byteCount)) else { preconditionFailure("no key") }
        return key
    }

    mutating func roles() -> TrustRoles { TrustRoles(rawValue: u8()).intersection(.all) }

    mutating func stopName() -> StopStatement.Name { StopStatement.Name(issuer: node(), number: u32()) }

    mutating func member() -> Member {
        Member(
            id: robot(), key: publicKey(), roles: roles(), expiresAtSeconds: flag() ? nil : UInt64(u32()) + 1,
            name: one(of: ["scout-1", "", "Käfer", "r9"]), membershipNumber: u32())
    }

    mutating func commandRefusals() -> [CommandRefusal] {
        [.role(roles()), .stopped(number: u32()), .notStopped, .otherStop(inForce: u32()), .revoked]
    }

    mutating func admitReport() -> AdmitReport {
        let reasons: [TrustBook.Refusal] = [.known, .unknownIssuer, .wrongSignature, .notAllowed, .full]
        return AdmitReport(
            admitted: below(40), known: below(40),
            refused: (0..<below(OperatorCommand.entriesMax + 1)).map { .init(index: $0, reason: one(of: reasons)) })
    }

    mutating func trustReport() -> TrustReport {
        TrustReport(
            fleet: FleetID(word()), authority: flag() ? publicKey() : nil, digest: u32(), entries: below(5_000),
            keyNumber: UInt16(below(65_536)),
            rows: (0..<below(12)).map { _ in
                TrustReport.Row(member: member(), state: one(of: TrustReport.State.allCases))
            })
    }

    mutating func safetyReport() -> SafetyReport {
        SafetyReport(
            robot: robot(), isStopped: flag(), isPersisted: flag(), numberMax: u32(),
            active: (0..<below(5)).map { _ in stopName() },
            issued: flag() ? SafetyReport.Issued(name: stopName(), isRelease: flag()) : nil,
            robots: (0..<below(9)).map { _ in
                SafetyReport.Robot(
                    id: robot(), name: one(of: ["scout-1", "r4"]), answer: one(of: SafetyReport.Answer.allCases),
                    after: flag() ? span() : nil)
            })
    }

    mutating func account() -> PeerAccount {
        PeerAccount(robot: node(), state: one(of: TrustReport.State.allCases), key: publicKey(), roles: roles())
    }

    mutating func verdicts() -> [SealVerdict] {
        [
            SealVerdict(), SealVerdict(isTagged: false), SealVerdict(isTagged: true, isSigned: false),
            SealVerdict(isTagged: true, isSigned: true), SealVerdict(isTagged: true, isSigned: true, tagMisses: 3),
            SealVerdict(
                isTagged: true, tagMisses: 1, stated: (0..<below(40)).map { _ in flag() } + [true],
                statements: (0..<below(4)).map { _ in bytes(Envelope.signatureBytes) }),
            SealVerdict(statements: [bytes(Envelope.signatureBytes)]),
        ]
    }
}
