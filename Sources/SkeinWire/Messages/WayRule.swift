/// By which of its rules a robot chooses the next hop to another (docs/mesh.md, Routes); in the order they are tried.
package enum WayRule: UInt8, CaseIterable, Sendable {
    /// No way is known.
    case none = 0
    /// It is that robot itself.
    case itself = 1
    /// The robot is in range, and will be for an answer.
    case direct = 2
    /// A neighbour of both stands between.
    case between = 3
    /// It is the root: up the tree.
    case tree = 4
    /// It is a nearby leader: by the ways in the beacons.
    case leader = 5
    /// Learned from what passed lately.
    case learned = 6
    /// Nothing better than a link about to break.
    case breaking = 7

    /// Whether a next hop belongs to it.
    package var hasNext: Bool {
        switch self {
        case .none, .itself: false
        case .direct, .between, .tree, .leader, .learned, .breaking: true
        }
    }
}
