import SkeinWire

/// What bulk transfer wants done or has to tell, in this order.
package enum BulkAction: Sendable {
    /// There is something to say to this robot and no session with it, or no path: see to both, then tell `sessionReady` and
    /// `setPath`, also if there were both. Said again each second.
    case wantSession(NodeID)
    /// A robot has begun to send an object. It is taken unless `decline` is called.
    case offered(BulkOffered)
    /// An object is here, whole, and its hash is its name.
    case received(BulkReceived)
    /// An object offered to this robot will not come.
    case dropped(BulkOffered, BulkReason)
    /// The receiver has the object, whole.
    case sent(TransferID)
    case failed(TransferID, BulkReason)
    /// A robot wants an object of this one: answer with `send` or `refuse`.
    case wanted(BulkWanted)
    /// An object fetched will not come. One that has come is `received`.
    case fetchFailed(FetchID, BulkReason)
}

/// An object on its way to this robot.
package struct BulkOffered: Hashable, Sendable {
    package var from: NodeID
    /// The sender's number for it.
    package var transfer: TransferID
    package var id: ObjectID
    package var bytes: Int
    package var trafficClass: TrafficClass
    /// What the sender's caller says of it.
    package var about: [UInt8]
    package var deadline: Instant
    /// This robot's wish that it answers.
    package var fetch: FetchID?
}

/// An object that has come.
package struct BulkReceived: Sendable {
    package var offer: BulkOffered
    package var object: ObjectBytes
}

/// Another robot's wish for an object.
package struct BulkWanted: Hashable, Sendable {
    package var by: NodeID
    package var id: ObjectID
    /// What it takes the object's length for.
    package var bytes: Int
    package var trafficClass: TrafficClass
    package var deadline: Instant
}
