import SkeinWire

/// What the two sides of an enrolment say on a link, each datagram tagged with the code's secret: to whatever bears another
/// tag nobody answers, and nothing of it is kept.
///
///     "SKJD" | kind u8 | robot's key 32 | content | tag 32 over all before
///     ask 1       answer u64 | first missing part u16 | request
///     part 2      answer u64 | part u16 | parts u16 | 1…1024 bytes
///     done 3      answer u64
///     refused 4   reason u8
///
/// An answer goes by the first eight bytes of its tag; 0: none is known yet. It is asked for in windows: each ask brings
/// the parts that follow the first one missing.
package struct EnrolmentDatagram: Sendable {
    package enum Content: Hashable, Sendable {
        case ask(EnrolmentRequest, answer: UInt64, missing: UInt16)
        case part(answer: UInt64, index: UInt16, count: UInt16, [UInt8])
        case done(answer: UInt64)
        case refused(Reason)
    }

    /// Why a robot whose code fits is not taken.
    package enum Reason: UInt8, CaseIterable, Sendable {
        /// Its key is another member's, or was, and is revoked.
        case keyTaken = 1
        case nameTaken = 2
    }

    /// With its headers within the 1280 bytes that every IPv6 link carries whole (RFC 8200 §5).
    package static let bytesMax = 1_232
    package static let partBytesMax = 1_024
    package static let partsMax = (EnrolmentAnswer.bytesMax + partBytesMax - 1) / partBytesMax
    private static let magic = Array("SKJD".utf8)

    package let robot: PublicKey
    package let content: Content

    package init(robot: PublicKey, _ content: Content) {
        self.robot = robot
        self.content = content
    }

    package func bytes(_ secret: EnrolmentSecret) -> [UInt8] {
        var writer = ByteWriter(capacity: Self.bytesMax)
        writer.raw(Self.magic)
        switch content {
        case .ask(let request, let answer, let missing):
            writer.u8(1)
            writer.raw(robot.bytes)
            writer.u64(answer)
            writer.u16(missing)
            writer.raw(request.bytes)
        case .part(let answer, let index, let count, let bytes):
            precondition((1...Self.partBytesMax).contains(bytes.count), "a part of \(bytes.count) bytes")
            writer.u8(2)
            writer.raw(robot.bytes)
            writer.u64(answer)
            writer.u16(index)
            writer.u16(count)
            writer.raw(bytes)
        case .done(let answer):
            writer.u8(3)
            writer.raw(robot.bytes)
            writer.u64(answer)
        case .refused(let reason):
            writer.u8(4)
            writer.raw(robot.bytes)
            writer.u8(reason.rawValue)
        }
        writer.raw(secret.tag(.datagram, over: writer.bytes))
        return writer.bytes
    }

    /// Whom it is about, before anything is believed; nil: no datagram of ours.
    package static func robot(of bytes: [UInt8]) -> PublicKey? {
        guard bytes.count <= bytesMax, bytes.count > 5 + PublicKey.byteCount + EnrolmentSecret.tagBytes,
            bytes.starts(with: magic)
        else { return nil }
        return PublicKey(bytes: Array(bytes[5..<5 + PublicKey.byteCount]))
    }

    /// Nil: its tag does not fit, or its inside is nothing.
    package init?(bytes: [UInt8], secret: EnrolmentSecret) {
        guard let robot = Self.robot(of: bytes) else { return nil }
        let tagged = Array(bytes.dropLast(EnrolmentSecret.tagBytes))
        guard secret.accepts(Array(bytes.suffix(EnrolmentSecret.tagBytes)), .datagram, over: tagged),
            let content = try? Self.content(of: tagged)
        else { return nil }
        self.robot = robot
        self.content = content
    }

    private static func content(of bytes: [UInt8]) throws(WireError) -> Content {
        var reader = ByteReader(bytes)
        _ = try reader.bytes(magic.count)
        let kind = try reader.u8()
        _ = try reader.bytes(PublicKey.byteCount)
        let content: Content
        switch kind {
        case 1:
            let answer = try reader.u64()
            let missing = try reader.u16()
            content = .ask(
                try EnrolmentRequest(bytes: try reader.bytes(reader.remaining)), answer: answer, missing: missing)
        case 2:
            let answer = try reader.u64()
            let index = try reader.u16()
            let count = try reader.u16()
            guard index < count, Int(count) <= partsMax, (1...partBytesMax).contains(reader.remaining) else {
                throw .invalid(.parts)
            }
            content = .part(answer: answer, index: index, count: count, try reader.bytes(reader.remaining))
        case 3: content = .done(answer: try reader.u64())
        case 4:
            guard let reason = Reason(rawValue: try reader.u8()) else { throw .unknown(.kind) }
            content = .refused(reason)
        default: throw .unknown(.kind)
        }
        try reader.finish()
        return content
    }
}

extension EnrolmentAnswer {
    /// How datagrams call it; never 0.
    package var number: UInt64 { max(1, tag.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }) }

    /// In the order they are sent in.
    package var partCount: Int { (bytes.count + EnrolmentDatagram.partBytesMax - 1) / EnrolmentDatagram.partBytesMax }

    package func part(_ index: Int) -> [UInt8] {
        let start = index * EnrolmentDatagram.partBytesMax
        return Array(bytes[start..<min(start + EnrolmentDatagram.partBytesMax, bytes.count)])
    }
}
