import SkeinWire

/// The second of a handshake's two messages: the asked robot's half.
///
///     2 u8 | responder u16 | initiator u16 | epoch u32 | number u32 | initiator's session u32 | session u32
///     | ephemeral 32 | signature 64
///
/// `number` and the initiator's session are those of the wish; `epoch` and `session` are the responder's own. The signature,
/// in the domain `session`, is over all before it and then BLAKE2b-256 of what the initiator signed: both signatures
/// together stand for both halves.
package struct SessionAccept: Hashable, Sendable {
    package static let byteCount = 53 + Envelope.signatureBytes

    package var responder: NodeID
    package var initiator: NodeID
    package var epoch: Epoch
    package var number: UInt32
    package var initiatorSession: UInt32
    package var session: UInt32
    /// X25519 public key, 32 bytes.
    package var ephemeral: [UInt8]
    package var signature: [UInt8] = []

    /// All but the signature.
    var ownBytes: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.u8(SessionMessage.Purpose.accept.rawValue)
        writer.node(responder)
        writer.node(initiator)
        writer.u32(epoch.number)
        writer.u32(number)
        writer.u32(initiatorSession)
        writer.u32(session)
        writer.raw(ephemeral)
        return writer.bytes
    }

    /// What is signed.
    func stated(answering open: SessionOpen) -> [UInt8] {
        let hash = HashStream(hashBytes: 32)
        hash.absorb(open.stated)
        return ownBytes + hash.finish()
    }

    /// What follows the purpose.
    init(reading reader: inout ByteReader) throws(WireError) {
        responder = try reader.node()
        initiator = try reader.node()
        epoch = Epoch(try reader.u32())
        number = try reader.u32()
        initiatorSession = try reader.u32()
        session = try reader.u32()
        ephemeral = try reader.bytes(EphemeralKey.byteCount)
        signature = try reader.bytes(Envelope.signatureBytes)
        guard initiator != responder, initiator != .none, responder != .none else { throw .invalid(.robot) }
    }

    init(answering open: SessionOpen, epoch: Epoch, session: UInt32, ephemeral: [UInt8]) {
        responder = open.responder
        initiator = open.initiator
        self.epoch = epoch
        number = open.number
        initiatorSession = open.session
        self.session = session
        self.ephemeral = ephemeral
    }
}
