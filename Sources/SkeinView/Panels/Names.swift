import SkeinWire

/// Robots' names by their numbers.
struct Names {
    private let names: [NodeID: String]

    init(_ snapshot: Snapshot) {
        names = Dictionary(snapshot.robots.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
    }

    subscript(_ robot: NodeID) -> String { names[robot] ?? "\(robot)" }

    subscript(_ robot: NodeID?) -> String { robot.map { self[$0] } ?? "-" }
}

/// Values with their age: what is old is grey and has a tilde behind it, whatever the terminal can show.
enum Aging {
    static func isStale(_ age: Duration?) -> Bool { age.map { $0 > Lists.freshMax } ?? true }

    static func cell<Value>(_ known: Known<Value>?, _ ink: Ink = .plain, text: (Value) -> String) -> InkedLine {
        guard let known else { return InkedLine("-", .faint) }
        return isStale(known.age) ? InkedLine(text(known.value) + "~", .stale) : InkedLine(text(known.value), ink)
    }

    /// With its age spelled out.
    static func line<Value>(_ known: Known<Value>?, _ text: (Value) -> String) -> InkedLine {
        guard let known else { return InkedLine("-", .faint) }
        guard isStale(known.age) else { return InkedLine(text(known.value)) }
        return InkedLine(text(known.value) + ", \(Figures.since(known.age)) ago", .stale)
    }
}
