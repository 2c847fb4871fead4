/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Serial: COM1 as two rings of bytes, emptied and filled by IRQ 4. Whole lines out, whole lines
 * in. Knows nothing of what they say. */
#ifndef HF_GUEST_SERIAL_H
#define HF_GUEST_SERIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/guest/text.h"

#define SERIAL_RX_SIZE 65536u

struct serial {
    uint8_t *tx; /* tx_size bytes, a power of two */
    uint32_t tx_size;
    uint32_t tx_head; /* free-running: where the next byte goes */
    volatile uint32_t tx_tail;
    bool tx_busy;  /* an interrupt of the transmitter is to come */
    uint32_t lost; /* event lines that found the ring full */
    volatile uint32_t rx_head;
    uint32_t rx_tail;
    uint8_t rx[SERIAL_RX_SIZE];
    char partial[LINE_MAX]; /* the line being received */
    size_t partial_length;
};

/* `tx` is lent for good; `tx_size` is a power of two. */
void serial_start(struct serial *serial, uint8_t *tx, uint32_t tx_size);

/* Takes what the UART has and gives it a few bytes, should an interrupt have been missed. */
void serial_pump(struct serial *serial);

/* Appends an event's line; safe in an interrupt. If the host has not read for so long that the
 * ring is full, the line is counted, and a line `lost N` stands in its place later. */
void serial_send_event(struct serial *serial, const struct line *line);

/* Appends an answer's line; waits for room. Not in an interrupt. */
void serial_send_answer(struct serial *serial, const struct line *line);

/* Waits until the UART has taken everything. */
void serial_drain(struct serial *serial);

/* Takes the next complete line, zero-terminated, without CR and LF; false if there is none yet.
 * `line_r` has LINE_MAX bytes; a longer line comes cut. */
bool serial_take_line(struct serial *serial, char *line_r);

/* Is a received byte waiting? Call with interrupts off before sleeping. */
static inline bool serial_has_input(const struct serial *serial)
{
    return serial->rx_head != serial->rx_tail;
}

#endif
