// The STM32F405/407 itself: clocks, pins, watchdog, flash.
#include "board.h"
#include "registers.h"

#ifndef BOARD_CRYSTAL_MHZ
#define BOARD_CRYSTAL_MHZ 8
#endif

static bool watchdog_was_it;

static bool becomes(volatile uint32_t *place, uint32_t mask, uint32_t value) {
    for (uint32_t i = 0; i < 1000000; i += 1) {
        if ((*place & mask) == value) return true;
    }
    return false;
}

// 168 MHz from the crystal, or from the chip's own oscillator when the crystal does not start. A chip that does not get
// there tries again: its motor pins are inputs until the end.
static void clocks_init(void) {
    RCC_CR |= BIT(16);
    bool crystal = becomes(&RCC_CR, BIT(17), BIT(17));
    uint32_t divider = crystal ? BOARD_CRYSTAL_MHZ : 16;
    RCC_APB1ENR |= BIT(28);
    PWR_CR |= BIT(14);
    // To 1 MHz, times 336, by 2; the USB's 48 MHz by 7.
    RCC_PLLCFGR = divider | 336u << 6 | 0u << 16 | (crystal ? BIT(22) : 0) | 7u << 24;
    RCC_CR |= BIT(24);
    if (!becomes(&RCC_CR, BIT(25), BIT(25))) hardware_reset();
    // Five wait states, with both caches.
    FLASH_ACR = 5 | BIT(9) | BIT(10);
    // APB1 by 4, APB2 by 2, the PLL as the core's clock.
    RCC_CFGR = 5u << 10 | 4u << 13 | 2;
    if (!becomes(&RCC_CFGR, 3u << 2, 2u << 2)) hardware_reset();
}

void board_motors_set(void) {}

static void alternate(uint32_t port, uint32_t pin, uint32_t function) {
    GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(0xFu << pin % 8 * 4)) | function << pin % 8 * 4;
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2 * pin)) | 2u << 2 * pin;
}

static void pull_up(uint32_t port, uint32_t pin) {
    GPIO_PUPDR(port) = (GPIO_PUPDR(port) & ~(3u << 2 * pin)) | 1u << 2 * pin;
}

static void pins_init(void) {
    RCC_AHB1ENR |= BIT(0) | BIT(1) | BIT(2);
    RCC_APB1ENR |= BIT(0) | BIT(1) | BIT(2) | BIT(3) | BIT(22);
    RCC_APB2ENR |= BIT(4) | BIT(8);
    (void)RCC_APB2ENR;
    // The line to the peer.
    alternate(GPIOA, 9, 7);
    alternate(GPIOA, 10, 7);
    pull_up(GPIOA, 10);
    // Motors.
    for (uint32_t pin = 6; pin <= 9; pin += 1) alternate(GPIOB, pin, 2);
    // Encoders, left and right.
    alternate(GPIOA, 15, 1);
    alternate(GPIOB, 3, 1);
    alternate(GPIOB, 4, 2);
    alternate(GPIOB, 5, 2);
    // Compass: open drain.
    GPIO_OTYPER(GPIOB) |= BIT(10) | BIT(11);
    alternate(GPIOB, 10, 4);
    alternate(GPIOB, 11, 4);
    // Infrared and battery: analog.
    GPIO_MODER(GPIOC) |= 0xFFF;
    // The stop button's loop, closed to ground while all is well.
    pull_up(GPIOC, 13);
}

void board_init(void) {
    watchdog_was_it = (RCC_CSR & BIT(29)) != 0;
    RCC_CSR |= BIT(24);
    clocks_init();
    pins_init();
    // Write access to the backup registers.
    PWR_CR |= BIT(8);
}

void board_millisecond(void) {}

uint32_t board_clock_hz(void) { return TIMER_HZ; }

bool hardware_stop_input(void) { return (GPIO_IDR(GPIOC) & BIT(13)) != 0; }

// 250 ms by a clock of 32 kHz, whatever that clock makes of it: 17 to 47 kHz give 170 to 470 ms.
void hardware_watchdog_start(void) {
    IWDG_KR = 0xCCCC;
    IWDG_KR = 0x5555;
    IWDG_PR = 2;
    IWDG_RLR = 500;
    IWDG_KR = 0xAAAA;
}

void hardware_watchdog_feed(void) { IWDG_KR = 0xAAAA; }

bool hardware_watchdog_was_it(void) { return watchdog_was_it; }

uint32_t hardware_backup_read(void) { return RTC_BKP0R; }

void hardware_backup_write(uint32_t word) { RTC_BKP0R = word; }

// Sectors 2 and 3, 16 KB each.
enum { JOURNAL_SECTOR = 2, JOURNAL_BYTES = 16384 };
#define JOURNAL_ADDRESS 0x08008000u

uint32_t hardware_journal_records(void) { return JOURNAL_BYTES / (4 * JOURNAL_WORDS); }

const uint32_t *hardware_journal_record(uint32_t page, uint32_t index) {
    return (const uint32_t *)(JOURNAL_ADDRESS + page * JOURNAL_BYTES + index * 4 * JOURNAL_WORDS);
}

static void flash_unlock(void) {
    if (!(FLASH_CR & BIT(31))) return;
    FLASH_KEYR = 0x45670123;
    FLASH_KEYR = 0xCDEF89AB;
}

// Waits for the end, and says whether it was a good one.
static bool flash_done(void) {
    // An erasure takes up to half a second, and the counting loop runs from flash that waits as well.
    while (FLASH_SR & BIT(16)) {}
    bool good = (FLASH_SR & 0xF2u) == 0;
    FLASH_SR = 0xF3;
    FLASH_CR = BIT(31);
    // The data cache may hold what was there before.
    FLASH_ACR &= ~BIT(10);
    FLASH_ACR |= BIT(12);
    FLASH_ACR &= ~BIT(12);
    FLASH_ACR |= BIT(10);
    return good;
}

bool hardware_journal_write(uint32_t page, uint32_t index, const uint32_t words[JOURNAL_WORDS]) {
    volatile uint32_t *to = (volatile uint32_t *)(uintptr_t)hardware_journal_record(page, index);
    flash_unlock();
    FLASH_CR = 2u << 8 | BIT(0);
    for (int i = 0; i < JOURNAL_WORDS; i += 1) {
        to[i] = words[i];
        while (FLASH_SR & BIT(16)) {}
    }
    return flash_done();
}

bool hardware_journal_erase(uint32_t page) {
    flash_unlock();
    FLASH_CR = 2u << 8 | BIT(1) | (JOURNAL_SECTOR + page) << 3;
    FLASH_CR |= BIT(16);
    return flash_done();
}

bool hardware_is_emulated(void) { return false; }

void hardware_trace(const char *what, int32_t first, int32_t second) {
    (void)what;
    (void)first;
    (void)second;
}
