/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a viewer's client says after the login: formats, extensions, requests. */
#include <config.h>
#include "rfb/server_msg.h"
#include "server/overlay/lobby_room.h"
#include "server/view.h"
#include "server/viewer.h"

#include <errno.h>
#include <string.h>

/* rfbproto, ClientFence: the flags that we carry out; everything is processed in order, so all
 * of them hold. */
#define FENCE_FLAGS 0x7u
#define FENCE_REQUEST 0x80000000u

enum { XVP_SHUTDOWN = 2, XVP_REBOOT = 3, XVP_RESET = 4 };

/* ---- formats and extensions ---- */

static void set_pixel_format(void *self, const struct pixel_format *f)
{
    struct viewer *v = self;
    v->format = *f;
    pixel_translator_init(&v->translator, f);
    if (!f->true_colour)
        server_msg_colour_map(&v->reply);
    viewer_choose_class(v);
    viewer_add_news(v, NEWS_CURSOR);
}

/* What is told when the client first says that it understands. */
static unsigned news_of(const struct encodings *now, const struct encodings *before)
{
    static const struct {
        enum extension extension;
        unsigned news;
    } rows[] = {
        {EXT_QEMU_EXTENDED_KEY, NEWS_KEYS},
        {EXT_EXTENDED_MOUSE_BUTTONS, NEWS_BUTTONS},
        {EXT_EXTENDED_DESKTOP_SIZE, NEWS_SCREENS},
        {EXT_QEMU_POINTER_MOTION, NEWS_POINTER_MODE},
        {EXT_QEMU_LED, NEWS_LEDS},
        {EXT_VMWARE_LED, NEWS_LEDS},
        {EXT_DESKTOP_NAME, NEWS_NAME},
        {EXT_CURSOR, NEWS_CURSOR},
        {EXT_X_CURSOR, NEWS_CURSOR},
        {EXT_CURSOR_WITH_ALPHA, NEWS_CURSOR},
        {EXT_VMWARE_CURSOR, NEWS_CURSOR},
    };
    unsigned news = 0;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (encodings_have(now, rows[i].extension) &&
            !encodings_have(before, rows[i].extension))
            news |= rows[i].news;
    }
    return news;
}

/* That is told once, whatever is said later. */
static void announce(struct viewer *v)
{
    if (encodings_have(&v->encodings, EXT_CONTINUOUS_UPDATES) && !v->continuous.announced) {
        server_msg_end_of_continuous_updates(&v->reply);
        v->continuous.announced = true;
    }
    if (encodings_have(&v->encodings, EXT_FENCE) && !v->fence_announced) {
        server_msg_fence(&v->reply, FENCE_REQUEST, NULL, 0);
        v->fence_announced = true;
    }
}

static void set_encodings(void *self, const struct encodings *e)
{
    struct viewer *v = self;
    const struct encodings before = v->encodings;
    v->encodings = *e;
    flow_use_fences(&v->flow, encodings_have(e, EXT_FENCE), v->out.sent + v->out.unsent);
    if (encodings_have(e, EXT_EXTENDED_MOUSE_BUTTONS))
        v->parser.extended_buttons = true;
    v->news |= news_of(e, &before);
    announce(v);
    viewer_choose_class(v);
    viewer_choose_view(v);
    viewer_wake(v);
}

/* ---- requests ---- */

static void update_request(void *self, bool incremental, struct rect r)
{
    struct viewer *v = self;
    viewer_choose_view(v);
    if (!incremental) {
        view_client_want(&v->client, r);
        if (encodings_have(&v->encodings, EXT_EXTENDED_DESKTOP_SIZE))
            v->news |= NEWS_SCREENS;
    }
    v->request.wanted = true;
    v->request.r = r;
    viewer_wake(v);
}

static void continuous_updates(void *self, bool on, struct rect r)
{
    struct viewer *v = self;
    if (v->continuous.on && !on) {
        if (!v->request.wanted)
            view_client_take_back(&v->client);
        server_msg_end_of_continuous_updates(&v->reply);
    }
    v->continuous.on = on;
    v->continuous.r = r;
    viewer_wake(v);
}

static void fence(void *self, uint32_t flags, const uint8_t *data, size_t n)
{
    struct viewer *v = self;
    uint64_t now;
    uint32_t id;
    if (flags & FENCE_REQUEST) {
        server_msg_fence(&v->reply, flags & FENCE_FLAGS, data, n);
        return;
    }
    if (n != sizeof(id))
        return;
    memcpy(&id, data, sizeof(id));
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    flow_acked(&v->flow, now, id);
    viewer_wake(v);
}

/* ---- size and power ---- */

/* rfbproto, SetDesktopSize: at least one screen, and all of them inside the framebuffer. */
static bool layout_fits(unsigned w, unsigned h, const struct screen *screens, size_t n)
{
    const struct rect whole = {0, 0, (int)w, (int)h};
    bool fits = n > 0;
    for (size_t i = 0; i < n; i++)
        fits = fits && !rect_empty(&screens[i].r) && rect_contains(&whole, &screens[i].r);
    return fits;
}

static int resize_heads(struct viewer *v, unsigned w, unsigned h, const struct screen *screens,
                        size_t n)
{
    if (!viewer_in_lobby(v) && !seat_may_drive(&v->seat))
        return -EOPNOTSUPP;
    if (!layout_fits(w, h, screens, n))
        return -EINVAL;
    if (viewer_in_lobby(v))
        return lobby_resize(v, (int)w, (int)h);
    if (v->head != VIEW_ALL_HEADS || v->machine->n_heads < 2)
        return viewer_resize(v, v->head > 0 ? (unsigned)v->head : 0, (int)w, (int)h);
    int err = 0;
    for (size_t i = 0; i < n && !err; i++)
        err = screens[i].id == 0
                  ? -EINVAL
                  : viewer_resize(v, screens[i].id - 1, screens[i].r.w, screens[i].r.h);
    return err;
}

static void set_desktop_size(void *self, unsigned w, unsigned h, const struct screen *screens,
                             size_t n)
{
    /* rfbproto, ExtendedDesktopSize: 1 prohibited, 3 invalid layout, 4 forwarded (the new size
     * follows) */
    static const struct {
        int err;
        unsigned status;
    } rows[] = {{0, 4}, {-EINVAL, 3}};
    struct viewer *v = self;
    int err = resize_heads(v, w, h, screens, n);
    v->resize_status = 1;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].err == err)
            v->resize_status = rows[i].status;
    }
    viewer_add_news(v, NEWS_RESIZED);
}

static void xvp(void *self, uint8_t version, uint8_t code)
{
    static const enum power_action actions[] = {
        [XVP_SHUTDOWN] = POWER_SHUTDOWN,
        [XVP_REBOOT] = POWER_REBOOT,
        [XVP_RESET] = POWER_RESET,
    };
    struct viewer *v = self;
    bool known =
        version == 1 && code >= XVP_SHUTDOWN && code <= XVP_RESET && seat_may_drive(&v->seat);
    if (!known || viewer_power(v, actions[code]) < 0)
        server_msg_xvp(&v->reply, 1, 0);
}

/* ---- input ---- */

static void key(void *self, uint32_t keysym, bool down)
{
    viewer_key(self, keysym, down);
}

static void extended_key(void *self, uint32_t keysym, uint32_t xt_code, bool down)
{
    viewer_extended_key(self, keysym, xt_code, down);
}

static void pointer(void *self, unsigned mask, unsigned x, unsigned y)
{
    viewer_pointer(self, mask, x, y);
}

/* Machines have no clipboard that we reach. */
static void cut_text(void *self, const uint8_t *latin1, size_t n)
{
    (void)self;
    (void)latin1;
    (void)n;
}

const struct client_msg_handler viewer_client_handler = {
    .set_pixel_format = set_pixel_format,
    .set_encodings = set_encodings,
    .update_request = update_request,
    .key = key,
    .extended_key = extended_key,
    .pointer = pointer,
    .cut_text = cut_text,
    .continuous_updates = continuous_updates,
    .fence = fence,
    .set_desktop_size = set_desktop_size,
    .xvp = xvp,
};
