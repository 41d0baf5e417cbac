import SkeinWire

/// The first of a handshake's two messages: a robot asks another for a session.
///
///     1 u8 | initiator u16 | responder u16 | epoch u32 | number u32 | session u32 | ephemeral 32 | signature 64
///
/// `epoch` and `number` are the initiator's boot and its count of handshakes in it: a later pair is a later wish. `session`
/// is how frames to the initiator will call the session. The signature is over all before it, in the domain `session`.
package struct SessionOpen: Hashable, Sendable {
    package static let byteCount = 49 + Envelope.signatureBytes

    package var initiator: NodeID
    package var responder: NodeID
    package var epoch: Epoch
    package var number: UInt32
    package var session: UInt32
    /// X25519 public key, 32 bytes.
    package var ephemeral: [UInt8]
    package var signature: [UInt8] = []

    /// What is signed.
    var stated: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCount)
        writer.u8(SessionMessage.Purpose.open.rawValue)
        writer.node(initiator)
        writer.node(responder)
        writer.u32(epoch.number)
        writer.u32(number)
        writer.u32(session)
        writer.raw(ephemeral)
        return writer.bytes
    }

    /// What follows the purpose.
    init(reading reader: inout ByteReader) throws(WireError) {
        initiator = try reader.node()
        responder = try reader.node()
        epoch = Epoch(try reader.u32())
        number = try reader.u32()
        session = try reader.u32()
        ephemeral = try reader.bytes(EphemeralKey.byteCount)
        signature = try reader.bytes(Envelope.signatureBytes)
        guard initiator != responder, initiator != .none, responder != .none else { throw .invalid(.robot) }
        guard number > 0 else { throw .invalid(.number) }
    }

    init(
        initiator: NodeID, responder: NodeID, epoch: Epoch, number: UInt32, session: UInt32, ephemeral: [UInt8]
    ) {
        self.initiator = initiator
        self.responder = responder
        self.epoch = epoch
        self.number = number
        self.session = session
        self.ephemeral = ephemeral
    }
}
