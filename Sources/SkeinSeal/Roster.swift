import SkeinWire

/// Who belongs to the fleet, with what key. Immutable and shared: a peer holds a reference, not a copy.
package final class Roster: Sendable {
    private let keys: [PublicKey?]
    package let members: [NodeID]

    package init(_ entries: [(NodeID, PublicKey)]) {
        let count = (entries.map { Int($0.0.number) }.max() ?? -1) + 1
        var keys = [PublicKey?](repeating: nil, count: count)
        for (id, key) in entries {
            precondition(id != .none && keys[Int(id.number)] == nil, "\(id) is enrolled twice")
            keys[Int(id.number)] = key
        }
        self.keys = keys
        members = entries.map(\.0).sorted()
    }

    package func key(of id: NodeID) -> PublicKey? {
        Int(id.number) < keys.count ? keys[Int(id.number)] : nil
    }
}
