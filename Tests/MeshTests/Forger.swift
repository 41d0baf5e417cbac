import SkeinWire

@testable import SkeinSeal

/// What a member's keys let it sign: any content under any number.
struct Forger {
    let robot: Int

    /// The same message with another body, and another counter if asked for, signed and tagged anew.
    func resigned(_ datagram: [UInt8], _ message: Message? = nil, counter: UInt32? = nil) -> [UInt8] {
        var reader = ByteReader(datagram)
        guard var envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count) else {
            preconditionFailure("not a datagram")
        }
        if let counter { envelope.counter = counter }
        let body =
            message?.bytes
            ?? Array(datagram[Envelope.headerBytes..<(datagram.count - Envelope.signatureBytes - Envelope.tagBytes)])
        var writer = ByteWriter()
        envelope.write(bodyBytes: body.count, to: &writer)
        writer.raw(body)
        var bytes = writer.bytes
        bytes += Swarm.signingKey(robot).signature(over: MessageStatement.bytes(of: bytes, signedCount: bytes.count))
        return Self.tagged(bytes)
    }

    private static func tagged(_ bytes: [UInt8]) -> [UInt8] {
        var tagged = bytes + [UInt8](repeating: 0, count: Envelope.tagBytes)
        tagged.withUnsafeMutableBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            Swarm.key.tag(over: base, count: bytes.count, into: base + bytes.count)
        }
        return tagged
    }

    /// Its own message of one kind; nil: another's, or of another kind.
    func own(_ kind: MessageKind, _ datagram: [UInt8]) -> (envelope: Envelope, message: Message)? {
        var reader = ByteReader(datagram)
        guard let envelope = try? Envelope(reading: &reader, datagramBytes: datagram.count), envelope.kind == kind,
            envelope.sender.number == UInt16(robot)
        else { return nil }
        let end = datagram.count - Envelope.signatureBytes - Envelope.tagBytes
        guard let message = try? Message(kind, body: datagram[Envelope.headerBytes..<end]) else { return nil }
        return (envelope, message)
    }
}
