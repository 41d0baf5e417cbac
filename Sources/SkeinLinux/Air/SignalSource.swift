import SkeinPeer
import SkeinWire

/// Knows what the radio of an interface heard of a transmitter, by the address it calls itself. Asked for every
/// datagram, on the loop's thread: it answers from what it has read before.
package protocol SignalSource: AnyObject {
    func signal(of address: LinkAddress, on interface: String, now: Instant) -> Signal
}
