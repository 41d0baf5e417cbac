// Whether the motors may turn. Every way to the motors goes through safety_allows; nothing else decides.
#ifndef SAFETY_H
#define SAFETY_H

#include <stdbool.h>
#include <stdint.h>

#include "robot.h"

// Why it disarmed.
typedef enum {
    DISARM_NONE,
    DISARM_ORDER,
    DISARM_SILENCE,    // no setpoint for ROBOT_DISARM_MS
    DISARM_STOP,       // emergency stop
    DISARM_BATTERY,
    DISARM_STALL,      // a driven wheel does not turn, or its encoder is broken
} disarm_reason;

typedef struct {
    bool armed;
    bool latched;         // emergency stop
    bool has_setpoint;    // one came since it was armed
    uint32_t heard;       // when the last setpoint came, or when it was armed
    uint8_t stop_ticks;   // ticks in which the stop button's loop was open
    uint32_t weak_since;  // when the battery fell below what it may drive with
    bool is_weak;
    uint32_t stalled_since[ROBOT_WHEELS];
    bool is_stalled[ROBOT_WHEELS];
    disarm_reason reason;
} safety;

// What a tick knows of the body.
typedef struct {
    uint16_t battery_millivolts;
    bool stop_input;
    float duty[ROBOT_WHEELS];
    float speed[ROBOT_WHEELS];  // m/s
} body_state;

void safety_init(safety *safety, bool latched);
// A setpoint came: nothing unless armed.
void safety_heard(safety *safety, uint32_t now);
// Every control tick, before safety_allows. True when the emergency stop latched in it.
bool safety_tick(safety *safety, const body_state *body, uint32_t now);
// The motors may follow the setpoint. Otherwise they get zero.
bool safety_allows(const safety *safety, uint32_t now);
// Armed, but the setpoints have stopped.
bool safety_is_dead_man(const safety *safety, uint32_t now);

skein_denial safety_arm(safety *safety, const body_state *body, uint32_t now);
void safety_disarm(safety *safety, disarm_reason reason);
void safety_latch(safety *safety);
skein_denial safety_release(safety *safety, float magic, const body_state *body);

#endif
