#include "bench.h"

#include <setjmp.h>
#include <string.h>

const char *running = "";
long checks, failures;
board the_board;
controller robot;
skein_link peer;
const uint8_t bench_key[SKEIN_LINK_KEY_BYTES] = "a key of the tests, of 32 bytes";

static const uint64_t PEER_CLOCK = 37ull * 365 * 86400 * SKEIN_LINK_TICKS_PER_SECOND / 4;

uint64_t dice_next(dice *dice) {
    dice->state += 0x9E3779B97F4A7C15ull;
    uint64_t z = dice->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

uint32_t dice_below(dice *dice, uint32_t limit) { return (uint32_t)(dice_next(dice) % limit); }

void board_new(void) {
    memset(&the_board, 0, sizeof the_board);
    memset(the_board.journal, 0xFF, sizeof the_board.journal);
    plant_init(&the_board.body);
    the_board.words_left = -1;
    the_board.has_key = true;
}

void hardware_init(void) {}
uint32_t hardware_millis(void) { return (uint32_t)(the_board.micros / 1000); }
uint64_t hardware_micros(void) { return the_board.micros; }

size_t hardware_link_read(uint8_t *bytes, size_t room) {
    size_t count = the_board.in_count < room ? the_board.in_count : room;
    memcpy(bytes, the_board.in, count);
    memmove(the_board.in, the_board.in + count, the_board.in_count - count);
    the_board.in_count -= count;
    return count;
}

bool hardware_link_write(const uint8_t *bytes, size_t count) {
    if (the_board.out_count + count > BENCH_LINE_BYTES) return false;
    memcpy(the_board.out + the_board.out_count, bytes, count);
    the_board.out_count += count;
    return true;
}

void hardware_link_pump(void) {}
uint32_t hardware_link_lost(void) { return 0; }
void hardware_motors(const float duty[ROBOT_WHEELS]) { memcpy(the_board.duty, duty, sizeof the_board.duty); }
void hardware_encoders(uint32_t counts[ROBOT_WHEELS]) { plant_encoders(&the_board.body, counts); }

bool hardware_compass(vector *field, vector *down) {
    plant_compass(&the_board.body, field, down);
    return !the_board.compass_silent;
}

void hardware_infrared(uint16_t millivolts[ROBOT_INFRARED]) { plant_infrared(&the_board.body, millivolts); }
uint16_t hardware_battery_millivolts(void) { return the_board.body.battery_millivolts; }
bool hardware_stop_input(void) { return the_board.stop_input; }
void hardware_watchdog_start(void) {}
void hardware_watchdog_feed(void) {}
bool hardware_watchdog_was_it(void) { return the_board.watchdog_reset; }

// A reset ends the program on a chip; here it is noted, and the test boots the robot anew.
_Noreturn void hardware_reset(void) {
    extern void bench_reset(void);
    bench_reset();
    __builtin_unreachable();
}

const uint8_t *hardware_key(void) { return the_board.has_key ? bench_key : NULL; }
const float *hardware_compass_calibration(void) { return NULL; }
uint32_t hardware_backup_read(void) { return the_board.backup; }
void hardware_backup_write(uint32_t word) { the_board.backup = word; }
uint32_t hardware_journal_records(void) { return BENCH_RECORDS; }
const uint32_t *hardware_journal_record(uint32_t page, uint32_t index) { return the_board.journal[page][index]; }

bool hardware_journal_write(uint32_t page, uint32_t index, const uint32_t words[JOURNAL_WORDS]) {
    for (int i = 0; i < JOURNAL_WORDS; i += 1) {
        if (the_board.words_left == 0) return false;
        if (the_board.words_left > 0) the_board.words_left -= 1;
        the_board.journal[page][index][i] &= words[i];
    }
    return true;
}

bool hardware_journal_erase(uint32_t page) {
    if (the_board.words_left == 0) return false;
    memset(the_board.journal[page], 0xFF, sizeof the_board.journal[page]);
    the_board.erased[page] += 1;
    return true;
}

bool hardware_is_emulated(void) { return false; }

void hardware_trace(const char *what, int32_t first, int32_t second) {
    (void)what;
    (void)first;
    (void)second;
}

// The robot restarts; what the test keeps of it lies on the board.
static jmp_buf at_reset;
static bool can_reset;

void bench_reset(void);

void bench_reset(void) {
    the_board.resets += 1;
    if (can_reset) longjmp(at_reset, 1);
    CHECK(!"a reset outside a step");
    fflush(stdout);
    __builtin_trap();
}

void robot_boot(void) {
    the_board.in_count = 0;
    the_board.out_count = 0;
    the_board.duty[0] = 0;
    the_board.duty[1] = 0;
    controller_init(&robot);
}

void robot_new(void) {
    board_new();
    robot_boot();
    skein_link_init(&peer, bench_key, SKEIN_SYSTEM_ID, SKEIN_COMPONENT_PEER, 0, 0);
    skein_link_reserved(&peer, UINT64_MAX);
    skein_link_clock(&peer, PEER_CLOCK);
}

void robot_armed(void) {
    robot_new();
    robot_run(100);
    CHECK(robot_order(MAV_CMD_COMPONENT_ARM_DISARM, 1, 0) == SKEIN_DENIAL_NONE);
    CHECK(robot.safety.armed);
}

static void step_once(void) {
    if (setjmp(at_reset) == 0) {
        can_reset = true;
        controller_step(&robot);
    } else {
        robot_boot();
    }
    can_reset = false;
}

void robot_run(uint32_t millis) {
    for (uint32_t i = 0; i < millis; i += 1) {
        the_board.micros += 1000;
        plant_step(&the_board.body, the_board.duty, 0.001f);
        step_once();
    }
}

void robot_hear(uint32_t id, const void *payload, size_t size) {
    skein_link_clock(&peer, PEER_CLOCK + the_board.micros / 10);
    uint8_t *to = the_board.in + the_board.in_count;
    size_t bytes = skein_link_frame(&peer, id, payload, size, to, BENCH_LINE_BYTES - the_board.in_count);
    CHECK(bytes > 0);
    the_board.in_count += bytes;
}

void robot_setpoint(float forward, float turn) {
    mavlink_set_position_target_local_ned_t setpoint = {0};
    setpoint.coordinate_frame = MAV_FRAME_BODY_FRD;
    setpoint.type_mask = SKEIN_SETPOINT_MASK;
    setpoint.vx = forward;
    setpoint.yaw_rate = turn;
    robot_hear(MAVLINK_MSG_ID_SET_POSITION_TARGET_LOCAL_NED, &setpoint, sizeof setpoint);
}

static int last_denial;

static void take_ack(const skein_message *message) {
    if (message->id != MAVLINK_MSG_ID_COMMAND_ACK) return;
    bool unsupported = message->payload.command_ack.result == MAV_RESULT_UNSUPPORTED;
    last_denial = unsupported ? -2 : message->payload.command_ack.result_param2;
    CHECK(unsupported || (message->payload.command_ack.result == MAV_RESULT_ACCEPTED) == (last_denial == 0));
}

int robot_order(uint16_t command, float first, float second) {
    mavlink_command_long_t order = {.param1 = first, .param2 = second, .command = command};
    robot_listen(NULL);
    robot_hear(MAVLINK_MSG_ID_COMMAND_LONG, &order, sizeof order);
    last_denial = -1;
    for (int i = 0; i < 100 && last_denial == -1; i += 1) {
        robot_run(1);
        robot_listen(take_ack);
    }
    return last_denial;
}

void robot_listen(listener seen) {
    size_t taken = 0;
    while (taken < the_board.out_count) {
        taken += skein_link_feed(&peer, the_board.out + taken, the_board.out_count - taken);
        skein_message message;
        while (skein_link_next(&peer, &message) == SKEIN_LINK_MESSAGE) {
            if (seen != NULL) seen(&message);
        }
    }
    the_board.out_count = 0;
}

void robot_drive(float forward, float turn, uint32_t millis) {
    for (uint32_t i = 0; i < millis; i += 50) {
        robot_setpoint(forward, turn);
        robot_run(50);
        the_board.out_count = the_board.out_count > BENCH_LINE_BYTES / 2 ? 0 : the_board.out_count;
    }
}

int main(int count, char **arguments) {
    long frames = 100000;
    if (count == 2) sscanf(arguments[1], "%ld", &frames);
    logic_tests();
    journal_tests();
    link_tests();
    robot_tests();
    telemetry_tests();
    hostile_tests(frames);
    printf("%ld checks, %ld failed\n", checks, failures);
    return failures == 0 ? 0 : 1;
}
