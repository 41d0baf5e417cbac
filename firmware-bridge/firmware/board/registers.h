// The registers of the STM32F405/407 that are used, by their names in the reference manual (RM0090).
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define BIT(n) (1u << (n))

#define RCC_CR REGISTER(0x40023800)
#define RCC_PLLCFGR REGISTER(0x40023804)
#define RCC_CFGR REGISTER(0x40023808)
#define RCC_AHB1ENR REGISTER(0x40023830)
#define RCC_APB1ENR REGISTER(0x40023840)
#define RCC_APB2ENR REGISTER(0x40023844)
#define RCC_CSR REGISTER(0x40023874)

#define FLASH_ACR REGISTER(0x40023C00)
#define FLASH_KEYR REGISTER(0x40023C04)
#define FLASH_SR REGISTER(0x40023C0C)
#define FLASH_CR REGISTER(0x40023C10)

#define PWR_CR REGISTER(0x40007000)
#define RTC_BKP0R REGISTER(0x40002850)

#define IWDG_KR REGISTER(0x40003000)
#define IWDG_PR REGISTER(0x40003004)
#define IWDG_RLR REGISTER(0x40003008)

#define GPIOA 0x40020000u
#define GPIOB 0x40020400u
#define GPIOC 0x40020800u
#define GPIO_MODER(port) REGISTER((port) + 0x00)
#define GPIO_OTYPER(port) REGISTER((port) + 0x04)
#define GPIO_PUPDR(port) REGISTER((port) + 0x0C)
#define GPIO_IDR(port) REGISTER((port) + 0x10)
#define GPIO_AFR(port, pin) REGISTER((port) + 0x20 + ((pin) / 8) * 4)

#define USART1 0x40011000u
#define USART2 0x40004400u
#define USART_SR(port) REGISTER((port) + 0x00)
#define USART_DR(port) REGISTER((port) + 0x04)
#define USART_BRR(port) REGISTER((port) + 0x08)
#define USART_CR1(port) REGISTER((port) + 0x0C)
enum {
    USART_SR_ORE = BIT(3),
    USART_SR_RXNE = BIT(5),
    USART_SR_TXE = BIT(7),
    USART_CR1_RE = BIT(2),
    USART_CR1_TE = BIT(3),
    USART_CR1_RXNEIE = BIT(5),
    USART_CR1_TXEIE = BIT(7),
    USART_CR1_UE = BIT(13),
};

#define TIM2 0x40000000u
#define TIM3 0x40000400u
#define TIM4 0x40000800u
#define TIM5 0x40000C00u
#define TIM_CR1(timer) REGISTER((timer) + 0x00)
#define TIM_SMCR(timer) REGISTER((timer) + 0x08)
#define TIM_EGR(timer) REGISTER((timer) + 0x14)
#define TIM_CCMR1(timer) REGISTER((timer) + 0x18)
#define TIM_CCMR2(timer) REGISTER((timer) + 0x1C)
#define TIM_CCER(timer) REGISTER((timer) + 0x20)
#define TIM_CNT(timer) REGISTER((timer) + 0x24)
#define TIM_PSC(timer) REGISTER((timer) + 0x28)
#define TIM_ARR(timer) REGISTER((timer) + 0x2C)
// Channels count from 1.
#define TIM_CCR(timer, channel) REGISTER((timer) + 0x30 + 4 * (channel))

#define ADC1_SR REGISTER(0x40012000)
#define ADC1_CR2 REGISTER(0x40012008)
#define ADC1_SMPR1 REGISTER(0x4001200C)
#define ADC1_SQR1 REGISTER(0x4001202C)
#define ADC1_SQR3 REGISTER(0x40012034)
#define ADC1_DR REGISTER(0x4001204C)
#define ADC_CCR REGISTER(0x40012304)

#define I2C2_CR1 REGISTER(0x40005800)
#define I2C2_CR2 REGISTER(0x40005804)
#define I2C2_DR REGISTER(0x40005810)
#define I2C2_SR1 REGISTER(0x40005814)
#define I2C2_SR2 REGISTER(0x40005818)
#define I2C2_CCR REGISTER(0x4000581C)
#define I2C2_TRISE REGISTER(0x40005820)

#define SYSTICK_CTRL REGISTER(0xE000E010)
#define SYSTICK_LOAD REGISTER(0xE000E014)
#define SYSTICK_VAL REGISTER(0xE000E018)
#define SCB_AIRCR REGISTER(0xE000ED0C)
#define SCB_CPACR REGISTER(0xE000ED88)
#define SCB_SHPR3 REGISTER(0xE000ED20)
#define NVIC_ISER(n) REGISTER(0xE000E100 + 4 * (n))
#define NVIC_IPR_BYTE(irq) (*(volatile uint8_t *)(0xE000E400 + (irq)))

enum {
    CORE_HZ = 168000000,
    // Timers of APB1, USARTs of APB2, I2C of APB1.
    TIMER_HZ = 84000000,
    APB2_HZ = 84000000,
    APB1_HZ = 42000000,
    USART1_IRQ = 37,
};

#endif
