/// Why a transfer or a fetch is over without its object, or was never begun. It travels, so numbers stay.
package enum BulkReason: UInt8, CaseIterable, Error, Sendable {
    /// The deadline passed while frames went to and fro.
    case expired = 1
    /// By word of the robot that sends, or that wanted the object.
    case cancelled = 2
    /// There is no room: here, or at the partner.
    case full = 3
    /// No object can be so long, or it is longer than was asked for.
    case tooLarge = 4
    /// The receiver does not want the object.
    case unwanted = 5
    /// The robot that was asked does not have the object.
    case noSuchObject = 6
    /// What came is not what the name says.
    case wrongHash = 7
    /// The deadline passed while no way to the partner was known.
    case noWay = 8
    /// The deadline passed and the partner had not been heard of late.
    case silent = 9
    /// The sessions with the partner were closed: it is revoked, or has left.
    case closed = 10
    /// The robot that was sending has started again.
    case restarted = 11
    /// There are no bytes in the object.
    case empty = 12
}
