/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/qemu_listener.h"
#include "base/alloc.h"
#include "server/attach/dbus_peer.h"
#include "server/attach/map_reader.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

static const char object_path[] = "/org/qemu/Display1/Listener";
static const char listener_interface[] = "org.qemu.Display1.Listener";
static const char map_interface[] = "org.qemu.Display1.Listener.Unix.Map";

struct qemu_listener {
    struct dbus_peer *peer;
    const struct qemu_listener_handler *handler;
    void *self;
    struct map_reader map;
    unsigned busy;
    bool closed;
};

static void free_unless_busy(struct qemu_listener *l)
{
    if (l->busy)
        return;
    map_reader_fini(&l->map);
    free(l);
}

#define TELL(l, what, ...)                                                                     \
    do {                                                                                       \
        if (!(l)->closed)                                                                      \
            (l)->handler->what((l)->self __VA_OPT__(, ) __VA_ARGS__);                          \
    } while (0)

static void tell_whole(struct qemu_listener *l, const struct scanout_pixels *pixels,
                       const void *data)
{
    TELL(l, scanout, pixels->r.w, pixels->r.h);
    TELL(l, pixels, pixels, data);
    TELL(l, whole);
}

static int take_scanout(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    uint32_t w, h, stride, pixman;
    const void *data;
    size_t n;
    struct scanout_pixels pixels;
    if (sd_bus_message_read(m, "uuuu", &w, &h, &stride, &pixman) < 0 ||
        sd_bus_message_read_array(m, 'y', &data, &n) < 0)
        return -EINVAL;
    int r = scanout_check_full(w, h, stride, pixman, n, &pixels, why_r);
    if (r < 0)
        return r;
    map_reader_fini(&l->map);
    tell_whole(l, &pixels, data);
    return 0;
}

static int take_update(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    int32_t x, y, w, h;
    uint32_t stride, pixman;
    const void *data;
    size_t n;
    struct scanout_pixels pixels;
    if (sd_bus_message_read(m, "iiiiuu", &x, &y, &w, &h, &stride, &pixman) < 0 ||
        sd_bus_message_read_array(m, 'y', &data, &n) < 0)
        return -EINVAL;
    int r = scanout_check_update(x, y, w, h, stride, pixman, n, &pixels, why_r);
    if (r < 0)
        return r;
    TELL(l, pixels, &pixels, data);
    return 0;
}

static bool on_map_pixels(void *self, const struct scanout_pixels *pixels, const void *data)
{
    struct qemu_listener *l = self;
    TELL(l, pixels, pixels, data);
    return !l->closed;
}

static int read_map(struct qemu_listener *l, struct rect rect, const char **why_r)
{
    *why_r = "shared memory that was cut short";
    return map_reader_read(&l->map, rect, on_map_pixels, l);
}

/* QEMU's main loop waits for the answer: it goes out before the picture is read. */
static int take_scanout_map(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    int fd;
    uint32_t offset, w, h, stride, pixman;
    if (sd_bus_message_read(m, "huuuuu", &fd, &offset, &w, &h, &stride, &pixman) < 0)
        return -EINVAL;
    int r = map_reader_open(&l->map, fd, offset, w, h, stride, pixman, why_r);
    if (r < 0)
        return r;
    sd_bus_reply_method_return(m, "");
    struct rect all = {0, 0, l->map.map.w, l->map.map.h};
    TELL(l, scanout, all.w, all.h);
    r = read_map(l, all, why_r);
    if (r < 0)
        TELL(l, bad, *why_r);
    TELL(l, whole);
    return 1;
}

static int take_update_map(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    int32_t x, y, w, h;
    struct rect rect;
    if (sd_bus_message_read(m, "iiii", &x, &y, &w, &h) < 0)
        return -EINVAL;
    *why_r = "an update of shared memory that it does not share";
    if (!map_reader_has_map(&l->map))
        return -EINVAL;
    int r = scanout_check_update_map(x, y, w, h, &l->map.map, &rect, why_r);
    return r < 0 ? r : read_map(l, rect, why_r);
}

static int take_disable(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    (void)m;
    (void)why_r;
    map_reader_fini(&l->map);
    TELL(l, disable);
    return 0;
}

static int take_mouse_set(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    int32_t x, y, on;
    (void)why_r;
    if (sd_bus_message_read(m, "iii", &x, &y, &on) < 0)
        return -EINVAL;
    TELL(l, pointer_moved, x, y, on != 0);
    return 0;
}

static int take_cursor(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    int32_t w, h, hot_x, hot_y;
    const void *data;
    size_t n;
    struct pointer_image *image;
    if (sd_bus_message_read(m, "iiii", &w, &h, &hot_x, &hot_y) < 0 ||
        sd_bus_message_read_array(m, 'y', &data, &n) < 0)
        return -EINVAL;
    int r = scanout_check_cursor(w, h, n, why_r);
    if (r < 0)
        return r;
    /* QEMU hands on what guests give, and those that have partial alpha premultiply. */
    r = pointer_image_new_premultiplied(&image, w, h, hot_x, hot_y, data);
    if (r < 0)
        return r;
    TELL(l, pointer_image, image);
    pointer_image_unref(&image);
    return 0;
}

static int refuse_dmabuf(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    (void)l;
    (void)m;
    *why_r = "a picture in the graphics card's memory, which we cannot read: start QEMU's "
             "display without "
             "gl=on";
    return -EOPNOTSUPP;
}

/* Its picture was refused already: QEMU only waits for an answer here. */
static int take_update_dmabuf(struct qemu_listener *l, sd_bus_message *m, const char **why_r)
{
    (void)l;
    (void)m;
    (void)why_r;
    return 0;
}

/* Runs one of the above: 0 answers the call, 1 says that it was answered, -errno refuses it. */
static int take(struct qemu_listener *l, sd_bus_message *m,
                int (*part)(struct qemu_listener *l, sd_bus_message *m, const char **why_r))
{
    const char *why = "arguments of another type";
    l->busy++;
    int r = part(l, m, &why);
    if (r < 0)
        TELL(l, bad, why);
    l->busy--;
    if (l->closed)
        free_unless_busy(l);
    if (r < 0)
        return sd_bus_reply_method_errorf(m, SD_BUS_ERROR_INVALID_ARGS, "%s", why);
    return r > 0 ? 1 : sd_bus_reply_method_return(m, "");
}

#define METHOD(function, part)                                                                 \
    static int function(sd_bus_message *m, void *self, sd_bus_error *error)                    \
    {                                                                                          \
        (void)error;                                                                           \
        return take(self, m, part);                                                            \
    }

METHOD(on_scanout, take_scanout)
METHOD(on_update, take_update)
METHOD(on_scanout_map, take_scanout_map)
METHOD(on_update_map, take_update_map)
METHOD(on_disable, take_disable)
METHOD(on_mouse_set, take_mouse_set)
METHOD(on_cursor_define, take_cursor)
METHOD(on_scanout_dmabuf, refuse_dmabuf)
METHOD(on_update_dmabuf, take_update_dmabuf)

/* What QEMU 8.1 and newer ask for to learn which optional interfaces there are. */
static int get_interfaces(sd_bus *bus, const char *path, const char *interface,
                          const char *property, sd_bus_message *reply, void *self,
                          sd_bus_error *error)
{
    (void)bus;
    (void)path;
    (void)interface;
    (void)property;
    (void)self;
    (void)error;
    return sd_bus_message_append(reply, "as", 1, map_interface);
}

static const sd_bus_vtable listener_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("Scanout", "uuuuay", "", on_scanout, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Update", "iiiiuuay", "", on_update, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("ScanoutDMABUF", "huuuutb", "", on_scanout_dmabuf,
                  SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("UpdateDMABUF", "iiii", "", on_update_dmabuf, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("Disable", "", "", on_disable, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("MouseSet", "iii", "", on_mouse_set, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("CursorDefine", "iiiiay", "", on_cursor_define, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_PROPERTY("Interfaces", "as", get_interfaces, 0, SD_BUS_VTABLE_PROPERTY_CONST),
    SD_BUS_VTABLE_END,
};

static const sd_bus_vtable map_vtable[] = {
    SD_BUS_VTABLE_START(0),
    SD_BUS_METHOD("ScanoutMap", "huuuuu", "", on_scanout_map, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_METHOD("UpdateMap", "iiii", "", on_update_map, SD_BUS_VTABLE_UNPRIVILEGED),
    SD_BUS_VTABLE_END,
};

static void on_lost(void *self)
{
    struct qemu_listener *l = self;
    l->handler->lost(l->self);
}

int qemu_listener_new(struct qemu_listener **listener_r, sd_event *loop, int *theirs_r,
                      const struct qemu_listener_handler *handler, void *self)
{
    int ours, theirs;
    int r = dbus_peer_sockets(&ours, &theirs);
    if (r < 0)
        return r;
    struct qemu_listener *l = ALLOC(struct qemu_listener);
    l->handler = handler;
    l->self = self;
    map_reader_init(&l->map);
    r = dbus_peer_new(&l->peer, loop, ours, on_lost, l);
    if (r >= 0)
        r = sd_bus_add_object_vtable(dbus_peer_bus(l->peer), NULL, object_path,
                                     listener_interface, listener_vtable, l);
    if (r >= 0)
        r = sd_bus_add_object_vtable(dbus_peer_bus(l->peer), NULL, object_path, map_interface,
                                     map_vtable, l);
    if (r < 0) {
        close(theirs);
        qemu_listener_free(&l);
        return r;
    }
    *theirs_r = theirs;
    *listener_r = l;
    return 0;
}

void qemu_listener_free(struct qemu_listener **listener)
{
    struct qemu_listener *l = *listener;
    if (!l)
        return;
    *listener = NULL;
    l->closed = true;
    dbus_peer_free(&l->peer);
    free_unless_busy(l);
}
