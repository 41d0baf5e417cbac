import SkeinPeer
import SkeinWire

/// Turns what happens to a peer into the bytes of a recording; whoever holds the file appends them. An entry is whole in
/// the bytes of one `take`, and a file that ends anywhere is read up to its last whole entry.
///
///      0        8        9                12                16                20
///     +--------+--------+-----------------+-----------------+-----------------+
///     | "SkeinRec"      | version | 0 0 0 | header length   | checksum        | header …
///     +--------+--------+-----------------+-----------------+-----------------+
///     then entries, each
///      0                 4                 8
///     +-----------------+-----------------+
///     | length          | checksum        | entry …
///     +-----------------+-----------------+
///
/// Big-endian; a checksum is the lower half of the body's `Mix`. In the recording are what the radios received after it was
/// judged and before it was sealed: no key, no tag. What was received is there in the clear, though, and so
/// are places and times: it is a flight log, to be kept like one.
package struct Recorder: Sendable {
    package static let version: UInt8 = 2
    static let magic = Array("SkeinRec".utf8)
    static let openingBytes = 20
    static let entryOpeningBytes = 8
    /// Of a header or an entry. A header holds all that the peer was restored from.
    static let bodyBytesMax = 1 << 26

    private let keepsEffects: Bool
    private var pending: [UInt8]
    /// Recorded so far.
    package private(set) var entries: UInt64 = 0

    package init(_ header: RecordingHeader) {
        keepsEffects = header.keepsEffects
        let body = header.coded
        precondition(body.count <= Self.bodyBytesMax, "a header of \(body.count) bytes")
        var writer = ByteWriter(capacity: body.count + Self.openingBytes)
        writer.raw(Self.magic)
        writer.u8(Self.version)
        writer.raw([0, 0, 0])
        writer.u32(UInt32(body.count))
        writer.u32(Self.checksum(body[...]))
        writer.raw(body)
        pending = writer.bytes
    }

    /// Bytes that wait to be taken.
    package var pendingBytes: Int { pending.count }

    /// The bytes to append to the file.
    package mutating func take() -> [UInt8] {
        defer { pending = [] }
        return pending
    }

    /// After `handle`: what went in, what the verifier said of it, what came out, and when the peer wants to be woken.
    package mutating func record(
        _ input: Input, at now: Instant, verdict: SealVerdict, effects: Effects, nextDeadline: Instant
    ) {
        var writer = ByteWriter(capacity: 512)
        now.write(to: &writer)
        RecordedEntry.write(input, verdict: verdict, to: &writer)
        writer.u64(EffectDigest.value(of: effects.items, nextDeadline: nextDeadline))
        precondition(effects.items.count <= RecordedEntry.effectsMax, "\(effects.items.count) effects of one input")
        writer.u16(UInt16(effects.items.count))
        if keepsEffects {
            for effect in effects.items {
                let line = Array(EffectText.line(effect).utf8)
                writer.blob(line, limit: EffectText.lineBytesMax + 32)
            }
        }
        append(writer.bytes)
        entries += 1
    }

    /// The last entry: what follows it, if anything, is not of this recording.
    package mutating func finish(at now: Instant) {
        var writer = ByteWriter()
        now.write(to: &writer)
        writer.raw(RecordedEntry.Kind.end)
        append(writer.bytes)
    }

    private mutating func append(_ body: [UInt8]) {
        precondition(body.count <= Self.bodyBytesMax, "an entry of \(body.count) bytes")
        var opening = ByteWriter(capacity: Self.entryOpeningBytes)
        opening.u32(UInt32(body.count))
        opening.u32(Self.checksum(body[...]))
        pending.append(contentsOf: opening.bytes)
        pending.append(contentsOf: body)
    }

    static func checksum(_ body: ArraySlice<UInt8>) -> UInt32 {
        var mix = Mix()
        mix.add(body)
        return UInt32(truncatingIfNeeded: mix.value)
    }
}
