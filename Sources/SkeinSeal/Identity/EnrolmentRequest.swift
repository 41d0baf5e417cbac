import SkeinWire

/// A robot asks to be taken into a fleet, whichever it is. The tag proves the code, the signature the key.
///
///     "SKJQ" | version u8 | robot's key 32 | n u8 | n bytes of name, n ≤ 32, 0: as the other side says
///     | signature 64 by the robot's key over all before, domain `enrolment`, fleet 0 | tag 32 over all before
package struct EnrolmentRequest: Hashable, Sendable {
    static let magic = Array("SKJQ".utf8)
    static let version: UInt8 = 1
    package static let bytesMax = 4 + 1 + 32 + 1 + Membership.nameBytesMax + 64 + EnrolmentSecret.tagBytes
    /// Nobody's fleet: the robot does not know yet which it will be.
    private static let noFleet = FleetID(0)

    package let robot: PublicKey
    /// What its operator would have it called; nil: nothing said.
    package let name: String?
    package let bytes: [UInt8]
    private let signature: [UInt8]
    private let statedCount: Int

    /// The last 32 bytes.
    package var tag: [UInt8] { Array(bytes.suffix(EnrolmentSecret.tagBytes)) }

    package init(key: SigningKey, name: String?, secret: EnrolmentSecret) {
        precondition(name.map { Membership.isName(Array($0.utf8)) } ?? true, "a robot named \(name ?? "")")
        var writer = ByteWriter()
        writer.raw(Self.magic)
        writer.u8(Self.version)
        writer.raw(key.publicKey.bytes)
        let nameBytes = Array((name ?? "").utf8)
        writer.count(nameBytes.count, limit: Membership.nameBytesMax)
        writer.raw(nameBytes)
        statedCount = writer.bytes.count
        signature = key.signature(over: Statement.bytes(.enrolment, fleet: Self.noFleet, writer.bytes))
        writer.raw(signature)
        writer.raw(secret.tag(.request, over: writer.bytes))
        bytes = writer.bytes
        robot = key.publicKey
        self.name = name
    }

    /// The whole of `bytes` is one request. Whether it holds is asked of `isSigned` and `fits`.
    package init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Self.bytesMax else { throw .invalid(.bodyLength) }
        var reader = ByteReader(bytes)
        guard try reader.bytes(Self.magic.count) == Self.magic else { throw .unknown(.kind) }
        guard try reader.u8() == Self.version else { throw .unknown(.version) }
        guard let key = PublicKey(bytes: try reader.bytes(PublicKey.byteCount)) else { throw .truncated }
        let nameBytes = try reader.bytes(try reader.count(.text, limit: Membership.nameBytesMax))
        guard nameBytes.isEmpty || Membership.isName(nameBytes) else { throw .invalid(.text) }
        statedCount = bytes.count - reader.remaining
        signature = try reader.bytes(Envelope.signatureBytes)
        _ = try reader.bytes(EnrolmentSecret.tagBytes)
        try reader.finish()
        robot = key
        name = nameBytes.isEmpty ? nil : String(decoding: nameBytes, as: UTF8.self)
        self.bytes = bytes
    }

    package var isSigned: Bool {
        robot.verifies(
            signature, over: Statement.bytes(.enrolment, fleet: Self.noFleet, Array(bytes.prefix(statedCount))))
    }

    /// Whoever wrote it knows the code.
    package func fits(_ secret: EnrolmentSecret) -> Bool {
        secret.accepts(tag, .request, over: Array(bytes.dropLast(EnrolmentSecret.tagBytes)))
    }
}
