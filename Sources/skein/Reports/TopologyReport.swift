import SkeinFiles
import SkeinPicture
import SkeinWire

/// The mesh as a tree of lines, and as lists for programs.
struct TopologyReport {
    let graph: SwarmGraph
    let names: FleetNames

    var text: String {
        let roots = graph.robots.filter { robot in !graph.edges.contains { $0.kind == .tree && $0.from == robot.id } }
        var lines: [String] = []
        var shown: Set<NodeID> = []
        for root in roots { branch(root, depth: 0, &shown, &lines) }
        // Whoever stands in a circle of words that contradict each other.
        for robot in graph.robots where !shown.contains(robot.id) { branch(robot, depth: 0, &shown, &lines) }
        let control = graph.edges.count { $0.kind == .control }
        let data = graph.edges.count { $0.kind == .data }
        let leaders = graph.robots.count { $0.isLeader }
        lines.append(
            "\(graph.robots.count) robots, \(leaders) leaders, \(control) links on 2.4 GHz, \(data) on 5 GHz; "
                + "\(graph.robots.count { $0.hasReported }) of them asked")
        return lines.joined(separator: "\n")
    }

    private func branch(_ robot: SwarmGraph.Robot, depth: Int, _ shown: inout Set<NodeID>, _ lines: inout [String]) {
        guard shown.insert(robot.id).inserted else { return }
        lines.append(String(repeating: "  ", count: depth) + label(robot))
        for edge in graph.edges where edge.kind == .tree && edge.to == robot.id {
            guard let child = graph.robots.first(where: { $0.id == edge.from }) else { continue }
            branch(child, depth: depth + 1, &shown, &lines)
        }
    }

    private func label(_ robot: SwarmGraph.Robot) -> String {
        var words = [names.name(robot.id)]
        if robot.isRoot { words.append("root") }
        if robot.isLeader {
            let members = graph.edges.count { $0.kind == .member && $0.to == robot.id }
            words.append("leads \(members)")
        } else {
            words.append(robot.leader == .none ? "no leader known" : "follows \(names.name(robot.leader))")
        }
        if robot.isStopped == true { words.append("stands") }
        return words.joined(separator: ", ")
    }

    var value: JSONValue {
        [
            "version": .integer(1),
            "robots": .array(
                graph.robots.map { robot in
                    [
                        "robot": names.json(robot.id), "root": .bool(robot.isRoot), "leads": .bool(robot.isLeader),
                        "leader": names.json(robot.leader), "hops": robot.hops.map { .integer($0) } ?? .null,
                        "x_m": .optional(robot.place?.xMeters), "y_m": .optional(robot.place?.yMeters),
                        "reported": .bool(robot.hasReported), "stands": robot.isStopped.map { .bool($0) } ?? .null,
                    ]
                }),
            "edges": .array(
                graph.edges.map { edge in
                    [
                        "kind": .string(GraphGeoJSON.word(edge.kind)), "from": names.json(edge.from),
                        "to": names.json(edge.to), "power_dbm": .optional(edge.powerDBm),
                        "capacity_bits_per_s": .optional(edge.efficiency.map { $0 * 20e6 }),
                    ]
                }),
        ]
    }
}
