// The whole controller, on a board with a clock that stands until it is turned.
#include <math.h>
#include <string.h>

#include "bench.h"

static bool at_zero(void) { return the_board.duty[0] == 0 && the_board.duty[1] == 0; }

static skein_message last_pose, last_attitude, last_beat, last_text;

static void remember(const skein_message *message) {
    switch (message->id) {
    case MAVLINK_MSG_ID_LOCAL_POSITION_NED: last_pose = *message; break;
    case MAVLINK_MSG_ID_ATTITUDE: last_attitude = *message; break;
    case MAVLINK_MSG_ID_HEARTBEAT: last_beat = *message; break;
    case MAVLINK_MSG_ID_STATUSTEXT: last_text = *message; break;
    default: break;
    }
}

static void setpoints_move_the_wheels_and_the_odometry_agrees(void) {
    running = __func__;
    robot_armed();
    robot_drive(1, 0.5f, 8000);
    robot_drive(-0.5f, -1, 3000);
    robot_run(60);
    robot_listen(remember);
    CHECK_NEAR(last_pose.payload.local_position_ned.x, the_board.body.x, 0.05);
    CHECK_NEAR(last_pose.payload.local_position_ned.y, the_board.body.y, 0.05);
    CHECK_NEAR(robot.pose.heading, odometry_wrapped(the_board.body.heading), 0.01);
    float yaw = last_attitude.payload.attitude.yaw;
    CHECK_NEAR(skein_forward_speed(&last_pose.payload.local_position_ned, yaw), -0.5, 0.05);
    CHECK_NEAR(last_attitude.payload.attitude.yawspeed, -1, 0.1);
    CHECK(last_pose.payload.local_position_ned.time_boot_ms == last_attitude.payload.attitude.time_boot_ms);
    CHECK(last_beat.payload.heartbeat.base_mode & MAV_MODE_FLAG_SAFETY_ARMED);
    CHECK(last_beat.payload.heartbeat.system_status == MAV_STATE_ACTIVE);
}

// Cut at any phase of ticks and setpoints: within these times, to the millisecond of this clock.
static void silence_stops_then_disarms(void) {
    running = __func__;
    uint32_t latest_stop = 0, latest_disarm = 0;
    for (uint32_t phase = 0; phase < 60; phase += 1) {
        robot_armed();
        robot_drive(2, 0, 1000);
        robot_setpoint(2, 0);
        robot_run(1 + phase % 11);
        CHECK(!at_zero());
        uint32_t stopped = 0, disarmed = 0;
        for (uint32_t t = 1; t <= 3000; t += 1) {
            robot_run(1);
            if (stopped == 0 && at_zero()) stopped = t;
            if (disarmed == 0 && !robot.safety.armed) disarmed = t;
            if (stopped != 0) CHECK(at_zero());
        }
        CHECK(stopped >= 380 && stopped <= 420);
        CHECK(disarmed >= 1880 && disarmed <= 1920);
        latest_stop = stopped > latest_stop ? stopped : latest_stop;
        latest_disarm = disarmed > latest_disarm ? disarmed : latest_disarm;
        CHECK(robot.safety.reason == DISARM_SILENCE);
        // Setpoints alone do not arm it.
        robot_drive(2, 0, 500);
        CHECK(at_zero());
    }
    printf("silence: motors at zero after at most %u ms, disarmed after at most %u ms\n", latest_stop, latest_disarm);
}

static void what_is_new_does_not_wait_for_the_tick(void) {
    running = __func__;
    uint32_t latest = 0;
    for (uint32_t phase = 0; phase < 2 * ROBOT_CONTROL_MS; phase += 1) {
        robot_armed();
        robot_drive(1, 0, 1000);
        robot_run(phase);
        float before = the_board.duty[0];
        robot_setpoint(-1, 0);
        uint32_t waited = 0;
        while (waited < 100 && the_board.duty[0] > before - 0.005f) {
            robot_run(1);
            waited += 1;
        }
        CHECK(waited <= ROBOT_NEWS_MS);
        latest = waited > latest ? waited : latest;
    }
    printf("a new setpoint is driven after at most %u ms\n", latest);
    // News without end does not make the ticks shorter than their bound, and the same again is no news.
    robot_armed();
    uint32_t ticks = 0;
    for (uint32_t t = 0; t < 1000; t += 1) {
        uint32_t ticked = robot.ticked;
        robot_setpoint(t % 2 == 0 ? 1 : -1, 0);
        robot_run(1);
        ticks += robot.ticked != ticked;
    }
    CHECK(ticks <= 1000 / ROBOT_NEWS_MS + 1 && ticks > 1000 / ROBOT_CONTROL_MS);
    robot_armed();
    robot_drive(1, 0, 100);
    ticks = 0;
    for (uint32_t t = 0; t < 1000; t += 1) {
        uint32_t ticked = robot.ticked;
        robot_setpoint(1, 0);
        robot_run(1);
        ticks += robot.ticked != ticked;
    }
    CHECK(ticks <= 1000 / ROBOT_CONTROL_MS + 1);
}

static void a_pause_of_a_second_stops_and_goes_on(void) {
    running = __func__;
    robot_armed();
    robot_drive(2, 0, 500);
    robot_run(1000);
    CHECK(at_zero() && robot.safety.armed);
    robot_listen(remember);
    CHECK(last_beat.payload.heartbeat.custom_mode & SKEIN_MODE_DEAD_MAN);
    CHECK(last_beat.payload.heartbeat.system_status == MAV_STATE_CRITICAL);
    robot_drive(2, 0, 500);
    CHECK(!at_zero());
}

static void garbage_is_no_setpoint(void) {
    running = __func__;
    robot_armed();
    robot_drive(2, 0, 1000);
    dice dice = {5};
    for (int t = 0; t < 2500; t += 1) {
        for (int i = 0; i < 12; i += 1) {
            the_board.in[the_board.in_count] = (uint8_t)dice_next(&dice);
            the_board.in_count += 1;
        }
        robot_run(1);
        if (t > 420) CHECK(at_zero());
    }
    CHECK(!robot.safety.armed);
}

static void a_setpoint_it_does_not_understand_is_none(void) {
    running = __func__;
    mavlink_set_position_target_local_ned_t good = {0};
    good.coordinate_frame = MAV_FRAME_BODY_FRD;
    good.type_mask = SKEIN_SETPOINT_MASK;
    good.vx = 1;
    for (int kind = 0; kind < 8; kind += 1) {
        robot_armed();
        mavlink_set_position_target_local_ned_t bad = good;
        if (kind == 0) bad.coordinate_frame = MAV_FRAME_LOCAL_NED;
        if (kind == 1) bad.type_mask |= POSITION_TARGET_TYPEMASK_VX_IGNORE;
        if (kind == 2) bad.type_mask = 0;
        if (kind == 3) bad.vx = NAN;
        if (kind == 4) bad.yaw_rate = -INFINITY;
        if (kind == 5) bad.target_system = 2;
        if (kind == 6) bad.target_component = SKEIN_COMPONENT_PEER;
        if (kind == 7) bad.vy = 1, bad.type_mask &= (uint16_t)~POSITION_TARGET_TYPEMASK_VY_IGNORE;
        for (int i = 0; i < 10; i += 1) {
            robot_hear(MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED, &bad, sizeof bad);
            robot_run(50);
            CHECK(at_zero());
        }
        CHECK(!robot.safety.has_setpoint);
        robot_hear(MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED, &good, sizeof good);
        robot_run(50);
        CHECK(!at_zero());
    }
}

static void the_emergency_stop_stays_until_it_is_released(void) {
    running = __func__;
    robot_armed();
    robot_drive(2, 0, 500);
    CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 1, 0) == SKEIN_DENIAL_NONE);
    CHECK(at_zero() && !robot.safety.armed && robot.safety.latched);
    CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 1, 0) == SKEIN_DENIAL_NONE);
    for (int i = 0; i < 3; i += 1) {
        // Neither orders, nor setpoints, nor a reset, nor a loss of the backup register end it.
        CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_EMERGENCY_STOP);
        CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 0, 0) == SKEIN_DENIAL_NONE);
        CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 0, 0) == SKEIN_DENIAL_MAGIC);
        CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, NAN, SKEIN_RELEASE_MAGIC) == SKEIN_DENIAL_PARAMETER);
        robot_drive(2, 0, 500);
        CHECK(at_zero() && robot.safety.latched);
        if (i == 1) the_board.backup = 0;
        robot_boot();
        robot_run(1100);
        robot_listen(remember);
        CHECK(last_beat.payload.heartbeat.custom_mode & SKEIN_MODE_EMERGENCY_STOP);
        CHECK(last_beat.payload.heartbeat.system_status == MAV_STATE_FLIGHT_TERMINATION);
    }
    CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 0, SKEIN_RELEASE_MAGIC) == SKEIN_DENIAL_NONE);
    CHECK(!robot.safety.latched && !robot.safety.armed && at_zero());
    robot_boot();
    robot_run(1100);
    robot_listen(remember);
    CHECK(!robot.safety.latched);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_NONE);
}

static void the_button_latches_and_holds(void) {
    running = __func__;
    robot_armed();
    robot_drive(2, 0, 500);
    the_board.stop_input = true;
    robot_run(31);
    CHECK(at_zero() && robot.safety.latched);
    CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 0, SKEIN_RELEASE_MAGIC) == SKEIN_DENIAL_STOP_INPUT);
    the_board.stop_input = false;
    robot_run(100);
    CHECK(robot.safety.latched);
    CHECK(robot_order(MAV_CMD_DO_FLIGHTTERMINATION, 0, SKEIN_RELEASE_MAGIC) == SKEIN_DENIAL_NONE);
}

static void a_robot_without_key_does_nothing_but_stop(void) {
    running = __func__;
    robot_new();
    the_board.has_key = false;
    robot_boot();
    mavlink_command_long_t order = {.param1 = 1, .command = MAV_CMD_COMPONENT_ARM_DISARM};
    robot_hear(MAVLINK_MSG_ID_COMMAND_LONG, &order, sizeof order);
    robot_run(3000);
    CHECK(!robot.safety.armed && at_zero() && the_board.out_count == 0);
    the_board.stop_input = true;
    robot_run(100);
    CHECK(robot.safety.latched);
}

static void arming_is_refused_when_it_should_be(void) {
    running = __func__;
    robot_new();
    the_board.body.battery_millivolts = ROBOT_BATTERY_ARM_MV - 1;
    robot_run(100);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_BATTERY);
    the_board.body.battery_millivolts = 12000;
    the_board.body.speed[1] = 3;
    robot_run(11);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_MOVING);
    robot_run(2000);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 2, 0) == SKEIN_DENIAL_PARAMETER);
    CHECK(robot_order(9999, 1, 0) == -2);
    CHECK(robot_order(MAV_CMD_USER_1, SKEIN_RELEASE_MAGIC, 0) == -2);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_NONE);
    CHECK(robot_order(MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1, 0) == SKEIN_DENIAL_ARMED);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_NONE);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 0, 0) == SKEIN_DENIAL_NONE);
    CHECK(!robot.safety.armed);
    uint32_t before = the_board.resets;
    robot_order(MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN, 1, 0);
    CHECK(the_board.resets == before + 1);
}

static void a_blocked_wheel_and_an_empty_battery_disarm(void) {
    running = __func__;
    robot_armed();
    robot_drive(3, 0, 1000);
    the_board.body.blocked[1] = true;
    robot_drive(3, 0, 700);
    CHECK(!robot.safety.armed && robot.safety.reason == DISARM_STALL && at_zero());
    robot_armed();
    robot_drive(1, 0, 500);
    the_board.body.battery_millivolts = ROBOT_BATTERY_STOP_MV - 1;
    robot_drive(1, 0, 4000);
    CHECK(robot.safety.armed);
    robot_drive(1, 0, 1500);
    CHECK(!robot.safety.armed && robot.safety.reason == DISARM_BATTERY);
}

// A recorded order does nothing after a restart, by the reset or by the power.
static void a_restarted_robot_does_not_obey_a_recording(void) {
    running = __func__;
    robot_new();
    robot_run(100);
    mavlink_command_long_t order = {.param1 = 1, .command = MAV_CMD_COMPONENT_ARM_DISARM};
    robot_hear(MAVLINK_MSG_ID_COMMAND_LONG, &order, sizeof order);
    uint8_t recorded[SKEIN_LINK_FRAME_BYTES_MAX];
    size_t bytes = the_board.in_count;
    memcpy(recorded, the_board.in, bytes);
    robot_run(50);
    CHECK(robot.safety.armed);
    for (int i = 0; i < 5; i += 1) {
        robot_boot();
        robot_run(20);
        memcpy(the_board.in, recorded, bytes);
        the_board.in_count = bytes;
        robot_run(50);
        CHECK(!robot.safety.armed);
        CHECK(skein_link_dropped(&robot.link, SKEIN_DROP_OLD) == 1);
    }
    // The peer has heard the robot's beat, and so is heard.
    robot_run(1100);
    robot_listen(NULL);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_NONE);
}

// Two days without a restart but those it makes itself: it stays reachable, and never restarts while armed.
static void the_store_lasts(void) {
    running = __func__;
    robot_new();
    robot_run(10);
    uint32_t answered = 0, asked = 0;
    for (int minute = 0; minute < 2 * 24 * 60; minute += 1) {
        the_board.micros += 60000000 - 20000;
        robot_run(20);
        robot_listen(NULL);
        asked += 1;
        answered += robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 0, 0) == SKEIN_DENIAL_NONE;
        robot_run(1100);
        robot_listen(NULL);
    }
    // Only the order on which it restarts may go unanswered.
    CHECK(answered + the_board.resets >= asked);
    CHECK(the_board.resets <= 2 * 24 * 60 / (BENCH_RECORDS / 2));
    printf("store: %u orders in two days, %u answered, %u restarts to make room\n", asked, answered, the_board.resets);
}

void robot_tests(void) {
    setpoints_move_the_wheels_and_the_odometry_agrees();
    what_is_new_does_not_wait_for_the_tick();
    silence_stops_then_disarms();
    a_pause_of_a_second_stops_and_goes_on();
    garbage_is_no_setpoint();
    a_setpoint_it_does_not_understand_is_none();
    the_emergency_stop_stays_until_it_is_released();
    the_button_latches_and_holds();
    a_robot_without_key_does_nothing_but_stop();
    arming_is_refused_when_it_should_be();
    a_blocked_wheel_and_an_empty_battery_disarm();
    a_restarted_robot_does_not_obey_a_recording();
    the_store_lasts();
}
