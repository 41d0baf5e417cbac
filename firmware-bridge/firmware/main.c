#include "controller.h"

static controller the_controller;

int main(void) {
    hardware_init();
    controller_init(&the_controller);
    hardware_watchdog_start();
    for (;;) {
        // Fed only when orders, control and telemetry have all had their turn in a tick of the clock.
        if (controller_step(&the_controller)) hardware_watchdog_feed();
        __asm__ volatile("wfi");
    }
}
