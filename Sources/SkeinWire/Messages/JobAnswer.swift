/// The helper's word on a unit or a lease, at once on arrival and whenever it is asked.
///
///     unit's id | verdict u8 | expected_ms u32
package struct JobReceipt: Hashable, Sendable {
    package enum Verdict: UInt8, CaseIterable, Sendable {
        /// Taken; expected to be done in so long.
        case accepted = 0
        /// No room before its deadline.
        case busy = 1
        case unknownKernel = 2
        case tooLate = 3
        /// An input could not be had from its holder.
        case inputLost = 4
        /// Not here, whether it ever was or not: cancelled, or lost with a restart.
        case gone = 5
    }

    package var id: JobUnitID
    package var verdict: Verdict
    package var expectedMilliseconds: UInt32

    package init(id: JobUnitID, verdict: Verdict, expectedMilliseconds: UInt32) {
        self.id = id
        self.verdict = verdict
        self.expectedMilliseconds = expectedMilliseconds
    }

    func write(to writer: inout ByteWriter) {
        id.write(to: &writer)
        writer.u8(verdict.rawValue)
        writer.u32(expectedMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        id = try JobUnitID(reading: &reader)
        guard let verdict = Verdict(rawValue: try reader.u8()) else { throw .unknown(.command) }
        self.verdict = verdict
        expectedMilliseconds = try reader.u32()
    }
}

/// Why a program did not compute its unit. The helper's word; a requester may try elsewhere.
package enum JobFailure: UInt8, CaseIterable, Sendable {
    /// The program could not be started.
    case notStarted = 1
    /// It ended with another exit code than 0.
    case exited = 2
    /// A signal ended it.
    case signalled = 3
    /// It was not done by its deadline.
    case deadline = 4
    /// It wrote more than its kernel may.
    case outputTooLarge = 5
    /// It wanted more memory than its kernel may have.
    case memory = 6
    case cancelled = 7
    /// Its output could not be kept.
    case storage = 8
}

/// What came of a unit: its output, or an object that the helper holds, or why there is none.
///
///     unit's id | status u8 | flags u8 (1 = deterministic, 2 = known before) | queue_ms u32 | compute_ms u32
///     | [0: n u16 | n bytes of output] | [1: object 32 | bytes u32] | [2: failure u8 | n u8 | n bytes of UTF-8]
package struct JobResult: Hashable, Sendable {
    package enum Outcome: Hashable, Sendable {
        case inline([UInt8])
        case object(ObjectID, bytes: UInt32)
        /// The reason, and the program's last words: of a longer text its beginning.
        case failed(JobFailure, String)
    }

    package static let inlineBytesMax = 1_100
    package static let textBytesMax = 200

    package var id: JobUnitID
    package private(set) var outcome: Outcome
    /// The kernel says that the same input gives the same output.
    package var isDeterministic: Bool
    /// It was not computed now: the helper had it.
    package var wasKnown: Bool
    package var queueMilliseconds: UInt32
    package var computeMilliseconds: UInt32

    package init(
        id: JobUnitID, outcome: Outcome, isDeterministic: Bool, wasKnown: Bool, queueMilliseconds: UInt32,
        computeMilliseconds: UInt32
    ) {
        self.id = id
        if case .failed(let failure, let text) = outcome {
            self.outcome = .failed(failure, Self.shortened(text))
        } else {
            self.outcome = outcome
        }
        self.isDeterministic = isDeterministic
        self.wasKnown = wasKnown
        self.queueMilliseconds = queueMilliseconds
        self.computeMilliseconds = computeMilliseconds
    }

    /// As much of a text as travels, whole characters of Unicode.
    private static func shortened(_ text: String) -> String {
        var kept = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            bytes += UTF8.width(scalar)
            guard bytes <= textBytesMax else { break }
            kept.append(scalar)
        }
        return String(kept)
    }

    func write(to writer: inout ByteWriter) {
        id.write(to: &writer)
        switch outcome {
        case .inline: writer.u8(0)
        case .object: writer.u8(1)
        case .failed: writer.u8(2)
        }
        writer.u8((isDeterministic ? 1 : 0) | (wasKnown ? 2 : 0))
        writer.u32(queueMilliseconds)
        writer.u32(computeMilliseconds)
        switch outcome {
        case .inline(let output):
            precondition(output.count <= Self.inlineBytesMax, "\(output.count) bytes inline")
            writer.u16(UInt16(output.count))
            writer.raw(output)
        case .object(let id, let bytes):
            id.write(to: &writer)
            writer.u32(bytes)
        case .failed(let failure, let text):
            writer.u8(failure.rawValue)
            writer.count(text.utf8.count, limit: Self.textBytesMax)
            writer.raw(Array(text.utf8))
        }
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        id = try JobUnitID(reading: &reader)
        let status = try reader.u8()
        let flags = try reader.u8()
        guard flags <= 3 else { throw .invalid(.command) }
        isDeterministic = flags & 1 != 0
        wasKnown = flags & 2 != 0
        queueMilliseconds = try reader.u32()
        computeMilliseconds = try reader.u32()
        switch status {
        case 0:
            let count = Int(try reader.u16())
            guard count <= Self.inlineBytesMax else {
                throw .tooMany(.payload, count: count, limit: Self.inlineBytesMax)
            }
            outcome = .inline(try reader.bytes(count))
        case 1:
            let id = try ObjectID(reading: &reader)
            let bytes = try reader.u32()
            guard bytes <= UInt32(ObjectBytes.countMax) else { throw .invalid(.payload) }
            outcome = .object(id, bytes: bytes)
        case 2:
            guard let failure = JobFailure(rawValue: try reader.u8()) else { throw .unknown(.command) }
            let bytes = try reader.bytes(try reader.count(.text, limit: Self.textBytesMax))
            guard let text = String(validating: bytes, as: UTF8.self) else { throw .invalid(.text) }
            outcome = .failed(failure, text)
        default: throw .unknown(.payload)
        }
    }
}
