/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_display.h"
#include "base/alloc.h"
#include "server/attach/dbus_peer.h"

#include <stdarg.h>
#include <stdlib.h>

static const char root_path[] = "/org/qemu/Display1";
static const char console_interface[] = "org.qemu.Display1.Console";

struct qemu_display {
    struct dbus_peer *peer;
    const struct qemu_display_handler *handler;
    void *self;
    struct qemu_consoles consoles;
    bool ready;
};

static int on_objects(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_display *d = self;
    (void)error;
    if (sd_bus_message_get_error(m) || qemu_consoles_read(&d->consoles, m) < 0) {
        d->handler->lost(d->self, "QEMU does not tell its consoles");
        return 0;
    }
    d->ready = true;
    d->handler->ready(d->self);
    return 0;
}

static int on_properties_changed(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_display *d = self;
    (void)error;
    unsigned what = d->ready ? qemu_consoles_read_changed(&d->consoles, m) : 0;
    if (what)
        d->handler->changed(d->self, what);
    return 0;
}

static void on_lost(void *self)
{
    struct qemu_display *d = self;
    d->handler->lost(d->self, "QEMU closed the display connection");
}

int qemu_display_new(struct qemu_display **display_r, sd_event *loop, int fd,
                     const struct qemu_display_handler *handler, void *self)
{
    struct qemu_display *d = ALLOC(struct qemu_display);
    d->handler = handler;
    d->self = self;
    int r = dbus_peer_new(&d->peer, loop, fd, on_lost, d);
    if (r >= 0)
        r = sd_bus_match_signal(dbus_peer_bus(d->peer), NULL, NULL, NULL,
                                "org.freedesktop.DBus.Properties", "PropertiesChanged",
                                on_properties_changed, d);
    if (r < 0) {
        qemu_display_free(&d);
        return r;
    }
    *display_r = d;
    return 0;
}

void qemu_display_start(struct qemu_display *d)
{
    sd_bus_call_method_async(dbus_peer_bus(d->peer), NULL, NULL, root_path,
                             "org.freedesktop.DBus.ObjectManager", "GetManagedObjects",
                             on_objects, d, NULL);
}

void qemu_display_free(struct qemu_display **display)
{
    struct qemu_display *d = *display;
    if (!d)
        return;
    *display = NULL;
    dbus_peer_free(&d->peer);
    qemu_consoles_fini(&d->consoles);
    free(d);
}

unsigned qemu_display_consoles(const struct qemu_display *d)
{
    return d->ready ? d->consoles.n : 0;
}

const struct qemu_console *qemu_display_console(const struct qemu_display *d, unsigned index)
{
    return &d->consoles.items[index];
}

int qemu_display_call(struct qemu_display *d, unsigned index, const char *interface,
                      const char *method, sd_bus_message_handler_t done, void *self,
                      const char *types, ...)
{
    char path[CONSOLE_PATH_MOST];
    sd_bus *bus = dbus_peer_bus(d->peer);
    sd_bus_message *m = NULL;
    va_list arguments;
    qemu_console_path(&d->consoles.items[index], path);
    int r = sd_bus_message_new_method_call(bus, &m, NULL, path,
                                           interface ? interface : console_interface, method);
    va_start(arguments, types);
    if (r >= 0)
        r = sd_bus_message_appendv(m, types, arguments);
    va_end(arguments);
    if (r >= 0)
        r = done ? sd_bus_call_async(bus, NULL, m, done, self, 0) : sd_bus_send(bus, m, NULL);
    sd_bus_message_unref(m);
    return r < 0 ? r : 0;
}
