// USART1, the line to the peer, 115200 baud 8N1. Bytes are taken by the receive interrupt and given by the transmit
// interrupt, through rings that one side fills and the other empties.
#include "board.h"
#include "registers.h"

enum { BAUD = 115200, RING = 2048 };

_Static_assert((RING & (RING - 1)) == 0, "indices wrap by a mask");

typedef struct {
    uint8_t bytes[RING];
    volatile uint32_t written;
    volatile uint32_t read;
} ring;

static ring received, waiting;
static volatile uint32_t lost;

void usart1_handler(void);

// A byte is in the ring before its index says so, for a compiler that does not know of the interrupt.
static inline void in_order(void) { __asm__ volatile("" ::: "memory"); }

void serial_init(void) {
    USART_BRR(USART1) = (APB2_HZ + BAUD / 2) / BAUD;
    USART_CR1(USART1) = USART_CR1_UE | USART_CR1_TE | USART_CR1_RE | USART_CR1_RXNEIE;
    NVIC_ISER(USART1_IRQ / 32) = BIT(USART1_IRQ % 32);
}

static void give(void) {
    while (waiting.read != waiting.written && (USART_SR(USART1) & USART_SR_TXE)) {
        USART_DR(USART1) = waiting.bytes[waiting.read & (RING - 1)];
        waiting.read += 1;
    }
    if (waiting.read == waiting.written) USART_CR1(USART1) &= ~(uint32_t)USART_CR1_TXEIE;
}

void usart1_handler(void) {
    uint32_t status = USART_SR(USART1);
    // Reading the data clears the overrun as well.
    if (status & (USART_SR_RXNE | USART_SR_ORE)) {
        uint8_t byte = (uint8_t)USART_DR(USART1);
        if (status & USART_SR_ORE) lost += 1;
        if (received.written - received.read < RING) {
            received.bytes[received.written & (RING - 1)] = byte;
            in_order();
            received.written += 1;
        } else {
            lost += 1;
        }
    }
    give();
}

size_t hardware_link_read(uint8_t *bytes, size_t room) {
    size_t count = 0;
    while (count < room && received.read != received.written) {
        in_order();
        bytes[count] = received.bytes[received.read & (RING - 1)];
        in_order();
        received.read += 1;
        count += 1;
    }
    return count;
}

bool hardware_link_write(const uint8_t *bytes, size_t count) {
    if (RING - (waiting.written - waiting.read) < count) return false;
    for (size_t i = 0; i < count; i += 1) waiting.bytes[(waiting.written + i) & (RING - 1)] = bytes[i];
    in_order();
    waiting.written += count;
    hardware_link_pump();
    return true;
}

// The transmit interrupt does it; an emulator that does not raise it is served from here.
void hardware_link_pump(void) {
    __asm__ volatile("cpsid i" ::: "memory");
    if (waiting.read != waiting.written) {
        USART_CR1(USART1) |= USART_CR1_TXEIE;
        give();
    }
    __asm__ volatile("cpsie i" ::: "memory");
}

uint32_t hardware_link_lost(void) { return lost; }
