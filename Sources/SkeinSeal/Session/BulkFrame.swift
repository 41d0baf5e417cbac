import SkeinWire

/// One datagram of bulk between two robots that have a session. Big-endian.
///
///      0        1        2        3        4        5        6        7
///     +--------+--------+-----------------+-----------------------------------+
///     | 0xB1   | 0      | receiver        | session                           |
///     +--------+--------+-----------------+-----------------------------------+
///     | counter                                                               |
///     +--------…
///     | payload, encrypted, 0…1368 bytes
///     +--------…
///     | tag, 16 bytes: Poly1305 over the header and the encrypted payload
///     +--------…
///
/// ChaCha20-Poly1305 (RFC 8439) under the session's key of this direction. The nonce is the header's last twelve bytes:
/// the session's number is the same under one key, the counter never, from 1 on. `session` is the receiver's number for
/// it. The first byte tells a frame from an envelope, which begins with its version. An empty payload says: I have the
/// keys, I am still there.
package struct BulkFrame: Hashable, Sendable {
    package static let format: UInt8 = 0xB1
    package static let headerBytes = 16
    package static let tagBytes = 16
    package static let overheadBytes = headerBytes + tagBytes
    /// A whole datagram (`Envelope.datagramBytesMax`) less this overhead.
    package static let payloadBytesMax = 1_368

    enum Offset {
        static let nonce = 4
    }

    package var receiver: NodeID
    package var session: UInt32
    package var counter: UInt64

    /// Whether a datagram is a frame, to be opened by the sessions, or else a message, to be opened by the seal.
    package static func isFrame(_ datagram: [UInt8]) -> Bool { datagram.first == format }

    init(receiver: NodeID, session: UInt32, counter: UInt64) {
        self.receiver = receiver
        self.session = session
        self.counter = counter
    }

    /// The header of a datagram; nil if it is none or the lengths cannot be.
    package init?(_ datagram: UnsafeRawBufferPointer) {
        guard datagram.count >= Self.overheadBytes, datagram.count <= Envelope.datagramBytesMax,
            datagram[0] == Self.format, datagram[1] == 0
        else { return nil }
        receiver = NodeID(UInt16(bigEndian: datagram.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        session = UInt32(bigEndian: datagram.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
        counter = UInt64(bigEndian: datagram.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }

    /// Over the first sixteen bytes of a datagram in the making.
    func write(to datagram: UnsafeMutableRawBufferPointer) {
        precondition(datagram.count >= Self.overheadBytes, "a frame of \(datagram.count) bytes")
        datagram[0] = Self.format
        datagram[1] = 0
        datagram.storeBytes(of: receiver.number.bigEndian, toByteOffset: 2, as: UInt16.self)
        datagram.storeBytes(of: session.bigEndian, toByteOffset: 4, as: UInt32.self)
        datagram.storeBytes(of: counter.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
}
