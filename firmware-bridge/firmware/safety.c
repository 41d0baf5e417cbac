#include "safety.h"

#include <math.h>
#include <string.h>

enum { STOP_TICKS = 2 };

void safety_init(safety *safety, bool latched) {
    memset(safety, 0, sizeof *safety);
    safety->latched = latched;
}

void safety_heard(safety *safety, uint32_t now) {
    if (!safety->armed) return;
    safety->has_setpoint = true;
    safety->heard = now;
}

void safety_disarm(safety *safety, disarm_reason reason) {
    if (!safety->armed) return;
    safety->armed = false;
    safety->has_setpoint = false;
    safety->reason = reason;
}

void safety_latch(safety *safety) {
    safety->latched = true;
    safety_disarm(safety, DISARM_STOP);
}

static void watch_battery(safety *safety, const body_state *body, uint32_t now) {
    if (body->battery_millivolts >= ROBOT_BATTERY_STOP_MV) {
        safety->is_weak = false;
    } else if (!safety->is_weak) {
        safety->is_weak = true;
        safety->weak_since = now;
    } else if (now - safety->weak_since > ROBOT_BATTERY_STOP_MS) {
        safety_disarm(safety, DISARM_BATTERY);
    }
}

// A motor with half its voltage turns, unless it is blocked or its encoder is dead: then the control would only push
// harder.
static void watch_wheels(safety *safety, const body_state *body, uint32_t now) {
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        bool stands = fabsf(body->duty[i]) > 0.5f && fabsf(body->speed[i]) < 0.1f;
        if (stands && !safety->is_stalled[i]) safety->stalled_since[i] = now;
        safety->is_stalled[i] = stands;
        if (stands && now - safety->stalled_since[i] > ROBOT_STALL_MS) safety_disarm(safety, DISARM_STALL);
    }
}

bool safety_tick(safety *safety, const body_state *body, uint32_t now) {
    bool was_latched = safety->latched;
    safety->stop_ticks = body->stop_input ? (uint8_t)(safety->stop_ticks + (safety->stop_ticks < STOP_TICKS)) : 0;
    if (safety->stop_ticks >= STOP_TICKS) safety_latch(safety);
    if (safety->armed) {
        if (now - safety->heard > ROBOT_DISARM_MS) safety_disarm(safety, DISARM_SILENCE);
        watch_battery(safety, body, now);
        watch_wheels(safety, body, now);
    }
    return safety->latched && !was_latched;
}

bool safety_allows(const safety *safety, uint32_t now) {
    return safety->armed && !safety->latched && safety->has_setpoint && now - safety->heard <= ROBOT_DEAD_MAN_MS;
}

bool safety_is_dead_man(const safety *safety, uint32_t now) {
    return safety->armed && now - safety->heard > ROBOT_DEAD_MAN_MS;
}

skein_denial safety_arm(safety *safety, const body_state *body, uint32_t now) {
    if (safety->latched) return SKEIN_DENIAL_EMERGENCY_STOP;
    if (body->stop_input) return SKEIN_DENIAL_STOP_INPUT;
    if (safety->armed) return SKEIN_DENIAL_NONE;
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        if (fabsf(body->speed[i]) > 0.1f) return SKEIN_DENIAL_MOVING;
    }
    if (body->battery_millivolts < ROBOT_BATTERY_ARM_MV) return SKEIN_DENIAL_BATTERY;
    safety->armed = true;
    safety->has_setpoint = false;
    safety->heard = now;
    safety->is_weak = false;
    safety->reason = DISARM_NONE;
    memset(safety->is_stalled, 0, sizeof safety->is_stalled);
    return SKEIN_DENIAL_NONE;
}

skein_denial safety_release(safety *safety, float magic, const body_state *body) {
    if (magic != (float)SKEIN_RELEASE_MAGIC) return SKEIN_DENIAL_MAGIC;
    if (body->stop_input) return SKEIN_DENIAL_STOP_INPUT;
    safety->latched = false;
    return SKEIN_DENIAL_NONE;
}
