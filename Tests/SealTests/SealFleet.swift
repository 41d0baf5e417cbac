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

    /// A robot on the air; `signer` is another robot's key in a forger's hands.
    func station(_ number: UInt16, epoch: UInt32 = 5, signedBy signer: UInt16? = nil) -> Station {
        Station(
            Seal(
                id: NodeID(number), epoch: Epoch(epoch), fleetKey: key, roster: roster,
                signer: KeySigner(Self.signingKey(signer ?? number)), verifier: SodiumVerifier()))
    }

    static let echo = Message.echo(Echo(number: 0x5566_7788, isAnswer: true, hops: 3))
    static let flood = Message.routeRequest(RouteRequest(request: 1, target: NodeID(9)))
}

/// A robot's seal as a thing that speaks and listens; a reference, since expectations may not change a value.
final class Station {
    private(set) var seal: Seal

    init(_ seal: Seal) { self.seal = seal }

    var drops: DropCounters { seal.drops }

    func close(_ message: Message, to destination: NodeID, via: NodeID, next: NodeID, timeToLive: UInt8) -> [UInt8] {
        seal.close(message, to: destination, via: via, next: next, timeToLive: timeToLive)
    }

    func relayed(_ datagram: [UInt8], next: NodeID, hop: UInt8) -> [UInt8] {
        seal.relayed(datagram, next: next, hop: hop)
    }

    func open(_ datagram: [UInt8]) -> Seal.Opened? { seal.open(datagram) }

    /// Says something to everybody.
    func say(_ message: Message, timeToLive: UInt8 = 9) -> [UInt8] {
        seal.close(message, to: .none, via: .none, next: .none, timeToLive: timeToLive)
    }

    /// What is counted when a datagram comes in: nil when it was let in. One datagram, one counter.
    func refusal(of datagram: [UInt8]) -> DropReason? {
        let before = drops
        let opened = open(datagram)
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

/// Message kinds with their golden message, for tests that loop over all.
let goldenMessages = GoldenMessage.all
