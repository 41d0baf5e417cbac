import SkeinPeer
import SkeinTasks

/// QGroundControl's plan files (docs.qgroundcontrol.com, "Plan File Format", version 1): what of them robots on the ground can do. Waypoints,
/// loiter times, delays, speeds and the return; fences of both kinds; rally points. Anything else is refused by its name. Altitudes are
/// left out: robots drive.
package enum GroundControlPlan {
    /// MAV_CMD numbers.
    private enum Command {
        static let waypoint = 16
        static let loiterTime = 19
        static let returnToLaunch = 20
        static let delay = 93
        static let changeSpeed = 178
    }

    /// What others may stand in such a file (MAVLink common.xml, MAV_CMD).
    private static let names = [
        17: "NAV_LOITER_UNLIM", 18: "NAV_LOITER_TURNS", 21: "NAV_LAND", 22: "NAV_TAKEOFF", 31: "NAV_LOITER_TO_ALT",
        82: "NAV_SPLINE_WAYPOINT", 84: "NAV_VTOL_TAKEOFF", 85: "NAV_VTOL_LAND", 92: "NAV_GUIDED_ENABLE",
        94: "NAV_PAYLOAD_PLACE", 112: "CONDITION_DELAY", 114: "CONDITION_DISTANCE", 115: "CONDITION_YAW",
        177: "DO_JUMP", 179: "DO_SET_HOME", 181: "DO_SET_RELAY", 183: "DO_SET_SERVO", 189: "DO_LAND_START",
        195: "DO_SET_ROI_LOCATION", 197: "DO_SET_ROI_NONE", 201: "DO_SET_ROI", 203: "DO_DIGICAM_CONTROL",
        205: "DO_MOUNT_CONTROL", 206: "DO_SET_CAM_TRIGG_DIST", 211: "DO_GRIPPER", 530: "SET_CAMERA_MODE",
        2_000: "IMAGE_START_CAPTURE", 2_001: "IMAGE_STOP_CAPTURE", 2_500: "VIDEO_START_CAPTURE",
        2_501: "VIDEO_STOP_CAPTURE",
    ]
    private static let itemsMax = 256
    private static let roleName = "fleet"

    // MARK: In

    package static func plan(text: String, path: String, name: String) throws(FileError) -> MissionPlan {
        guard text.utf8.count <= TomlFile.bytesMax else {
            throw FileError(
                file: path, message: "larger than \(TomlFile.bytesMax) bytes, the most such a file may have")
        }
        let top = JSONCursor(file: path, value: try JSONReader.read(text, file: path))
        let type = try top.needed("fileType")
        guard try type.string() == "Plan" else { throw type.expected("\"Plan\"") }
        let version = try top.needed("version")
        guard try version.integer() == 1 else { throw version.expected("version 1") }
        let mission = try top.needed("mission")
        let missionVersion = try mission.needed("version")
        guard try missionVersion.integer() == 2 else { throw missionVersion.expected("version 2") }
        let home = try mission.needed("plannedHomePosition").elements()
        guard home.count >= 2 else { throw mission.fault("plannedHomePosition: expected latitude and longitude") }
        let origin = MissionPlan.Origin(
            latitudeDegrees: try home[0].number(in: -89...89), longitudeDegrees: try home[1].number(in: -180...180))
        var reading = Reading(plane: TangentPlane(origin))
        let items = try mission.needed("items").elements()
        guard items.count <= itemsMax else {
            throw mission.fault("\(items.count) items, at most \(itemsMax) are read")
        }
        for item in items { try reading.take(item) }
        guard !reading.waypoints.isEmpty else { throw mission.fault("no waypoint: nothing for robots to do") }
        guard reading.waypoints.count <= MissionPlan.waypointsMax else {
            throw mission.fault("\(reading.waypoints.count) waypoints, at most \(MissionPlan.waypointsMax) are flown")
        }
        var plan = MissionPlan(
            name: name, revision: 1,
            roles: [
                MissionPlan.Role(
                    name: roleName,
                    goal: .waypoints(MissionPlan.Way(waypoints: reading.waypoints, returns: reading.returns)))
            ])
        plan.origin = origin
        if let fence = try top.member("geoFence") { try reading.fence(fence, &plan) }
        if let rally = try top.member("rallyPoints") { try reading.rally(rally, &plan) }
        plan.field.arena = PlanGeoJSON.box(around: reading.seen + [.zero])
        if let reason = plan.invalidity { throw FileError(file: path, message: "makes no mission: \(reason)") }
        return plan
    }

    private struct Reading {
        let plane: TangentPlane
        var waypoints: [MissionPlan.Waypoint] = []
        var returns = false
        var seen: [FieldPoint] = []
        private var speed: Double?

        init(plane: TangentPlane) { self.plane = plane }

        mutating func take(_ item: JSONCursor) throws(FileError) {
            guard try item.needed("type").string() == "SimpleItem" else {
                let kind = try item.member("complexItemType")?.string() ?? "unnamed"
                throw item.fault(
                    "a ComplexItem (\(kind)) is not supported: in QGroundControl, turn it into waypoints first")
            }
            guard !returns else { throw item.fault("comes after NAV_RETURN_TO_LAUNCH, which ends a mission here") }
            let parameters = try item.needed("params").elements()
            guard parameters.count == 7 else { throw item.fault("params: expected 7, found \(parameters.count)") }
            let command = try item.needed("command")
            switch try command.integer() {
            case Command.waypoint, Command.loiterTime:
                let hold = try number(parameters[0]) ?? 0
                guard hold >= 0, hold <= MissionPlan.secondsMax else { throw parameters[0].expected("seconds") }
                let point = try place(latitude: parameters[4], longitude: parameters[5])
                waypoints.append(
                    MissionPlan.Waypoint(point: point, holdSeconds: hold, speedMetersPerSecond: speed))
                speed = nil
            case Command.returnToLaunch: returns = true
            case Command.delay:
                guard let seconds = try number(parameters[0]), seconds >= 0, seconds <= MissionPlan.secondsMax else {
                    throw parameters[0].fault("NAV_DELAY until a time of day is not supported, only for seconds")
                }
                guard !waypoints.isEmpty else {
                    throw item.fault("NAV_DELAY before the first waypoint is not supported: start later")
                }
                waypoints[waypoints.count - 1].holdSeconds += seconds
            case Command.changeSpeed:
                guard let wanted = try number(parameters[1]), wanted > 0, wanted <= 100 else {
                    throw parameters[1].fault("DO_CHANGE_SPEED without a speed is not supported")
                }
                speed = wanted
            case let other:
                let name = names[other].map { "\($0) (\(other))" } ?? "command \(other)"
                throw command.fault(
                    "\(name) is not supported: 16 NAV_WAYPOINT, 19 NAV_LOITER_TIME, 20 NAV_RETURN_TO_LAUNCH, 93 NAV_DELAY and "
                        + "178 DO_CHANGE_SPEED are")
            }
        }

        /// QGroundControl writes null for what it does not set.
        private func number(_ cursor: JSONCursor) throws(FileError) -> Double? {
            cursor.value == .null ? nil : try cursor.number()
        }

        private mutating func place(latitude: JSONCursor, longitude: JSONCursor) throws(FileError) -> FieldPoint {
            let north = try latitude.number(in: -90...90)
            let east = try longitude.number(in: -180...180)
            guard let point = plane.point(latitudeDegrees: north, longitudeDegrees: east) else {
                throw latitude.fault("farther than \(TangentPlane.metersMax.short) m from plannedHomePosition")
            }
            seen.append(point)
            return point
        }

        private mutating func place(_ pair: JSONCursor) throws(FileError) -> FieldPoint {
            let items = try pair.elements()
            guard items.count >= 2 else { throw pair.expected("latitude and longitude") }
            return try place(latitude: items[0], longitude: items[1])
        }

        mutating func fence(_ fence: JSONCursor, _ plan: inout MissionPlan) throws(FileError) {
            for item in try fence.member("polygons")?.elements() ?? [] {
                var points: [FieldPoint] = []
                for pair in try item.needed("polygon").elements() { points.append(try place(pair)) }
                let shape = FieldShape.polygon(FieldPolygon(points: points))
                if let complaint = shape.invalidity { throw item.fault(complaint) }
                add(shape, isInclusion: try item.member("inclusion")?.flag() ?? true, &plan)
            }
            for item in try fence.member("circles")?.elements() ?? [] {
                let circle = try item.needed("circle")
                let centre = try place(try circle.needed("center"))
                let radius = try circle.needed("radius").number(above: 0, through: TangentPlane.metersMax)
                let reach = FieldPoint(xMeters: radius, yMeters: radius)
                seen += [centre - reach, centre + reach]
                let shape = FieldShape.circle(
                    FieldCircle(centre: centre, radiusMeters: (radius * 1_000).rounded() / 1_000))
                add(shape, isInclusion: try item.member("inclusion")?.flag() ?? true, &plan)
            }
        }

        private func add(_ shape: FieldShape, isInclusion: Bool, _ plan: inout MissionPlan) {
            if isInclusion { plan.field.inclusions.append(shape) } else { plan.field.exclusions.append(shape) }
        }

        mutating func rally(_ rally: JSONCursor, _ plan: inout MissionPlan) throws(FileError) {
            let points = try rally.member("points")?.elements() ?? []
            guard points.count <= MissionPlan.rallyPointsMax else {
                throw rally.fault("\(points.count) points, at most \(MissionPlan.rallyPointsMax) are kept")
            }
            for pair in points { plan.rallyPoints.append(try place(pair)) }
        }
    }
}
