import SkeinSeal
import SkeinWire

/// What can be made of a fleet's messages without its keys. Nothing here knows a secret of the fleet's.
struct Forgery {
    let fleet: FleetID
    /// Robots are numbered from 0; that is public too.
    let robots: Int
    private let keys: SigningKey

    init(fleet: FleetID, robots: Int, dice: inout Dice) {
        self.fleet = fleet
        self.robots = robots
        keys = SigningKey(seed: Self.bytes(SigningKey.seedBytes, &dice))
    }

    static func bytes(_ count: Int, _ dice: inout Dice) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: dice.word()) }
    }

    static func flipped(_ datagram: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var copy = datagram
        guard !copy.isEmpty else { return copy }
        // Turning one bit twice would turn none.
        let bits = dice.choose(1 + dice.below(bitsMax), of: min(copy.count * 8, bitsOffsetMax))
        let start = dice.below(max(1, copy.count * 8 - bitsOffsetMax))
        for bit in bits { copy[(start + bit) / 8] ^= 1 << UInt8((start + bit) % 8) }
        return copy
    }

    private static let bitsMax = 8
    /// Turned bits are no farther apart.
    private static let bitsOffsetMax = 256

    /// Shorter by at least a byte; every other time with a body length that agrees.
    static func truncated(_ datagram: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var copy = Array(datagram.prefix(dice.below(max(1, datagram.count))))
        guard copy.count >= Envelope.overheadBytes, dice.below(2) == 0 else { return copy }
        let body = copy.count - Envelope.overheadBytes
        copy[4] = UInt8(body >> 8)
        copy[5] = UInt8(body & 0xFF)
        return copy
    }

    /// The smallest frame that has a header of this fleet's.
    func minimal(_ dice: inout Dice) -> [UInt8] {
        var writer = ByteWriter(capacity: Envelope.overheadBytes)
        envelope(&dice).write(bodyBytes: 0, to: &writer)
        return writer.bytes + Self.bytes(Envelope.signatureBytes + Envelope.tagBytes, &dice)
    }

    /// One message made of one or two that were heard, or of none.
    func forged(_ one: [UInt8], _ other: [UInt8], _ dice: inout Dice) -> [UInt8] {
        var copy = one
        switch dice.below(5) {
        case 0: Self.rewriteHeader(&copy, robots: robots, &dice)
        case 1:
            // Only what the relay writes, which nobody signs.
            copy[Envelope.Offset.relay + 1] ^= UInt8(1 + dice.below(255))
            copy[Envelope.Offset.next + 1] = UInt8(truncatingIfNeeded: dice.word())
            copy[Envelope.Offset.hop] = UInt8(1 + dice.below(8))
        case 2:
            // The body of one under the header and the proofs of the other.
            let proofs = copy.suffix(Envelope.signatureBytes + Envelope.tagBytes)
            let body = other.dropFirst(Envelope.headerBytes).dropLast(Envelope.signatureBytes + Envelope.tagBytes)
            copy = Array(copy.prefix(Envelope.headerBytes) + body + proofs)
            copy[4] = UInt8(body.count >> 8)
            copy[5] = UInt8(body.count & 0xFF)
        case 3:
            // A tag of one message under another.
            copy = Array(copy.dropLast(Envelope.tagBytes) + other.suffix(Envelope.tagBytes))
            Self.rewriteHeader(&copy, robots: robots, &dice)
        default: copy = strangers(&dice)
        }
        return copy == one ? Self.flipped(one, &dice) : copy
    }

    private static func rewriteHeader(_ copy: inout [UInt8], robots: Int, _ dice: inout Dice) {
        switch dice.below(4) {
        case 0: copy[7] = UInt8(truncatingIfNeeded: dice.below(max(robots, 2)))
        case 1: copy[19] &+= UInt8(1 + dice.below(3))
        case 2: copy[22] &+= UInt8(1 + dice.below(200))
        default: copy[25] = UInt8(truncatingIfNeeded: dice.below(max(robots, 2)))
        }
        // The counter of whoever it is now, far ahead.
        copy[21] &+= UInt8(1 + dice.below(4))
    }

    /// A whole message in a robot's name, in the fleet's number, signed and tagged with keys of its own.
    private func strangers(_ dice: inout Dice) -> [UInt8] {
        let key = FleetKey(bytes: Self.bytes(FleetKey.byteCount, &dice), fleet: fleet)
        let victim = NodeID(UInt16(dice.below(robots)))
        var seal = Seal(
            id: victim, epoch: Epoch(UInt32(1 + dice.below(3))), fleetKey: key,
            roster: Roster([(victim, keys.publicKey)]), signer: KeySigner(keys), verifier: SodiumVerifier())
        let orders = MissionOrder.Command.allCases
        let order = MissionOrder(
            revision: UInt32(1 + dice.below(1_000)), command: orders[dice.below(orders.count)], root: victim)
        return seal.close(.mission(order), to: .none, via: .none, next: .none, timeToLive: 16)
    }

    private func envelope(_ dice: inout Dice) -> Envelope {
        let sender = NodeID(UInt16(dice.below(robots)))
        let kinds = MessageKind.allCases
        let kind = kinds[dice.below(kinds.count)]
        return Envelope(
            kind: kind, trafficClass: kind.trafficClass, timeToLive: 16, sender: sender, fleet: fleet,
            epoch: Epoch(UInt32(1 + dice.below(3))), counter: UInt32(1 + dice.below(100_000)), destination: .none,
            via: .none, relay: sender, next: .none, hop: 1)
    }
}
