/// "Who knows the way to this robot?", flooded; every relay remembers the way back to the sender.
///
///     request u32 | target u16
package struct RouteRequest: Hashable, Sendable {
    package var request: UInt32
    package var target: NodeID

    package init(request: UInt32, target: NodeID) {
        self.request = request
        self.target = target
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(request)
        writer.node(target)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        request = try reader.u32()
        target = try reader.node()
    }
}

/// The target's answer, hop by hop along the shortest way back; every relay remembers the way to the target.
///
///     request u32 | hops u8 (the request's when it arrived)
package struct RouteReply: Hashable, Sendable {
    package var request: UInt32
    package var hops: UInt8

    package init(request: UInt32, hops: UInt8) {
        self.request = request
        self.hops = hops
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(request)
        writer.u8(hops)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        request = try reader.u32()
        hops = try reader.u8()
    }
}

/// A question to one robot and its answer: is the way open, and how many hops long?
///
///     number u32 | flags u8 (1 = answer) | hops u8 (of the question, in the answer)
package struct Echo: Hashable, Sendable {
    /// Of the sealed datagram.
    package static let datagramBytes = Envelope.overheadBytes + 6

    package var number: UInt32
    package var isAnswer: Bool
    package var hops: UInt8

    package init(number: UInt32, isAnswer: Bool, hops: UInt8) {
        self.number = number
        self.isAnswer = isAnswer
        self.hops = hops
    }

    func write(to writer: inout ByteWriter) {
        writer.u32(number)
        writer.u8(isAnswer ? 1 : 0)
        writer.u8(hops)
    }

    init(reading reader: inout ByteReader) throws(WireError) {
        number = try reader.u32()
        let flags = try reader.u8()
        guard flags <= 1 else { throw .invalid(.command) }
        isAnswer = flags == 1
        hops = try reader.u8()
    }
}
