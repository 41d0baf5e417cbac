import SkeinWire

/// Whoever checks a peer from outside: told of every message that it takes. A robot has none; the simulator's tells what was
/// never said, or taken before.
package protocol Onlooker: AnyObject {
    func took(_ datagram: [UInt8], by robot: NodeID)
}
