// Distances of the infrared sensors (Sharp GP2Y0A21: 10 to 80 cm), from their voltage.
#ifndef INFRARED_H
#define INFRARED_H

#include <stdint.h>

enum { INFRARED_NEAR_CM = 10, INFRARED_FAR_CM = 80 };

// The last three samples of one sensor.
typedef struct {
    uint16_t samples[3];
    uint8_t next;
} infrared;

typedef enum {
    INFRARED_SEEN,
    INFRARED_NOTHING,  // nothing within reach
    INFRARED_TOO_NEAR,
    INFRARED_BROKEN,  // no voltage at all, or more than the sensor makes
} infrared_state;

void infrared_sample(infrared *sensor, uint16_t millivolts);
// The distance in millimetres of the samples' median; 0 unless something was seen.
infrared_state infrared_distance(const infrared *sensor, uint16_t *millimeters);

#endif
