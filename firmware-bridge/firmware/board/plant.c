#include "plant.h"

#include <math.h>
#include <string.h>

// A motor at full voltage reaches this speed, with this time constant.
static const float FREE_SPEED = 7.5f, MOTOR_SECONDS = 0.08f;
static const float QUARTER = 0.78539816f;

void plant_init(plant *plant) {
    memset(plant, 0, sizeof *plant);
    plant->battery_millivolts = 12000;
}

// Small steps along the chord: not the formula that the odometry uses.
void plant_step(plant *plant, const float duty[ROBOT_WHEELS], float seconds) {
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        plant->speed[i] += (FREE_SPEED * duty[i] - plant->speed[i]) * (1 - expf(-seconds / MOTOR_SECONDS));
        if (plant->blocked[i] || (duty[i] == 0 && fabsf(plant->speed[i]) < 0.01f)) plant->speed[i] = 0;
        plant->rolled[i] += (double)(plant->speed[i] * seconds);
    }
    float speed = (plant->speed[0] + plant->speed[1]) / 2;
    float turn = (plant->speed[0] - plant->speed[1]) / ROBOT_TRACK_METERS;
    plant->heading += turn * seconds / 2;
    plant->x += (double)(speed * seconds * cosf(plant->heading));
    plant->y += (double)(speed * seconds * sinf(plant->heading));
    plant->heading += turn * seconds / 2;
}

void plant_encoders(const plant *plant, uint32_t counts[ROBOT_WHEELS]) {
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        counts[i] = (uint32_t)(int64_t)floor(plant->rolled[i] * (double)ROBOT_TICKS_PER_METER);
    }
}

// A field of length 1 that dips by 60 degrees, on level ground.
void plant_compass(const plant *plant, vector *field, vector *down) {
    *field = (vector){0.5f * cosf(plant->heading), -0.5f * sinf(plant->heading), 0.8660254f};
    *down = (vector){0, 0, 1};
}

static float wall_meters(const plant *plant, float angle) {
    float ahead = cosf(angle), right = sinf(angle);
    float north = ((ahead > 0 ? PLANT_WALL_METERS : -PLANT_WALL_METERS) - (float)plant->x) / ahead;
    float east = ((right > 0 ? PLANT_WALL_METERS : -PLANT_WALL_METERS) - (float)plant->y) / right;
    return fminf(fabsf(ahead) < 1e-6f ? 1e6f : north, fabsf(right) < 1e-6f ? 1e6f : east);
}

// The sensor's voltage falls with the distance like this power, 0.25 V when nothing is there.
void plant_infrared(const plant *plant, uint16_t millivolts[ROBOT_INFRARED]) {
    for (int i = 0; i < ROBOT_INFRARED; i += 1) {
        float meters = wall_meters(plant, plant->heading + QUARTER * (float)(i - 2));
        float volts = meters < 0.05f ? 3.0f : fminf(3.0f, powf(0.2786f / meters, 1 / 1.15f));
        millivolts[i] = (uint16_t)(fmaxf(volts, 0.25f) * 1000);
    }
}
