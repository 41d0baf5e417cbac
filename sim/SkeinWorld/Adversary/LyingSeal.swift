import SkeinSeal
import SkeinWire

/// A robot's key in the hands of the liar around its peer: what the peer has sealed is opened, changed and closed again,
/// with the same boot, and counters that stay in one row with those of messages the peer knows nothing of.
struct LyingSeal {
    /// A robot's own message, as its peer sealed it.
    struct Spoken {
        var envelope: Envelope
        var message: Message
    }

    /// Of floods sent lately, what counter each was given: neighbours that missed one get it again under the same.
    private static let rowsMax = 256

    private let seal: Seal
    /// By class: messages of the liar's own so far, and the peer's last counter.
    private var added = [UInt32](repeating: 0, count: TrafficClass.allCases.count)
    private var last = [UInt32](repeating: 0, count: TrafficClass.allCases.count)
    private var rows: [(lane: Int, counter: UInt32, given: UInt32)] = []
    private var turn = 0

    init(_ seal: Seal) { self.seal = seal }

    var robot: NodeID { seal.id }

    /// Nil: not this robot's own.
    func spoken(_ datagram: [UInt8]) -> Spoken? {
        var reader = ByteReader(datagram)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count),
            envelope.sender == seal.id
        else { return nil }
        let end = datagram.count - Envelope.signatureBytes - Envelope.tagBytes
        guard let message = try? Message(envelope.kind, body: datagram[Envelope.headerBytes..<end]) else { return nil }
        return Spoken(envelope: envelope, message: message)
    }

    /// The counter that goes on the air in place of the peer's.
    private mutating func given(_ envelope: Envelope) -> UInt32 {
        let lane = Int(envelope.trafficClass.rawValue)
        if envelope.kind.isFlooded,
            let row = rows.first(where: { $0.lane == lane && $0.counter == envelope.counter })
        {
            return row.given
        }
        last[lane] = max(last[lane], envelope.counter)
        let given = envelope.counter + added[lane]
        guard envelope.kind.isFlooded else { return given }
        let row = (lane: lane, counter: envelope.counter, given: given)
        if rows.count < Self.rowsMax {
            rows.append(row)
        } else {
            rows[turn] = row
            turn = (turn + 1) % Self.rowsMax
        }
        return given
    }

    /// The peer's message as it goes on the air, by whatever it says now. Unchanged bytes if nothing is changed.
    mutating func resealed(_ datagram: [UInt8], _ spoken: Spoken, saying messages: [Message]) -> [[UInt8]] {
        var envelope = spoken.envelope
        let counter = given(envelope)
        let isRenumbered = counter != envelope.counter
        envelope.counter = counter
        return messages.map { message in
            guard isRenumbered || message != spoken.message else { return datagram }
            return close(message, under: envelope)
        }
    }

    /// A message of the liar's own, to everybody, after all that its peer has said so far.
    mutating func flooded(_ message: Message, timeToLive: UInt8) -> [UInt8] {
        let lane = Int(message.kind.trafficClass.rawValue)
        added[lane] += 1
        let envelope = Envelope(
            kind: message.kind, trafficClass: message.kind.trafficClass, timeToLive: timeToLive, sender: seal.id,
            fleet: seal.fleet, epoch: seal.epoch, counter: last[lane] + added[lane], destination: .none, via: .none,
            relay: seal.id, next: .none, hop: 1)
        return close(message, under: envelope)
    }

    private func close(_ message: Message, under envelope: Envelope) -> [UInt8] {
        var envelope = envelope
        envelope.kind = message.kind
        envelope.trafficClass = message.kind.trafficClass
        let body = message.bytes
        var writer = ByteWriter(capacity: body.count + Envelope.overheadBytes)
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        let unsigned = writer.bytes
        let open = [UInt8](repeating: 0, count: Envelope.signatureBytes + Envelope.tagBytes)
        guard let digest = SignedDigest(of: unsigned + open) else {
            preconditionFailure("no digest of a whole message")
        }
        let signature = seal.signer.signature(over: digest.statement)
        let signed = unsigned + signature + [UInt8](repeating: 0, count: Envelope.tagBytes)
        return seal.relayed(signed, next: envelope.next, hop: envelope.hop)
    }
}
