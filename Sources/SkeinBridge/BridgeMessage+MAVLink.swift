import CSkeinBridge
import RealModule
import SkeinPeer

// To and from the messages of the dialect. What comes in is signed, and still nothing in it is believed to be a number: NaN and
// what no robot does are no message.

extension BridgeMessage {
    /// Nil: of no use here, or it makes no sense.
    init?(_ message: skein_message) {
        switch message.id {
        case UInt32(MAVLINK_MSG_ID_HEARTBEAT): self = .heartbeat(ControllerState(message.payload.heartbeat))
        case UInt32(MAVLINK_MSG_ID_SYS_STATUS): self = .health(Health(message.payload.sys_status))
        case UInt32(MAVLINK_MSG_ID_ATTITUDE):
            let attitude = message.payload.attitude
            guard let yaw = Self.number(attitude.yaw, 100), let rate = Self.number(attitude.yawspeed, 100) else {
                return nil
            }
            self = .attitude(
                clock: .milliseconds(Int64(attitude.time_boot_ms)), yawRadians: yaw, yawRadiansPerSecond: rate)
        case UInt32(MAVLINK_MSG_ID_LOCAL_POSITION_NED):
            let place = message.payload.local_position_ned
            guard let north = Self.number(place.x, 1e6), let east = Self.number(place.y, 1e6),
                let northward = Self.number(place.vx, 100), let eastward = Self.number(place.vy, 100)
            else { return nil }
            self = .wheels(
                WheelPose(
                    clock: .milliseconds(Int64(place.time_boot_ms)), northMeters: north, eastMeters: east,
                    northMetersPerSecond: northward, eastMetersPerSecond: eastward))
        case UInt32(MAVLINK_MSG_ID_DISTANCE_SENSOR):
            guard let range = SensorReading.Range(message.payload.distance_sensor) else { return nil }
            self = .distance(range)
        case UInt32(MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED):
            guard let setpoint = Setpoint(message.payload.set_position_target_local_ned) else { return nil }
            self = .setpoint(setpoint)
        case UInt32(MAVLINK_MSG_ID_COMMAND_LONG):
            let command = message.payload.command_long
            guard let order = BridgeOrder(command) else { return nil }
            self = .order(order, confirmation: command.confirmation)
        case UInt32(MAVLINK_MSG_ID_COMMAND_ACK): self = .answer(BridgeAnswer(message.payload.command_ack))
        case UInt32(MAVLINK_MSG_ID_TIMESYNC):
            self = .clock(theirs: message.payload.timesync.tc1, ours: message.payload.timesync.ts1)
        case UInt32(MAVLINK_MSG_ID_STATUSTEXT):
            let text = message.payload.statustext
            self = .text(severity: text.severity, Self.printable(text))
        default: return nil
        }
    }

    /// Makes a frame of it by `frame`, which takes a message's number and payload.
    func encode(as sender: BridgeLine.Side, _ frame: (UInt32, UnsafeRawBufferPointer) -> [UInt8]?) -> [UInt8]? {
        func make<Payload>(_ id: Int32, _ payload: Payload) -> [UInt8]? {
            withUnsafeBytes(of: payload) { frame(UInt32(id), $0) }
        }
        switch self {
        case .heartbeat(let state): return make(MAVLINK_MSG_ID_HEARTBEAT, state.payload(of: sender))
        case .health(let health): return make(MAVLINK_MSG_ID_SYS_STATUS, health.payload)
        case .attitude(let clock, let yaw, let rate):
            var payload = mavlink_attitude_t()
            payload.time_boot_ms = Self.milliseconds(clock)
            payload.yaw = Float(yaw)
            payload.yawspeed = Float(rate)
            return make(MAVLINK_MSG_ID_ATTITUDE, payload)
        case .wheels(let pose):
            var payload = mavlink_local_position_ned_t()
            payload.time_boot_ms = Self.milliseconds(pose.clock)
            payload.x = Float(pose.northMeters)
            payload.y = Float(pose.eastMeters)
            payload.vx = Float(pose.northMetersPerSecond)
            payload.vy = Float(pose.eastMetersPerSecond)
            return make(MAVLINK_MSG_ID_LOCAL_POSITION_NED, payload)
        case .distance(let range): return make(MAVLINK_MSG_ID_DISTANCE_SENSOR, range.payload)
        case .setpoint(let setpoint): return make(MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED, setpoint.payload)
        case .order(let order, let confirmation):
            var payload = order.payload
            payload.confirmation = confirmation
            return make(MAVLINK_MSG_ID_COMMAND_LONG, payload)
        case .answer(let answer): return make(MAVLINK_MSG_ID_COMMAND_ACK, answer.payload)
        case .clock(let theirs, let ours):
            var payload = mavlink_timesync_t()
            payload.tc1 = theirs
            payload.ts1 = ours
            return make(MAVLINK_MSG_ID_TIMESYNC, payload)
        case .text(let severity, let text):
            var payload = mavlink_statustext_t()
            payload.severity = severity
            withUnsafeMutableBytes(of: &payload.text) { $0.copyBytes(from: text.utf8.prefix($0.count)) }
            return make(MAVLINK_MSG_ID_STATUSTEXT, payload)
        }
    }

    fileprivate static func number(_ value: Float, _ bound: Double) -> Double? {
        Double(value).magnitude <= bound ? Double(value) : nil
    }

    private static func milliseconds(_ clock: Duration) -> UInt32 {
        let (seconds, attoseconds) = clock.components
        return UInt32(truncatingIfNeeded: seconds &* 1_000 &+ attoseconds / 1_000_000_000_000_000)
    }

    private static func printable(_ text: mavlink_statustext_t) -> String {
        let bytes = withUnsafeBytes(of: text.text) { Array($0.prefix { $0 != 0 }) }
        return String(decoding: bytes.map { (32..<127).contains($0) ? $0 : UInt8(ascii: "?") }, as: UTF8.self)
    }
}

extension BridgeMessage.ControllerState {
    fileprivate init(_ payload: mavlink_heartbeat_t) {
        isArmed = UInt32(payload.base_mode) & UInt32(MAV_MODE_FLAG_SAFETY_ARMED.rawValue) != 0
        let mode = payload.custom_mode
        isStopLatched = mode & UInt32(SKEIN_MODE_EMERGENCY_STOP) != 0
        isDeadMan = mode & UInt32(SKEIN_MODE_DEAD_MAN) != 0
        isEmulated = mode & UInt32(SKEIN_MODE_EMULATED) != 0
        isWatchdogReset = mode & UInt32(SKEIN_MODE_WATCHDOG_RESET) != 0
    }

    fileprivate func payload(of sender: BridgeLine.Side) -> mavlink_heartbeat_t {
        var payload = mavlink_heartbeat_t()
        payload.autopilot = UInt8(MAV_AUTOPILOT_INVALID.rawValue)
        payload.mavlink_version = 3
        switch sender {
        case .peer:
            payload.type = UInt8(MAV_TYPE_ONBOARD_CONTROLLER.rawValue)
            payload.system_status = UInt8(MAV_STATE_ACTIVE.rawValue)
        case .controller:
            payload.type = UInt8(MAV_TYPE_GROUND_ROVER.rawValue)
            if isArmed { payload.base_mode = UInt8(MAV_MODE_FLAG_SAFETY_ARMED.rawValue) }
            var mode: UInt32 = 0
            if isStopLatched { mode |= UInt32(SKEIN_MODE_EMERGENCY_STOP) }
            if isDeadMan { mode |= UInt32(SKEIN_MODE_DEAD_MAN) }
            if isEmulated { mode |= UInt32(SKEIN_MODE_EMULATED) }
            if isWatchdogReset { mode |= UInt32(SKEIN_MODE_WATCHDOG_RESET) }
            payload.custom_mode = mode
            let state =
                isStopLatched
                ? MAV_STATE_FLIGHT_TERMINATION
                : isArmed ? isDeadMan ? MAV_STATE_CRITICAL : MAV_STATE_ACTIVE : MAV_STATE_STANDBY
            payload.system_status = UInt8(state.rawValue)
        }
        return payload
    }
}

extension BridgeMessage.Health {
    fileprivate init(_ payload: mavlink_sys_status_t) {
        let compass = UInt32(MAV_SYS_STATUS_SENSOR_3D_MAG.rawValue)
        isCompassGood = payload.onboard_control_sensors_health & compass != 0
        batteryVolts = payload.voltage_battery == .max ? nil : Double(payload.voltage_battery) / 1_000
        batteryFraction = (0...100).contains(payload.battery_remaining) ? Double(payload.battery_remaining) / 100 : nil
    }

    fileprivate var payload: mavlink_sys_status_t {
        var payload = mavlink_sys_status_t()
        let compass = UInt32(MAV_SYS_STATUS_SENSOR_3D_MAG.rawValue)
        payload.onboard_control_sensors_present = compass
        payload.onboard_control_sensors_enabled = compass
        payload.onboard_control_sensors_health = isCompassGood ? compass : 0
        payload.voltage_battery = batteryVolts.map { UInt16(min(max($0 * 1_000, 0), 65_534)) } ?? .max
        payload.current_battery = -1
        payload.battery_remaining = batteryFraction.map { Int8(min(max(($0 * 100).rounded(), 0), 100)) } ?? -1
        return payload
    }
}

extension SensorReading.Range {
    /// MAVLink's orientations around the vertical are eighths of a turn, clockwise.
    private static let eighth = Double.pi / 4

    fileprivate init?(_ payload: mavlink_distance_sensor_t) {
        guard payload.orientation < 8 else { return nil }
        let eighths = payload.orientation > 4 ? Int(payload.orientation) - 8 : Int(payload.orientation)
        let view = Double(payload.horizontal_fov)
        // Nothing seen is the sensor's reach; a view that is not told is an eighth of a turn.
        self.init(
            bearingRadians: -Double(eighths) * Self.eighth,
            halfAngleRadians: (view > 0 && view <= .pi ? view : Self.eighth) / 2,
            meters: Double(min(payload.current_distance, payload.max_distance)) / 100)
    }

    /// To the nearest eighth of a turn.
    fileprivate var payload: mavlink_distance_sensor_t {
        var payload = mavlink_distance_sensor_t()
        let eighths = Int((-bearingRadians / Self.eighth).rounded()) & 7
        payload.orientation = UInt8(eighths)
        payload.id = UInt8(eighths)
        payload.type = UInt8(MAV_DISTANCE_SENSOR_INFRARED.rawValue)
        payload.horizontal_fov = Float(2 * halfAngleRadians)
        payload.max_distance = 10_000
        payload.current_distance = meters < 100 ? UInt16(max(meters, 0) * 100) : payload.max_distance + 1
        return payload
    }
}

extension Setpoint {
    /// All but the speed forward and the turn.
    private static let ignored: UInt16 = 1 | 2 | 4 | 16 | 32 | 64 | 128 | 256 | 1_024

    fileprivate init?(_ payload: mavlink_set_position_target_local_ned_t) {
        guard payload.type_mask == Self.ignored, let speed = BridgeMessage.number(payload.vx, 100),
            let turn = BridgeMessage.number(payload.yaw_rate, 100)
        else { return nil }
        self.init(speedMetersPerSecond: speed, turnRadiansPerSecond: -turn)
    }

    fileprivate var payload: mavlink_set_position_target_local_ned_t {
        var payload = mavlink_set_position_target_local_ned_t()
        payload.vx = Float(speedMetersPerSecond)
        payload.yaw_rate = Float(-turnRadiansPerSecond)
        payload.type_mask = Self.ignored
        payload.target_system = UInt8(SKEIN_SYSTEM_ID)
        payload.target_component = UInt8(SKEIN_COMPONENT_CONTROLLER)
        payload.coordinate_frame = UInt8(MAV_FRAME_BODY_FRD.rawValue)
        return payload
    }
}

extension BridgeOrder {
    fileprivate init?(_ payload: mavlink_command_long_t) {
        let isRelease = payload.param2 == Float(SKEIN_RELEASE_MAGIC)
        switch (UInt32(payload.command), payload.param1) {
        case (MAV_CMD_COMPONENT_ARM_DISARM.rawValue, 1): self = .arm
        case (MAV_CMD_COMPONENT_ARM_DISARM.rawValue, 0): self = .disarm
        case (MAV_CMD_DO_FLIGHTTERMINATION.rawValue, 1): self = .stop
        case (MAV_CMD_DO_FLIGHTTERMINATION.rawValue, 0) where isRelease: self = .release
        default: return nil
        }
    }

    fileprivate var payload: mavlink_command_long_t {
        var payload = mavlink_command_long_t()
        payload.target_system = UInt8(SKEIN_SYSTEM_ID)
        payload.target_component = UInt8(SKEIN_COMPONENT_CONTROLLER)
        switch self {
        case .arm, .disarm: payload.command = UInt16(MAV_CMD_COMPONENT_ARM_DISARM.rawValue)
        case .stop, .release: payload.command = UInt16(MAV_CMD_DO_FLIGHTTERMINATION.rawValue)
        }
        switch self {
        case .arm, .stop: payload.param1 = 1
        case .disarm: break
        case .release: payload.param2 = Float(SKEIN_RELEASE_MAGIC)
        }
        return payload
    }
}

extension BridgeAnswer {
    fileprivate init(_ payload: mavlink_command_ack_t) {
        switch UInt32(payload.command) {
        case MAV_CMD_COMPONENT_ARM_DISARM.rawValue: subject = .arming
        case MAV_CMD_DO_FLIGHTTERMINATION.rawValue: subject = .stopping
        default: subject = .other
        }
        isAccepted = UInt32(payload.result) == MAV_RESULT_ACCEPTED.rawValue
        denial = payload.result_param2
    }

    fileprivate var payload: mavlink_command_ack_t {
        var payload = mavlink_command_ack_t()
        switch subject {
        case .arming: payload.command = UInt16(MAV_CMD_COMPONENT_ARM_DISARM.rawValue)
        case .stopping: payload.command = UInt16(MAV_CMD_DO_FLIGHTTERMINATION.rawValue)
        case .other: break
        }
        payload.result = UInt8((isAccepted ? MAV_RESULT_ACCEPTED : MAV_RESULT_DENIED).rawValue)
        payload.result_param2 = denial
        payload.target_system = UInt8(SKEIN_SYSTEM_ID)
        payload.target_component = UInt8(SKEIN_COMPONENT_PEER)
        return payload
    }
}
