#include "controller.h"

#include <math.h>
#include <string.h>

// In the word that outlives a reset. Any other value is not latched: the journal knows after a loss of power.
#define BACKUP_LATCHED 0x5354AC7Du

static const float STILL[ROBOT_WHEELS] = {0, 0};

void controller_init(controller *controller) {
    memset(controller, 0, sizeof *controller);
    hardware_motors(STILL);
    journal_open(&controller->journal);
    bool latched = hardware_backup_read() == BACKUP_LATCHED || controller->journal.state.latched;
    safety_init(&controller->safety, latched);
    if (latched && !controller->journal.state.latched) {
        journal_store(&controller->journal, (journal_state){controller->journal.state.timestamp, true});
    }
    controller->watchdog_reset = hardware_watchdog_was_it();
    controller->calibration = compass_calibrated(hardware_compass_calibration());
    controller->told_disarm = true;
    const uint8_t *key = hardware_key();
    controller->has_key = key != NULL;
    if (controller->has_key) {
        skein_link_init(&controller->link, key, SKEIN_SYSTEM_ID, SKEIN_COMPONENT_CONTROLLER, 0,
                        controller->journal.state.timestamp);
        controller_reserve(controller);
    }
    hardware_encoders(controller->counts);
    for (int i = 0; i < 3; i += 1) {
        uint16_t millivolts[ROBOT_INFRARED];
        hardware_infrared(millivolts);
        for (int s = 0; s < ROBOT_INFRARED; s += 1) infrared_sample(&controller->infrared[s], millivolts[s]);
    }
    controller->ticked = hardware_millis();
}

bool controller_reserve(controller *controller) {
    uint64_t until = skein_link_reservation(&controller->link);
    if (until == 0) return true;
    journal_state state = {until, controller->safety.latched};
    if (!journal_store(&controller->journal, state)) return false;
    skein_link_reserved(&controller->link, until);
    return true;
}

void controller_latch(controller *controller) {
    hardware_motors(STILL);
    hardware_backup_write(BACKUP_LATCHED);
    safety_latch(&controller->safety);
    journal_state state = {controller->journal.state.timestamp, true};
    if (!controller->journal.state.latched) journal_store(&controller->journal, state);
}

static void read_wheels(controller *controller, float seconds) {
    uint32_t counts[ROBOT_WHEELS];
    hardware_encoders(counts);
    float rolled[ROBOT_WHEELS];
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        rolled[i] = (float)(int32_t)(counts[i] - controller->counts[i]) / ROBOT_TICKS_PER_METER;
        controller->counts[i] = counts[i];
        controller->body.speed[i] = rolled[i] / seconds;
    }
    odometry_roll(&controller->pose, rolled[0], rolled[1]);
    controller->way += (rolled[0] + rolled[1]) / 2;
    controller->turned += (rolled[0] - rolled[1]) / ROBOT_TRACK_METERS;
}

static void read_senses(controller *controller, float seconds) {
    vector field, down;
    controller->compass_answers =
        hardware_compass(&field, &down) &&
        compass_attitude(&controller->calibration, field, down, &controller->attitude);
    if (controller->compass_answers && !controller->has_heading) {
        controller->pose.heading = controller->attitude.yaw;
        controller->has_heading = true;
    }
    if (controller->compass_answers) odometry_pull(&controller->pose, controller->attitude.yaw, seconds);
    uint16_t millivolts[ROBOT_INFRARED];
    hardware_infrared(millivolts);
    for (int i = 0; i < ROBOT_INFRARED; i += 1) infrared_sample(&controller->infrared[i], millivolts[i]);
    controller->body.battery_millivolts = hardware_battery_millivolts();
    controller->body.stop_input = hardware_stop_input();
}

static void drive(controller *controller, uint32_t now, float seconds) {
    float duty[ROBOT_WHEELS] = {0, 0};
    if (safety_allows(&controller->safety, now)) {
        float speeds[ROBOT_WHEELS];
        wheel_speeds(controller->forward, controller->turn, speeds);
        for (int i = 0; i < ROBOT_WHEELS; i += 1) {
            duty[i] = wheel_step(&controller->wheels[i], speeds[i], controller->body.speed[i], seconds);
        }
    } else {
        for (int i = 0; i < ROBOT_WHEELS; i += 1) wheel_reset(&controller->wheels[i]);
        controller->forward = 0;
        controller->turn = 0;
    }
    memcpy(controller->body.duty, duty, sizeof duty);
    hardware_motors(duty);
}

static void control(controller *controller, uint32_t now) {
    float seconds = (float)(now - controller->ticked) / 1000;
    controller->ticked = now;
    controller->has_news = false;
    read_wheels(controller, seconds);
    read_senses(controller, seconds);
    bool was_armed = controller->safety.armed;
    bool latched_now = safety_tick(&controller->safety, &controller->body, now);
    drive(controller, now, seconds);
    if (was_armed && !controller->safety.armed) hardware_trace("disarmed", (int32_t)controller->safety.reason, 0);
    if (latched_now) {
        controller_latch(controller);
        telemetry_text(controller, MAV_SEVERITY_CRITICAL, "emergency stop by the button");
    }
}

bool controller_step(controller *controller) {
    uint64_t began = hardware_micros();
    uint32_t now = (uint32_t)(began / 1000);
    orders_receive(controller, now);
    uint32_t since = now - controller->ticked;
    bool ticks = since >= (controller->has_news ? ROBOT_NEWS_MS : ROBOT_CONTROL_MS);
    if (ticks) {
        control(controller, now);
        if (controller->has_key) {
            controller_reserve(controller);
            telemetry_tell(controller, now);
        }
        // Only a restart makes room for the timestamps without which nothing is accepted any more.
        if (journal_is_full(&controller->journal) && !controller->safety.armed && controller->journal.is_usable) {
            hardware_reset();
        }
    }
    hardware_link_pump();
    controller->busy_micros += (uint32_t)(hardware_micros() - began);
    return ticks;
}
