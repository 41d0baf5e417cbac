import SkeinWire

/// The fleet's answer to a robot that asked: sealed to its key, tagged with the code's secret over the request too, so that
/// an answer to another request, another code or another robot does not fit.
///
///     "SKJA" | version u8 | robot's key 32 | sealed length u32 | sealed | tag 32 over the request's tag and all before
package struct EnrolmentAnswer: Hashable, Sendable {
    static let magic = Array("SKJA".utf8)
    private static let headBytes = 4 + 1 + 32 + 4
    package static let bytesMax =
        headBytes + EnrolmentGrant.bytesMax + SealedBox.overheadBytes + EnrolmentSecret.tagBytes

    package let bytes: [UInt8]

    package var tag: [UInt8] { Array(bytes.suffix(EnrolmentSecret.tagBytes)) }

    /// Nil: nothing can be sealed to such a key.
    package init?(_ grant: EnrolmentGrant, to request: EnrolmentRequest, secret: EnrolmentSecret) {
        guard let sealed = SealedBox.close(grant.bytes, to: request.robot) else { return nil }
        precondition(sealed.count <= EnrolmentGrant.bytesMax + SealedBox.overheadBytes, "\(sealed.count) bytes to seal")
        var writer = ByteWriter(capacity: sealed.count + 128)
        writer.raw(Self.magic)
        writer.u8(EnrolmentRequest.version)
        writer.raw(request.robot.bytes)
        writer.u32(UInt32(sealed.count))
        writer.raw(sealed)
        writer.raw(secret.tag(.answer, over: request.tag + writer.bytes))
        bytes = writer.bytes
    }

    /// Bytes that somebody handed us.
    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// Why an answer opens nothing.
    package enum Refusal: Error, Equatable, Sendable {
        /// Not an answer's layout, or its inside is not.
        case malformed
        /// To another robot.
        case otherRobot
        /// Whoever wrote it does not know the code, or it was changed, or answers another request.
        case wrongCode
        /// It knows the code and is not sealed to this robot's key.
        case notSealedToUs
    }

    package func opened(
        by opener: some Opener, request: EnrolmentRequest, secret: EnrolmentSecret
    ) throws(Refusal) -> EnrolmentGrant {
        guard bytes.count <= Self.bytesMax else { throw .malformed }
        let robot: [UInt8]
        let sealed: [UInt8]
        do throws(WireError) {
            var reader = ByteReader(bytes)
            guard try reader.bytes(Self.magic.count) == Self.magic, try reader.u8() == EnrolmentRequest.version else {
                throw .unknown(.kind)
            }
            robot = try reader.bytes(PublicKey.byteCount)
            let count = Int(try reader.u32())
            sealed = try reader.bytes(count)
            _ = try reader.bytes(EnrolmentSecret.tagBytes)
            try reader.finish()
        } catch { throw .malformed }
        guard robot == request.robot.bytes else { throw .otherRobot }
        guard secret.accepts(tag, .answer, over: request.tag + Array(bytes.dropLast(EnrolmentSecret.tagBytes))) else {
            throw .wrongCode
        }
        guard let content = opener.open(sealed) else { throw .notSealedToUs }
        do throws(WireError) { return try EnrolmentGrant(bytes: content) } catch { throw .malformed }
    }
}
