/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/fakeqemu/fake_display.h"

#include <assert.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-id128.h>
#include <unistd.h>

static const char listener_path[] = "/org/qemu/Display1/Listener";
static const char listener_interface[] = "org.qemu.Display1.Listener";
static const char map_interface[] = "org.qemu.Display1.Listener.Unix.Map";
static const char console_interface[] = "org.qemu.Display1.Console";
static const char keyboard_interface[] = "org.qemu.Display1.Keyboard";
static const char mouse_interface[] = "org.qemu.Display1.Mouse";
enum { XRGB = 0x20020888 };

static void console_path(const struct fake_console *c, char path[64])
{
    snprintf(path, 64, "/org/qemu/Display1/Console_%u", (unsigned)(c - c->display->consoles));
}

static sd_bus *serve(struct fake_display *d, int fd)
{
    sd_bus *bus = NULL;
    sd_id128_t id;
    sd_id128_randomize(&id);
    int r = sd_bus_new(&bus);
    assert(r >= 0);
    sd_bus_set_fd(bus, fd, fd);
    sd_bus_set_server(bus, true, id);
    sd_bus_negotiate_fds(bus, true);
    r = sd_bus_start(bus);
    assert(r >= 0);
    r = sd_bus_attach_event(bus, d->loop, 0);
    assert(r >= 0);
    return bus;
}

static void drop(sd_bus **bus)
{
    if (*bus)
        sd_bus_detach_event(*bus);
    *bus = sd_bus_close_unref(*bus);
}

/* Nothing stays behind in sd-bus's buffers, and a client that has gone is noticed. */
static int on_post(sd_event_source *source, void *self)
{
    struct fake_display *d = self;
    (void)source;
    while (d->control && sd_bus_process(d->control, NULL) > 0)
        continue;
    for (unsigned i = 0; i < d->n; i++) {
        struct fake_console *c = &d->consoles[i];
        int r = 0;
        while (c->listener && (r = sd_bus_process(c->listener, NULL)) > 0)
            continue;
        if (c->listener && (r < 0 || !sd_bus_is_open(c->listener))) {
            fprintf(d->log, "listener %u gone\n", i);
            drop(&c->listener);
        }
    }
    return 0;
}

static int on_told(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct fake_console *c = self;
    (void)error;
    if (sd_bus_message_is_method_error(m, SD_BUS_ERROR_INVALID_ARGS))
        c->refused++;
    return 0;
}

void fake_console_tell(struct fake_console *c, const char *interface, const char *method,
                       const char *types, ...)
{
    sd_bus_message *m = NULL;
    va_list arguments;
    if (!c->listener)
        return;
    int r = sd_bus_message_new_method_call(c->listener, &m, NULL, listener_path,
                                           interface ? interface : listener_interface, method);
    assert(r >= 0);
    va_start(arguments, types);
    r = sd_bus_message_appendv(m, types, arguments);
    va_end(arguments);
    assert(r >= 0);
    sd_bus_call_async(c->listener, NULL, m, on_told, c, 0);
    sd_bus_message_unref(m);
}

static void tell_pixels(struct fake_console *c, const char *method, const int *rect, uint32_t w,
                        uint32_t h, uint32_t colour)
{
    sd_bus_message *m = NULL;
    void *space;
    if (!c->listener)
        return;
    sd_bus_message_new_method_call(c->listener, &m, NULL, listener_path, listener_interface,
                                   method);
    if (rect)
        sd_bus_message_append(m, "iiii", rect[0], rect[1], (int)w, (int)h);
    else
        sd_bus_message_append(m, "uu", w, h);
    sd_bus_message_append(m, "uu", w * 4, (uint32_t)XRGB);
    int r = sd_bus_message_append_array_space(m, 'y', (size_t)w * h * 4, &space);
    assert(r >= 0);
    for (size_t i = 0; i < (size_t)w * h; i++)
        memcpy((char *)space + 4 * i, &colour, 4);
    sd_bus_call_async(c->listener, NULL, m, on_told, c, 0);
    sd_bus_message_unref(m);
}

void fake_console_scanout(struct fake_console *c, uint32_t w, uint32_t h, uint32_t colour)
{
    tell_pixels(c, "Scanout", NULL, w, h, colour);
}

void fake_console_update(struct fake_console *c, int x, int y, int w, int h, uint32_t colour)
{
    int rect[] = {x, y};
    tell_pixels(c, "Update", rect, (uint32_t)w, (uint32_t)h, colour);
}

/* QEMU asks for the listener's properties, then shows it the picture. */
static int on_interfaces(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct fake_console *c = self;
    char **names = NULL;
    (void)error;
    if (sd_bus_message_get_error(m))
        return 0;
    int r = sd_bus_message_enter_container(m, 'v', "as");
    assert(r >= 0);
    sd_bus_message_read_strv(m, &names);
    c->shares_maps = names && names[0] && !strcmp(names[0], map_interface);
    for (char **name = names; name && *name; name++)
        free(*name);
    free(names);
    if (!c->silent)
        fake_console_scanout(c, c->w, c->h, 0x102030);
    return 0;
}

static int on_register(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct fake_console *c = self;
    struct fake_display *d = c->display;
    int fd;
    (void)error;
    int r = sd_bus_message_read(m, "h", &fd);
    assert(r >= 0);
    fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    sd_bus_reply_method_return(m, "");
    c->registered++;
    fprintf(d->log, "listener %u\n", (unsigned)(c - d->consoles));
    if (c->listener && d->keeps_listeners && d->n_old < 8)
        d->old[d->n_old++] = c->listener;
    else
        drop(&c->listener);
    if (d->closes_listeners) {
        c->listener = NULL;
        close(fd);
        return 1;
    }
    c->listener = serve(d, fd);
    sd_bus_call_method_async(c->listener, NULL, NULL, listener_path,
                             "org.freedesktop.DBus.Properties", "Get", on_interfaces, c, "ss",
                             listener_interface, "Interfaces");
    return 1;
}

static int log_call(sd_bus_message *m, const char *what, struct fake_console *c)
{
    uint32_t a;
    sd_bus_message_read(m, "u", &a);
    fprintf(c->display->log, "%s %s %u\n", what, sd_bus_message_get_member(m), a);
    return sd_bus_reply_method_return(m, "");
}

static int on_key(sd_bus_message *m, void *self, sd_bus_error *error)
{
    (void)error;
    return log_call(m, "key", self);
}

static int on_button(sd_bus_message *m, void *self, sd_bus_error *error)
{
    (void)error;
    return log_call(m, "button", self);
}

static int on_motion(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct fake_console *c = self;
    int a, b;
    (void)error;
    sd_bus_message_read(m, sd_bus_message_get_signature(m, true), &a, &b);
    fprintf(c->display->log, "%s %d %d\n", sd_bus_message_get_member(m), a, b);
    if (c->refuses_motion)
        return sd_bus_reply_method_errorf(m, "org.qemu.Display1.Error.Invalid",
                                          "Mouse is not relative");
    return sd_bus_reply_method_return(m, "");
}

static int on_set_ui_info(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct fake_console *c = self;
    uint16_t w_mm, h_mm;
    int x, y;
    uint32_t w, h;
    (void)error;
    sd_bus_message_read(m, "qqiiuu", &w_mm, &h_mm, &x, &y, &w, &h);
    fprintf(c->display->log, "resize %ux%u %ux%umm\n", w, h, w_mm, h_mm);
    if (c->refuses_resize)
        return sd_bus_reply_method_errorf(m, "org.qemu.Display1.Error.Unsupported",
                                          "not supported");
    return sd_bus_reply_method_return(m, "");
}

#define NUMBER(name, type, field)                                                              \
    SD_BUS_PROPERTY(name, type, NULL, offsetof(struct fake_console, field),                    \
                    SD_BUS_VTABLE_PROPERTY_EMITS_CHANGE)

static const sd_bus_vtable console_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("RegisterListener", "h", "", on_register, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetUIInfo", "qqiiuu", "", on_set_ui_info, SD_BUS_VTABLE_UNPRIVILEGED),
    NUMBER("Head", "u", head),
    NUMBER("Width", "u", w),
    NUMBER("Height", "u", h),
    NUMBER("Type", "s", type),
    NUMBER("Label", "s", label),
    NUMBER("DeviceAddress", "s", device),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable keyboard_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Press", "u", "", on_key, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Release", "u", "", on_key, SD_BUS_VTABLE_UNPRIVILEGED),
    NUMBER("Modifiers", "u", leds),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable mouse_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Press", "u", "", on_button, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Release", "u", "", on_button, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("SetAbsPosition", "uu", "", on_motion, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("RelMotion", "ii", "", on_motion, SD_BUS_VTABLE_UNPRIVILEGED),
    NUMBER("IsAbsolute", "b", absolute),
    SD_BUS_VTABLE_END,
};

void fake_display_init(struct fake_display *d, sd_event *loop, FILE *log)
{
    *d = (struct fake_display){.loop = loop, .log = log};
    int r = sd_event_add_post(loop, &d->post, on_post, d);
    assert(r >= 0);
    fake_display_add_console(d, "Graphic", 64, 32);
}

void fake_display_fini(struct fake_display *d)
{
    fake_display_hang_up(d);
    fake_display_hang_up_listeners(d);
    d->post = sd_event_source_disable_unref(d->post);
}

struct fake_console *fake_display_add_console(struct fake_display *d, const char *type,
                                              uint32_t w, uint32_t h)
{
    assert(d->n < FAKE_CONSOLES_MOST);
    struct fake_console *c = &d->consoles[d->n++];
    *c = (struct fake_console){
        .display = d, .w = w, .h = h, .type = type, .label = "fake", .device = ""};
    return c;
}

void fake_display_serve(struct fake_display *d, int fd)
{
    fake_display_hang_up(d);
    d->control = serve(d, fd);
    sd_bus_add_object_manager(d->control, NULL, "/org/qemu/Display1");
    for (unsigned i = 0; i < d->n; i++) {
        struct fake_console *c = &d->consoles[i];
        char path[64];
        console_path(c, path);
        sd_bus_add_object_vtable(d->control, NULL, path, console_interface, console_vtable, c);
        sd_bus_add_object_vtable(d->control, NULL, path, keyboard_interface, keyboard_vtable,
                                 c);
        sd_bus_add_object_vtable(d->control, NULL, path, mouse_interface, mouse_vtable, c);
    }
}

void fake_display_hang_up(struct fake_display *d)
{
    drop(&d->control);
}

void fake_display_hang_up_listeners(struct fake_display *d)
{
    for (unsigned i = 0; i < d->n; i++)
        drop(&d->consoles[i].listener);
    while (d->n_old)
        drop(&d->old[--d->n_old]);
}

void fake_console_set_size(struct fake_console *c, uint32_t w, uint32_t h)
{
    char path[64];
    console_path(c, path);
    c->w = w;
    c->h = h;
    sd_bus_emit_properties_changed(c->display->control, path, console_interface, "Width",
                                   "Height", NULL);
}

void fake_console_set_leds(struct fake_console *c, uint32_t leds)
{
    char path[64];
    console_path(c, path);
    c->leds = leds;
    sd_bus_emit_properties_changed(c->display->control, path, keyboard_interface, "Modifiers",
                                   NULL);
}
