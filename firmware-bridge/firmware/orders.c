// What the peer says.
#include <math.h>

#include "controller.h"

enum {
    // Everything but vx and yaw_rate is left out; vy and vz may be given if they are zero.
    MUST_IGNORE = POSITION_TARGET_TYPEMASK_X_IGNORE | POSITION_TARGET_TYPEMASK_Y_IGNORE |
                  POSITION_TARGET_TYPEMASK_AX_IGNORE | POSITION_TARGET_TYPEMASK_AY_IGNORE |
                  POSITION_TARGET_TYPEMASK_YAW_IGNORE,
    MUST_GIVE = POSITION_TARGET_TYPEMASK_VX_IGNORE | POSITION_TARGET_TYPEMASK_YAW_RATE_IGNORE |
                POSITION_TARGET_TYPEMASK_FORCE_SET,
    REFUSAL_MS = 1000,
};

static bool is_for_us(uint8_t system, uint8_t component) {
    return (system == 0 || system == SKEIN_SYSTEM_ID) && (component == 0 || component == SKEIN_COMPONENT_CONTROLLER);
}

// What a setpoint asks for that this robot does not do; NULL when nothing.
static const char *setpoint_fault(const mavlink_set_position_target_local_ned_t *setpoint) {
    uint16_t mask = setpoint->type_mask;
    if (setpoint->coordinate_frame != MAV_FRAME_BODY_FRD && setpoint->coordinate_frame != MAV_FRAME_BODY_NED) {
        return "setpoint refused: frame is not BODY_FRD";
    }
    if ((mask & MUST_IGNORE) != MUST_IGNORE || (mask & MUST_GIVE) != 0) {
        return "setpoint refused: only vx and yaw_rate";
    }
    if (!(mask & POSITION_TARGET_TYPEMASK_VY_IGNORE) && setpoint->vy != 0) return "setpoint refused: vy is not zero";
    if (!isfinite(setpoint->vx) || !isfinite(setpoint->yaw_rate)) return "setpoint refused: not a number";
    return NULL;
}

static void receive_setpoint(controller *controller, const mavlink_set_position_target_local_ned_t *setpoint,
                             uint32_t now) {
    const char *fault = setpoint_fault(setpoint);
    if (fault != NULL) {
        if (now - controller->told_refusal > REFUSAL_MS) {
            controller->told_refusal = now;
            telemetry_text(controller, MAV_SEVERITY_WARNING, fault);
        }
        return;
    }
    safety_heard(&controller->safety, now);
    if (!controller->safety.armed) return;
    if (setpoint->vx != controller->forward || setpoint->yaw_rate != controller->turn) controller->has_news = true;
    controller->forward = setpoint->vx;
    controller->turn = setpoint->yaw_rate;
    hardware_trace("setpoint", (int32_t)(setpoint->vx * 1000), (int32_t)(setpoint->yaw_rate * 1000));
}

static void acknowledge(controller *controller, const skein_message *to, uint8_t result, skein_denial denial) {
    mavlink_command_ack_t ack = {0};
    ack.command = to->payload.command_long.command;
    ack.result = result;
    ack.result_param2 = (int32_t)denial;
    ack.target_system = to->system_id;
    ack.target_component = to->component_id;
    telemetry_send(controller, MAVLINK_MSG_ID_COMMAND_ACK, &ack, sizeof ack);
}

static skein_denial order_arm(controller *controller, float wanted, uint32_t now) {
    if (wanted == 0) {
        safety_disarm(&controller->safety, DISARM_ORDER);
        controller->has_news = true;
        return SKEIN_DENIAL_NONE;
    }
    if (wanted != 1) return SKEIN_DENIAL_PARAMETER;
    bool was_armed = controller->safety.armed;
    skein_denial denial = safety_arm(&controller->safety, &controller->body, now);
    if (denial == SKEIN_DENIAL_NONE && !was_armed) {
        controller->told_disarm = false;
        hardware_trace("armed", 0, 0);
        telemetry_text(controller, MAV_SEVERITY_NOTICE, "armed");
    }
    return denial;
}

static skein_denial order_stop(controller *controller, const mavlink_command_long_t *order) {
    if (order->param1 == 1) {
        bool was_latched = controller->safety.latched;
        controller_latch(controller);
        if (!was_latched) telemetry_text(controller, MAV_SEVERITY_CRITICAL, "emergency stop by order");
        return SKEIN_DENIAL_NONE;
    }
    if (order->param1 != 0) return SKEIN_DENIAL_PARAMETER;
    if (!controller->safety.latched) return SKEIN_DENIAL_NONE;
    skein_denial denial = safety_release(&controller->safety, order->param2, &controller->body);
    if (denial != SKEIN_DENIAL_NONE) return denial;
    journal_state state = {controller->journal.state.timestamp, false};
    if (controller->journal.state.latched && !journal_store(&controller->journal, state)) {
        safety_latch(&controller->safety);
        return SKEIN_DENIAL_STORE;
    }
    hardware_backup_write(0);
    telemetry_text(controller, MAV_SEVERITY_NOTICE, "emergency stop released");
    return SKEIN_DENIAL_NONE;
}

static void receive_order(controller *controller, const skein_message *message, uint32_t now) {
    const mavlink_command_long_t *order = &message->payload.command_long;
    skein_denial denial;
    switch (order->command) {
    case MAV_CMD_COMPONENT_ARM_DISARM: denial = order_arm(controller, order->param1, now); break;
    case MAV_CMD_DO_FLIGHTTERMINATION: denial = order_stop(controller, order); break;
    case MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN:
        denial = controller->safety.armed ? SKEIN_DENIAL_ARMED : SKEIN_DENIAL_NONE;
        if (order->param1 != 1) denial = SKEIN_DENIAL_PARAMETER;
        if (denial == SKEIN_DENIAL_NONE) hardware_reset();
        break;
    case MAV_CMD_USER_1:
        if (hardware_is_emulated() && order->param1 == (float)SKEIN_RELEASE_MAGIC) {
            hardware_trace("hang", 0, 0);
            for (;;) {}
        }
        acknowledge(controller, message, MAV_RESULT_UNSUPPORTED, SKEIN_DENIAL_NONE);
        return;
    default: acknowledge(controller, message, MAV_RESULT_UNSUPPORTED, SKEIN_DENIAL_NONE); return;
    }
    uint8_t result = denial == SKEIN_DENIAL_NONE ? MAV_RESULT_ACCEPTED : MAV_RESULT_DENIED;
    acknowledge(controller, message, result, denial);
}

static void receive_timesync(controller *controller, const mavlink_timesync_t *ask) {
    if (ask->tc1 != 0) return;
    mavlink_timesync_t answer = {.tc1 = (int64_t)hardware_micros() * 1000, .ts1 = ask->ts1};
    telemetry_send(controller, MAVLINK_MSG_ID_TIMESYNC, &answer, sizeof answer);
}

static void greet(controller *controller) {
    controller->has_greeted = true;
    telemetry_text(controller, controller->watchdog_reset ? MAV_SEVERITY_ERROR : MAV_SEVERITY_INFO,
                   controller->watchdog_reset ? "restarted by the watchdog" : "started");
}

static void receive(controller *controller, const skein_message *message, uint32_t now) {
    if (!controller->has_greeted) greet(controller);
    switch (message->id) {
    case MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED: {
        const mavlink_set_position_target_local_ned_t *setpoint = &message->payload.set_position_target_local_ned;
        if (is_for_us(setpoint->target_system, setpoint->target_component)) {
            receive_setpoint(controller, setpoint, now);
        }
        break;
    }
    case MAVLINK_MSG_ID_COMMAND_LONG: {
        const mavlink_command_long_t *order = &message->payload.command_long;
        if (is_for_us(order->target_system, order->target_component)) receive_order(controller, message, now);
        break;
    }
    case MAVLINK_MSG_ID_TIMESYNC: receive_timesync(controller, &message->payload.timesync); break;
    default: break;
    }
}

// Takes what has come. A bound, so that a flood cannot keep the loop from its control tick.
void orders_receive(controller *controller, uint32_t now) {
    uint8_t bytes[256];
    size_t count = hardware_link_read(bytes, sizeof bytes);
    if (!controller->has_key) return;
    size_t taken = 0;
    do {
        taken += skein_link_feed(&controller->link, bytes + taken, count - taken);
        skein_message message;
        skein_link_event event;
        while ((event = skein_link_next(&controller->link, &message)) != SKEIN_LINK_NOTHING) {
            if (event == SKEIN_LINK_MESSAGE) {
                receive(controller, &message, now);
            } else if (!controller_reserve(controller)) {
                // Without the store nothing is accepted: the dead-man stops the robot, and a restart makes room.
                return;
            }
        }
    } while (taken < count);
}
