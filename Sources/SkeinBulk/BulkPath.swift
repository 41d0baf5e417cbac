import SkeinWire

/// How a robot is reached at present: over which neighbour, and what the caller allots to that neighbour. Robots behind one
/// neighbour share its rate; whoever is told last of it counts.
package struct BulkPath: Hashable, Sendable {
    package var next: NodeID
    package var bitsPerSecond: Double
    /// What a payload has around it on the air: session, UDP, IPv6, MAC, relay.
    package var overheadBytes: Int

    package init(next: NodeID, bitsPerSecond: Double, overheadBytes: Int = 116) {
        precondition(bitsPerSecond > 0 && bitsPerSecond.isFinite, "\(bitsPerSecond) b/s to \(next)")
        precondition((0...1_000).contains(overheadBytes), "\(overheadBytes) bytes around a payload")
        self.next = next
        self.bitsPerSecond = bitsPerSecond
        self.overheadBytes = overheadBytes
    }
}
