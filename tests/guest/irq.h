/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interrupts: the descriptor table and the two 8259 controllers. Knows no device behind a line.
 */
#ifndef HF_GUEST_IRQ_H
#define HF_GUEST_IRQ_H

#include <stdint.h>

#define IRQ_LINES 16u

/* Sets up the table and masks every line. Interrupts stay off until irq_enable(). */
void irq_start(void);

/* Calls `on_irq(context)` with interrupts off whenever the line fires, and unmasks the line. Up
 * to two handlers may share a line. A line of 16 or more means that the device has none:
 * ignored. */
void irq_add(unsigned line, void (*on_irq)(void *context), void *context);

/* Runs once, with interrupts off, when the processor faults; the guest stops after it. */
void irq_set_fault(void (*on_fault)(void *context, uint32_t vector, uint32_t eip),
                   void *context);

/* Turns interrupts off; the result goes to irq_restore(). */
static inline uint32_t irq_save(void)
{
    uint32_t flags;
    __asm__ volatile("pushfl\n\tpopl %0\n\tcli" : "=r"(flags) : : "memory");
    return flags;
}

static inline void irq_restore(uint32_t flags)
{
    __asm__ volatile("pushl %0\n\tpopfl" : : "r"(flags) : "memory", "cc");
}

static inline void irq_enable(void)
{
    __asm__ volatile("sti" : : : "memory");
}

/* Called with interrupts off: sleeps until one comes, and returns with interrupts on. Nothing
 * is missed between the caller's check and the sleep, because `sti` takes effect one
 * instruction later. */
static inline void irq_wait(void)
{
    __asm__ volatile("sti\n\thlt" : : : "memory");
}

#endif
