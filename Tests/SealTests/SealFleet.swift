import SkeinSeal
import SkeinWire
import WireSamples

/// A small fleet with fixed keys: robots 1 to 9 are enrolled, everybody else is a stranger.
struct SealFleet {
    static let members: ClosedRange<UInt16> = 1...9

    let key: FleetKey
    let roster: Roster

    init(keyFill: UInt8 = 0x40) {
        key = FleetKey(bytes: (0..<32).map { keyFill + $0 })
        roster = Roster(Self.members.map { (NodeID($0), Self.signingKey($0).publicKey) })
    }

    static func signingKey(_ number: UInt16) -> SigningKey {
        SigningKey(seed: [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: SigningKey.seedBytes))
    }

    /// The boot that robots are in unless a test says otherwise.
    static let epoch: UInt32 = 5

    /// A robot on the air, to which all members have proved that they are in their fifth boot; a newborn has heard nobody
    /// yet. `signer` is another robot's key in a forger's hands.
    func station(
        _ number: UInt16, epoch: UInt32 = Self.epoch, signedBy signer: UInt16? = nil, isNewborn: Bool = false,
        keys: [FleetKey]? = nil, verifier: any Verifier = SodiumVerifier()
    ) -> Station {
        let station = Station(
            Seal(
                id: NodeID(number), epoch: Epoch(epoch), keyring: FleetKeyring(keys ?? [key]), roster: roster,
                signer: KeySigner(Self.signingKey(signer ?? number)), verifier: verifier, opener: nil))
        if !isNewborn {
            for member in Self.members where member != number { station.prove(member, epoch: Self.epoch) }
        }
        return station
    }

    /// A datagram of these bytes, header and body, as `signer` signs them: what no `Seal` would say.
    static func signed(_ bytes: [UInt8], by signer: UInt16) -> [UInt8] {
        let proof = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
        guard let digest = SignedDigest(of: bytes + proof) else { preconditionFailure("no envelope") }
        return bytes + signingKey(signer).signature(over: digest.statement) + proof.suffix(Envelope.tagBytes)
    }

    static let echo = Message.echo(Echo(number: 0x5566_7788, isAnswer: true, hops: 3))
    static let flood = Message.routeRequest(RouteRequest(request: 1, target: NodeID(9)))
}

/// A robot's seal as a thing that speaks and listens; a reference, since expectations may not change a value.
final class Station {
    private(set) var seal: Seal

    init(_ seal: Seal) { self.seal = seal }

    var drops: DropCounters { seal.drops }
    private(set) var now = Instant.zero

    /// Time passes.
    func wait(_ span: Duration) {
        now += span
        seal.advance(to: now)
    }

    func prove(_ member: UInt16, epoch: UInt32, floors: [UInt32] = TrafficClass.allCases.map { _ in 0 }) {
        seal.prove(NodeID(member), Epoch(epoch), floors: floors)
    }

    func admit(_ envelope: Envelope) -> Bool { seal.admit(envelope) }

    func clockSays(_ seconds: UInt64) { seal.trust.clockSays(seconds) }

    func learn(_ key: FleetKey) -> Bool { seal.keyring.learn(key, now: now) }

    func close(_ message: Message, to destination: NodeID, via: NodeID, next: NodeID, timeToLive: UInt8) -> [UInt8] {
        seal.close(message, to: destination, via: via, next: next, timeToLive: timeToLive)
    }

    func relayed(_ datagram: [UInt8], next: NodeID, hop: UInt8) -> [UInt8] {
        seal.relayed(datagram, next: next, hop: hop)
    }

    func open(_ datagram: [UInt8], from source: UInt64 = 0) -> Seal.Opened? { seal.open(datagram, from: source) }

    /// Says something to everybody.
    func say(_ message: Message, timeToLive: UInt8 = 9, keyNumber: UInt16? = nil) -> [UInt8] {
        seal.close(message, to: .none, via: .none, next: .none, timeToLive: timeToLive, keyNumber: keyNumber)
    }

    /// What is counted when a datagram comes in: nil when it was let in. One datagram, one counter.
    func refusal(of datagram: [UInt8], from source: UInt64 = 0) -> DropReason? {
        let before = drops
        let opened = open(datagram, from: source)
        let counted = DropReason.allCases.filter { drops[$0] != before[$0] }
        precondition(counted.count == (opened == nil ? 1 : 0), "\(counted) counted for one datagram")
        precondition(drops.total == before.total + counted.count, "counted more than once")
        return counted.first
    }

    /// What an insider can do: it holds the fleet's key, so it fits a tag to any bytes that claim it relayed them.
    func retagged(_ datagram: [UInt8]) -> [UInt8] {
        let next = UInt16(datagram[Envelope.Offset.next]) << 8 | UInt16(datagram[Envelope.Offset.next + 1])
        return relayed(datagram, next: NodeID(next), hop: datagram[Envelope.Offset.hop])
    }
}

/// Counts what it is asked for.
final class CountingVerifier: Verifier {
    private let verifier = SodiumVerifier()
    private(set) var tags = 0
    private(set) var signatures = 0
    private(set) var statements = 0

    func isTagged(_ datagram: [UInt8], by key: FleetKey) -> Bool {
        tags += 1
        return verifier.isTagged(datagram, by: key)
    }

    func isSigned(_ datagram: [UInt8], signedCount: Int, by key: PublicKey) -> Bool {
        signatures += 1
        return verifier.isSigned(datagram, signedCount: signedCount, by: key)
    }

    func isStated(_ bytes: [UInt8], signature: [UInt8], by key: PublicKey) -> Bool {
        statements += 1
        return verifier.isStated(bytes, signature: signature, by: key)
    }
}

/// Message kinds with their golden message, for tests that loop over all.
let goldenMessages = GoldenMessage.all
