#include "compass.h"

#include <math.h>

#include "odometry.h"

static float dot(vector a, vector b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

static vector cross(vector a, vector b) {
    return (vector){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

static vector scaled(vector a, float by) { return (vector){a.x * by, a.y * by, a.z * by}; }

compass_calibration compass_calibrated(const float *numbers) {
    compass_calibration none = {{0, 0, 0}, {1, 1, 1}, 0};
    if (numbers == NULL) return none;
    for (int i = 0; i < COMPASS_NUMBERS; i += 1) {
        if (!isfinite(numbers[i])) return none;
    }
    return (compass_calibration){
        {numbers[0], numbers[1], numbers[2]}, {numbers[3], numbers[4], numbers[5]}, numbers[6]};
}

bool compass_attitude(const compass_calibration *calibration, vector field, vector down, attitude *out) {
    vector true_field = {
        (field.x - calibration->offset.x) * calibration->gain.x,
        (field.y - calibration->offset.y) * calibration->gain.y,
        (field.z - calibration->offset.z) * calibration->gain.z,
    };
    float strength = sqrtf(dot(true_field, true_field));
    float weight = sqrtf(dot(down, down));
    if (!(strength > 0.5f && strength < 1.5f) || !(weight > 0.5f && weight < 1.5f)) return false;
    vector vertical = scaled(down, 1 / weight);
    vector east = cross(vertical, true_field);
    float level = sqrtf(dot(east, east));
    if (!(level > 0.05f)) return false;
    east = scaled(east, 1 / level);
    vector north = cross(east, vertical);
    // East and north as the body sees them: their forward parts are the heading's sine and cosine.
    out->yaw = odometry_wrapped(atan2f(east.x, north.x) + calibration->declination);
    out->roll = atan2f(vertical.y, vertical.z);
    out->pitch = atan2f(-vertical.x, sqrtf(vertical.y * vertical.y + vertical.z * vertical.z));
    return true;
}
