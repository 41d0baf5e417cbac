/// A half of a session's handshake, as the sessions wrote it (docs/sessions.md): it bears a signature of its own.
///
///     n u8, half n
package struct Handshake: Hashable, Sendable {
    package static let bytesMax = 200

    package var half: [UInt8]

    package init(half: [UInt8]) {
        precondition((1...Self.bytesMax).contains(half.count), "a handshake's half of \(half.count) bytes")
        self.half = half
    }

    func write(to writer: inout ByteWriter) {
        writer.count(half.count, limit: Self.bytesMax)
        writer.raw(half)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        let count = try reader.count(.payload, limit: Self.bytesMax)
        guard count > 0 else { throw .invalid(.payload) }
        half = try reader.bytes(count)
    }
}
