import SkeinWire

/// A payload that is due: seal it to `robot` with `BulkBook.write` as what fills it, and send it to the next hop at once.
/// It holds only until the book is called again.
package struct BulkOutgoing: Sendable {
    package var robot: NodeID
    package var payloadBytes: Int
    package var trafficClass: TrafficClass
    var content: Content

    enum Content: Hashable, Sendable {
        /// Places in the book.
        case offer(Int)
        case chunk(Int, chunk: Int, serial: UInt32)
        case ack(Int)
        case word(TransferWord)
    }
}
