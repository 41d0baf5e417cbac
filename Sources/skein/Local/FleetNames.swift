import SkeinCodec
import SkeinFiles
import SkeinWire

/// What people call the robots: names of the roster, a unique beginning of one, a number, or `r7`.
struct FleetNames {
    /// Of two by one name the first is meant: who is out of the fleet comes last.
    private let entries: [LocalFrame.Name]

    init(_ entries: [LocalFrame.Name]) { self.entries = entries }

    /// Of everybody, ascending.
    var ids: [NodeID] { entries.map(\.id).filter { $0 != .none }.sorted() }

    /// `r7` for a robot that the roster does not have.
    func name(_ id: NodeID) -> String {
        guard id != .none else { return "–" }
        return entries.first { $0.id == id }?.name ?? "\(id)"
    }

    /// The same for JSON, where nobody is null.
    func json(_ id: NodeID) -> JSONValue { id == .none ? .null : .string(name(id)) }

    /// Nil: no such robot, or more than one begins like that; `complaint` says which.
    func robot(_ text: String) -> NodeID? {
        if let exact = entries.first(where: { $0.name == text }) { return exact.id }
        let digits = text.hasPrefix("r") ? text.dropFirst() : text[...]
        if let number = UInt16(digits), entries.contains(where: { $0.id.number == number }) { return NodeID(number) }
        let candidates = entries.filter { $0.name.hasPrefix(text) }
        return candidates.allSatisfy { $0.name == candidates[0].name } ? candidates.first?.id : nil
    }

    func complaint(_ text: String) -> String {
        let names = Set(entries.map(\.name).filter { $0.hasPrefix(text) })
        let candidates = names.sorted()
        if candidates.count > 1 { return "\(text) may be \(candidates.prefix(8).joined(separator: ", "))" }
        return NearestName.complaint("robot", text, known: entries.map(\.name))
    }
}
