// From the reset to main: the vectors, the memory, the floating point unit.
#include "registers.h"

extern uint32_t data_start, data_end, data_image, bss_start, bss_end, stack_top;
int main(void);
void reset_handler(void);
void systick_handler(void);
void usart1_handler(void);

// A fault is a bug: with the motors wherever they were, only a restart is sure to bring them to zero.
static void fault_handler(void) {
    SCB_AIRCR = 0x05FA0004;
    for (;;) {}
}

static void no_handler(void) {}

enum { CORE_VECTORS = 16, VECTORS = CORE_VECTORS + 82 };

typedef void (*vector_entry)(void);

__attribute__((section(".vectors"), used)) const vector_entry vectors[VECTORS] = {
    [0] = (vector_entry)&stack_top,
    [1] = reset_handler,
    [2 ... 6] = fault_handler,
    [11] = no_handler,
    [12] = no_handler,
    [14] = no_handler,
    [15] = systick_handler,
    [CORE_VECTORS... VECTORS - 1] = no_handler,
    [CORE_VECTORS + USART1_IRQ] = usart1_handler,
};

__attribute__((section(".boot"))) void reset_handler(void) {
    // The floating point unit, before any code that may use its registers.
    SCB_CPACR |= 0xFu << 20;
    __asm__ volatile("dsb\nisb" ::: "memory");
    const uint32_t *from = &data_image;
    for (uint32_t *to = &data_start; to < &data_end; to += 1, from += 1) *to = *from;
    for (uint32_t *to = &bss_start; to < &bss_end; to += 1) *to = 0;
    main();
    fault_handler();
}
