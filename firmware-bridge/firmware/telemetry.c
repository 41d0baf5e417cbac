// What the controller tells the peer.
#include <math.h>
#include <string.h>

#include "controller.h"

void telemetry_send(controller *controller, uint32_t id, const void *payload, size_t size) {
    uint8_t frame[SKEIN_LINK_FRAME_BYTES_MAX];
    size_t bytes = skein_link_frame(&controller->link, id, payload, size, frame, sizeof frame);
    if (bytes == 0 || !hardware_link_write(frame, bytes)) controller->frames_unsent += 1;
}

void telemetry_text(controller *controller, uint8_t severity, const char *text) {
    if (!controller->has_key) return;
    mavlink_statustext_t message = {0};
    message.severity = severity;
    size_t length = strlen(text);
    memcpy(message.text, text, length < sizeof message.text ? length : sizeof message.text);
    telemetry_send(controller, MAVLINK_MSG_ID_STATUSTEXT, &message, sizeof message);
}

static uint8_t system_status(const controller *controller, uint32_t now) {
    if (controller->safety.latched) return MAV_STATE_FLIGHT_TERMINATION;
    if (safety_is_dead_man(&controller->safety, now)) return MAV_STATE_CRITICAL;
    if (controller->safety.armed) return MAV_STATE_ACTIVE;
    bool can_arm = controller->body.battery_millivolts >= ROBOT_BATTERY_ARM_MV && controller->journal.is_usable;
    return can_arm ? MAV_STATE_STANDBY : MAV_STATE_CRITICAL;
}

static void tell_heartbeat(controller *controller, uint32_t now) {
    mavlink_heartbeat_t heartbeat = {0};
    heartbeat.type = MAV_TYPE_GROUND_ROVER;
    heartbeat.autopilot = MAV_AUTOPILOT_INVALID;
    heartbeat.base_mode = MAV_MODE_FLAG_CUSTOM_MODE_ENABLED | MAV_MODE_FLAG_GUIDED_ENABLED;
    if (controller->safety.armed) heartbeat.base_mode |= MAV_MODE_FLAG_SAFETY_ARMED;
    if (hardware_is_emulated()) heartbeat.base_mode |= MAV_MODE_FLAG_HIL_ENABLED;
    if (controller->safety.latched) heartbeat.custom_mode |= SKEIN_MODE_EMERGENCY_STOP;
    if (safety_is_dead_man(&controller->safety, now)) heartbeat.custom_mode |= SKEIN_MODE_DEAD_MAN;
    if (hardware_is_emulated()) heartbeat.custom_mode |= SKEIN_MODE_EMULATED;
    if (controller->watchdog_reset) heartbeat.custom_mode |= SKEIN_MODE_WATCHDOG_RESET;
    heartbeat.system_status = system_status(controller, now);
    heartbeat.mavlink_version = 3;
    telemetry_send(controller, MAVLINK_MSG_ID_HEARTBEAT, &heartbeat, sizeof heartbeat);
}

static int8_t battery_percent(uint16_t millivolts) {
    int32_t span = ROBOT_BATTERY_FULL_MV - ROBOT_BATTERY_EMPTY_MV;
    int32_t percent = ((int32_t)millivolts - ROBOT_BATTERY_EMPTY_MV) * 100 / span;
    return (int8_t)(percent < 0 ? 0 : percent > 100 ? 100 : percent);
}

static uint16_t held(uint64_t count) { return count > UINT16_MAX ? UINT16_MAX : (uint16_t)count; }

static uint32_t healthy(const controller *controller) {
    uint32_t health = 0;
    if (controller->compass_answers) health |= MAV_SYS_STATUS_SENSOR_3D_MAG | MAV_SYS_STATUS_SENSOR_3D_ACCEL;
    if (controller->safety.reason != DISARM_STALL) health |= MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS;
    if (controller->body.battery_millivolts >= ROBOT_BATTERY_ARM_MV) health |= MAV_SYS_STATUS_SENSOR_BATTERY;
    bool broken = false;
    for (int i = 0; i < ROBOT_INFRARED; i += 1) {
        uint16_t millimeters;
        broken = broken || infrared_distance(&controller->infrared[i], &millimeters) == INFRARED_BROKEN;
    }
    if (!broken) health |= MAV_SYS_STATUS_SENSOR_PROXIMITY;
    return health;
}

static void tell_status(controller *controller) {
    const skein_link *link = &controller->link;
    mavlink_sys_status_t status = {0};
    status.onboard_control_sensors_present = MAV_SYS_STATUS_SENSOR_3D_MAG | MAV_SYS_STATUS_SENSOR_3D_ACCEL |
                                             MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS | MAV_SYS_STATUS_SENSOR_BATTERY |
                                             MAV_SYS_STATUS_SENSOR_PROXIMITY;
    status.onboard_control_sensors_enabled = status.onboard_control_sensors_present;
    status.onboard_control_sensors_health = healthy(controller);
    status.load = controller->load;
    status.voltage_battery = controller->body.battery_millivolts;
    status.current_battery = -1;
    status.battery_remaining = battery_percent(controller->body.battery_millivolts);
    status.errors_comm = held(skein_link_dropped_frames(link));
    status.errors_count1 = held(skein_link_dropped(link, SKEIN_DROP_SIGNATURE));
    status.errors_count2 =
        held(skein_link_dropped(link, SKEIN_DROP_REPLAYED) + skein_link_dropped(link, SKEIN_DROP_OLD));
    status.errors_count3 =
        held(skein_link_dropped(link, SKEIN_DROP_CHECKSUM) + skein_link_dropped(link, SKEIN_DROP_LENGTH) +
             skein_link_dropped(link, SKEIN_DROP_UNKNOWN) + skein_link_dropped(link, SKEIN_DROP_TRUNCATED));
    status.errors_count4 = held(hardware_link_lost());
    uint64_t came = link->statistics.accepted + link->statistics.lost;
    status.drop_rate_comm = came == 0 ? 0 : (uint16_t)(link->statistics.lost * 10000 / came);
    telemetry_send(controller, MAVLINK_MSG_ID_SYS_STATUS, &status, sizeof status);
}

static void tell_battery(controller *controller) {
    mavlink_battery_status_t battery = {0};
    battery.battery_function = MAV_BATTERY_FUNCTION_ALL;
    battery.type = MAV_BATTERY_TYPE_LIPO;
    battery.temperature = INT16_MAX;
    for (int i = 0; i < 10; i += 1) battery.voltages[i] = UINT16_MAX;
    battery.voltages[0] = controller->body.battery_millivolts;
    battery.current_battery = -1;
    battery.current_consumed = -1;
    battery.energy_consumed = -1;
    battery.battery_remaining = battery_percent(controller->body.battery_millivolts);
    uint16_t millivolts = controller->body.battery_millivolts;
    battery.charge_state = millivolts < ROBOT_BATTERY_STOP_MV  ? MAV_BATTERY_CHARGE_STATE_CRITICAL
                           : millivolts < ROBOT_BATTERY_ARM_MV ? MAV_BATTERY_CHARGE_STATE_LOW
                                                               : MAV_BATTERY_CHARGE_STATE_OK;
    telemetry_send(controller, MAVLINK_MSG_ID_BATTERY_STATUS, &battery, sizeof battery);
}

// Speed and turn are means since the last were told, so that their sums are the wheels' way.
static void tell_pose(controller *controller, uint32_t now) {
    float seconds = (float)(now - controller->told_pose) / 1000;
    float speed = controller->way / seconds;
    controller->way = 0;
    mavlink_attitude_t attitude = {0};
    attitude.time_boot_ms = now;
    attitude.yaw = controller->pose.heading;
    if (controller->compass_answers) {
        attitude.roll = controller->attitude.roll;
        attitude.pitch = controller->attitude.pitch;
        attitude.yaw = controller->attitude.yaw;
    }
    attitude.yawspeed = controller->turned / seconds;
    controller->turned = 0;
    telemetry_send(controller, MAVLINK_MSG_ID_ATTITUDE, &attitude, sizeof attitude);
    mavlink_local_position_ned_t pose = {0};
    pose.time_boot_ms = now;
    pose.x = (float)controller->pose.x;
    pose.y = (float)controller->pose.y;
    pose.vx = speed * cosf(controller->pose.heading);
    pose.vy = speed * sinf(controller->pose.heading);
    telemetry_send(controller, MAVLINK_MSG_ID_LOCAL_POSITION_NED, &pose, sizeof pose);
}

// Beyond its reach a sensor says more than max_distance, too near less than min_distance; a broken one says nothing.
static void tell_infrared(controller *controller, uint32_t now, uint8_t id) {
    static const uint8_t orientations[ROBOT_INFRARED] = {
        MAV_SENSOR_ROTATION_YAW_270, MAV_SENSOR_ROTATION_YAW_315, MAV_SENSOR_ROTATION_NONE, MAV_SENSOR_ROTATION_YAW_45,
        MAV_SENSOR_ROTATION_YAW_90};
    uint16_t millimeters;
    infrared_state state = infrared_distance(&controller->infrared[id], &millimeters);
    mavlink_distance_sensor_t distance = {0};
    distance.time_boot_ms = now;
    distance.min_distance = INFRARED_NEAR_CM;
    distance.max_distance = INFRARED_FAR_CM;
    distance.type = MAV_DISTANCE_SENSOR_INFRARED;
    distance.id = id;
    distance.orientation = orientations[id];
    distance.covariance = UINT8_MAX;
    switch (state) {
    case INFRARED_SEEN: distance.current_distance = (uint16_t)((millimeters + 5) / 10); break;
    case INFRARED_NOTHING: distance.current_distance = INFRARED_FAR_CM + 1; break;
    case INFRARED_TOO_NEAR: distance.current_distance = INFRARED_NEAR_CM - 1; break;
    case INFRARED_BROKEN: return;
    }
    telemetry_send(controller, MAVLINK_MSG_ID_DISTANCE_SENSOR, &distance, sizeof distance);
}

static void tell_changes(controller *controller, uint32_t now) {
    static const char *const reasons[] = {
        "disarmed", "disarmed by order", "disarmed: no setpoint", "disarmed: emergency stop",
        "disarmed: battery is empty", "disarmed: a wheel does not turn",
    };
    bool dead_man = safety_is_dead_man(&controller->safety, now);
    bool disarmed_now = !controller->safety.armed && !controller->told_disarm;
    if (dead_man && !controller->was_dead_man) {
        telemetry_text(controller, MAV_SEVERITY_WARNING, "no setpoint: motors at zero");
    }
    if (disarmed_now) {
        controller->told_disarm = true;
        telemetry_text(controller, MAV_SEVERITY_NOTICE, reasons[controller->safety.reason]);
    }
    // A change of state is told at once, not with the next beat.
    bool armed_changed = controller->safety.armed != controller->was_armed;
    bool latch_changed = controller->safety.latched != controller->was_latched;
    if (armed_changed || latch_changed || dead_man != controller->was_dead_man) tell_heartbeat(controller, now);
    controller->was_dead_man = dead_man;
    controller->was_armed = controller->safety.armed;
    controller->was_latched = controller->safety.latched;
}

// At most one sensor a tick, so that the line's queue stays short.
void telemetry_tell(controller *controller, uint32_t now) {
    tell_changes(controller, now);
    if (now - controller->told_pose >= ROBOT_POSE_MS) {
        tell_pose(controller, now);
        controller->told_pose = now;
    }
    if (now - controller->told_infrared >= ROBOT_INFRARED_MS / ROBOT_INFRARED) {
        tell_infrared(controller, now, controller->infrared_next);
        controller->infrared_next = (uint8_t)((controller->infrared_next + 1) % ROBOT_INFRARED);
        controller->told_infrared = now;
    }
    if (now - controller->told_heartbeat >= ROBOT_HEARTBEAT_MS) {
        uint32_t beat_micros = (now - controller->told_heartbeat) * 1000;
        controller->load = (uint16_t)((uint64_t)controller->busy_micros * 1000 / beat_micros);
        controller->busy_micros = 0;
        tell_heartbeat(controller, now);
        tell_status(controller);
        controller->told_heartbeat = now;
    }
    if (now - controller->told_battery >= ROBOT_BATTERY_MS) {
        tell_battery(controller);
        controller->told_battery = now;
    }
}
