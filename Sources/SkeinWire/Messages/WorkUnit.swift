/// One part of a task on its way to a helper: the kernel's name and version, its input, its price and its deadline.
///
///     task | part u8 | attempt u8 | kernel u8 | version u8 | cost_ms u16 | deadline_ms u16 (left)
///     | n u16 | n × input u8
package struct WorkUnit: Hashable, Sendable {
    /// Input or result of a unit that travels inline, in one signed datagram.
    package static let payloadBytesMax = 1_160

    package var task: TaskID
    package var part: UInt8
    package var attempt: UInt8
    package var kernel: UInt8
    package var kernelVersion: UInt8
    /// Processor time the requester expects on a whole core.
    package var costMilliseconds: UInt16
    package var deadlineMilliseconds: UInt16
    package var input: [UInt8]

    package init(
        task: TaskID, part: UInt8, attempt: UInt8, kernel: UInt8, kernelVersion: UInt8, costMilliseconds: UInt16,
        deadlineMilliseconds: UInt16, input: [UInt8]
    ) {
        self.task = task
        self.part = part
        self.attempt = attempt
        self.kernel = kernel
        self.kernelVersion = kernelVersion
        self.costMilliseconds = costMilliseconds
        self.deadlineMilliseconds = deadlineMilliseconds
        self.input = input
    }

    func write(to writer: inout ByteWriter) {
        precondition(input.count <= Self.payloadBytesMax, "a unit's input of \(input.count) bytes")
        task.write(to: &writer)
        writer.u8(part)
        writer.u8(attempt)
        writer.u8(kernel)
        writer.u8(kernelVersion)
        writer.u16(costMilliseconds)
        writer.u16(deadlineMilliseconds)
        writer.u16(UInt16(input.count))
        writer.raw(input)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        part = try reader.u8()
        guard Int(part) < Request.partsMax else { throw .invalid(.parts) }
        attempt = try reader.u8()
        kernel = try reader.u8()
        kernelVersion = try reader.u8()
        costMilliseconds = try reader.u16()
        deadlineMilliseconds = try reader.u16()
        input = try readPayload(&reader)
    }
}

/// The helper's word at once on arrival: taken, with the time it expects to need; or refused.
///
///     task | part u8 | attempt u8 | verdict u8 | expected_ms u16
package struct UnitReceipt: Hashable, Sendable {
    package enum Verdict: UInt8, CaseIterable, Sendable {
        case accepted = 0
        /// No core share left for it before its deadline.
        case busy = 1
        case unknownKernel = 2
        case tooLate = 3
    }

    package var task: TaskID
    package var part: UInt8
    package var attempt: UInt8
    package var verdict: Verdict
    package var expectedMilliseconds: UInt16

    package init(task: TaskID, part: UInt8, attempt: UInt8, verdict: Verdict, expectedMilliseconds: UInt16) {
        self.task = task
        self.part = part
        self.attempt = attempt
        self.verdict = verdict
        self.expectedMilliseconds = expectedMilliseconds
    }

    func write(to writer: inout ByteWriter) {
        task.write(to: &writer)
        writer.u8(part)
        writer.u8(attempt)
        writer.u8(verdict.rawValue)
        writer.u16(expectedMilliseconds)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        part = try reader.u8()
        guard Int(part) < Request.partsMax else { throw .invalid(.parts) }
        attempt = try reader.u8()
        guard let verdict = Verdict(rawValue: try reader.u8()) else { throw .unknown(.command) }
        self.verdict = verdict
        expectedMilliseconds = try reader.u16()
    }
}

/// What the helper computed. `failed` carries no output: the kernel refused its input.
///
///     task | part u8 | attempt u8 | flags u8 (1 = failed) | queue_ms u16 | compute_ms u16 | n u16 | n × output u8
package struct UnitResult: Hashable, Sendable {
    package var task: TaskID
    package var part: UInt8
    package var attempt: UInt8
    package var failed: Bool
    package var queueMilliseconds: UInt16
    package var computeMilliseconds: UInt16
    package var output: [UInt8]

    package init(
        task: TaskID, part: UInt8, attempt: UInt8, failed: Bool, queueMilliseconds: UInt16,
        computeMilliseconds: UInt16, output: [UInt8]
    ) {
        self.task = task
        self.part = part
        self.attempt = attempt
        self.failed = failed
        self.queueMilliseconds = queueMilliseconds
        self.computeMilliseconds = computeMilliseconds
        self.output = output
    }

    func write(to writer: inout ByteWriter) {
        precondition(output.count <= WorkUnit.payloadBytesMax, "a unit's output of \(output.count) bytes")
        task.write(to: &writer)
        writer.u8(part)
        writer.u8(attempt)
        writer.u8(failed ? 1 : 0)
        writer.u16(queueMilliseconds)
        writer.u16(computeMilliseconds)
        writer.u16(UInt16(output.count))
        writer.raw(output)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        task = try TaskID(reading: &reader)
        part = try reader.u8()
        guard Int(part) < Request.partsMax else { throw .invalid(.parts) }
        attempt = try reader.u8()
        let flags = try reader.u8()
        guard flags <= 1 else { throw .invalid(.command) }
        failed = flags == 1
        queueMilliseconds = try reader.u16()
        computeMilliseconds = try reader.u16()
        output = try readPayload(&reader)
    }
}

private func readPayload(_ reader: inout ByteReader) throws(WireError) -> [UInt8] {
    let count = Int(try reader.u16())
    guard count <= WorkUnit.payloadBytesMax else {
        throw .tooMany(.payload, count: count, limit: WorkUnit.payloadBytesMax)
    }
    return try reader.bytes(count)
}
