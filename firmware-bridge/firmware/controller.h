// The motor controller: what it heard, what it does, what it tells.
#ifndef CONTROLLER_H
#define CONTROLLER_H

#include "compass.h"
#include "hardware.h"
#include "infrared.h"
#include "journal.h"
#include "odometry.h"
#include "safety.h"
#include "wheel.h"

typedef struct {
    skein_link link;
    bool has_key;
    journal journal;
    safety safety;

    float forward;  // the setpoint: m/s
    float turn;     // rad/s clockwise
    bool has_news;  // the motors have not done yet what was heard
    wheel wheels[ROBOT_WHEELS];
    body_state body;
    uint32_t counts[ROBOT_WHEELS];

    odometry pose;
    bool has_heading;  // the pose has begun with the compass
    compass_calibration calibration;
    attitude attitude;
    bool compass_answers;
    infrared infrared[ROBOT_INFRARED];

    // Since the last pose was told.
    float way;
    float turned;
    uint32_t told_pose;
    uint32_t told_infrared;
    uint32_t told_heartbeat;
    uint32_t told_battery;
    uint32_t told_refusal;
    uint8_t infrared_next;

    uint32_t ticked;
    // Part of the last second in which the loop worked, of 1000.
    uint32_t busy_micros;
    uint16_t load;
    uint32_t frames_unsent;
    bool has_greeted;
    bool was_dead_man;
    bool was_latched;
    bool was_armed;
    bool told_disarm;
    bool watchdog_reset;
} controller;

void controller_init(controller *controller);
// One turn of the main loop. True when a control tick was among it.
bool controller_step(controller *controller);

// The parts of a step.
void orders_receive(controller *controller, uint32_t now);
void telemetry_tell(controller *controller, uint32_t now);
void telemetry_send(controller *controller, uint32_t id, const void *payload, size_t size);
void telemetry_text(controller *controller, uint8_t severity, const char *text);
// Latches in the store too; the motors are at zero before.
void controller_latch(controller *controller);
// Keeps the signing timestamp ahead in the store; false when it cannot.
bool controller_reserve(controller *controller);

#endif
