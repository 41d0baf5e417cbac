// A body for boards that have none: motors that turn wheels, a compass, walls to see. The emulated board and the tests
// use it; the robot's own firmware does not hold it.
#ifndef PLANT_H
#define PLANT_H

#include "../hardware.h"

// It stands in a square of this half width, metres; the infrared sensors see its walls, nothing stops it.
#define PLANT_WALL_METERS 10.0f

typedef struct {
    float speed[ROBOT_WHEELS];
    double rolled[ROBOT_WHEELS];
    double x, y;
    float heading;
    uint16_t battery_millivolts;
    bool blocked[ROBOT_WHEELS];
} plant;

void plant_init(plant *plant);
void plant_step(plant *plant, const float duty[ROBOT_WHEELS], float seconds);
void plant_encoders(const plant *plant, uint32_t counts[ROBOT_WHEELS]);
void plant_compass(const plant *plant, vector *field, vector *down);
void plant_infrared(const plant *plant, uint16_t millivolts[ROBOT_INFRARED]);

#endif
