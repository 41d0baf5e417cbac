/// A robot has broken the rules of those who lead, provably: it leads no more until a later membership says otherwise.
/// Whoever saw it accuses; what convinces is the evidence, which the accused has signed itself.
///
///     accused u16 | membership number u32 | evidence kind u8 | evidence
package struct Demotion: Hashable, Sendable {
    package enum Evidence: Hashable, Sendable {
        /// Two messages that nobody honest signs both: of one counter, or of one plan's part, and different.
        case twoFaces(SignedDigest, SignedDigest)
        /// A message that breaks a rule by itself: header with the relays' fields zero, body, signature.
        case brokenRule([UInt8])
    }

    package var accused: NodeID
    /// Of the membership that it was said of; a later one is a pardon.
    package var membershipNumber: UInt32
    package var evidence: Evidence

    package init(accused: NodeID, membershipNumber: UInt32, evidence: Evidence) {
        self.accused = accused
        self.membershipNumber = membershipNumber
        self.evidence = evidence
    }

    /// The longest message that can be evidence, a plan's part, less its tag.
    package static let messageBytesMax = 1_192

    func write(to writer: inout ByteWriter) {
        writer.node(accused)
        writer.u32(membershipNumber)
        switch evidence {
        case .twoFaces(let one, let other):
            writer.u8(1)
            one.write(to: &writer)
            other.write(to: &writer)
        case .brokenRule(let message):
            precondition(message.count <= Self.messageBytesMax, "evidence of \(message.count) bytes")
            writer.u8(2)
            writer.u16(UInt16(message.count))
            writer.raw(message)
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        accused = try reader.node()
        guard accused != .none else { throw .invalid(.robot) }
        membershipNumber = try reader.u32()
        switch try reader.u8() {
        case 1: evidence = .twoFaces(try SignedDigest(reading: &reader), try SignedDigest(reading: &reader))
        case 2:
            let count = Int(try reader.u16())
            guard count > Envelope.headerBytes + Envelope.signatureBytes, count <= Self.messageBytesMax else {
                throw .invalid(.bodyLength)
            }
            evidence = .brokenRule(try reader.bytes(count))
        default: throw .unknown(.kind)
        }
    }
}

/// As much of a message as its signature covers: the header, the body's first bytes, and the hash of the others.
///
///     header 33, the relays' fields zero | n u8 | n bytes, at most 16 | hash 32 | signature 64
package struct SignedDigest: Hashable, Sendable {
    package static let headBytesMax = 16
    package static let hashBytes = 32

    package var header: [UInt8]
    package var head: [UInt8]
    package var hash: [UInt8]
    package var signature: [UInt8]

    package init(header: [UInt8], head: [UInt8], hash: [UInt8], signature: [UInt8]) {
        precondition(
            header.count == Envelope.headerBytes && head.count <= Self.headBytesMax && hash.count == Self.hashBytes
                && signature.count == Envelope.signatureBytes, "a digest of other lengths")
        self.header = header
        self.head = head
        self.hash = hash
        self.signature = signature
    }

    func write(to writer: inout ByteWriter) {
        writer.raw(header)
        writer.count(head.count, limit: Self.headBytesMax)
        writer.raw(head)
        writer.raw(hash)
        writer.raw(signature)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        header = try reader.bytes(Envelope.headerBytes)
        head = try reader.bytes(try reader.count(.payload, limit: Self.headBytesMax))
        hash = try reader.bytes(Self.hashBytes)
        signature = try reader.bytes(Envelope.signatureBytes)
    }
}
