// One wheel's speed, held by its motor.
#ifndef WHEEL_H
#define WHEEL_H

typedef struct {
    float target;    // m/s, the wanted speed as fast as it may change
    float integral;  // duty
} wheel;

void wheel_reset(wheel *wheel);
// The duty, -1…1, that brings the wheel from `measured` to `wanted` m/s. `seconds` since the last call.
float wheel_step(wheel *wheel, float wanted, float measured, float seconds);

// Speeds of the left and right wheel for a speed and a clockwise turn, both within what the robot can.
void wheel_speeds(float forward, float turn, float speeds[2]);

#endif
