/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's side of a D-Bus display (org.qemu.Display1) over a socket, for tests: consoles with
 * their properties, and listeners that the test tells whatever it wants. Runs on the test's
 * loop.
 */
#ifndef HF_TESTS_FAKEQEMU_FAKE_DISPLAY_H
#define HF_TESTS_FAKEQEMU_FAKE_DISPLAY_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

enum { FAKE_CONSOLES_MOST = 20 };

struct fake_console {
    struct fake_display *display;
    uint32_t head, w, h, leds;
    const char *type, *label, *device;
    int absolute;
    bool refuses_motion, refuses_resize;
    sd_bus *listener;             /* NULL: none is registered */
    bool shares_maps;             /* the listener offers Unix.Map */
    bool silent;                  /* sends no picture by itself when a listener comes */
    unsigned registered, refused; /* listeners that came; messages that ours refused */
};

struct fake_display {
    sd_event *loop;
    sd_event_source *post;
    sd_bus *control; /* NULL: no client */
    struct fake_console consoles[FAKE_CONSOLES_MOST];
    unsigned n;
    bool keeps_listeners;  /* as QEMU 9.2 and newer, which close none when another comes */
    bool closes_listeners; /* hangs up on every listener at once */
    sd_bus *old[8];
    unsigned n_old;
    FILE *log; /* lent: calls are written to it, a line each */
};

/* One graphic console of 64 x 32 px. */
void fake_display_init(struct fake_display *d, sd_event *loop, FILE *log);
void fake_display_fini(struct fake_display *d);
struct fake_console *fake_display_add_console(struct fake_display *d, const char *type,
                                              uint32_t w, uint32_t h);
/* Serves the client at the other end of fd, which is taken over; another's connection is
 * closed. */
void fake_display_serve(struct fake_display *d, int fd);
void fake_display_hang_up(struct fake_display *d);
void fake_display_hang_up_listeners(struct fake_display *d);

/* Changes the size property and says so, on the control connection. */
void fake_console_set_size(struct fake_console *c, uint32_t w, uint32_t h);
void fake_console_set_leds(struct fake_console *c, uint32_t leds);
/* Calls a method of the listener (types as in sd_bus_message_append); refusals are counted. */
void fake_console_tell(struct fake_console *c, const char *interface, const char *method,
                       const char *types, ...);
/* A Scanout or Update filled with one colour, right in every way; the stride is the width. */
void fake_console_scanout(struct fake_console *c, uint32_t w, uint32_t h, uint32_t colour);
void fake_console_update(struct fake_console *c, int x, int y, int w, int h, uint32_t colour);

#endif
