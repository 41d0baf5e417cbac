// The tests' tools: checks, and a board on a computer with a clock that the test turns.
#ifndef BENCH_H
#define BENCH_H

#include <stdio.h>

#include "board/plant.h"
#include "controller.h"

extern const char *running;
extern long checks, failures;

#define CHECK(claim)                                                             \
    do {                                                                         \
        checks += 1;                                                             \
        if (!(claim)) {                                                          \
            failures += 1;                                                       \
            printf("%s:%d: %s: %s\n", __FILE__, __LINE__, running, #claim);      \
        }                                                                        \
    } while (0)

#define CHECK_NEAR(value, wanted, within)                                                        \
    do {                                                                                         \
        double seen_ = (double)(value), want_ = (double)(wanted);                                \
        checks += 1;                                                                             \
        if (!(seen_ - want_ <= (double)(within) && want_ - seen_ <= (double)(within))) {         \
            failures += 1;                                                                       \
            printf("%s:%d: %s: %s is %g, not %g\n", __FILE__, __LINE__, running, #value, seen_, want_); \
        }                                                                                        \
    } while (0)

typedef struct {
    uint64_t state;
} dice;
// splitmix64: the same numbers for the same seed, everywhere.
uint64_t dice_next(dice *dice);
uint32_t dice_below(dice *dice, uint32_t limit);

enum { BENCH_RECORDS = 32, BENCH_LINE_BYTES = 8192 };

// The board.
typedef struct {
    uint64_t micros;
    plant body;
    float duty[ROBOT_WHEELS];
    uint8_t in[BENCH_LINE_BYTES];
    size_t in_count;
    uint8_t out[BENCH_LINE_BYTES];
    size_t out_count;
    uint32_t journal[JOURNAL_PAGES][BENCH_RECORDS][JOURNAL_WORDS];
    uint32_t erased[JOURNAL_PAGES];
    // Words that are still written before the power fails; negative: it does not.
    int words_left;
    uint32_t backup;
    bool stop_input;
    bool compass_silent;
    bool watchdog_reset;
    bool has_key;
    uint32_t resets;
} board;
extern board the_board;
extern const uint8_t bench_key[SKEIN_LINK_KEY_BYTES];

void board_new(void);

// The robot under test, and the peer at the other end of its line.
extern controller robot;
extern skein_link peer;

// A robot just switched on, with what its store holds; a peer whose clock is right.
void robot_boot(void);
void robot_new(void);
// The same, and armed.
void robot_armed(void);
// Lets the clock run, in steps of a millisecond.
void robot_run(uint32_t millis);
void robot_hear(uint32_t id, const void *payload, size_t size);
void robot_setpoint(float forward, float turn);
// Sends the order and returns the denial of its acknowledgement; -1 when none came within 100 ms, -2 when unsupported.
int robot_order(uint16_t command, float first, float second);
// Takes what the robot has said. `seen`, unless NULL, gets each message.
typedef void (*listener)(const skein_message *message);
void robot_listen(listener seen);
// Runs with a setpoint every 50 ms.
void robot_drive(float forward, float turn, uint32_t millis);

void logic_tests(void);
void link_tests(void);
void journal_tests(void);
void robot_tests(void);
void telemetry_tests(void);
void hostile_tests(long frames);

#endif
