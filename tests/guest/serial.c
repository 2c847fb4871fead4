/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/guest/serial.h"

#include "tests/guest/io.h"
#include "tests/guest/irq.h"

#define COM1 0x3f8u
#define COM1_LINE 4u
#define UART_DATA 0u
#define UART_INTERRUPT_ENABLE 1u
#define UART_FIFO_CONTROL 2u
#define UART_INTERRUPT_ID 2u
#define UART_LINE_CONTROL 3u
#define UART_MODEM_CONTROL 4u
#define UART_LINE_STATUS 5u

#define INTERRUPT_RECEIVE 0x01u
#define INTERRUPT_TRANSMIT 0x02u
#define INTERRUPT_ID_NONE 0x01u
/* More than the UART has: no endless loop when the ring is full. */
#define INTERRUPT_CAUSES 16u

#define LINE_STATUS_DATA 0x01u
#define LINE_STATUS_TX_EMPTY 0x20u
#define LINE_STATUS_TX_DONE 0x40u
#define TX_BURST 4u /* bytes an interrupt: few, so that the keyboard's never waits long */

#define LOST_LINE_MAX 24u /* room kept for "lost N" */

static uint8_t uart_read(unsigned reg)
{
    return io_read8((uint16_t)(COM1 + reg));
}

static void uart_write(unsigned reg, uint8_t value)
{
    io_write8((uint16_t)(COM1 + reg), value);
}

static void pump_in(struct serial *serial)
{
    while (serial->rx_head - serial->rx_tail < SERIAL_RX_SIZE &&
           (uart_read(UART_LINE_STATUS) & LINE_STATUS_DATA) != 0)
        serial->rx[serial->rx_head++ % SERIAL_RX_SIZE] = uart_read(UART_DATA);
}

/* A few bytes; the transmitter's next interrupt fetches more. The keyboard's interrupt has
 * precedence over it, so a burst of keys is taken in before the words about it go out. */
static void pump_out(struct serial *serial)
{
    if (serial->tx_head != serial->tx_tail &&
        (uart_read(UART_LINE_STATUS) & LINE_STATUS_TX_EMPTY) != 0)
        for (unsigned i = 0; i < TX_BURST && serial->tx_head != serial->tx_tail; i++)
            uart_write(UART_DATA, serial->tx[serial->tx_tail++ & (serial->tx_size - 1)]);
    serial->tx_busy = serial->tx_head != serial->tx_tail;
}

/* Switching the transmitter's interrupt off and on makes an idle transmitter interrupt. */
static void wake_transmitter(struct serial *serial)
{
    if (serial->tx_busy)
        return;
    serial->tx_busy = true;
    uart_write(UART_INTERRUPT_ENABLE, INTERRUPT_RECEIVE);
    uart_write(UART_INTERRUPT_ENABLE, INTERRUPT_RECEIVE | INTERRUPT_TRANSMIT);
}

void serial_pump(struct serial *serial)
{
    uint32_t flags = irq_save();

    pump_in(serial);
    pump_out(serial);
    irq_restore(flags);
}

static void serial_interrupt(void *context)
{
    struct serial *serial = context;

    /* Reading the id acknowledges the transmitter's interrupt. Every cause must be gone, or the
     * line stays up and the controller, which waits for it to rise, sees no further one. */
    for (unsigned i = 0; i < INTERRUPT_CAUSES; i++) {
        if ((uart_read(UART_INTERRUPT_ID) & INTERRUPT_ID_NONE) != 0)
            break;
        pump_in(serial);
    }
    pump_out(serial);
}

void serial_start(struct serial *serial, uint8_t *tx, uint32_t tx_size)
{
    serial->tx = tx;
    serial->tx_size = tx_size;
    uart_write(UART_INTERRUPT_ENABLE, 0x00);
    uart_write(UART_LINE_CONTROL, 0x80);
    uart_write(UART_DATA, 1);
    uart_write(UART_INTERRUPT_ENABLE, 0);
    uart_write(UART_LINE_CONTROL, 0x03);
    uart_write(UART_FIFO_CONTROL, 0x07);
    uart_write(UART_MODEM_CONTROL, 0x0b);
    irq_add(COM1_LINE, serial_interrupt, serial);
    uart_write(UART_INTERRUPT_ENABLE, INTERRUPT_RECEIVE | INTERRUPT_TRANSMIT);
}

static uint32_t tx_room(const struct serial *serial)
{
    return serial->tx_size - (serial->tx_head - serial->tx_tail);
}

static void tx_append(struct serial *serial, const struct line *line)
{
    for (size_t i = 0; i < line->length; i++)
        serial->tx[serial->tx_head++ & (serial->tx_size - 1)] = (uint8_t)line->text[i];
    serial->tx[serial->tx_head++ & (serial->tx_size - 1)] = '\n';
}

static void report_lost(struct serial *serial)
{
    struct line line = {.length = 0};

    if (serial->lost == 0)
        return;
    line_add(&line, "lost");
    line_add_field(&line, (int32_t)serial->lost);
    tx_append(serial, &line);
    serial->lost = 0;
}

/* Puts the line into the ring, unless it does not fit. */
static bool tx_try(struct serial *serial, const struct line *line)
{
    uint32_t flags = irq_save();
    bool fits = tx_room(serial) > line->length + LOST_LINE_MAX;

    if (fits) {
        report_lost(serial);
        tx_append(serial, line);
        wake_transmitter(serial);
    }
    irq_restore(flags);
    return fits;
}

void serial_send_event(struct serial *serial, const struct line *line)
{
    if (!tx_try(serial, line))
        serial->lost++;
}

void serial_send_answer(struct serial *serial, const struct line *line)
{
    while (!tx_try(serial, line)) {
        irq_save();
        irq_wait();
    }
}

void serial_drain(struct serial *serial)
{
    while (serial->tx_head != serial->tx_tail) {
        serial_pump(serial);
        io_relax();
    }
    while ((uart_read(UART_LINE_STATUS) & LINE_STATUS_TX_DONE) == 0)
        io_relax();
}

bool serial_take_line(struct serial *serial, char *line_r)
{
    serial_pump(serial);
    while (serial_has_input(serial)) {
        char c = (char)serial->rx[serial->rx_tail++ % SERIAL_RX_SIZE];
        if (c == '\n') {
            for (size_t i = 0; i < serial->partial_length; i++)
                line_r[i] = serial->partial[i];
            line_r[serial->partial_length] = '\0';
            serial->partial_length = 0;
            return true;
        }
        if (c != '\r' && serial->partial_length < LINE_MAX - 1)
            serial->partial[serial->partial_length++] = c;
    }
    return false;
}
