import SkeinWire

/// A graph in the DOT language of Graphviz, for `neato -n2` with the robots' places, or `dot` without.
package enum GraphDOT {
    /// Points of paper a metre of the field takes.
    private static let pointsPerMeter = 12.0

    package static func text(_ graph: SwarmGraph, name: (NodeID) -> String) -> String {
        var lines = ["digraph mesh {", "  graph [outputorder=edgesfirst];", "  node [shape=circle, fontsize=9];"]
        for robot in graph.robots {
            var attributes = ["label=\(quoted(name(robot.id)))"]
            if robot.isRoot { attributes.append("shape=doublecircle") }
            if robot.isLeader { attributes.append("style=bold") }
            if robot.isStopped == true { attributes.append("color=red") }
            if !robot.hasReported, robot.isStopped != true { attributes.append("color=gray") }
            if let place = robot.place {
                attributes.append("pos=\"\(points(place.xMeters)),\(points(place.yMeters))\"")
            }
            lines.append("  r\(robot.id.number) [\(attributes.joined(separator: ", "))];")
        }
        for edge in graph.edges {
            lines.append("  r\(edge.from.number) -> r\(edge.to.number) [\(style(edge).joined(separator: ", "))];")
        }
        lines.append("}")
        return lines.joined(separator: "\n")
    }

    private static func style(_ edge: SwarmGraph.Edge) -> [String] {
        switch edge.kind {
        case .tree: ["color=black", "penwidth=2"]
        case .member: ["color=blue", "style=dashed"]
        case .control: ["color=gray80", "dir=none"] + label(edge)
        case .data: ["color=lightskyblue", "dir=none"] + label(edge)
        }
    }

    private static func label(_ edge: SwarmGraph.Edge) -> [String] {
        edge.powerDBm.map { ["tooltip=\"\(Words.decimal($0, 0)) dBm\""] } ?? []
    }

    private static func points(_ meters: Double) -> String { Words.decimal(meters * pointsPerMeter, 1) }

    private static func quoted(_ text: String) -> String {
        let escaped = text.reduce(into: "") { result, character in
            if character == "\"" || character == "\\" { result += "\\" }
            result += character.isNewline ? " " : String(character)
        }
        return "\"\(escaped)\""
    }
}
