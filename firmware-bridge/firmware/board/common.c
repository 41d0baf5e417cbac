// What chip and emulator have alike: the clock, the motors' pulse width, the reset, the key.
#include <math.h>

#include "board.h"
#include "registers.h"

void systick_handler(void);

// Wakes the main loop. It is no clock: a millisecond that falls into an erasure of flash, or that an emulator skips,
// is lost.
void systick_handler(void) { board_millisecond(); }

// TIM5, 32 bits, one count a microsecond; the rest of 64 bits is kept here, for whoever asks, in an interrupt or not.
uint64_t hardware_micros(void) {
    static uint32_t last, wraps;
    uint32_t masked;
    __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(masked)::"memory");
    uint32_t now = TIM_CNT(TIM5);
    if (now < last) wraps += 1;
    last = now;
    uint64_t micros = (uint64_t)wraps << 32 | now;
    __asm__ volatile("msr primask, %0" ::"r"(masked) : "memory");
    return micros;
}

uint32_t hardware_millis(void) { return (uint32_t)(hardware_micros() / 1000); }

static void clock_init(void) {
    TIM_PSC(TIM5) = board_clock_hz() / 1000000 - 1;
    TIM_ARR(TIM5) = 0xFFFFFFFF;
    TIM_EGR(TIM5) = BIT(0);
    TIM_CR1(TIM5) = BIT(0);
    SYSTICK_LOAD = CORE_HZ / 1000 - 1;
    SYSTICK_VAL = 0;
    SYSTICK_CTRL = BIT(2) | BIT(1) | BIT(0);
}

// TIM4, 20 kHz: channels 1 and 2 drive the left motor forward and backward, 3 and 4 the right one.
static void motors_init(void) {
    TIM_PSC(TIM4) = 0;
    TIM_ARR(TIM4) = PWM_PERIOD - 1;
    for (int channel = 1; channel <= 4; channel += 1) TIM_CCR(TIM4, channel) = 0;
    // PWM mode 1 with preload, all four channels.
    TIM_CCMR1(TIM4) = 0x6868;
    TIM_CCMR2(TIM4) = 0x6868;
    TIM_CCER(TIM4) = BIT(0) | BIT(4) | BIT(8) | BIT(12);
    TIM_EGR(TIM4) = BIT(0);
    TIM_CR1(TIM4) = BIT(7) | BIT(0);
}

void hardware_motors(const float duty[ROBOT_WHEELS]) {
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        float part = fminf(fabsf(duty[i]), 1);
        // Not a number is no order.
        uint32_t width = part >= 0 ? (uint32_t)(part * PWM_PERIOD + 0.5f) : 0;
        TIM_CCR(TIM4, 2 * i + 1) = duty[i] > 0 ? width : 0;
        TIM_CCR(TIM4, 2 * i + 2) = duty[i] < 0 ? width : 0;
    }
    board_motors_set();
}

_Noreturn void hardware_reset(void) {
    __asm__ volatile("dsb" ::: "memory");
    SCB_AIRCR = 0x05FA0004;
    for (;;) {}
}

const uint8_t *hardware_key(void) {
    const uint8_t *key = (const uint8_t *)0x080E0000;
    uint8_t all = 0xFF, any = 0;
    for (int i = 0; i < SKEIN_LINK_KEY_BYTES; i += 1) {
        all &= key[i];
        any |= key[i];
    }
    return all == 0xFF || any == 0 ? NULL : key;
}

const float *hardware_compass_calibration(void) {
    // Behind the key: a mark, then seven numbers.
    const uint32_t *words = (const uint32_t *)0x080E0020;
    return words[0] == 0x4C414353u ? (const float *)(words + 1) : NULL;
}

void hardware_init(void) {
    board_init();
    motors_init();
    board_senses_init();
    clock_init();
    serial_init();
}
