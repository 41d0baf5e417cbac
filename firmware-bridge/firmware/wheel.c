#include "wheel.h"

#include <math.h>

#include "robot.h"

static float clamped(float value, float limit) { return fmaxf(-limit, fminf(limit, value)); }

void wheel_reset(wheel *wheel) {
    wheel->target = 0;
    wheel->integral = 0;
}

float wheel_step(wheel *wheel, float wanted, float measured, float seconds) {
    float step = ROBOT_ACCELERATION_MAX * seconds;
    wheel->target += clamped(clamped(wanted, ROBOT_WHEEL_SPEED_MAX) - wheel->target, step);
    // Standing still needs no current, and an integral kept at rest would creep.
    if (wheel->target == 0 && fabsf(measured) < 0.05f) {
        wheel->integral = 0;
        return 0;
    }
    float error = wheel->target - measured;
    float gathered = wheel->integral + ROBOT_INTEGRAL * error * seconds;
    float duty = ROBOT_FEED_FORWARD * wheel->target + ROBOT_PROPORTIONAL * error + gathered;
    float held = clamped(duty, 1);
    // At its limit the motor cannot answer: gather only what leads back.
    if (held == duty || (duty > 0) != (error > 0)) wheel->integral = clamped(gathered, 1);
    return held;
}

void wheel_speeds(float forward, float turn, float speeds[2]) {
    float half = clamped(turn, ROBOT_TURN_MAX) * ROBOT_TRACK_METERS / 2;
    float speed = clamped(forward, ROBOT_SPEED_MAX);
    speeds[0] = speed + half;
    speeds[1] = speed - half;
    float most = fmaxf(fabsf(speeds[0]), fabsf(speeds[1]));
    if (most > ROBOT_WHEEL_SPEED_MAX) {
        speeds[0] *= ROBOT_WHEEL_SPEED_MAX / most;
        speeds[1] *= ROBOT_WHEEL_SPEED_MAX / most;
    }
}
