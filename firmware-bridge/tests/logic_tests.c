// The logic, part by part.
#include <math.h>
#include <string.h>

#include "bench.h"

static void wheels_reach_and_hold_the_wanted_speed(void) {
    running = __func__;
    for (float wanted = -6; wanted <= 6; wanted += 1.5f) {
        plant body;
        plant_init(&body);
        wheel wheel = {0};
        float most = 0;
        for (int tick = 0; tick < 200; tick += 1) {
            float duty[ROBOT_WHEELS] = {wheel_step(&wheel, wanted, body.speed[0], 0.01f), 0};
            CHECK(duty[0] >= -1 && duty[0] <= 1);
            for (int i = 0; i < 10; i += 1) plant_step(&body, duty, 0.001f);
            most = fmaxf(most, fabsf(body.speed[0]));
        }
        CHECK_NEAR(body.speed[0], wanted, 0.03);
        CHECK(most <= fabsf(wanted) * 1.1f + 0.05f);
    }
}

static void a_target_changes_no_faster_than_the_robot_may(void) {
    running = __func__;
    wheel wheel = {0};
    float last = 0;
    for (int tick = 0; tick < 300; tick += 1) {
        wheel_step(&wheel, tick % 100 < 50 ? 100 : -100, 0, 0.01f);
        CHECK(fabsf(wheel.target - last) <= ROBOT_ACCELERATION_MAX * 0.01f + 1e-5f);
        CHECK(fabsf(wheel.target) <= ROBOT_WHEEL_SPEED_MAX);
        last = wheel.target;
    }
}

// Held for ten seconds, a wheel does not gather a debt that it then runs off.
static void a_held_wheel_gathers_no_integral(void) {
    running = __func__;
    plant body;
    plant_init(&body);
    wheel wheel = {0};
    body.blocked[0] = true;
    float duty[ROBOT_WHEELS] = {0, 0};
    for (int tick = 0; tick < 1000; tick += 1) {
        duty[0] = wheel_step(&wheel, 4, body.speed[0], 0.01f);
        plant_step(&body, duty, 0.01f);
    }
    CHECK_NEAR(duty[0], 1, 0.001);
    body.blocked[0] = false;
    float most = 0;
    for (int tick = 0; tick < 200; tick += 1) {
        duty[0] = wheel_step(&wheel, 4, body.speed[0], 0.01f);
        for (int i = 0; i < 10; i += 1) plant_step(&body, duty, 0.001f);
        most = fmaxf(most, body.speed[0]);
    }
    CHECK(most < 4.8f);
    CHECK_NEAR(body.speed[0], 4, 0.1);
}

static void too_much_for_a_wheel_slows_both_and_keeps_the_curve(void) {
    running = __func__;
    dice dice = {1};
    for (int i = 0; i < 10000; i += 1) {
        float forward = ((float)dice_below(&dice, 2001) - 1000) / 100;
        float turn = ((float)dice_below(&dice, 2001) - 1000) / 50;
        float speeds[2];
        wheel_speeds(forward, turn, speeds);
        CHECK(fabsf(speeds[0]) <= ROBOT_WHEEL_SPEED_MAX && fabsf(speeds[1]) <= ROBOT_WHEEL_SPEED_MAX);
        float held_forward = fmaxf(-ROBOT_SPEED_MAX, fminf(ROBOT_SPEED_MAX, forward));
        float held_turn = fmaxf(-ROBOT_TURN_MAX, fminf(ROBOT_TURN_MAX, turn));
        float speed = (speeds[0] + speeds[1]) / 2, rate = (speeds[0] - speeds[1]) / ROBOT_TRACK_METERS;
        CHECK_NEAR(speed * held_turn, rate * held_forward, 1e-3);
    }
}

static void odometry_is_exact_on_an_arc(void) {
    running = __func__;
    // A quarter circle clockwise around a point 2 m to the right ends 2 m north and 2 m east, in one step or in many.
    for (int steps = 1; steps <= 1000; steps *= 10) {
        odometry pose = {0};
        float quarter = 1.57079633f;
        for (int i = 0; i < steps; i += 1) {
            odometry_roll(&pose, quarter * (2 + ROBOT_TRACK_METERS / 2) / (float)steps,
                          quarter * (2 - ROBOT_TRACK_METERS / 2) / (float)steps);
        }
        CHECK_NEAR(pose.x, 2, 1e-3);
        CHECK_NEAR(pose.y, 2, 1e-3);
        CHECK_NEAR(pose.heading, quarter, 1e-3);
    }
    odometry pose = {0};
    odometry_roll(&pose, -1, -1);
    CHECK_NEAR(pose.x, -1, 1e-6);
    CHECK_NEAR(pose.y, 0, 1e-6);
}

static void headings_wrap(void) {
    running = __func__;
    for (float angle = -20; angle < 20; angle += 0.01f) {
        float wrapped = odometry_wrapped(angle);
        CHECK(wrapped >= -3.1415928f && wrapped <= 3.1415928f);
        CHECK_NEAR(sinf(wrapped), sinf(angle), 1e-4);
        CHECK_NEAR(cosf(wrapped), cosf(angle), 1e-4);
    }
    CHECK(odometry_wrapped(NAN) == 0 && odometry_wrapped(INFINITY) == 0);
    // The short way round.
    odometry pose = {.heading = 3.1f};
    odometry_pull(&pose, -3.1f, 1);
    CHECK(fabsf(pose.heading) > 3.1f);
}

// Any heading at any tilt up to 40 degrees comes back, through a robot's own iron once that is calibrated away.
static void the_compass_is_right_when_tilted_and_offset(void) {
    running = __func__;
    static const float numbers[COMPASS_NUMBERS] = {0.2f, -0.3f, 0.1f, 1.25f, 0.8f, 1.0f, 0};
    compass_calibration calibration = compass_calibrated(numbers);
    for (float yaw = -3; yaw <= 3; yaw += 0.5f) {
        for (float pitch = -0.7f; pitch <= 0.7f; pitch += 0.35f) {
            for (float roll = -0.7f; roll <= 0.7f; roll += 0.35f) {
                float cy = cosf(yaw), sy = sinf(yaw), cp = cosf(pitch), sp = sinf(pitch);
                float cr = cosf(roll), sr = sinf(roll);
                // Rows of the rotation from north, east, down into the body.
                vector forward = {cp * cy, cp * sy, -sp};
                vector right = {sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, sr * cp};
                vector below = {cr * sp * cy + sr * sy, cr * sp * sy - sr * cy, cr * cp};
                float north = 0.5f, dip = 0.8660254f;
                vector field = {
                    (forward.x * north + forward.z * dip) / numbers[3] + numbers[0],
                    (right.x * north + right.z * dip) / numbers[4] + numbers[1],
                    (below.x * north + below.z * dip) / numbers[5] + numbers[2],
                };
                attitude seen;
                CHECK(compass_attitude(&calibration, field, (vector){forward.z, right.z, below.z}, &seen));
                CHECK_NEAR(seen.yaw, yaw, 0.001);
                CHECK_NEAR(seen.pitch, pitch, 0.001);
                CHECK_NEAR(seen.roll, roll, 0.001);
            }
        }
    }
}

static void a_field_without_sense_is_refused(void) {
    running = __func__;
    compass_calibration none = compass_calibrated(NULL);
    attitude seen;
    vector down = {0, 0, 1};
    CHECK(!compass_attitude(&none, (vector){0, 0, 0}, down, &seen));
    CHECK(!compass_attitude(&none, (vector){3, 0, 0}, down, &seen));
    CHECK(!compass_attitude(&none, (vector){0, 0, 1}, down, &seen));
    CHECK(!compass_attitude(&none, (vector){NAN, 0, 1}, down, &seen));
    CHECK(!compass_attitude(&none, (vector){1, 0, 0}, (vector){0, 0, 0}, &seen));
    CHECK(compass_attitude(&none, (vector){1, 0, 0}, down, &seen));
    static const float broken[COMPASS_NUMBERS] = {NAN};
    CHECK(compass_calibrated(broken).gain.x == 1);
}

static void infrared_follows_the_data_sheet(void) {
    running = __func__;
    static const struct {
        uint16_t millivolts, millimeters;
        infrared_state state;
    } cases[] = {
        {0, 0, INFRARED_BROKEN},     {3300, 0, INFRARED_BROKEN},   {250, 0, INFRARED_NOTHING},
        {2800, 0, INFRARED_TOO_NEAR}, {400, 800, INFRARED_SEEN},    {920, 300, INFRARED_SEEN},
        {1310, 200, INFRARED_SEEN},   {2310, 100, INFRARED_SEEN},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i += 1) {
        infrared sensor = {0};
        for (int s = 0; s < 3; s += 1) infrared_sample(&sensor, cases[i].millivolts);
        uint16_t millimeters;
        CHECK(infrared_distance(&sensor, &millimeters) == cases[i].state);
        CHECK(millimeters == cases[i].millimeters);
    }
    // Farther with every millivolt less, and one wild sample changes nothing.
    uint16_t last = 1000;
    for (uint16_t millivolts = 400; millivolts <= 2310; millivolts += 1) {
        infrared sensor = {{millivolts, 3300, millivolts}, 0};
        uint16_t millimeters;
        CHECK(infrared_distance(&sensor, &millimeters) == INFRARED_SEEN);
        CHECK(millimeters <= last && millimeters >= 100);
        last = millimeters;
    }
}

void logic_tests(void) {
    wheels_reach_and_hold_the_wanted_speed();
    a_target_changes_no_faster_than_the_robot_may();
    a_held_wheel_gathers_no_integral();
    too_much_for_a_wheel_slows_both_and_keeps_the_curve();
    odometry_is_exact_on_an_arc();
    headings_wrap();
    the_compass_is_right_when_tilted_and_offset();
    a_field_without_sense_is_refused();
    infrared_follows_the_data_sheet();
}
