import SkeinPeer
import SkeinSeal
import SkeinWire

/// One input of a recording, and what came of it.
///
///     at, ns i64 | kind u8 | verdicts | input | hash of the effects u64 | effects u16 | in full, for each: length u16, UTF-8
///
///     1 datagram   band u8 | from u64 | signal | length u32 | kept u16 | a message but for its last 16 bytes, the tag;
///                  a frame of bulk whole
///     2 cpu        idle f64 | needed f64
///     3 sensors    as in `BodyFrame`
///     4 computed   computation u64 | outcome
///     5 command    ticket u32 | command
///     6 persisted  record u64
///     7 deadline   -
///     8 end        -, without verdicts, and nothing after: the recording was closed
///     9 wall clock seconds u64
///     10 kernels   count u16, then each: kernel | deterministic u8 | cost i64
///     11 kept      object 32 | flag u8
///     12 loaded    object 32 | flag u8 | object's bytes
package struct RecordedEntry: Sendable {
    package var at: Instant
    /// A datagram has zeros for its tag.
    package var input: Input
    package var verdict: SealVerdict
    /// Of all effects and the peer's next deadline.
    package var digest: UInt64
    package var effects: Int
    /// Nil where the recording keeps hashes alone.
    package var lines: [String]?

    enum Kind: UInt8 {
        case datagram = 1
        case cpu = 2
        case sensors = 3
        case computed = 4
        case command = 5
        case persisted = 6
        case deadline = 7
        case end = 8
        case wallClock = 9
        case kernels = 10
        case kept = 11
        case loaded = 12
    }

    /// Effects of one `handle`; a peer's tables bound them far below.
    static let effectsMax = 65_535

    static func write(_ input: Input, verdict: SealVerdict, to writer: inout ByteWriter) {
        switch input {
        case .datagram(let bytes, let reception):
            writer.raw(Kind.datagram)
            verdict.write(to: &writer)
            reception.write(to: &writer)
            writer.u32(UInt32(clamping: bytes.count))
            let kept = bytes.prefix(Proofless.kept(of: bytes.count, isFrame: BulkFrame.isFrame(bytes)))
            writer.u16(UInt16(kept.count))
            writer.raw(Array(kept))
        case .cpu(let sample):
            writer.raw(Kind.cpu)
            verdict.write(to: &writer)
            sample.write(to: &writer)
        case .sensors(let reading):
            writer.raw(Kind.sensors)
            verdict.write(to: &writer)
            reading.write(to: &writer)
        case .computed(let id, let outcome):
            writer.raw(Kind.computed)
            verdict.write(to: &writer)
            id.write(to: &writer)
            outcome.write(to: &writer)
        case .command(let command, let ticket):
            writer.raw(Kind.command)
            verdict.write(to: &writer)
            writer.u32(ticket)
            command.write(to: &writer)
        case .persisted(let id):
            writer.raw(Kind.persisted)
            verdict.write(to: &writer)
            id.write(to: &writer)
        case .wallClock(let seconds):
            writer.raw(Kind.wallClock)
            verdict.write(to: &writer)
            writer.u64(seconds)
        case .kernels(let offers):
            writer.raw(Kind.kernels)
            verdict.write(to: &writer)
            writer.list(offers, limit: KernelOffer.listMax)
        case .kept(let object, let isKept):
            writer.raw(Kind.kept)
            verdict.write(to: &writer)
            object.write(to: &writer)
            writer.flag(isKept)
        case .loaded(let object, let bytes):
            writer.raw(Kind.loaded)
            verdict.write(to: &writer)
            object.write(to: &writer)
            writer.optional(bytes)
        case .deadline:
            writer.raw(Kind.deadline)
            verdict.write(to: &writer)
        }
    }

    /// Nil: the end.
    static func read(_ bytes: ArraySlice<UInt8>, keepsEffects: Bool) throws(WireError) -> RecordedEntry? {
        var reader = ByteReader(bytes)
        let at = try Instant(reading: &reader)
        let kind = try reader.raw(Kind.self)
        let verdict = kind == .end ? SealVerdict() : try SealVerdict(reading: &reader)
        let input: Input
        switch kind {
        case .datagram:
            let reception = try Reception(reading: &reader)
            input = .datagram(try readDatagram(&reader), reception)
        case .cpu: input = .cpu(try CPUSample(reading: &reader))
        case .sensors: input = .sensors(try SensorReading(reading: &reader))
        case .computed:
            input = .computed(try ComputationID(reading: &reader), try ComputationOutcome(reading: &reader))
        case .command:
            let ticket = try reader.u32()
            input = .command(try OperatorCommand(reading: &reader), ticket: ticket)
        case .persisted: input = .persisted(try PersistID(reading: &reader))
        case .deadline: input = .deadline
        case .wallClock: input = .wallClock(seconds: try reader.u64())
        case .kernels: input = .kernels(try reader.list(of: KernelOffer.self, limit: KernelOffer.listMax))
        case .kept: input = .kept(try ObjectID(reading: &reader), isKept: try reader.flag())
        case .loaded: input = .loaded(try ObjectID(reading: &reader), try reader.optional(ObjectBytes.self))
        case .end:
            try reader.finish()
            return nil
        }
        let digest = try reader.u64()
        let effects = Int(try reader.u16())
        var lines: [String]?
        if keepsEffects {
            var texts: [String] = []
            for _ in 0..<effects {
                let line = try reader.blob(limit: EffectText.lineBytesMax + 32)
                texts.append(String(decoding: line, as: UTF8.self))
            }
            lines = texts
        }
        try reader.finish()
        return RecordedEntry(
            at: at, input: input, verdict: verdict, digest: digest, effects: effects, lines: lines)
    }

    private static func readDatagram(_ reader: inout ByteReader) throws(WireError) -> [UInt8] {
        let length = Int(try reader.u32())
        guard length <= Proofless.datagramBytesMax else {
            throw .tooMany(.payload, count: length, limit: Proofless.datagramBytesMax)
        }
        let kept = try reader.blob(limit: Envelope.datagramBytesMax)
        guard kept.count == Proofless.kept(of: length, isFrame: BulkFrame.isFrame(kept)) else {
            throw .invalid(.bodyLength)
        }
        return kept + [UInt8](repeating: 0, count: length - kept.count)
    }
}
