import SkeinWire

/// Where the field's zero lies on the globe, and how long a degree is there, x to the east, y to the north.
package struct FieldOrigin: Hashable, Sendable {
    package var latitudeDegrees: Double
    package var longitudeDegrees: Double
    package var metersPerDegreeLatitude: Double
    package var metersPerDegreeLongitude: Double

    package init(
        latitudeDegrees: Double, longitudeDegrees: Double, metersPerDegreeLatitude: Double,
        metersPerDegreeLongitude: Double
    ) {
        self.latitudeDegrees = latitudeDegrees
        self.longitudeDegrees = longitudeDegrees
        self.metersPerDegreeLatitude = metersPerDegreeLatitude
        self.metersPerDegreeLongitude = metersPerDegreeLongitude
    }
}

/// A graph as GeoJSON (RFC 7946): robots as points, edges as lines, longitude before latitude. Robots whose place nobody
/// knows, and edges to them, have no geometry.
package enum GraphGeoJSON {
    package static func text(_ graph: SwarmGraph, origin: FieldOrigin, name: (NodeID) -> String) -> String {
        var features: [String] = []
        for robot in graph.robots {
            let geometry =
                robot.place.map { "{\"type\": \"Point\", \"coordinates\": \(position($0, origin))}" } ?? "null"
            features.append(
                feature(
                    geometry,
                    [
                        ("name", string(name(robot.id))), ("robot", "\(robot.id.number)"), ("kind", "\"robot\""),
                        ("root", "\(robot.isRoot)"), ("leads", "\(robot.isLeader)"),
                        ("leader", robot.leader == .none ? "null" : string(name(robot.leader))),
                        ("hops", robot.hops.map { "\($0)" } ?? "null"), ("reported", "\(robot.hasReported)"),
                        ("stands", robot.isStopped.map { "\($0)" } ?? "null"),
                    ]))
        }
        let places = graph.robots.map { ($0.id, $0.place) }
        for edge in graph.edges {
            let ends = [edge.from, edge.to].compactMap { id in places.first { $0.0 == id }?.1 }
            let line = ends.map { position($0, origin) }.joined(separator: ", ")
            let geometry = ends.count == 2 ? "{\"type\": \"LineString\", \"coordinates\": [\(line)]}" : "null"
            features.append(
                feature(
                    geometry,
                    [
                        ("kind", "\"\(word(edge.kind))\""), ("from", string(name(edge.from))),
                        ("to", string(name(edge.to))), ("power_dbm", edge.powerDBm.map { number($0, 1) } ?? "null"),
                        (
                            "capacity_bits_per_s",
                            edge.efficiency.map { number($0 * 20e6, 0) } ?? "null"
                        ),
                    ]))
        }
        return "{\"type\": \"FeatureCollection\", \"features\": [\n  " + features.joined(separator: ",\n  ") + "\n]}"
    }

    package static func word(_ kind: SwarmGraph.Kind) -> String {
        switch kind {
        case .tree: "tree"
        case .member: "member"
        case .control: "link_2_4"
        case .data: "link_5"
        }
    }

    private static func feature(_ geometry: String, _ properties: [(String, String)]) -> String {
        let members = properties.map { "\"\($0.0)\": \($0.1)" }.joined(separator: ", ")
        return "{\"type\": \"Feature\", \"geometry\": \(geometry), \"properties\": {\(members)}}"
    }

    /// Seven digits after the point: a centimetre.
    private static func position(_ place: SwarmGraph.Place, _ origin: FieldOrigin) -> String {
        let longitude = origin.longitudeDegrees + place.xMeters / origin.metersPerDegreeLongitude
        let latitude = origin.latitudeDegrees + place.yMeters / origin.metersPerDegreeLatitude
        return "[\(number(wrapped(longitude), 7)), \(number(max(-90, min(90, latitude)), 7))]"
    }

    private static func wrapped(_ longitude: Double) -> Double {
        let turned = (longitude + 180).truncatingRemainder(dividingBy: 360)
        return (turned < 0 ? turned + 360 : turned) - 180
    }

    private static func number(_ value: Double, _ digits: Int) -> String {
        value.isFinite ? Words.decimal(value, digits) : "null"
    }

    private static func string(_ text: String) -> String {
        var escaped = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": escaped += "\\\""
            case "\\": escaped += "\\\\"
            default:
                guard scalar.value < 0x20 else {
                    escaped.unicodeScalars.append(scalar)
                    continue
                }
                let digits = String(scalar.value, radix: 16)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return escaped + "\""
    }
}
