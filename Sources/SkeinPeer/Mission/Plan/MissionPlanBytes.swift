import SkeinTasks
import SkeinWire

/// A plan as bytes. Reading is total: whatever the bytes are, it returns a plan that can be flown or throws, and what it returns is
/// written as the same bytes.
///
///     version u8 (1) | name | revision u32 | origin u8 (0, 1: latitude f64, longitude f64)
///     | arena: 4 × mm i32, margin mm i32 | fences | no-go zones: n u8 × shape | obstacles: n u8 × points
///     | rules | partition: robots u16, after f64 | target u8 (0, 1: point) | source u8 | rally: n u8 × point
///     | areas: n u8 × (name, shape) | roles: n u8 × role | tasks: n u8 × task | end u8 (0 never, 1 all, 2: role u8)
///     | deadline u8 (0, 1: f64 s)
///
///     name    length u8, ASCII          point   x mm i32, y mm i32
///     points  n u8 × point              shape   0: points; 1: point, radius mm i32
///
/// Places are millimetres: finer than anybody drives, and the same bytes on every machine.
package enum MissionPlanBytes {
    static let version: UInt8 = 1

    package static func bytes(of plan: MissionPlan) -> [UInt8] {
        var writer = ByteWriter()
        writer.u8(version)
        writer.planText(plan.name)
        writer.u32(plan.revision)
        writer.flagged(plan.origin) {
            $0.f64($1.latitudeDegrees)
            $0.f64($1.longitudeDegrees)
        }
        writer.field(plan.field)
        writer.rules(plan.rules)
        writer.u16(UInt16(clamping: plan.partition.robotsMin))
        writer.f64(plan.partition.afterSeconds)
        writer.flagged(plan.target) { $0.millimeters($1) }
        writer.flagged(plan.source) { $0.millimeters($1) }
        writer.counted(plan.rallyPoints) { $0.millimeters($1) }
        writer.counted(plan.areas) {
            $0.planText($1.name)
            $0.shape($1.shape)
        }
        writer.counted(plan.roles) { $0.role($1) }
        writer.counted(plan.tasks) {
            $0.planText($1.name)
            $0.u8(UInt8($1.role))
            $0.u16(UInt16(clamping: $1.robots ?? 0))
            $0.f64($1.deadlineSeconds)
            $0.u8($1.missed.rawValue)
        }
        switch plan.end {
        case .never: writer.u8(0)
        case .allArrived: writer.u8(1)
        case .roleArrived(let role):
            writer.u8(2)
            writer.u8(UInt8(role))
        }
        writer.flagged(plan.deadlineSeconds) { $0.f64($1) }
        return writer.bytes
    }

    package static func plan(of bytes: [UInt8]) throws(WireError) -> MissionPlan {
        guard bytes.count <= Int(MissionBrief.planBytesMax) else {
            throw .tooMany(.payload, count: bytes.count, limit: Int(MissionBrief.planBytesMax))
        }
        var reader = ByteReader(bytes)
        guard try reader.u8() == version else { throw .unknown(.version) }
        var plan = MissionPlan(name: try reader.planText(), revision: try reader.serial(), roles: [])
        plan.origin = try reader.flagged { reader throws(WireError) in
            MissionPlan.Origin(
                latitudeDegrees: try reader.planNumber(), longitudeDegrees: try reader.planNumber())
        }
        plan.field = try reader.field()
        plan.rules = try reader.rules()
        plan.partition = MissionPlan.Partition(
            robotsMin: Int(try reader.u16()), afterSeconds: try reader.planNumber())
        plan.target = try reader.flagged { reader throws(WireError) in try reader.millimeters() }
        plan.source = try reader.flagged { reader throws(WireError) in try reader.millimeters() }
        plan.rallyPoints = try reader.counted(MissionPlan.rallyPointsMax) { reader throws(WireError) in
            try reader.millimeters()
        }
        plan.areas = try reader.counted(MissionPlan.areasMax) { reader throws(WireError) in
            MissionPlan.Area(name: try reader.planText(), shape: try reader.shape())
        }
        plan.roles = try reader.counted(MissionPlan.rolesMax) { reader throws(WireError) in try reader.role() }
        plan.tasks = try reader.counted(MissionPlan.tasksMax) { reader throws(WireError) in try reader.task() }
        switch try reader.u8() {
        case 0: plan.end = .never
        case 1: plan.end = .allArrived
        case 2: plan.end = .roleArrived(Int(try reader.u8()))
        default: throw .unknown(.kind)
        }
        plan.deadlineSeconds = try reader.flagged { reader throws(WireError) in try reader.planNumber() }
        try reader.finish()
        guard plan.invalidity == nil, MissionPlanBytes.bytes(of: plan) == bytes else { throw .invalid(.entries) }
        return plan
    }
}

extension ByteWriter {
    fileprivate mutating func planText(_ text: String) {
        u8(UInt8(clamping: text.utf8.count))
        raw(Array(text.utf8))
    }

    fileprivate mutating func millimeters(_ value: Double) {
        u32(UInt32(bitPattern: Int32(clamping: Int((max(-1e6, min(1e6, value)) * 1_000).rounded()))))
    }

    fileprivate mutating func millimeters(_ point: FieldPoint) {
        millimeters(point.xMeters)
        millimeters(point.yMeters)
    }

    fileprivate mutating func flagged<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        u8(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }

    fileprivate mutating func counted<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        count(values.count, limit: 255)
        for value in values { write(&self, value) }
    }

    fileprivate mutating func shape(_ shape: FieldShape) {
        switch shape {
        case .polygon(let polygon):
            u8(0)
            counted(polygon.points) { $0.millimeters($1) }
        case .circle(let circle):
            u8(1)
            millimeters(circle.centre)
            millimeters(circle.radiusMeters)
        }
    }

    fileprivate mutating func field(_ field: MissionField) {
        millimeters(field.arena.xMetersMin)
        millimeters(field.arena.xMetersMax)
        millimeters(field.arena.yMetersMin)
        millimeters(field.arena.yMetersMax)
        millimeters(field.arena.marginMeters)
        counted(field.inclusions) { $0.shape($1) }
        counted(field.exclusions) { $0.shape($1) }
        counted(field.obstacles) { $0.counted($1.points) { $0.millimeters($1) } }
    }

    /// separation f64 | speed f64 | link loss u8 (0 stop, 1 return, 2: for ns u64) | after ns u64 | battery f64
    ///     | 3 × action u8
    fileprivate mutating func rules(_ rules: MissionRules) {
        f64(rules.separationMeters)
        f64(rules.speedMetersPerSecondMax)
        switch rules.linkLoss {
        case .stop: u8(0)
        case .returnHome: u8(1)
        case .proceed(let span):
            u8(2)
            u64(UInt64(clamping: span.nanoseconds))
        }
        u64(UInt64(clamping: rules.linkLossAfter.nanoseconds))
        f64(rules.lowBatteryFraction)
        for action in [rules.lowBattery, rules.partition, rules.fence] {
            switch action {
            case .proceed: u8(0)
            case .stop: u8(1)
            case .returnHome: u8(2)
            }
        }
    }

    /// name | count u8 (0, 1: u16) | needs u8 | speed u8 (0, 1: f64)
    ///     | goal u8 (0 target, 1 source, 2 relay, 3 hold: area u8, 4 search: area u8, 5: way)
    ///     way: laps u16 | returns u8 | n u8 × (point, hold f64, speed u8 (0, 1: f64))
    fileprivate mutating func role(_ role: MissionPlan.Role) {
        planText(role.name)
        flagged(role.count) { $0.u16(UInt16(clamping: $1)) }
        u8(role.needs.rawValue)
        flagged(role.speedMetersPerSecond) { $0.f64($1) }
        switch role.goal {
        case .target: u8(0)
        case .source: u8(1)
        case .relay: u8(2)
        case .hold(let area):
            u8(3)
            u8(UInt8(area))
        case .search(let area):
            u8(4)
            u8(UInt8(area))
        case .waypoints(let way):
            u8(5)
            u16(UInt16(clamping: way.laps))
            u8(way.returns ? 1 : 0)
            counted(way.waypoints) {
                $0.millimeters($1.point)
                $0.f64($1.holdSeconds)
                $0.flagged($1.speedMetersPerSecond) { $0.f64($1) }
            }
        }
    }
}

extension ByteReader {
    fileprivate mutating func planText() throws(WireError) -> String {
        let count = Int(try u8())
        guard count <= MissionPlan.nameBytesMax else {
            throw .tooMany(.text, count: count, limit: MissionPlan.nameBytesMax)
        }
        guard let text = String(validating: try bytes(count), as: UTF8.self) else { throw .invalid(.text) }
        return text
    }

    /// A number that somebody may have written into a file.
    fileprivate mutating func planNumber() throws(WireError) -> Double {
        let value = try f64(.number)
        guard abs(value) <= 1e9 else { throw .invalid(.number) }
        return value
    }

    fileprivate mutating func meters() throws(WireError) -> Double {
        Double(Int32(bitPattern: try u32())) / 1_000
    }

    fileprivate mutating func millimeters() throws(WireError) -> FieldPoint {
        FieldPoint(xMeters: try meters(), yMeters: try meters())
    }

    fileprivate mutating func flag01() throws(WireError) -> Bool {
        let value = try u8()
        guard value <= 1 else { throw .invalid(.kind) }
        return value == 1
    }

    fileprivate mutating func flagged<Value>(
        _ read: (inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> Value? {
        try flag01() ? try read(&self) : nil
    }

    fileprivate mutating func counted<Value>(
        _ limit: Int, _ read: (inout ByteReader) throws(WireError) -> Value
    ) throws(WireError) -> [Value] {
        var values: [Value] = []
        for _ in 0..<(try count(.entries, limit: limit)) { values.append(try read(&self)) }
        return values
    }

    private mutating func points() throws(WireError) -> FieldPolygon {
        FieldPolygon(
            points: try counted(FieldPolygon.pointsMax) { reader throws(WireError) in try reader.millimeters() })
    }

    fileprivate mutating func shape() throws(WireError) -> FieldShape {
        switch try u8() {
        case 0: return .polygon(try points())
        case 1: return .circle(FieldCircle(centre: try millimeters(), radiusMeters: try meters()))
        default: throw .unknown(.kind)
        }
    }

    fileprivate mutating func field() throws(WireError) -> MissionField {
        var field = MissionField()
        field.arena = Arena(
            xMetersMin: try meters(), xMetersMax: try meters(), yMetersMin: try meters(), yMetersMax: try meters())
        field.arena.marginMeters = try meters()
        field.inclusions = try counted(MissionField.inclusionsMax) { reader throws(WireError) in try reader.shape() }
        field.exclusions = try counted(MissionField.exclusionsMax) { reader throws(WireError) in try reader.shape() }
        field.obstacles = try counted(MissionField.obstaclesMax) { reader throws(WireError) in try reader.points() }
        return field
    }

    private mutating func span() throws(WireError) -> Duration {
        let nanoseconds = try u64()
        guard nanoseconds <= UInt64(MissionPlan.secondsMax * 1e9) else { throw .invalid(.time) }
        return .nanoseconds(Int64(nanoseconds))
    }

    private mutating func action() throws(WireError) -> MissionRules.Action {
        switch try u8() {
        case 0: return .proceed
        case 1: return .stop
        case 2: return .returnHome
        default: throw .unknown(.kind)
        }
    }

    fileprivate mutating func rules() throws(WireError) -> MissionRules {
        var rules = MissionRules()
        rules.separationMeters = try planNumber()
        rules.speedMetersPerSecondMax = try planNumber()
        switch try u8() {
        case 0: rules.linkLoss = .stop
        case 1: rules.linkLoss = .returnHome
        case 2: rules.linkLoss = .proceed(for: try span())
        default: throw .unknown(.kind)
        }
        rules.linkLossAfter = try span()
        rules.lowBatteryFraction = try planNumber()
        rules.lowBattery = try action()
        rules.partition = try action()
        rules.fence = try action()
        return rules
    }

    fileprivate mutating func role() throws(WireError) -> MissionPlan.Role {
        let name = try planText()
        let count = try flagged { reader throws(WireError) in Int(try reader.u16()) }
        guard let needs = MissionPlan.Needs(rawValue: try u8()) else { throw .unknown(.role) }
        let speed = try flagged { reader throws(WireError) in try reader.planNumber() }
        let goal: MissionPlan.Goal
        switch try u8() {
        case 0: goal = .target
        case 1: goal = .source
        case 2: goal = .relay
        case 3: goal = .hold(area: Int(try u8()))
        case 4: goal = .search(area: Int(try u8()))
        case 5: goal = .waypoints(try way())
        default: throw .unknown(.kind)
        }
        return MissionPlan.Role(name: name, count: count, needs: needs, goal: goal, speedMetersPerSecond: speed)
    }

    private mutating func way() throws(WireError) -> MissionPlan.Way {
        let laps = Int(try u16())
        let returns = try flag01()
        let waypoints = try counted(MissionPlan.waypointsMax) { reader throws(WireError) in
            MissionPlan.Waypoint(
                point: try reader.millimeters(), holdSeconds: try reader.planNumber(),
                speedMetersPerSecond: try reader.flagged { reader throws(WireError) in try reader.planNumber() })
        }
        return MissionPlan.Way(waypoints: waypoints, laps: laps, returns: returns)
    }

    fileprivate mutating func task() throws(WireError) -> MissionPlan.PlannedTask {
        let name = try planText()
        let role = Int(try u8())
        let robots = Int(try u16())
        let deadline = try planNumber()
        guard let missed = MissionPlan.Missed(rawValue: try u8()) else { throw .unknown(.kind) }
        return MissionPlan.PlannedTask(
            name: name, role: role, robots: robots == 0 ? nil : robots, deadlineSeconds: deadline, missed: missed)
    }
}
