// The sensors on their pins: encoders, infrared and battery by ADC, compass by I2C.
#include "board.h"
#include "registers.h"

enum {
    REFERENCE_MV = 3300,
    BATTERY_DIVIDER = 5,
    INFRARED_CHANNEL = 10,
    BATTERY_CHANNEL = 15,
    // An LSM303DLHC: two devices.
    MAGNETOMETER = 0x1E,
    ACCELEROMETER = 0x19,
    // A lost compass is set up again after this many reads that it did not answer.
    COMPASS_RETRY = 100,
};

// Quadrature, both edges of both inputs, on timers of 16 bits: seven metres a second are 280 counts a tick.
static void encoder_init(uint32_t timer) {
    TIM_ARR(timer) = 0xFFFF;
    // Inputs on their own channels, filtered over eight clocks.
    TIM_CCMR1(timer) = 0x3131;
    TIM_CCER(timer) = 0;
    TIM_SMCR(timer) = 3;
    TIM_CR1(timer) = 1;
}

void hardware_encoders(uint32_t counts[ROBOT_WHEELS]) {
    static const uint32_t timers[ROBOT_WHEELS] = {TIM2, TIM3};
    static uint32_t totals[ROBOT_WHEELS];
    for (int i = 0; i < ROBOT_WHEELS; i += 1) {
        totals[i] += (uint32_t)(int16_t)(TIM_CNT(timers[i]) - totals[i]);
        counts[i] = totals[i];
    }
}

static void adc_init(void) {
    // 21 MHz, and 84 clocks for a sample of channels 10 to 15.
    ADC_CCR = 1u << 16;
    ADC1_SMPR1 = 0x24924;
    ADC1_SQR1 = 0;
    ADC1_CR2 = BIT(0);
}

static uint16_t adc_millivolts(uint32_t channel) {
    ADC1_SQR3 = channel;
    ADC1_SR = 0;
    ADC1_CR2 |= BIT(30);
    for (int i = 0; i < 10000; i += 1) {
        if (ADC1_SR & BIT(1)) return (uint16_t)((ADC1_DR & 0xFFF) * REFERENCE_MV / 4095);
    }
    return 0;
}

void hardware_infrared(uint16_t millivolts[ROBOT_INFRARED]) {
    for (uint32_t i = 0; i < ROBOT_INFRARED; i += 1) millivolts[i] = adc_millivolts(INFRARED_CHANNEL + i);
}

uint16_t hardware_battery_millivolts(void) { return (uint16_t)(adc_millivolts(BATTERY_CHANNEL) * BATTERY_DIVIDER); }

// About a millisecond, then the bus is given up: the control tick must not wait for a sensor.
static bool i2c_waits(uint32_t mask) {
    for (int i = 0; i < 8000; i += 1) {
        uint32_t status = I2C2_SR1;
        if (status & BIT(10)) break;
        if (status & mask) return true;
    }
    I2C2_SR1 = 0;
    I2C2_CR1 |= BIT(9);
    return false;
}

static bool i2c_address(uint8_t device, bool reads) {
    I2C2_CR1 |= BIT(8);
    if (!i2c_waits(BIT(0))) return false;
    I2C2_DR = (uint32_t)(device << 1 | reads);
    return i2c_waits(BIT(1));
}

static bool i2c_write(uint8_t device, uint8_t place, uint8_t value) {
    if (!i2c_address(device, false)) return false;
    (void)I2C2_SR2;
    I2C2_DR = place;
    if (!i2c_waits(BIT(7))) return false;
    I2C2_DR = value;
    if (!i2c_waits(BIT(2))) return false;
    I2C2_CR1 |= BIT(9);
    return true;
}

// Three or more bytes from `place` on.
static bool i2c_read(uint8_t device, uint8_t place, uint8_t *bytes, int count) {
    if (!i2c_address(device, false)) return false;
    (void)I2C2_SR2;
    I2C2_DR = place;
    if (!i2c_waits(BIT(2))) return false;
    if (!i2c_address(device, true)) return false;
    I2C2_CR1 |= BIT(10);
    (void)I2C2_SR2;
    for (int i = 0; i < count; i += 1) {
        if (i == count - 1) {
            I2C2_CR1 &= ~BIT(10);
            I2C2_CR1 |= BIT(9);
        }
        if (!i2c_waits(BIT(6))) return false;
        bytes[i] = (uint8_t)I2C2_DR;
    }
    return true;
}

static bool compass_init(void) {
    I2C2_CR1 = BIT(15);
    I2C2_CR1 = 0;
    I2C2_CR2 = APB1_HZ / 1000000;
    // Fast mode, 400 kHz.
    I2C2_CCR = BIT(15) | APB1_HZ / (3 * 400000);
    I2C2_TRISE = APB1_HZ / 1000000 * 300 / 1000 + 1;
    I2C2_CR1 = BIT(0);
    // Magnetometer 75 Hz, 1.3 gauss, continuous; accelerometer 100 Hz, all axes, 2 g.
    return i2c_write(MAGNETOMETER, 0x00, 0x18) && i2c_write(MAGNETOMETER, 0x01, 0x20) &&
           i2c_write(MAGNETOMETER, 0x02, 0x00) && i2c_write(ACCELEROMETER, 0x20, 0x57);
}

static int16_t signed_word(uint8_t high, uint8_t low) { return (int16_t)((uint16_t)high << 8 | low); }

// Chip axes as mounted: x forward, y left, z up. The accelerometer feels what holds it up.
bool hardware_compass(vector *field, vector *down) {
    static bool is_ready;
    static int pause;
    if (!is_ready) {
        if (pause > 0) {
            pause -= 1;
            return false;
        }
        pause = COMPASS_RETRY;
        is_ready = compass_init();
        if (!is_ready) return false;
    }
    uint8_t m[6], a[6];
    if (!i2c_read(MAGNETOMETER, 0x03, m, 6) || !i2c_read(ACCELEROMETER, 0x28 | 0x80, a, 6)) {
        is_ready = false;
        return false;
    }
    // High byte first, in the order x z y; 1100 and 980 a gauss; half a gauss is about the field of the earth.
    *field = (vector){(float)signed_word(m[0], m[1]) / 550, -(float)signed_word(m[4], m[5]) / 550,
                      -(float)signed_word(m[2], m[3]) / 490};
    *down = (vector){-(float)signed_word(a[1], a[0]) / 16384, (float)signed_word(a[3], a[2]) / 16384,
                     (float)signed_word(a[5], a[4]) / 16384};
    return true;
}

void board_senses_init(void) {
    encoder_init(TIM2);
    encoder_init(TIM3);
    adc_init();
}
