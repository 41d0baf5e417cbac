import SkeinWire

/// An object on its way as it stands now, for who asks.
package struct BulkTransfer: Hashable, Sendable {
    package var isSending: Bool
    package var robot: NodeID
    package var object: ObjectID
    package var bytes: Int
    /// Acknowledged, or here.
    package var doneBytes: Int
    package var trafficClass: TrafficClass
    package var deadline: Instant
}

extension BulkBook {
    /// Those under way or waiting: sent ones first, each in the order of their places.
    package var transfers: [BulkTransfer] {
        let sending = outgoing.compactMap { slot -> BulkTransfer? in
            guard let slot else { return nil }
            let bytes = slot.object.count
            return BulkTransfer(
                isSending: true, robot: partners[slot.partner].id, object: slot.id, bytes: bytes,
                doneBytes: min(bytes, slot.acked.count * ObjectBytes.chunkBytes), trafficClass: slot.trafficClass,
                deadline: slot.deadline)
        }
        let receiving = incoming.compactMap { slot -> BulkTransfer? in
            guard let slot else { return nil }
            return BulkTransfer(
                isSending: false, robot: slot.offer.from, object: slot.offer.id, bytes: slot.offer.bytes,
                doneBytes: min(slot.offer.bytes, slot.part.have.count * ObjectBytes.chunkBytes),
                trafficClass: slot.offer.trafficClass, deadline: slot.offer.deadline)
        }
        return sending + receiving
    }
}
