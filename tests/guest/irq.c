/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/irq.h"

#include <stdbool.h>
#include <stddef.h>

#include "tests/guest/io.h"

#define VECTOR_FIRST_IRQ 32u
#define VECTORS 48u
#define HANDLERS_PER_LINE 2u

#define PIC_MASTER 0x20u
#define PIC_SLAVE 0xa0u
#define PIC_DATA 1u
#define PIC_END_OF_INTERRUPT 0x20u
#define PIC_READ_IN_SERVICE 0x0bu
#define PIC_CASCADE_LINE 2u

#define GATE_INTERRUPT 0x8e00u
#define CODE_SEGMENT 0x08u

struct irq_gate {
    uint16_t offset_low;
    uint16_t segment;
    uint16_t flags;
    uint16_t offset_high;
};

struct irq_table_pointer {
    uint16_t limit;
    uint32_t base;
} __attribute__((packed));

/* What boot.S leaves on the stack. */
struct irq_frame {
    uint32_t registers[8];
    uint32_t vector;
    uint32_t error_code;
    uint32_t eip;
    uint32_t cs;
    uint32_t eflags;
};

struct irq_handler {
    void (*on_irq)(void *context);
    void *context;
};

/* The processor knows one table and calls it without an argument, so this state is global. */
static struct {
    struct irq_gate gates[VECTORS];
    struct irq_handler handlers[IRQ_LINES][HANDLERS_PER_LINE];
    void (*on_fault)(void *context, uint32_t vector, uint32_t eip);
    void *fault_context;
} irq;

extern const uint32_t irq_vectors[VECTORS];
void irq_dispatch(struct irq_frame *frame);

static void pic_program(uint16_t base, uint8_t first_vector, uint8_t wiring)
{
    io_write8(base, 0x11);
    io_write8(base + PIC_DATA, first_vector);
    io_write8(base + PIC_DATA, wiring);
    io_write8(base + PIC_DATA, 0x01);
    io_write8(base + PIC_DATA, 0xff);
}

void irq_start(void)
{
    for (unsigned i = 0; i < VECTORS; i++)
        irq.gates[i] = (struct irq_gate){(uint16_t)irq_vectors[i], CODE_SEGMENT, GATE_INTERRUPT,
                                         (uint16_t)(irq_vectors[i] >> 16)};
    struct irq_table_pointer pointer = {sizeof(irq.gates) - 1, (uint32_t)(uintptr_t)irq.gates};
    __asm__ volatile("lidt %0" : : "m"(pointer) : "memory");
    pic_program(PIC_MASTER, VECTOR_FIRST_IRQ, 1u << PIC_CASCADE_LINE);
    pic_program(PIC_SLAVE, VECTOR_FIRST_IRQ + 8, PIC_CASCADE_LINE);
}

static void pic_unmask(unsigned line)
{
    uint16_t base = line < 8 ? PIC_MASTER : PIC_SLAVE;
    uint8_t mask = io_read8(base + PIC_DATA);

    io_write8(base + PIC_DATA, (uint8_t)(mask & ~(1u << (line & 7))));
    if (line >= 8)
        pic_unmask(PIC_CASCADE_LINE);
}

void irq_add(unsigned line, void (*on_irq)(void *context), void *context)
{
    if (line >= IRQ_LINES)
        return;
    uint32_t flags = irq_save();
    for (unsigned i = 0; i < HANDLERS_PER_LINE; i++) {
        struct irq_handler *handler = &irq.handlers[line][i];
        bool same = handler->on_irq == on_irq && handler->context == context;
        if (handler->on_irq == NULL || same) {
            *handler = (struct irq_handler){on_irq, context};
            break;
        }
    }
    pic_unmask(line);
    irq_restore(flags);
}

void irq_set_fault(void (*on_fault)(void *context, uint32_t vector, uint32_t eip),
                   void *context)
{
    irq.on_fault = on_fault;
    irq.fault_context = context;
}

/* A line that fell again before the processor asked arrives as line 7 or 15 and wants no end of
 * interrupt from the controller that made it up. */
static bool pic_is_spurious(unsigned line)
{
    if ((line & 7) != 7)
        return false;
    uint16_t base = line < 8 ? PIC_MASTER : PIC_SLAVE;
    io_write8(base, PIC_READ_IN_SERVICE);
    return (io_read8(base) & 0x80) == 0;
}

static void dispatch_line(unsigned line)
{
    bool spurious = pic_is_spurious(line);

    for (unsigned i = 0; !spurious && i < HANDLERS_PER_LINE; i++)
        if (irq.handlers[line][i].on_irq != NULL)
            irq.handlers[line][i].on_irq(irq.handlers[line][i].context);
    if (line >= 8 && !spurious)
        io_write8(PIC_SLAVE, PIC_END_OF_INTERRUPT);
    if (line >= 8 || !spurious)
        io_write8(PIC_MASTER, PIC_END_OF_INTERRUPT);
}

void irq_dispatch(struct irq_frame *frame)
{
    if (frame->vector >= VECTOR_FIRST_IRQ) {
        dispatch_line(frame->vector - VECTOR_FIRST_IRQ);
        return;
    }
    if (irq.on_fault != NULL)
        irq.on_fault(irq.fault_context, frame->vector, frame->eip);
    for (;;)
        __asm__ volatile("cli\n\thlt");
}
