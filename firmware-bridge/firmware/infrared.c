#include "infrared.h"

// The sensor's curve, from its data sheet: between two points the inverse of the distance is a line of the voltage.
static const struct {
    uint16_t millivolts;
    uint16_t millimeters;
} curve[] = {{400, 800}, {510, 600}, {610, 500}, {740, 400}, {920, 300}, {1310, 200}, {1650, 150}, {2310, 100}};

enum { POINTS = sizeof curve / sizeof *curve, BROKEN_BELOW_MV = 50, BROKEN_ABOVE_MV = 3250 };

void infrared_sample(infrared *sensor, uint16_t millivolts) {
    sensor->samples[sensor->next] = millivolts;
    sensor->next = (uint8_t)((sensor->next + 1) % 3);
}

static uint16_t median(const uint16_t s[3]) {
    if ((s[0] <= s[1]) == (s[1] <= s[2])) return s[1];
    return (s[0] <= s[1]) == (s[2] <= s[0]) ? s[0] : s[2];
}

infrared_state infrared_distance(const infrared *sensor, uint16_t *millimeters) {
    uint16_t millivolts = median(sensor->samples);
    *millimeters = 0;
    if (millivolts < BROKEN_BELOW_MV || millivolts > BROKEN_ABOVE_MV) return INFRARED_BROKEN;
    if (millivolts < curve[0].millivolts) return INFRARED_NOTHING;
    if (millivolts > curve[POINTS - 1].millivolts) return INFRARED_TOO_NEAR;
    int i = 1;
    while (i < POINTS - 1 && millivolts > curve[i].millivolts) i += 1;
    float share = (float)(millivolts - curve[i - 1].millivolts) /
                  (float)(curve[i].millivolts - curve[i - 1].millivolts);
    float far = 1.0f / (float)curve[i - 1].millimeters;
    float near = 1.0f / (float)curve[i].millimeters;
    *millimeters = (uint16_t)(1.0f / (far + share * (near - far)) + 0.5f);
    return INFRARED_SEEN;
}
