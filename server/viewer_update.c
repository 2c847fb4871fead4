/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a viewer is sent: which view and class suit it, when it may have an update, and how one is put together. */
#include <config.h>
#include "rfb/server_msg.h"
#include "server/view.h"
#include "server/viewer.h"

/* For so long after its own movement a client is not told where the pointer is: it knows better. */
#define OWN_MOTION_US 1000000u
#define FENCE_REQUEST 0x80000000u

/* ---- view and class ---- */

void viewer_choose_class(struct viewer *v)
{
    struct encode_class class = encode_class_for(&v->encodings, &v->format);
    view_client_set_class(&v->client, &class);
}

static bool has_cursor(const struct encodings *e)
{
    return encodings_have(e, EXT_CURSOR) || encodings_have(e, EXT_X_CURSOR) ||
           encodings_have(e, EXT_CURSOR_WITH_ALPHA) || encodings_have(e, EXT_VMWARE_CURSOR);
}

static bool can_be_resized(const struct encodings *e)
{
    return encodings_have(e, EXT_DESKTOP_SIZE) || encodings_have(e, EXT_EXTENDED_DESKTOP_SIZE);
}

void viewer_choose_view(struct viewer *v)
{
    struct view *now = v->client.view;
    struct view_key key = {.head = v->head, .draws_pointer = !has_cursor(&v->encodings)};
    if (now->key.fixed_w || (!can_be_resized(&v->encodings) &&
                             (now->frame.w != v->width || now->frame.h != v->height))) {
        key.fixed_w = v->width;
        key.fixed_h = v->height;
    }
    if (!v->machine || view_key_equal(&key, &now->key))
        return;
    struct view *next = view_get(v->machine, &key);
    view_client_leave(&v->client);
    view_client_join(&v->client, next);
    view_unref(&next);
}

static void on_layout(struct view_client *c)
{
    struct viewer *v = (struct viewer *)c;
    if (!can_be_resized(&v->encodings)) {
        viewer_choose_view(v);
        return;
    }
    bool resized = c->view->frame.w != v->width || c->view->frame.h != v->height;
    v->news |= resized || encodings_have(&v->encodings, EXT_EXTENDED_DESKTOP_SIZE) ? NEWS_SIZE : 0;
}

/* ---- when ---- */

void viewer_wake(struct viewer *v)
{
    if (v->stage == VIEWER_RUNNING)
        view_client_wake(&v->client);
}

void viewer_add_news(struct viewer *v, unsigned news)
{
    v->news |= news;
    viewer_wake(v);
}

void viewer_take_machine_news(struct viewer *v, enum machine_news news)
{
    static const unsigned rows[] = {
        [MACHINE_NEWS_STATE] = NEWS_NAME,
        [MACHINE_NEWS_LEDS] = NEWS_LEDS,
        [MACHINE_NEWS_POINTER_IMAGE] = NEWS_CURSOR,
        [MACHINE_NEWS_POINTER_POS] = NEWS_POINTER_POS,
        [MACHINE_NEWS_POINTER_MODE] = NEWS_POINTER_MODE,
        [MACHINE_NEWS_PICTURE] = 0,
    };
    if (v->stage == VIEWER_PICTURE && news == MACHINE_NEWS_PICTURE)
        viewer_first_picture(v);
    else if (v->stage == VIEWER_RUNNING)
        viewer_add_news(v, rows[news]);
}

static bool ready(struct view_client *c, uint64_t now_us, struct rect *area_r)
{
    struct viewer *v = (struct viewer *)c;
    (void)now_us;
    if (v->stage != VIEWER_RUNNING || (!v->request.wanted && !v->continuous.on))
        return false;
    ssize_t unsent = v->continuous.on && !v->flow.fences ? v->stream->ops->unsent(v->stream) : 0;
    *area_r = v->continuous.on ? v->continuous.r : v->request.r;
    return flow_may_send(&v->flow, v->out.unsent, unsent < 0 ? 0 : (size_t)unsent, v->out.sent, !v->continuous.on);
}

/* ---- the small things ---- */

static void write_screens(struct viewer *v, unsigned reason, unsigned status)
{
    struct screen screens[HEADS_MOST];
    unsigned n = view_screens(v->client.view, screens);
    server_rect_extended_desktop_size(&v->reply, reason, status, (unsigned)v->width, (unsigned)v->height, screens, n);
}

static void write_size(struct viewer *v)
{
    v->width = v->client.view->frame.w;
    v->height = v->client.view->frame.h;
    if (encodings_have(&v->encodings, EXT_EXTENDED_DESKTOP_SIZE))
        write_screens(v, 0, 0);
    else
        server_rect_desktop_size(&v->reply, (unsigned)v->width, (unsigned)v->height);
}

static void write_screens_news(struct viewer *v)
{
    write_screens(v, 0, 0);
}

static void write_resized(struct viewer *v)
{
    write_screens(v, 1, v->resize_status);
}

static void write_name(struct viewer *v)
{
    server_rect_desktop_name(&v->reply, v->machine->name);
}

static void write_cursor(struct viewer *v)
{
    static const struct pointer_image hidden = {.refs = 1};
    const struct machine *m = v->machine;
    const struct pointer_image *image = m->pointer_visible ? m->pointer_image : &hidden;
    const struct encodings *e = &v->encodings;
    if (encodings_have(e, EXT_CURSOR_WITH_ALPHA))
        server_rect_cursor_with_alpha(&v->reply, image);
    else if (encodings_have(e, EXT_VMWARE_CURSOR))
        server_rect_vmware_cursor(&v->reply, image);
    else if (encodings_have(e, EXT_CURSOR))
        server_rect_cursor(&v->reply, image, &v->translator);
    else
        server_rect_x_cursor(&v->reply, image);
}

static void write_pointer_pos(struct viewer *v)
{
    const struct machine *m = v->machine;
    int x = view_head_x(v->client.view, m->pointer_head) + m->pointer_x, y = m->pointer_y;
    x = x < 0 ? 0 : x >= v->width ? v->width - 1 : x;
    y = y < 0 ? 0 : y >= v->height ? v->height - 1 : y;
    server_rect_pointer_pos(&v->reply, (unsigned)x, (unsigned)y);
}

static void write_leds(struct viewer *v)
{
    if (encodings_have(&v->encodings, EXT_QEMU_LED))
        server_rect_qemu_led(&v->reply, v->machine->leds);
    else
        server_rect_vmware_led(&v->reply, v->machine->leds);
}

static void write_pointer_mode(struct viewer *v)
{
    server_rect_qemu_pointer_motion(&v->reply, v->machine->pointer.absolute);
}

static void write_keys(struct viewer *v)
{
    server_rect_announce(&v->reply, ENCODING_QEMU_EXTENDED_KEY);
}

static void write_buttons(struct viewer *v)
{
    server_rect_announce(&v->reply, ENCODING_EXTENDED_MOUSE_BUTTONS);
}

#define ANY(a, b, c, d) (1u << (a) | 1u << (b) | 1u << (c) | 1u << (d))

/* Each is one rectangle; sent only to clients that have one of the extensions. NEWS_SIZE goes alone, before all. */
static const struct {
    unsigned news;
    uint32_t extensions;
    void (*write)(struct viewer *v);
} news_rows[] = {
    {NEWS_SCREENS, 1u << EXT_EXTENDED_DESKTOP_SIZE, write_screens_news},
    {NEWS_RESIZED, 1u << EXT_EXTENDED_DESKTOP_SIZE, write_resized},
    {NEWS_NAME, 1u << EXT_DESKTOP_NAME, write_name},
    {NEWS_CURSOR, ANY(EXT_CURSOR, EXT_X_CURSOR, EXT_CURSOR_WITH_ALPHA, EXT_VMWARE_CURSOR), write_cursor},
    {NEWS_POINTER_POS, 1u << EXT_POINTER_POS, write_pointer_pos},
    {NEWS_LEDS, 1u << EXT_QEMU_LED | 1u << EXT_VMWARE_LED, write_leds},
    {NEWS_POINTER_MODE, 1u << EXT_QEMU_POINTER_MOTION, write_pointer_mode},
    {NEWS_KEYS, 1u << EXT_QEMU_EXTENDED_KEY, write_keys},
    {NEWS_BUTTONS, 1u << EXT_EXTENDED_MOUSE_BUTTONS, write_buttons},
};

/* Forgets what this client cannot be told, or should not be now. */
static unsigned speakable_news(struct viewer *v)
{
    uint64_t now;
    unsigned speakable = v->news & NEWS_SIZE;
    for (size_t i = 0; i < sizeof(news_rows) / sizeof(news_rows[0]); i++) {
        if (news_rows[i].extensions & v->encodings.extensions)
            speakable |= v->news & news_rows[i].news;
    }
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    if ((v->moved_us && now - v->moved_us < OWN_MOTION_US) ||
        (v->machine && view_head_x(v->client.view, v->machine->pointer_head) < 0))
        speakable &= ~(unsigned)NEWS_POINTER_POS;
    if (!v->machine)
        speakable &= NEWS_SIZE;
    v->news = speakable;
    return speakable;
}

static enum view_news has_news(struct view_client *c)
{
    unsigned news = speakable_news((struct viewer *)c);
    return news & NEWS_SIZE ? VIEW_NEWS_FIRST : news ? VIEW_NEWS_SOME : VIEW_NEWS_NONE;
}

static unsigned write_news(struct viewer *v)
{
    unsigned n = 0, news = speakable_news(v);
    for (size_t i = 0; i < sizeof(news_rows) / sizeof(news_rows[0]); i++) {
        if (news & news_rows[i].news) {
            news_rows[i].write(v);
            n++;
        }
    }
    v->news &= NEWS_SIZE;
    return n;
}

/* ---- an update ---- */

static unsigned stream_bit(const struct encode_class *class)
{
    return class->encoding == ENCODING_ZLIB ? 1u : class->encoding == ENCODING_TIGHT ? 2u : 4u;
}

/* The private rectangle that opens this client's inflate stream, once. */
static unsigned write_opener(struct viewer *v, const struct fanout_update *update)
{
    struct encoded opener;
    unsigned n = 0, bit = stream_bit(update->class);
    if (!update->uses_stream || v->streams_open & bit)
        return 0;
    encoded_init(&opener, &v->client.view->frame);
    if (encode_opener(v->server->scratch, update->class, &v->client.view->frame, &opener)) {
        bytes_put(&v->reply, opener.bytes.data, opener.bytes.len);
        n = opener.n_rects;
        v->streams_open |= bit;
    }
    encoded_fini(&opener);
    return n;
}

/* A fence behind the update tells when it has arrived. */
static void write_mark(struct viewer *v)
{
    uint64_t now;
    uint32_t id;
    if (!v->flow.fences || !v->continuous.on)
        return;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    if (flow_mark(&v->flow, now, v->out.sent + v->out.unsent + v->reply.len, &id))
        server_msg_fence(&v->reply, FENCE_REQUEST | 1, (const uint8_t *)&id, sizeof(id));
}

static void deliver_size(struct viewer *v)
{
    server_msg_update(&v->reply, 1);
    write_size(v);
    v->news &= ~(unsigned)(NEWS_SIZE | NEWS_SCREENS);
}

static void deliver_update(struct viewer *v, const struct fanout_update *update)
{
    size_t header = v->reply.len;
    server_msg_update(&v->reply, 0);
    unsigned n = write_news(v);
    if (update)
        n += write_opener(v, update) + update->n_rects;
    bytes_patch_u16(&v->reply, header + 2, (uint16_t)n);
    outq_put_bytes(&v->out, &v->reply);
    for (unsigned i = 0; update && i < update->n_blobs; i++)
        outq_put_blob(&v->out, update->blobs[i]);
}

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct viewer *v = (struct viewer *)c;
    if (!update && v->news & NEWS_SIZE)
        deliver_size(v);
    else
        deliver_update(v, update);
    v->request.wanted = false;
    v->updates_out++;
    write_mark(v);
    viewer_flush(v);
}

const struct view_client_ops viewer_update_ops = {
    .ready = ready,
    .has_news = has_news,
    .deliver = deliver,
    .layout = on_layout,
};
