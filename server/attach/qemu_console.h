/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The consoles of a QEMU as its D-Bus display tells them (org.qemu.Display1.Console, Keyboard,
 * Mouse): reads the messages that carry their properties. Knows no connection.
 */
#ifndef HF_SERVER_ATTACH_QEMU_CONSOLE_H
#define HF_SERVER_ATTACH_QEMU_CONSOLE_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>

enum { CONSOLES_MOST = 16 };

struct qemu_console {
    unsigned number; /* of /org/qemu/Display1/Console_<number> */
    uint32_t w, h;   /* px as QEMU last said; not checked */
    uint32_t leds;   /* Modifiers of its keyboard, LED_* bits */
    bool absolute; /* IsAbsolute of its mouse; QEMU 7.2 says false at first whatever is true */
    bool graphic;
    char *label;  /* never NULL */
    char *device; /* DeviceAddress, "pci/0000/02.0"; never NULL */
};

enum { DISPLAY_SIZES = 1, DISPLAY_LEDS = 2, DISPLAY_MOUSE = 4 };

/* In the order of their numbers. */
struct qemu_consoles {
    struct qemu_console items[CONSOLES_MOST];
    unsigned n;
};

void qemu_consoles_fini(struct qemu_consoles *list);
/*
 * The answer of GetManagedObjects: fills the list with the graphic consoles, the first
 * CONSOLES_MOST of them. 0, or -errno when the message is another.
 */
int qemu_consoles_read(struct qemu_consoles *list, sd_bus_message *m);
/* A PropertiesChanged signal; what it changed of a console in the list, as DISPLAY_* bits (0:
 * nothing that counts). */
unsigned qemu_consoles_read_changed(struct qemu_consoles *list, sd_bus_message *m);

enum { CONSOLE_PATH_MOST = 64 };
/* "/org/qemu/Display1/Console_<number>". */
void qemu_console_path(const struct qemu_console *c, char path_r[CONSOLE_PATH_MOST]);

#endif
