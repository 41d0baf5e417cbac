/// Which rule chose the neighbour that a message goes to, in the order in which they are tried (docs/mesh.md, Routes).
package enum HopRule: UInt8, CaseIterable, Sendable {
    /// It is in range itself, and will be for as long as an answer takes.
    case direct
    /// A neighbour that hears it too.
    case between
    /// It is the root, and this is the parent in the tree.
    case tree
    /// It is a leader, and this neighbour's beacons tell a way to it.
    case leaderWay
    /// A message of it came this way lately.
    case learned
    /// It is in range, but about to go.
    case directGoing
    /// A message of it came this way lately, and the neighbour is about to go.
    case learnedGoing
}
