import SkeinBulk
import SkeinWire

/// An object on its way between this robot and another.
package struct TransferAccount: Hashable, Sendable {
    package var isSending: Bool
    package var robot: NodeID
    package var object: ObjectID
    package var bytes: Int
    /// Acknowledged, or here.
    package var doneBytes: Int
    package var trafficClass: TrafficClass
    package var deadline: Instant

    package init(
        isSending: Bool, robot: NodeID, object: ObjectID, bytes: Int, doneBytes: Int, trafficClass: TrafficClass,
        deadline: Instant
    ) {
        self.isSending = isSending
        self.robot = robot
        self.object = object
        self.bytes = bytes
        self.doneBytes = doneBytes
        self.trafficClass = trafficClass
        self.deadline = deadline
    }
}
