/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "framebuffer/surface.h"
#include "server/attach/qemu_private.h"

#include <errno.h>
#include <time.h>
#include <unistd.h>

/*
 * QEMU does not announce a new size in the stream of updates: a whole picture comes if some
 * update happens to cover it, else there are only updates of parts, while the size arrives on
 * the other connection, before or after them. So parts of a picture whose size is in doubt are
 * not shown. If no whole picture settles it soon, the listener is registered anew, for QEMU
 * begins a new listener with a whole picture.
 */
enum { DOUBT_FIRST_MS = 30, DOUBT_MOST_MS = 30000, REPLACED_US = 1000000 };

static bool size_in_doubt(const struct qemu_head *h)
{
    const struct qemu_console *c = qemu_display_console(h->place->display, h->index);
    return c->w != (uint32_t)h->w || c->h != (uint32_t)h->h;
}

static void settle(struct qemu_head *h)
{
    h->doubts = 0;
    sd_event_source_set_enabled(h->doubt, SD_EVENT_OFF);
}

static void doubt(struct qemu_head *h)
{
    int enabled = SD_EVENT_OFF;
    sd_event_source_get_enabled(h->doubt, &enabled);
    if (enabled != SD_EVENT_OFF)
        return;
    uint64_t ms = DOUBT_FIRST_MS;
    for (unsigned i = 0; i < h->doubts && ms < DOUBT_MOST_MS; i++)
        ms *= 2;
    sd_event_source_set_time_relative(h->doubt,
                                      (ms < DOUBT_MOST_MS ? ms : DOUBT_MOST_MS) * 1000);
    sd_event_source_set_enabled(h->doubt, SD_EVENT_ONESHOT);
}

static struct qemu_link *other_link(struct qemu_head *h)
{
    return h->current == &h->links[0] ? &h->links[1] : &h->links[0];
}

/*
 * The new listener has shown that it works. QEMU 7.2 closes the old one itself, as soon as its
 * last calls are answered; where we are first, it takes the new one for the one that went, and
 * closes that. So it is given time. A newer one keeps both, and lifts all keys when one is
 * closed: then it stays, unheard, until none is down.
 */
static void close_old_listener(struct qemu_head *h)
{
    const struct qemu *q = h->place;
    if (other_link(h)->listener && qemu_now_us(q) - h->registered_us > REPLACED_US &&
        !keystate_any(&q->input.down))
        qemu_listener_free(&other_link(h)->listener);
}

static bool enter(struct qemu_link *link)
{
    qemu_enter(link->head->place);
    return link == link->head->current && link->head->place->watching;
}

static void leave(struct qemu_link *link)
{
    qemu_leave(link->head->place);
}

static void on_scanout(void *self, int w, int h_px)
{
    struct qemu_link *link = self;
    struct qemu_head *h = link->head;
    if (enter(link)) {
        close_old_listener(h);
        h->dropped = h->stale = false;
        if (w != h->w || h_px != h->h) {
            h->w = w;
            h->h = h_px;
            qemu_screen_tell_heads(h->place);
        }
        if (size_in_doubt(h))
            doubt(h);
        else
            settle(h);
    }
    leave(link);
}

static void has_whole(struct qemu_head *h)
{
    h->has_picture = true;
    if (damage_any(&h->missing))
        damage_clear(&h->missing);
    qemu_screen_check_complete(h->place);
}

static void on_whole(void *self)
{
    struct qemu_link *link = self;
    if (enter(link))
        has_whole(link->head);
    leave(link);
}

/* A text screen comes line by line. */
static void came(struct qemu_head *h, struct rect r)
{
    if (h->has_picture || !damage_any(&h->missing))
        return;
    damage_remove_rect(&h->missing, r);
    if (!damage_any(&h->missing))
        has_whole(h);
}

static void on_pixels(void *self, const struct scanout_pixels *pixels, const void *data)
{
    struct qemu_link *link = self;
    struct qemu_head *h = link->head;
    struct rect all = {0, 0, h->w, h->h};
    if (enter(link)) {
        close_old_listener(h);
        if (!h->stale && rect_contains(&all, &pixels->r)) {
            attach_tell(&h->place->attach, pixels, h->index, pixels->r, data, pixels->stride,
                        pixels->format);
            came(h, pixels->r);
        } else {
            h->dropped = true;
            doubt(h);
        }
    }
    leave(link);
}

static void on_disable(void *self)
{
    struct qemu_link *link = self;
    struct qemu_head *h = link->head;
    if (enter(link)) {
        close_old_listener(h);
        h->dropped = h->stale = false;
        settle(h);
        attach_tell(&h->place->attach, blank, h->index);
        has_whole(h);
    }
    leave(link);
}

static void on_pointer_image(void *self, struct pointer_image *image)
{
    struct qemu_link *link = self;
    if (enter(link))
        attach_tell(&link->head->place->attach, pointer_image, link->head->index, image);
    leave(link);
}

static void on_pointer_moved(void *self, int x, int y, bool visible)
{
    struct qemu_link *link = self;
    if (enter(link))
        attach_tell(&link->head->place->attach, pointer_moved, link->head->index, x, y,
                    visible);
    leave(link);
}

static void on_bad(void *self, const char *why)
{
    struct qemu_link *link = self;
    if (enter(link))
        qemu_tell_bad_picture(link->head->place, why);
    leave(link);
}

static void on_lost(void *self)
{
    struct qemu_link *link = self;
    /* QEMU 7.2 keeps one listener a console: it closes the old one itself. */
    if (enter(link))
        qemu_screen_lost(link->head->place);
    else
        qemu_listener_free(&link->listener);
    leave(link);
}

static const struct qemu_listener_handler listener_handler = {
    on_scanout,       on_whole,         on_pixels, on_disable,
    on_pointer_image, on_pointer_moved, on_bad,    on_lost,
};

static int on_registered(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_head *h = self;
    (void)error;
    if (!sd_bus_message_get_error(m))
        return 0;
    qemu_enter(h->place);
    qemu_screen_lost(h->place);
    qemu_leave(h->place);
    return 0;
}

/* Registers a listener on the other link, which becomes the one that is heard. */
static int register_listener(struct qemu_head *h)
{
    struct qemu *q = h->place;
    struct qemu_link *link = other_link(h);
    int theirs;
    if (link->listener)
        qemu_input_lifted(&q->input);
    qemu_listener_free(&link->listener);
    int r = qemu_listener_new(&link->listener, q->loop, &theirs, &listener_handler, link);
    if (r < 0)
        return r;
    r = qemu_display_call(q->display, h->index, NULL, "RegisterListener", on_registered, h, "h",
                          theirs);
    close(theirs);
    h->current = link;
    h->registered_us = qemu_now_us(q);
    return r;
}

static int on_doubt(sd_event_source *source, uint64_t now_us, void *self)
{
    struct qemu_head *h = self;
    (void)source;
    (void)now_us;
    qemu_enter(h->place);
    if (h->place->display_ready && h->current->listener && (h->dropped || size_in_doubt(h))) {
        h->doubts++;
        if (register_listener(h) < 0)
            qemu_screen_lost(h->place);
        else
            doubt(h);
    }
    qemu_leave(h->place);
    return 0;
}

void qemu_head_init(struct qemu_head *h, struct qemu *q, unsigned index)
{
    *h = (struct qemu_head){.place = q, .index = index};
    h->links[0].head = h->links[1].head = h;
    h->current = &h->links[0];
}

void qemu_head_watch(struct qemu_head *h)
{
    if (h->current->listener)
        return;
    h->has_picture = false;
    int r = sd_event_add_time(h->place->loop, &h->doubt, CLOCK_MONOTONIC, UINT64_MAX, 1000,
                              on_doubt, h);
    if (r >= 0)
        r = sd_event_source_set_enabled(h->doubt, SD_EVENT_OFF);
    if (r < 0 || register_listener(h) < 0)
        qemu_screen_lost(h->place);
}

void qemu_head_unwatch(struct qemu_head *h)
{
    qemu_listener_free(&h->links[0].listener);
    qemu_listener_free(&h->links[1].listener);
    h->doubt = sd_event_source_disable_unref(h->doubt);
    damage_fini(&h->missing);
    h->dropped = h->stale = false;
    h->doubts = 0;
}

void qemu_head_start_over(struct qemu_head *h)
{
    h->has_picture = false;
    damage_resize(&h->missing, h->w, h->h);
    if (h->w)
        damage_set_all(&h->missing);
}

void qemu_head_ask_again(struct qemu_head *h)
{
    if (h->current->listener && register_listener(h) < 0)
        qemu_screen_lost(h->place);
}

/* Without a picture the said size is all there is to tell; with one, the picture tells it. */
void qemu_head_size_said(struct qemu_head *h)
{
    const struct qemu_console *c = qemu_display_console(h->place->display, h->index);
    if (!size_in_doubt(h)) {
        h->stale = false;
        if (h->doubt && !h->dropped)
            settle(h);
    } else if (h->current->listener && h->has_picture) {
        h->stale = true;
        doubt(h);
    } else if (surface_size_ok(c->w, c->h)) {
        h->w = (int)c->w;
        h->h = (int)c->h;
        qemu_screen_tell_heads(h->place);
    }
}

static int on_resized(sd_bus_message *m, void *self, sd_bus_error *error)
{
    struct qemu_head *h = self;
    (void)error;
    if (!sd_bus_message_is_method_error(m, "org.qemu.Display1.Error.Unsupported") ||
        !h->can_resize)
        return 0;
    qemu_enter(h->place);
    h->can_resize = false;
    qemu_screen_tell_heads(h->place);
    qemu_leave(h->place);
    return 0;
}

/* The guest also asks for the size on paper: 96 pixels an inch. */
static int millimetres(int px)
{
    return px * 254 / 960;
}

int qemu_head_resize(struct qemu_head *h, int w, int h_px)
{
    if (!surface_size_ok(w, h_px))
        return -EINVAL;
    if (!h->can_resize)
        return -EOPNOTSUPP;
    int r = qemu_display_call(h->place->display, h->index, NULL, "SetUIInfo", on_resized, h,
                              "qqiiuu", millimetres(w), millimetres(h_px), 0, 0, (uint32_t)w,
                              (uint32_t)h_px);
    return r < 0 ? -ENODEV : 0;
}
