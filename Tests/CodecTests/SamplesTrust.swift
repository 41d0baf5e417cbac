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
        var account = PeerAccount(
            robot: node(), state: one(of: TrustReport.State.allCases), key: publicKey(), roles: roles(),
            expiresAtSeconds: flag() ? UInt64(u32()) + 1 : nil)
        account.isDoubled = flag()
        account.epoch = flag() ? Epoch(u32()) : nil
        account.control = flag() ? link() : nil
        account.data = flag() ? link() : nil
        account.contact = flag() ? PeerAccount.Contact(since: span(), silence: span()) : nil
        account.hasLeft = flag()
        account.next = node()
        account.leader = node()
        account.isStopped = one(of: [nil, true, false])
        account.results = flag() ? results() : nil
        return account
    }

    private mutating func link() -> PeerAccount.Link {
        PeerAccount.Link(isLink: flag(), address: LinkAddress(word()))
    }

    private mutating func results() -> PeerAccount.Results {
        PeerAccount.Results(
            trust: one(of: [.trusted, .doubted, .shunned(left: span())]), right: below(9), wrong: below(9),
            probes: below(9), wordsKept: below(9), wordsBroken: below(9),
            lossLast: flag() ? one(of: StandingLoss.allCases) : nil, isUnreliable: flag(), isDistrustedLeader: flag())
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
