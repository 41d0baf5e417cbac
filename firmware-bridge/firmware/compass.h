// Heading from the magnetic field and from where down is.
#ifndef COMPASS_H
#define COMPASS_H

#include "hardware.h"

enum { COMPASS_NUMBERS = 7 };

typedef struct {
    vector offset;  // what the robot's own iron adds
    vector gain;    // makes the field's length 1
    float declination;  // true north is this much counter-clockwise of where the needle points
} compass_calibration;

typedef struct {
    float roll, pitch, yaw;
} attitude;

// `numbers`: offset x y z, gain x y z, declination; NULL for none.
compass_calibration compass_calibrated(const float *numbers);
// False when there is no sense in the field: too weak, too strong, or along the vertical.
bool compass_attitude(const compass_calibration *calibration, vector field, vector down, attitude *out);

#endif
