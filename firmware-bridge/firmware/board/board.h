// Between the files of a board.
#ifndef BOARD_H
#define BOARD_H

#include "../hardware.h"

// Clocks, pins and sensors: chip.c and senses.c, or emulated.c.
void board_init(void);
void board_senses_init(void);
// Every millisecond, in the clock's interrupt.
void board_millisecond(void);
// The motors' pulse widths have been set.
void board_motors_set(void);
// What TIM5 counts before it is divided.
uint32_t board_clock_hz(void);

void serial_init(void);
// Full periods of the motors' pulse width.
enum { PWM_PERIOD = 4200 };

#endif
