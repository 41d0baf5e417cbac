import SkeinWire

/// One signature over a whole object, so that a result stays attributable after the session that carried it is gone, to
/// third parties as well.
///
///     producer u16 | bytes u64 | BLAKE2b-256 32 | n u8, about n ≤ 64 | signature 64
///
/// `about` is the caller's: what the object is of, say request, unit and kernel, so that a true result cannot be passed off
/// as another's. The signature is over all before it, in the domain `object`.
package struct ObjectSeal: Hashable, Sendable {
    package static let objectBytesMax = 64 << 20
    package static let aboutBytesMax = 64
    package static let byteCountMax = 2 + 8 + ObjectHash.byteCount + 1 + aboutBytesMax + Envelope.signatureBytes

    package let producer: NodeID
    package let objectBytes: Int
    package let hash: [UInt8]
    package let about: [UInt8]
    package private(set) var signature: [UInt8]

    /// Signs what this robot has produced.
    package init(
        producer: NodeID, objectBytes: Int, hash: [UInt8], about: [UInt8], fleet: FleetID, signer: any Signer
    ) {
        precondition((1...Self.objectBytesMax).contains(objectBytes), "an object of \(objectBytes) bytes")
        precondition(hash.count == ObjectHash.byteCount, "a hash of \(hash.count) bytes")
        precondition(about.count <= Self.aboutBytesMax, "\(about.count) bytes about an object")
        self.producer = producer
        self.objectBytes = objectBytes
        self.hash = hash
        self.about = about
        signature = []
        signature = signer.stated(statement(fleet))
    }

    /// Whether this key has signed it in this fleet. Whose key it is, is the roster's to say.
    package func isSigned(by key: PublicKey, fleet: FleetID, verifier: any Verifier) -> Bool {
        verifier.isStated(statement(fleet), signature: signature, by: key)
    }

    /// Whether it is of these bytes.
    package func isOf(_ object: ObjectHash) -> Bool {
        object.objectBytes == objectBytes && object.finish() == hash
    }

    private func statement(_ fleet: FleetID) -> [UInt8] { Statement.bytes(.object, fleet: fleet, stated) }

    private var stated: [UInt8] {
        var writer = ByteWriter(capacity: Self.byteCountMax)
        writer.node(producer)
        writer.u64(UInt64(objectBytes))
        writer.raw(hash)
        writer.count(about.count, limit: Self.aboutBytesMax)
        writer.raw(about)
        return writer.bytes
    }

    package func write(to writer: inout ByteWriter) {
        writer.raw(stated)
        writer.raw(signature)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        producer = try reader.node()
        let count = try reader.u64()
        guard producer != .none else { throw .invalid(.robot) }
        guard count > 0, count <= UInt64(Self.objectBytesMax) else { throw .invalid(.payload) }
        objectBytes = Int(count)
        hash = try reader.bytes(ObjectHash.byteCount)
        about = try reader.bytes(try reader.count(.text, limit: Self.aboutBytesMax))
        signature = try reader.bytes(Envelope.signatureBytes)
    }
}
