// All that the firmware wants of a board. board/ has it for the STM32F405/407, for that chip in an emulator, and the
// tests have it for a computer.
#ifndef HARDWARE_H
#define HARDWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "robot.h"

void hardware_init(void);

// Since the reset.
uint32_t hardware_millis(void);
uint64_t hardware_micros(void);

// The line to the peer: rings filled and emptied by interrupts. What does not fit is not written at all.
size_t hardware_link_read(uint8_t *bytes, size_t room);
bool hardware_link_write(const uint8_t *bytes, size_t count);
// Moves what waits towards the line where interrupts do not.
void hardware_link_pump(void);
// Bytes that came and were lost.
uint32_t hardware_link_lost(void);

// Duty -1…1 of the left and the right motor.
void hardware_motors(const float duty[ROBOT_WHEELS]);
// Counts of the wheels since the reset, wrapping.
void hardware_encoders(uint32_t counts[ROBOT_WHEELS]);

typedef struct {
    float x, y, z;
} vector;

// Field and down in the body's axes, forward, right, down; false while the sensor does not answer.
bool hardware_compass(vector *field, vector *down);
void hardware_infrared(uint16_t millivolts[ROBOT_INFRARED]);
uint16_t hardware_battery_millivolts(void);
// The stop button's loop is open: it is pressed, or its wire is broken.
bool hardware_stop_input(void);

void hardware_watchdog_start(void);
void hardware_watchdog_feed(void);
// The last reset was the watchdog's.
bool hardware_watchdog_was_it(void);
_Noreturn void hardware_reset(void);

// 32 bytes, or NULL when none was written.
const uint8_t *hardware_key(void);
// Offsets and gains of the compass, or NULL when none were written.
const float *hardware_compass_calibration(void);

// A word that outlives a reset.
uint32_t hardware_backup_read(void);
void hardware_backup_write(uint32_t word);

// Two pages of records for the journal. A blank record is all ones; a page is erased as a whole, which takes up to
// half a second, in which nothing else runs.
enum { JOURNAL_WORDS = 4, JOURNAL_PAGES = 2 };
uint32_t hardware_journal_records(void);
const uint32_t *hardware_journal_record(uint32_t page, uint32_t index);
bool hardware_journal_write(uint32_t page, uint32_t index, const uint32_t words[JOURNAL_WORDS]);
bool hardware_journal_erase(uint32_t page);

// Whether this board is a model, with what only a model has: a trace and a way to hang.
bool hardware_is_emulated(void);
void hardware_trace(const char *what, int32_t first, int32_t second);

#endif
