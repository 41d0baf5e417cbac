import SkeinWire

/// Whoever checks a peer from outside: told of every message that it takes. A robot has none; the simulator's tells what was
/// never said, or taken before.
///
/// Not bound to classes, though every onlooker is one: a value that holds such a box is always passed by its address. Else each
/// call of a method that leaves the peer as it is would copy the whole of it, some 24 kilobytes.
package protocol Onlooker {
    func took(_ datagram: [UInt8], by robot: NodeID)
}
