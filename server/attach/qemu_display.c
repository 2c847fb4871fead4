/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_display.h"
#include "base/alloc.h"
#include "server/attach/dbus_peer.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char root_path[] = "/org/qemu/Display1";
static const char console_prefix[] = "/org/qemu/Display1/Console_";
static const char console_interface[] = "org.qemu.Display1.Console";

enum { CONSOLE_NUMBER_MOST = 9999 };

struct qemu_display {
    struct dbus_peer *peer;
    const struct qemu_display_handler *handler;
    void *self;
    struct qemu_console
        consoles[CONSOLES_MOST]; /* by number; text consoles are thrown out before ready */
    unsigned n;
    bool ready;
};

static void console_fini(struct qemu_console *c)
{
    free(c->label);
    free(c->device);
}

/* The number at the end of a console's path, or -1 for another object. */
static int console_number(const char *path)
{
    size_t n = strlen(console_prefix);
    int number = 0;
    if (strncmp(path, console_prefix, n) || !path[n])
        return -1;
    for (path += n; *path; path++) {
        if (*path < '0' || *path > '9')
            return -1;
        number = number * 10 + (*path - '0');
        if (number > CONSOLE_NUMBER_MOST)
            return -1;
    }
    return number;
}

/* The console of this path, made in its place among the others when there is room; NULL for
 * other objects. */
static struct qemu_console *find_console(struct qemu_display *d, const char *path, bool make)
{
    int number = console_number(path);
    unsigned i = 0;
    if (number < 0)
        return NULL;
    while (i < d->n && d->consoles[i].number < (unsigned)number)
        i++;
    if (i < d->n && d->consoles[i].number == (unsigned)number)
        return &d->consoles[i];
    if (!make || d->n == CONSOLES_MOST)
        return NULL;
    memmove(&d->consoles[i + 1], &d->consoles[i], (d->n - i) * sizeof(d->consoles[0]));
    d->consoles[i] = (struct qemu_console){
        .number = (unsigned)number, .label = alloc_text(""), .device = alloc_text("")};
    d->n++;
    return &d->consoles[i];
}

static int read_number(sd_bus_message *m, uint32_t *value)
{
    return sd_bus_message_read(m, "u", value);
}

static int read_text(sd_bus_message *m, char **value)
{
    const char *text;
    int r = sd_bus_message_read(m, "s", &text);
    if (r < 0)
        return r;
    free(*value);
    *value = alloc_text(text);
    return r;
}

static int read_type(sd_bus_message *m, struct qemu_console *c)
{
    const char *text;
    int r = sd_bus_message_read(m, "s", &text);
    if (r >= 0)
        c->graphic = !strcmp(text, "Graphic");
    return r;
}

static int read_width(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->w);
}

static int read_height(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->h);
}

static int read_leds(sd_bus_message *m, struct qemu_console *c)
{
    return read_number(m, &c->leds);
}

static int read_absolute(sd_bus_message *m, struct qemu_console *c)
{
    int value;
    int r = sd_bus_message_read(m, "b", &value);
    if (r >= 0)
        c->absolute = value;
    return r;
}

static int read_label(sd_bus_message *m, struct qemu_console *c)
{
    return read_text(m, &c->label);
}

static int read_device(sd_bus_message *m, struct qemu_console *c)
{
    return read_text(m, &c->device);
}

/* Names are unique among all interfaces of a console. */
static const struct {
    const char *name, *type;
    int (*read)(sd_bus_message *m, struct qemu_console *c);
    unsigned what;
} properties[] = {
    {"Width", "u", read_width, DISPLAY_SIZES},
    {"Height", "u", read_height, DISPLAY_SIZES},
    {"Modifiers", "u", read_leds, DISPLAY_LEDS},
    {"IsAbsolute", "b", read_absolute, DISPLAY_MOUSE},
    {"Type", "s", read_type, 0},
    {"Label", "s", read_label, 0},
    {"DeviceAddress", "s", read_device, 0},
};

/* One entry's variant; what we do not know is skipped. */
static int read_property(sd_bus_message *m, const char *name, struct qemu_console *c,
                         unsigned *what)
{
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (strcmp(properties[i].name, name))
            continue;
        int r = sd_bus_message_enter_container(m, 'v', properties[i].type);
        if (r >= 0)
            r = properties[i].read(m, c);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
        *what |= properties[i].what;
        return r;
    }
    return sd_bus_message_skip(m, "v");
}

/* a{sv} into c, which may be NULL: then all is skipped. */
static int read_properties(sd_bus_message *m, struct qemu_console *c, unsigned *what)
{
    if (!c)
        return sd_bus_message_skip(m, "a{sv}");
    int r = sd_bus_message_enter_container(m, 'a', "{sv}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sv")) > 0) {
        const char *name;
        r = sd_bus_message_read(m, "s", &name);
        if (r >= 0)
            r = read_property(m, name, c, what);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* a{sa{sv}}: one object's interfaces. */
static int read_interfaces(sd_bus_message *m, struct qemu_console *c)
{
    unsigned what = 0;
    int r = sd_bus_message_enter_container(m, 'a', "{sa{sv}}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "sa{sv}")) > 0) {
        r = sd_bus_message_skip(m, "s");
        if (r >= 0)
            r = read_properties(m, c, &what);
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r < 0 ? r : sd_bus_message_exit_container(m);
}

/* a{oa{sa{sv}}}: the answer of GetManagedObjects. */
static int read_objects(sd_bus_message *m, struct qemu_display *d)
{
    int r = sd_bus_message_enter_container(m, 'a', "{oa{sa{sv}}}");
    while (r >= 0 && (r = sd_bus_message_enter_container(m, 'e', "oa{sa{sv}}")) > 0) {
        const char *path;
        r = sd_bus_message_read(m, "o", &path);
        if (r >= 0)
            r = read_interfaces(m, find_console(d, path, true));
        if (r >= 0)
            r = sd_bus_message_exit_container(m);
    }
    return r;
}

static void throw_out_text_consoles(struct qemu_display *d)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < d->n; i++) {
        if (d->consoles[i].graphic)
            d->consoles[kept++] = d->consoles[i];
        else
            console_fini(&d->consoles[i]);
    }
    d->n = kept;
}

static int on_objects(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_display *d = self;
    (void)error;
    if (sd_bus_message_get_error(m) || read_objects(m, d) < 0) {
        d->handler->lost(d->self, "QEMU does not tell its consoles");
        return 0;
    }
    throw_out_text_consoles(d);
    d->ready = true;
    d->handler->ready(d->self);
    return 0;
}

static int on_properties_changed(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_display *d = self;
    unsigned what = 0;
    (void)error;
    const char *path = sd_bus_message_get_path(m);
    if (!d->ready || !path || sd_bus_message_skip(m, "s") < 0 ||
        read_properties(m, find_console(d, path, false), &what) < 0)
        return 0;
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
    for (unsigned i = 0; i < d->n; i++)
        console_fini(&d->consoles[i]);
    free(d);
}

unsigned qemu_display_consoles(const struct qemu_display *d)
{
    return d->ready ? d->n : 0;
}

const struct qemu_console *qemu_display_console(const struct qemu_display *d, unsigned index)
{
    return &d->consoles[index];
}

int qemu_display_call(struct qemu_display *d, unsigned index, const char *interface,
                      const char *method, sd_bus_message_handler_t done, void *self,
                      const char *types, ...)
{
    char path[sizeof(console_prefix) + 16];
    sd_bus *bus = dbus_peer_bus(d->peer);
    sd_bus_message *m = NULL;
    va_list arguments;
    snprintf(path, sizeof(path), "%s%u", console_prefix, d->consoles[index].number);
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
