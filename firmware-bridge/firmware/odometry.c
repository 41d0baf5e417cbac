#include "odometry.h"

#include <math.h>

#include "robot.h"

static const float PI = 3.14159265f;

float odometry_wrapped(float angle) {
    if (!isfinite(angle)) return 0;
    float wrapped = fmodf(angle + PI, 2 * PI);
    return wrapped < 0 ? wrapped + PI : wrapped - PI;
}

void odometry_roll(odometry *pose, float left, float right) {
    float way = (left + right) / 2;
    float turn = (left - right) / ROBOT_TRACK_METERS;
    float half = turn / 2;
    // The chord of the arc; near zero the sine's quotient is its series.
    float chord = fabsf(half) < 1e-3f ? way * (1 - half * half / 6) : way * sinf(half) / half;
    pose->x += (double)(chord * cosf(pose->heading + half));
    pose->y += (double)(chord * sinf(pose->heading + half));
    pose->heading = odometry_wrapped(pose->heading + turn);
}

void odometry_pull(odometry *pose, float compass, float seconds) {
    float error = odometry_wrapped(compass - pose->heading);
    pose->heading = odometry_wrapped(pose->heading + error * seconds / ROBOT_COMPASS_PULL_SECONDS);
}
