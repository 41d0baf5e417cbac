import SkeinWire

// Random and largest messages about the fleet and its stops. Their signatures are nobody's.
extension MessageMaker {
    mutating func introduction() -> Introduction {
        let (asks, answers) = [(true, false), (false, true), (true, true)][below(3)]
        return Introduction(
            awakeMilliseconds: u16(), ask: asks ? u64() : nil, answer: answers ? u64() : nil,
            floors: TrafficClass.allCases.map { _ in u32() })
    }

    /// Of the entries drawn as many as fit one message; the largest fills it to the last byte.
    mutating func gossip(_ length: Length) -> TrustGossip {
        if length.isLargest { return fullGossip() }
        let entries = (0..<length(TrustGossip.entriesMax, &random)).map { _ in entry() }
        return TrustGossip.messages(of: entries).first ?? TrustGossip(entries: [])
    }

    /// Every content once, and memberships whose names make up the rest.
    private mutating func fullGossip() -> TrustGossip {
        var entries = [entry(revocation()), entry(share()), entry(twoFaces(headBytes: SignedDigest.headBytesMax))]
        for nameBytes in [32, 32, 32, 26] { entries.append(entry(membership(nameBytes: nameBytes))) }
        return TrustGossip(entries: entries)
    }

    package mutating func entry() -> TrustEntry {
        switch below(5) {
        case 0: entry(revocation())
        case 1: entry(share())
        case 2: entry(twoFaces(headBytes: below(SignedDigest.headBytesMax + 1)))
        case 3: entry(brokenRule())
        default: entry(membership(nameBytes: 1 + below(Membership.nameBytesMax)))
        }
    }

    private mutating func entry(_ content: TrustEntry.Content) -> TrustEntry {
        TrustEntry(
            issuer: node(), number: serial(), issuedAtSeconds: UInt64(u32()), content: content,
            signature: random.bytes(TrustEntry.signatureBytes))
    }

    private mutating func membership(nameBytes: Int) -> TrustEntry.Content {
        let letters = Array("abcXYZ019-_")
        return .membership(
            Membership(
                robot: robot(), key: random.bytes(Membership.keyBytes),
                roles: TrustRoles(rawValue: u8()).intersection(.all),
                expiresAtSeconds: flag() ? nil : UInt64(u32()) + 1,
                name: String((0..<nameBytes).map { _ in letters[below(letters.count)] })))
    }

    private mutating func revocation() -> TrustEntry.Content {
        .revocation(Revocation(robot: robot(), key: random.bytes(Membership.keyBytes), entriesStand: u32()))
    }

    private mutating func share() -> TrustEntry.Content {
        .fleetKey(FleetKeyShare(keyNumber: u16(), robot: robot(), sealed: random.bytes(FleetKeyShare.sealedBytes)))
    }

    private mutating func twoFaces(headBytes: Int) -> TrustEntry.Content {
        .demotion(
            Demotion(
                accused: robot(), membershipNumber: u32(),
                evidence: .twoFaces(digest(headBytes: headBytes), digest(headBytes: headBytes))))
    }

    private mutating func brokenRule() -> TrustEntry.Content {
        let least = Envelope.headerBytes + Envelope.signatureBytes + 1
        return .demotion(
            Demotion(
                accused: robot(), membershipNumber: u32(),
                evidence: .brokenRule(random.bytes(least + below(Demotion.messageBytesMax - least + 1)))))
    }

    private mutating func digest(headBytes: Int) -> SignedDigest {
        SignedDigest(
            header: random.bytes(Envelope.headerBytes), head: random.bytes(headBytes),
            hash: random.bytes(SignedDigest.hashBytes), signature: random.bytes(Envelope.signatureBytes))
    }

    /// As a peer fills one: statements while they fit.
    mutating func stopNotice(_ length: Length) -> StopNotice {
        var notice = StopNotice(isStopped: flag(), digest: u32(), statements: [])
        var bytes = 6
        let count = length(StopNotice.statementsMax, &random)
        // As many names as a datagram has room for beside so many statements.
        let names = length.isLargest ? [64, 5] : [length(StopStatement.namesMax, &random), below(9)]
        for index in 0..<count {
            let statement = statement(names: index < names.count ? names[index] : 0)
            bytes += statement.statedBytes.count + StopStatement.signatureBytes
            guard bytes <= Envelope.bodyBytesMax else { break }
            notice.statements.append(statement)
        }
        return notice
    }

    /// A stop, or with names a release.
    private mutating func statement(names: Int) -> StopStatement {
        let number = max(1, serial())
        return StopStatement(
            kind: names == 0 ? .stop : .release, issuer: robot(), number: number,
            names: (0..<names).map { _ in stopName(below: number) },
            signature: random.bytes(StopStatement.signatureBytes))
    }

    /// Numbered from 1 to the bound.
    mutating func stopName(below bound: UInt32) -> StopStatement.Name {
        StopStatement.Name(issuer: robot(), number: max(1, min(serial(), bound)))
    }

    mutating func u64() -> UInt64 { UInt64(u32()) << 32 | UInt64(u32()) }
}
