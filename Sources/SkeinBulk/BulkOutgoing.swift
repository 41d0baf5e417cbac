import SkeinWire

/// A payload that is due: seal it to `robot` with `BulkBook.write` as what fills it, and send it to the next hop at once.
/// It holds only until the book is called again.
package struct BulkOutgoing: Sendable {
    package var robot: NodeID
    package var payloadBytes: Int
    package var trafficClass: TrafficClass
    var content: Content

    enum Content: Sendable {
        /// With the piece of its object that it is in.
        case chunk(TransferChunk, [UInt8])
        /// Places in the book.
        case offer(Int)
        case ack(Int, TransferAck)
        case word(TransferWord)
    }
}
