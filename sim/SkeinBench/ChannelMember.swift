import SkeinPeer
import SkeinWire

/// A member of a test on one channel: does no I/O, is told the time, and says what is to be sent.
package protocol ChannelMember {
    /// When it is over.
    var end: Instant { get }
    /// When it is to be told of the time again.
    var nextDeadline: Instant { get }
    mutating func deadlinePassed(now: Instant, _ out: inout [Transmission])
    mutating func receive(_ datagram: [UInt8], _ reception: Reception, now: Instant, _ out: inout [Transmission])
}
