/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a viewer is sent: which view and class suit it, when it may have an update, and how one
 * is put together. */
#include <config.h>
#include "rfb/server_msg.h"
#include "server/overlay/overlay.h"
#include "server/path_rate.h"
#include "server/view.h"
#include "server/view_private.h"
#include "server/viewer.h"

#define FENCE_REQUEST 0x80000000u
#define LOOK_AGAIN_US 20000 /* until the kernel may have sent more; it tells nobody */
#define PATH_LOOK_US 200000 /* between two looks at what the kernel knows of the path */

/* ---- view and class ---- */

void viewer_choose_class(struct viewer *v)
{
    struct encode_class asked = encode_class_for(&v->encodings, &v->format);
    overlay_choose_class(v, &asked);
    const struct encode_class class = quality_class(&v->quality, &asked);
    v->client.refresh_most = quality_refresh_most(&v->quality);
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
    bool other_size = now->key.fixed_w || now->frame.w != v->width || now->frame.h != v->height;
    if (other_size && !can_be_resized(&v->encodings)) {
        key.fixed_w = v->width;
        key.fixed_h = v->height;
        key.scaled = v->scaled;
    }
    if (!v->machine || view_key_equal(&key, &now->key))
        return;
    struct view *next = view_get(v->machine, &key);
    view_client_leave(&v->client);
    view_client_join(&v->client, next);
    v->news |= next->frame.w != v->width || next->frame.h != v->height ? NEWS_SIZE : 0;
    view_unref(&next);
    overlay_fit(v);
}

static void on_layout(struct view_client *c)
{
    struct viewer *v = (struct viewer *)c;
    if (!can_be_resized(&v->encodings)) {
        viewer_choose_view(v);
        return;
    }
    bool resized = c->view->frame.w != v->width || c->view->frame.h != v->height;
    v->news |=
        resized || encodings_have(&v->encodings, EXT_EXTENDED_DESKTOP_SIZE) ? NEWS_SIZE : 0;
    overlay_fit(v);
}

/* ---- when ---- */

void viewer_wake(struct viewer *v)
{
    if (v->stage == VIEWER_RUNNING)
        view_client_wake(&v->client);
}

static void look_again_later(struct viewer *v)
{
    sd_event_source_set_time_accuracy(v->deadline, LOOK_AGAIN_US / 4);
    sd_event_source_set_time_relative(v->deadline, LOOK_AGAIN_US);
    sd_event_source_set_enabled(v->deadline, SD_EVENT_ONESHOT);
}

struct rect viewer_area(const struct viewer *v)
{
    return v->continuous.on ? v->continuous.r : v->request.r;
}

/* held: something waits that the client, or its path, does not take now. Costs nothing where
 * exact pixels are wanted. */
static void adapt_quality(struct viewer *v, bool held, uint64_t now_us)
{
    if (v->client.class.quality < 0)
        return;
    if (v->flow.fences) {
        v->path.rate_bytes_s = v->flow.filled ? v->flow.rate_bytes_s : 0;
        v->path.at_least = false;
    } else if (now_us - v->path_us >= PATH_LOOK_US) {
        v->path.rate_bytes_s = path_rate(stream_fd(v->stream), &v->path.at_least);
        v->path_us = now_us;
    }
    v->path.held = held;
    if (quality_note(&v->quality, &v->path, now_us))
        viewer_choose_class(v);
}

static bool ready(struct view_client *c, uint64_t now_us, struct rect *area_r)
{
    struct viewer *v = (struct viewer *)c;
    if (v->stage != VIEWER_RUNNING || !v->stream)
        return false;
    if (!v->request.wanted && !v->continuous.on) {
        adapt_quality(v, v->updates_out && damage_any(&c->pending), now_us);
        return false;
    }
    ssize_t unsent =
        v->continuous.on && !v->flow.fences ? v->stream->ops->unsent(v->stream) : 0;
    *area_r = viewer_area(v);
    bool may = flow_may_send(&v->flow, v->out.unsent, unsent < 0 ? 0 : (size_t)unsent,
                             v->out.sent, !v->continuous.on);
    if (!may && unsent > 0 && !v->out.unsent)
        look_again_later(v);
    adapt_quality(v, !may && damage_any(&c->pending), now_us);
    return may;
}

/* ---- an update ---- */

static unsigned stream_bit(const struct encode_class *class)
{
    return class->encoding == ENCODING_ZLIB ? 1u : class->encoding == ENCODING_TIGHT ? 2u : 4u;
}

/* Where pixels come encoded the opener shows black; what is not drawn over is owed again. */
static void owe_opener(struct viewer *v, const struct fanout_update *behind)
{
    const struct rect r = {0, 0, OPENER_SIDE, OPENER_SIDE};
    struct damage shown;
    if (!v->client.view->encoded)
        return;
    damage_init(&shown);
    damage_resize(&shown, v->client.pending.w, v->client.pending.h);
    damage_add_rect(&shown, r);
    if (behind && behind->covered)
        damage_and_not(&shown, behind->covered);
    if (damage_any(&shown))
        view_client_want(&v->client, r);
    damage_fini(&shown);
}

/* The private rectangle that opens this client's inflate stream, once; `behind` (or NULL)
 * follows it. */
static unsigned write_opener(struct viewer *v, const struct fanout_update *update,
                             const struct fanout_update *behind)
{
    const struct surface frame = view_opener_frame(v->client.view);
    struct encoded opener;
    unsigned n = 0, bit = stream_bit(update->class);
    if (!update->uses_stream || v->streams_open & bit)
        return 0;
    encoded_init(&opener, &frame);
    if (encode_opener(v->server->scratch, update->class, &frame, &opener)) {
        bytes_put(&v->reply, opener.bytes.data, opener.bytes.len);
        n = opener.n_rects;
        v->streams_open |= bit;
        owe_opener(v, behind);
    }
    encoded_fini(&opener);
    return n;
}

/*
 * What lies over this client's picture only, behind all that is shared. What opens its stream,
 * if it must be opened now, goes before it and shows the view's pixels.
 */
static void encode_own(struct viewer *v, struct encoded *own)
{
    const struct encode_class class = encode_class_lossless(&v->client.class);
    *own = (struct encoded){0};
    if (!v->client.own)
        return;
    encoded_init(own, &v->client.view->frame);
    if (encode_class_has_stream(&class) && !(v->streams_open & stream_bit(&class)))
        view_private_owe(&v->client, (struct rect){0, 0, OPENER_SIDE, OPENER_SIDE});
    view_private_encode(&v->client, viewer_area(v), v->server->scratch, own);
}

static bool takes_moves(struct view_client *c)
{
    const struct viewer *v = (const struct viewer *)c;
    return encodings_have(&v->encodings, EXT_COPYRECT) &&
           (!encode_class_has_stream(&c->class) || v->streams_open & stream_bit(&c->class));
}

/* A fence behind the update tells when it has arrived. */
static void write_mark(struct viewer *v)
{
    uint64_t now;
    uint32_t id;
    if (!v->flow.fences)
        return;
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    if (flow_mark(&v->flow, now, v->out.sent + v->out.unsent + v->reply.len, &id))
        server_msg_fence(&v->reply, FENCE_REQUEST | 1, (const uint8_t *)&id, sizeof(id));
}

static void deliver_alone(struct viewer *v)
{
    size_t header = v->reply.len;
    server_msg_update(&v->reply, 0);
    bytes_patch_u16(&v->reply, header + 2, (uint16_t)viewer_write_news_alone(v));
}

static void deliver_update(struct viewer *v, const struct fanout_update *update)
{
    const struct encode_class lossless = encode_class_lossless(&v->client.class);
    struct encoded own;
    size_t header = v->reply.len;
    server_msg_update(&v->reply, 0);
    unsigned n = viewer_write_news(v);
    encode_own(v, &own);
    const struct fanout_update mine = {.uses_stream = own.uses_stream, .class = &lossless};
    n += write_opener(v, &mine, update) + own.n_rects;
    if (update)
        n += write_opener(v, update, update) + update->n_rects;
    bytes_patch_u16(&v->reply, header + 2, (uint16_t)n);
    outq_put_bytes(&v->out, &v->reply);
    for (unsigned i = 0; update && i < update->n_blobs; i++)
        outq_put_blob(&v->out, update->blobs[i]);
    outq_put_bytes(&v->out, &own.bytes);
    encoded_fini(&own);
}

/*
 * Behind an update, never before one: LibVNCClient 0.9.14 reads both at once, handles the
 * first, and waits for more to come before it looks at the second.
 */
static void announce_power(struct viewer *v)
{
    if (!encodings_have(&v->encodings, EXT_XVP) || v->xvp_announced || v->role < ROLE_DRIVE)
        return;
    server_msg_xvp(&v->reply, 1, 1);
    v->xvp_announced = true;
}

static void deliver(struct view_client *c, const struct fanout_update *update)
{
    struct viewer *v = (struct viewer *)c;
    if (flow_wants_probe(&v->flow))
        write_mark(v);
    if (!update && v->news & NEWS_ALONE)
        deliver_alone(v);
    else
        deliver_update(v, update);
    v->request.wanted = false;
    v->updates_out++;
    write_mark(v);
    announce_power(v);
    viewer_flush_update(v);
}

const struct view_client_ops viewer_update_ops = {
    .ready = ready,
    .has_news = viewer_has_news,
    .takes_moves = takes_moves,
    .deliver = deliver,
    .layout = on_layout,
};
