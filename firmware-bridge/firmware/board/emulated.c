// The same chip inside an emulator that has its core, clock, serial ports and timers, but no sensors, no watchdog, no
// flash to write: a model of the body, and memory that outlives a reset.
#include <string.h>

#include "board.h"
#include "plant.h"
#include "registers.h"

enum { RECORDS = 512, WATCHDOG_MS = 250, WATCHDOG_TICKS = 100 };
#define WATCHDOG_MARK 0x57444F47u

// An emulated reset leaves the memory as it was; a new emulator starts with zeros.
__attribute__((section(".noinit"))) static struct {
    uint32_t journal[JOURNAL_PAGES][RECORDS][JOURNAL_WORDS];
    uint32_t backup;
    uint32_t reset_mark;
} kept;

static plant body;
static uint32_t moved;
static volatile uint32_t fed, ticks;
static volatile bool watches;
static bool watchdog_was_it;

void board_init(void) {
    watchdog_was_it = kept.reset_mark == WATCHDOG_MARK;
    kept.reset_mark = 0;
}

void board_senses_init(void) {
    plant_init(&body);
    USART_CR1(USART2) = USART_CR1_UE | USART_CR1_TE;
}

// The watchdog: it wakes even when the main loop does not. An emulator that its computer forgets for a while has a
// clock that runs on, but no ticks.
void board_millisecond(void) {
    if (!watches) return;
    uint32_t unfed = hardware_millis() - fed;
    ticks += 1;
    if (unfed <= WATCHDOG_MS || ticks <= WATCHDOG_TICKS) return;
    kept.reset_mark = WATCHDOG_MARK;
    hardware_trace("watchdog", (int32_t)unfed, 0);
    hardware_reset();
}

void hardware_watchdog_start(void) {
    fed = hardware_millis();
    watches = true;
}

void hardware_watchdog_feed(void) {
    fed = hardware_millis();
    ticks = 0;
}

// The emulator lets its timers run at 1 GHz.
uint32_t board_clock_hz(void) { return 1000000000; }

bool hardware_watchdog_was_it(void) { return watchdog_was_it; }

// What the pulse width registers hold, not what was asked for.
static void duty_of_registers(float duty[ROBOT_WHEELS]) {
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        int32_t width = (int32_t)TIM_CCR(TIM4, 2 * i + 1) - (int32_t)TIM_CCR(TIM4, 2 * i + 2);
        duty[i] = (float)width / PWM_PERIOD;
    }
}

// A line whenever the pulse widths have changed.
void board_motors_set(void) {
    static int32_t last[ROBOT_WHEELS];
    float duty[ROBOT_WHEELS];
    duty_of_registers(duty);
    int32_t now[ROBOT_WHEELS];
    for (int i = 0; i < ROBOT_WHEELS; i += 1) now[i] = (int32_t)(duty[i] * 1000);
    if (memcmp(now, last, sizeof now) == 0) return;
    memcpy(last, now, sizeof now);
    hardware_trace("motors", now[0], now[1]);
}

// The body moves on by the clock, whenever someone looks.
void hardware_encoders(uint32_t counts[ROBOT_WHEELS]) {
    float duty[ROBOT_WHEELS];
    duty_of_registers(duty);
    uint32_t now = hardware_millis();
    for (; moved != now; moved += 1) plant_step(&body, duty, 0.001f);
    plant_encoders(&body, counts);
}

bool hardware_compass(vector *field, vector *down) {
    plant_compass(&body, field, down);
    return true;
}

void hardware_infrared(uint16_t millivolts[ROBOT_INFRARED]) { plant_infrared(&body, millivolts); }

uint16_t hardware_battery_millivolts(void) { return body.battery_millivolts; }

// The emulator's pins read as zero: the loop is closed.
bool hardware_stop_input(void) { return (GPIO_IDR(GPIOC) & BIT(13)) != 0; }

uint32_t hardware_backup_read(void) { return kept.backup; }

void hardware_backup_write(uint32_t word) { kept.backup = word; }

uint32_t hardware_journal_records(void) { return RECORDS; }

const uint32_t *hardware_journal_record(uint32_t page, uint32_t index) { return kept.journal[page][index]; }

// As flash does: bits only fall.
bool hardware_journal_write(uint32_t page, uint32_t index, const uint32_t words[JOURNAL_WORDS]) {
    for (int i = 0; i < JOURNAL_WORDS; i += 1) kept.journal[page][index][i] &= words[i];
    return true;
}

bool hardware_journal_erase(uint32_t page) {
    memset(kept.journal[page], 0xFF, sizeof kept.journal[page]);
    return true;
}

bool hardware_is_emulated(void) { return true; }

static void trace_byte(char byte) { USART_DR(USART2) = (uint8_t)byte; }

static void trace_number(int32_t number) {
    char digits[11];
    int count = 0;
    uint32_t rest = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
    do {
        digits[count] = (char)('0' + rest % 10);
        count += 1;
        rest /= 10;
    } while (rest > 0);
    if (number < 0) trace_byte('-');
    while (count > 0) {
        count -= 1;
        trace_byte(digits[count]);
    }
}

// A line on USART2, with the milliseconds since the reset before it. The emulated port takes a byte at once.
void hardware_trace(const char *what, int32_t first, int32_t second) {
    trace_number((int32_t)hardware_millis());
    trace_byte(' ');
    while (*what != 0) {
        trace_byte(*what);
        what += 1;
    }
    trace_byte(' ');
    trace_number(first);
    trace_byte(' ');
    trace_number(second);
    trace_byte('\n');
}
