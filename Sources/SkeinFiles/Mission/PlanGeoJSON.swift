import SkeinPeer
import SkeinTasks

/// A plan's places as GeoJSON, and back. What is no place (counts, rules, deadlines) does not fit GeoJSON: of a mission that is made
/// from it, a person says that.
package enum PlanGeoJSON {
    private static let kinds = ["fence", "no_go", "obstacle", "area", "rally", "target", "source", "way"]
    /// Around what a file shows.
    private static let roomMeters = 10.0

    // MARK: Out

    package static func value(of plan: MissionPlan) -> JSONValue {
        let plane = plan.origin.map { TangentPlane($0) }
        func position(_ point: FieldPoint) -> JSONValue {
            guard let plane else { return .point(point.xMeters, point.yMeters) }
            let degrees = plane.degrees(of: point)
            return .point(degrees.longitude, degrees.latitude)
        }
        func feature(
            _ kind: String, _ name: String?, _ type: String, _ coordinates: JSONValue, _ more: [JSONValue.Member] = []
        )
            -> JSONValue
        {
            let members = [JSONValue.Member("kind", .string(kind))] + (name.map { [.init("name", .string($0))] } ?? [])
            return [
                "type": "Feature", "properties": .object(members + more),
                "geometry": ["type": .string(type), "coordinates": coordinates],
            ]
        }
        func area(_ kind: String, _ name: String?, _ shape: FieldShape) -> JSONValue {
            switch shape {
            case .circle(let circle):
                return feature(
                    kind, name, "Point", position(circle.centre), [.init("radius_m", .number(circle.radiusMeters))])
            case .polygon(let polygon):
                // RFC 7946 §3.1.6: counter-clockwise, closed.
                let ring = polygon.signedAreaSquareMeters < 0 ? polygon.points.reversed() : polygon.points
                return feature(kind, name, "Polygon", .array([.array((ring + ring.prefix(1)).map(position))]))
            }
        }
        var features = plan.field.inclusions.enumerated().map { area("fence", "fence\($0.offset + 1)", $0.element) }
        features += plan.field.exclusions.enumerated().map { area("no_go", "no-go\($0.offset + 1)", $0.element) }
        features += plan.field.obstacles.enumerated().map {
            area("obstacle", "obstacle\($0.offset + 1)", .polygon($0.element))
        }
        features += plan.areas.map { area("area", $0.name, $0.shape) }
        features += plan.rallyPoints.map { feature("rally", nil, "Point", position($0)) }
        if let target = plan.target { features.append(feature("target", nil, "Point", position(target))) }
        if let source = plan.source { features.append(feature("source", nil, "Point", position(source))) }
        for role in plan.roles {
            guard case .waypoints(let way) = role.goal else { continue }
            let points = way.waypoints.map(\.point)
            features.append(
                feature(
                    "way", role.name, "LineString",
                    .array((points.count == 1 ? points + points : points).map(position)),
                    [.init("laps", .integer(way.laps)), .init("returns", .bool(way.returns))]))
        }
        var members: [JSONValue.Member] = [.init("type", .string("FeatureCollection"))]
        if plane == nil {
            members.append(
                .init("crs", ["type": "name", "properties": ["name": .string(GeoJSONFile.localName)]]))
        }
        return .object(members + [.init("features", .array(features))])
    }

    // MARK: In

    /// A mission of what a file shows: its ways are roles; without one, the robots hold its first area. In degrees the first place
    /// of the file is the origin unless one is given.
    package static func plan(
        text: String, path: String, name: String, origin: MissionPlan.Origin?
    ) throws(FileError) -> MissionPlan {
        var place = origin
        if place == nil { place = try Self.origin(text, path) }
        let file = try GeoJSONFile(text: text, path: path, plane: place.map { TangentPlane($0) })
        var plan = MissionPlan(name: name, revision: 1, roles: [])
        if !file.isLocal { plan.origin = place }
        var seen: [FieldPoint] = []
        for feature in file.features { try take(feature, &plan, &seen) }
        if plan.roles.isEmpty {
            guard !plan.areas.isEmpty else {
                throw FileError(file: path, message: "shows no way and no area: nothing for robots to do")
            }
            plan.roles = [MissionPlan.Role(name: "fleet", goal: .hold(area: 0))]
        }
        plan.field.arena = box(around: seen)
        if let reason = plan.invalidity { throw FileError(file: path, message: "makes no mission: \(reason)") }
        return plan
    }

    /// Nil: in metres.
    private static func origin(_ text: String, _ path: String) throws(FileError) -> MissionPlan.Origin? {
        let top = JSONCursor(file: path, value: try JSONReader.read(text, file: path))
        if let crs = try top.member("crs"), crs.value != .null { return nil }
        var cursor = try top.member("features")?.elements().first?.needed("geometry").needed("coordinates")
        if cursor == nil { cursor = try top.member("geometry")?.needed("coordinates") }
        while let here = cursor, let first = try here.elements().first {
            guard case .array = first.value else {
                let pair = try here.elements()
                guard pair.count >= 2 else { return nil }
                return MissionPlan.Origin(
                    latitudeDegrees: try pair[1].number(in: -89...89),
                    longitudeDegrees: try pair[0].number(in: -180...180))
            }
            cursor = first
        }
        return nil
    }

    private static func take(
        _ feature: GeoJSONFile.Feature, _ plan: inout MissionPlan, _ seen: inout [FieldPoint]
    ) throws(FileError) {
        let kind = try feature.properties?.member("kind")
        guard let kind else { throw feature.cursor.fault("no property kind (known: \(kinds.joined(separator: ", ")))") }
        let word = try kind.string()
        guard kinds.contains(word) else { throw kind.fault(NearestName.complaint("kind", word, known: kinds)) }
        switch feature.geometry {
        case .point(let point): seen.append(point)
        case .line(let points), .polygon(let points): seen += points
        }
        switch word {
        case "fence": plan.field.inclusions.append(try shape(feature, &seen))
        case "no_go": plan.field.exclusions.append(try shape(feature, &seen))
        case "obstacle":
            guard case .polygon(let polygon) = try shape(feature, &seen) else {
                throw feature.cursor.fault("expected a Polygon: obstacles have corners")
            }
            plan.field.obstacles.append(polygon)
        case "area":
            let name = feature.name ?? "area\(plan.areas.count + 1)"
            plan.areas.append(MissionPlan.Area(name: name, shape: try shape(feature, &seen)))
        case "way":
            guard case .line(var points) = feature.geometry else { throw feature.cursor.fault("expected a LineString") }
            if points.count == 2, points[0] == points[1] { points.removeLast() }
            let laps = try feature.properties?.member("laps")?.integer() ?? 1
            let returns = try feature.properties?.member("returns")?.flag() ?? false
            plan.roles.append(
                MissionPlan.Role(
                    name: feature.name ?? "way\(plan.roles.count + 1)",
                    goal: .waypoints(
                        MissionPlan.Way(
                            waypoints: points.map { MissionPlan.Waypoint(point: $0) }, laps: laps, returns: returns))))
        default:
            guard case .point(let point) = feature.geometry else { throw feature.cursor.fault("expected a Point") }
            if word == "rally" { plan.rallyPoints.append(point) }
            if word == "target" { plan.target = point }
            if word == "source" { plan.source = point }
        }
    }

    private static func shape(
        _ feature: GeoJSONFile.Feature, _ seen: inout [FieldPoint]
    ) throws(FileError) -> FieldShape {
        switch feature.geometry {
        case .polygon(let points): return .polygon(FieldPolygon(points: points))
        case .line: throw feature.cursor.fault("expected a Polygon, or a Point with radius_m")
        case .point(let centre):
            guard let radius = try feature.properties?.member("radius_m") else {
                throw feature.cursor.fault("a point is a circle only with the property radius_m")
            }
            let meters = try radius.number(above: 0, through: TangentPlane.metersMax)
            let reach = FieldPoint(xMeters: meters, yMeters: meters)
            seen += [centre - reach, centre + reach]
            return .circle(FieldCircle(centre: centre, radiusMeters: (meters * 1_000).rounded() / 1_000))
        }
    }

    /// A box with room around all of it.
    static func box(around points: [FieldPoint]) -> Arena {
        let x = points.map(\.xMeters)
        let y = points.map(\.yMeters)
        return Arena(
            xMetersMin: ((x.min() ?? 0) - roomMeters).rounded(.down),
            xMetersMax: ((x.max() ?? 0) + roomMeters).rounded(.up),
            yMetersMin: ((y.min() ?? 0) - roomMeters).rounded(.down),
            yMetersMax: ((y.max() ?? 0) + roomMeters).rounded(.up))
    }
}

extension JSONValue: ExpressibleByStringLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
}
