/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands about the guest itself. */
#include "tests/guest/commands.h"

#include "tests/guest/io.h"
#include "tests/guest/irq.h"

#define RESET_PORT 0xcf9u
#define RESET_FULL 0x06u
#define ACPI_CONTROL_PORT 0x604u
#define ACPI_SLEEP_S5 0x2000u
#define PVPANIC_PORT 0x505u
#define PVPANIC_PANICKED 0x01u

const char *cmd_echo(struct guest *guest, struct args *args, struct line *answer)
{
    (void)guest;
    line_add(answer, " ");
    line_add(answer, args_rest(args));
    return NULL;
}

static void answer_head(const struct guest *guest, unsigned head, struct line *answer)
{
    const struct surface *surface = display_surface(&guest->display, head);

    if (surface == NULL)
        return;
    line_add(answer, " head ");
    line_add_int(answer, (int32_t)head);
    line_add_field(answer, (int32_t)surface->w);
    line_add_field(answer, (int32_t)surface->h);
    line_add_field(answer, (int32_t)surface->order.format);
}

const char *cmd_status(struct guest *guest, struct args *args, struct line *answer)
{
    if (!args_at_end(args))
        return command_usage;
    line_add(answer, " display ");
    line_add(answer, guest->display.ops != NULL ? guest->display.ops->name : "none");
    for (unsigned i = 0; i < DISPLAY_HEADS; i++)
        answer_head(guest, i, answer);
    return NULL;
}

/* The last words of a guest that is about to be gone. */
static void say_ok(struct guest *guest)
{
    struct line line = {.length = 0};

    line_add(&line, "ok");
    serial_send_answer(&guest->serial, &line);
    serial_drain(&guest->serial);
    irq_save();
}

static void halt(void)
{
    for (;;)
        __asm__ volatile("cli\n\thlt");
}

const char *cmd_reset(struct guest *guest, struct args *args, struct line *answer)
{
    (void)answer;
    if (!args_at_end(args))
        return command_usage;
    say_ok(guest);
    io_write8(RESET_PORT, RESET_FULL);
    halt();
    return NULL;
}

const char *cmd_panic(struct guest *guest, struct args *args, struct line *answer)
{
    (void)answer;
    if (!args_at_end(args))
        return command_usage;
    say_ok(guest);
    io_write8(PVPANIC_PORT, PVPANIC_PANICKED);
    halt();
    return NULL;
}

const char *cmd_off(struct guest *guest, struct args *args, struct line *answer)
{
    (void)answer;
    if (!args_at_end(args))
        return command_usage;
    say_ok(guest);
    io_write16(ACPI_CONTROL_PORT, ACPI_SLEEP_S5);
    halt();
    return NULL;
}
