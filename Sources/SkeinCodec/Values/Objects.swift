import SkeinPeer
import SkeinWire

// Objects, kernels and what programs did with them.

extension ObjectID: Coded {}
extension KernelName: Coded {}

extension ObjectBytes: Coded {
    /// The number of bytes, and the bytes.
    package func write(to writer: inout ByteWriter) {
        writer.u32(UInt32(count))
        for piece in pieces { writer.raw(piece) }
    }

    /// Grows as it reads, so that a count alone allocates nothing.
    package init(reading reader: inout ByteReader) throws(WireError) {
        var left = Int(try reader.u32())
        guard left <= Self.countMax else { throw .tooMany(.payload, count: left, limit: Self.countMax) }
        self.init()
        while left > 0 {
            let next = min(left, Self.pieceBytes)
            append(try reader.bytes(next)[...])
            left -= next
        }
    }
}

extension KernelOffer: Coded {
    package static let listMax = 64

    package func write(to writer: inout ByteWriter) {
        name.write(to: &writer)
        writer.flag(isDeterministic)
        cost.write(to: &writer)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            name: try KernelName(reading: &reader), isDeterministic: try reader.flag(),
            cost: try Duration(reading: &reader))
    }
}

extension KernelAccount: Coded {
    package static let listMax = 256
    static let robotsMax = 512

    /// As many of the first as one frame holds.
    static func fitting(_ accounts: [KernelAccount]) -> [KernelAccount] {
        // Beside the frame's opening (6), what reply it is (2) and how many (2).
        var left = LocalFrame.bytesMax - 10
        return Array(
            accounts.prefix(listMax).prefix { account in
                left -= account.coded.count
                return left >= 0
            })
    }

    package func write(to writer: inout ByteWriter) {
        name.write(to: &writer)
        writer.optional(here)
        writer.robots(robots, limit: Self.robotsMax)
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        self.init(
            name: try KernelName(reading: &reader), here: try reader.optional(KernelOffer.self),
            robots: try reader.robots(limit: Self.robotsMax))
    }
}

extension ByteWriter {
    /// Of more than fit, the first.
    mutating func robots(_ robots: [NodeID], limit: Int) {
        let told = robots.prefix(limit)
        u16(UInt16(told.count))
        for robot in told { node(robot) }
    }
}

extension ByteReader {
    mutating func robots(limit: Int) throws(WireError) -> [NodeID] {
        let count = Int(try u16())
        guard count <= limit else { throw .tooMany(.entries, count: count, limit: limit) }
        var robots: [NodeID] = []
        for _ in 0..<count { robots.append(try node()) }
        return robots
    }
}

extension ProgramOutcome: Coded {
    private enum Kind: UInt8 { case done, failed }

    package func write(to writer: inout ByteWriter) {
        queued.write(to: &writer)
        computed.write(to: &writer)
        switch result {
        case .done(let object, let bytes):
            writer.raw(Kind.done)
            object.write(to: &writer)
            bytes.write(to: &writer)
        case .failed(let failure, let words):
            writer.raw(Kind.failed)
            writer.raw(failure)
            writer.text(words)
        }
    }

    package init(reading reader: inout ByteReader) throws(WireError) {
        let queued = try Duration(reading: &reader)
        let computed = try Duration(reading: &reader)
        let result: Result
        switch try reader.raw(Kind.self) {
        case .done: result = .done(try ObjectID(reading: &reader), try ObjectBytes(reading: &reader))
        case .failed: result = .failed(try reader.raw(JobFailure.self), try reader.text())
        }
        self.init(result: result, queued: queued, computed: computed)
    }
}
