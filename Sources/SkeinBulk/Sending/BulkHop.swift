import SkeinWire

/// A neighbour that frames go to, for itself and for the robots behind it: one rate, and its partners' turns.
struct BulkHop {
    let next: NodeID
    var bucket: TokenBucket
    /// Places of the partners whose way begins with it.
    var partners: [Int] = []
    /// Whose turn it is, by class.
    var turns = [0, 0]
}
