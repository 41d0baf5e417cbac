import SkeinPeer
import SkeinTasks

extension GroundControlPlan {
    /// Why a mission is no plan of QGroundControl's.
    package struct Refusal: Error, Hashable, Sendable {
        package var message: String
    }

    /// One role's way, the fences and the rally points. What QGroundControl has no word for is refused by name.
    package static func value(of plan: MissionPlan, role name: String?) throws(Refusal) -> JSONValue {
        guard let origin = plan.origin else {
            throw Refusal(message: "QGroundControl's plans are in degrees: the mission needs [origin]")
        }
        let role = try role(of: plan, name)
        guard case .waypoints(let way) = role.goal else {
            throw Refusal(
                message: "role \"\(role.name)\" has no waypoints, and QGroundControl has no word for its goal")
        }
        let plane = TangentPlane(origin)
        var items: [JSONValue] = []
        for waypoint in way.waypoints {
            if let speed = waypoint.speedMetersPerSecond {
                items.append(
                    item(
                        178, [.integer(1), .number(speed), .integer(-1), .integer(0), .null, .null, .null], items.count)
                )
            }
            let degrees = plane.degrees(of: waypoint.point)
            items.append(
                item(
                    16,
                    [
                        .number(waypoint.holdSeconds), .integer(0), .integer(0), .null, .number(degrees.latitude),
                        .number(degrees.longitude), .integer(0),
                    ], items.count))
        }
        if way.returns { items.append(item(20, [JSONValue](repeating: .integer(0), count: 7), items.count)) }
        guard way.laps == 1 else {
            throw Refusal(
                message: "role \"\(role.name)\" goes \(way.laps) laps: QGroundControl's DO_JUMP is not supported")
        }
        return [
            "fileType": "Plan", "version": .integer(1), "groundStation": "Skein",
            "mission": [
                "version": .integer(2), "firmwareType": .integer(12), "vehicleType": .integer(10),
                "cruiseSpeed": .number(plan.rules.speedMetersPerSecondMax),
                "hoverSpeed": .number(plan.rules.speedMetersPerSecondMax),
                "plannedHomePosition": .array([
                    .number(origin.latitudeDegrees), .number(origin.longitudeDegrees), .integer(0),
                ]),
                "items": .array(items),
            ],
            "geoFence": fences(plan, plane),
            "rallyPoints": [
                "version": .integer(2),
                "points": .array(plan.rallyPoints.map { position($0, plane, altitude: true) }),
            ],
        ]
    }

    private static func role(of plan: MissionPlan, _ name: String?) throws(Refusal) -> MissionPlan.Role {
        if let name {
            guard let found = plan.roles.first(where: { $0.name == name }) else {
                throw Refusal(message: NearestName.complaint("role", name, known: plan.roles.map(\.name)))
            }
            return found
        }
        guard plan.roles.count == 1 else {
            throw Refusal(
                message: "a plan of QGroundControl's is for one vehicle: say which role with --role (known: "
                    + plan.roles.map(\.name).joined(separator: ", ") + ")")
        }
        return plan.roles[0]
    }

    private static func item(_ command: Int, _ parameters: [JSONValue], _ place: Int) -> JSONValue {
        [
            "type": "SimpleItem", "command": .integer(command), "frame": .integer(command == 16 ? 3 : 2),
            "autoContinue": .bool(true), "doJumpId": .integer(place + 1), "params": .array(parameters),
        ]
    }

    private static func position(_ point: FieldPoint, _ plane: TangentPlane, altitude: Bool = false) -> JSONValue {
        let degrees = plane.degrees(of: point)
        return .array([.number(degrees.latitude), .number(degrees.longitude)] + (altitude ? [.integer(0)] : []))
    }

    private static func fences(_ plan: MissionPlan, _ plane: TangentPlane) -> JSONValue {
        var polygons: [JSONValue] = []
        var circles: [JSONValue] = []
        let shapes =
            plan.field.inclusions.map { ($0, true) } + plan.field.exclusions.map { ($0, false) }
            + plan.field.obstacles.map { (FieldShape.polygon($0), false) }
        for (shape, isInclusion) in shapes {
            switch shape {
            case .polygon(let polygon):
                polygons.append([
                    "version": .integer(1), "inclusion": .bool(isInclusion),
                    "polygon": .array(polygon.points.map { position($0, plane) }),
                ])
            case .circle(let circle):
                circles.append([
                    "version": .integer(1), "inclusion": .bool(isInclusion),
                    "circle": ["center": position(circle.centre, plane), "radius": .number(circle.radiusMeters)],
                ])
            }
        }
        return ["version": .integer(2), "polygons": .array(polygons), "circles": .array(circles)]
    }
}
