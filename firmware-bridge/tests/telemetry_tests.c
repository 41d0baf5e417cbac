// What the whole controller tells by itself, on a board with a clock that stands until it is turned.
#include <stdio.h>

#include "bench.h"

static skein_message last_attitude, last_status;
static int distances;

static void remember(const skein_message *message) {
    switch (message->id) {
    case MAVLINK_MSG_ID_ATTITUDE: last_attitude = *message; break;
    case MAVLINK_MSG_ID_SYS_STATUS: last_status = *message; break;
    case MAVLINK_MSG_ID_DISTANCE_SENSOR: distances += 1; break;
    default: break;
    }
}

static size_t most_bytes_a_second;

static void the_telemetry_fits_the_line(void) {
    running = __func__;
    robot_armed();
    robot_listen(NULL);
    distances = 0;
    for (int second = 0; second < 20; second += 1) {
        size_t before = robot.link.statistics.bytes_out;
        for (int i = 0; i < 20; i += 1) {
            robot_setpoint(second % 2 == 0 ? 3 : -3, 0.1f);
            mavlink_timesync_t ask = {.ts1 = 5};
            if (i % 2 == 0) robot_hear(MAVLINK_MSG_ID_TIMESYNC, &ask, sizeof ask);
            robot_run(50);
            robot_listen(remember);
        }
        size_t bytes = robot.link.statistics.bytes_out - before;
        if (bytes > most_bytes_a_second) most_bytes_a_second = bytes;
    }
    CHECK(most_bytes_a_second < 115200 / 10 / 2);
    CHECK_NEAR(distances, 20 * 10 * ROBOT_INFRARED, 20);
    CHECK(robot.frames_unsent == 0);
    CHECK(last_status.payload.sys_status.errors_comm == 0);
    printf("telemetry: at most %zu of 11520 bytes a second\n", most_bytes_a_second);
}

static void a_silent_compass_is_said_and_the_wheels_go_on(void) {
    running = __func__;
    robot_armed();
    robot_drive(0.5f, 1, 1000);
    the_board.compass_silent = true;
    robot_drive(0.5f, 1, 2000);
    robot_listen(remember);
    CHECK(!(last_status.payload.sys_status.onboard_control_sensors_health & MAV_SYS_STATUS_SENSOR_3D_MAG));
    CHECK(last_status.payload.sys_status.onboard_control_sensors_present & MAV_SYS_STATUS_SENSOR_3D_MAG);
    CHECK_NEAR(last_attitude.payload.attitude.yaw, odometry_wrapped(the_board.body.heading), 0.1);
}

static int timesyncs;

static void take_timesync(const skein_message *message) {
    if (message->id != MAVLINK_MSG_ID_TIMESYNC) return;
    timesyncs += 1;
    CHECK(message->payload.timesync.ts1 == 1234567890123ll);
    CHECK_NEAR(message->payload.timesync.tc1, the_board.micros * 1000, 2e6);
}

static void timesync_is_answered_and_its_answers_are_not(void) {
    running = __func__;
    robot_new();
    robot_run(5000);
    robot_listen(NULL);
    mavlink_timesync_t ask = {.ts1 = 1234567890123ll};
    robot_hear(MAVLINK_MSG_ID_TIMESYNC, &ask, sizeof ask);
    robot_run(1);
    robot_listen(take_timesync);
    CHECK(timesyncs == 1);
    ask.tc1 = 7;
    robot_hear(MAVLINK_MSG_ID_TIMESYNC, &ask, sizeof ask);
    robot_run(5);
    robot_listen(take_timesync);
    CHECK(timesyncs == 1);
}

void telemetry_tests(void) {
    the_telemetry_fits_the_line();
    a_silent_compass_is_said_and_the_wheels_go_on();
    timesync_is_answered_and_its_answers_are_not();
}
