/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What goes out on a stream to another node. */
#include <config.h>
#include "base/alloc.h"
#include "server/cluster/served_stream.h"

#include <stdlib.h>
#include <string.h>

static struct served *served_of(const struct served_stream *s)
{
    return s->sv->sm->served;
}

static uint64_t now_us(const struct served_stream *s)
{
    uint64_t now = 0;
    sd_event_now(served_of(s)->cluster->loop, CLOCK_MONOTONIC, &now);
    return now;
}

static void put(struct served_stream *s, enum link_type type, struct view_msg *msg,
                struct blob *const *blobs, unsigned n_blobs)
{
    struct bytes b;
    bytes_init(&b, SIZE_MAX);
    msg->view = s->sv->id;
    view_msg_put(&b, type, msg);
    served_of(s)->cluster->picture_bytes += b.len;
    for (unsigned i = 0; i < n_blobs; i++)
        served_of(s)->cluster->picture_bytes += blobs[i]->len;
    link_put(served_of(s)->link, type, &b, blobs, n_blobs);
    bytes_fini(&b);
}

static bool same_layout(const struct served_view *sv)
{
    const struct view *v = sv->view;
    return sv->layout && sv->w == v->frame.w && sv->h == v->frame.h &&
           sv->n_sources == v->n_sources &&
           memcmp(sv->sources, v->sources, sv->n_sources * sizeof(sv->sources[0])) == 0;
}

void served_send_size(struct served_stream *s)
{
    struct served_view *sv = s->sv;
    const struct view *v = sv->view;
    struct view_msg msg = {0};
    sv->resized = false;
    sv->layout += !same_layout(sv); /* said again, so that what was dropped is asked again */
    sv->w = v->frame.w;
    sv->h = v->frame.h;
    sv->n_sources = v->n_sources;
    memcpy(sv->sources, v->sources, sizeof(sv->sources));
    msg.size.layout = sv->layout;
    msg.size.w = sv->w;
    msg.size.h = sv->h;
    msg.size.n = sv->n_sources;
    memcpy(msg.size.sources, sv->sources, sizeof(sv->sources));
    put(s, LINK_VIEW_SIZE, &msg, NULL, 0);
}

static uint32_t mark(struct flow *flow, uint64_t now, uint64_t sent)
{
    uint32_t id;
    return flow_mark(flow, now, sent, &id) ? id + 1 : 0;
}

static struct view_msg message_of(const struct served_view *sv,
                                  const struct fanout_update *update)
{
    return (struct view_msg){.update = {.layout = sv->layout,
                                        .epoch = update->epoch,
                                        .version = update->version,
                                        .n_rects = update->n_rects,
                                        .uses_stream = update->uses_stream}};
}

/* Which blocks it touches, and what they show when it is drawn; of which more is to come, that
 * cannot be said. */
static struct piece_source *sources_of(const struct view_client *c,
                                       const struct fanout_update *update, size_t *n_r)
{
    const struct block_hashes *hashes = update->hashes;
    struct damage touched;
    size_t n = (size_t)hashes->cols * (size_t)hashes->rows;
    struct piece_source *sources = alloc_zero(n, sizeof(sources[0]));
    damage_init(&touched);
    damage_resize(&touched, hashes->w, hashes->h);
    damage_copy(&touched, update->covered);
    for (int i = 0; i < update->n_moves; i++)
        damage_add_rect(&touched, update->moves[i].to);
    unsigned first, end;
    piece_block_range(&touched, hashes->cols, &first, &end);
    *n_r = 0;
    for (unsigned i = first; i < end; i++) {
        if (!piece_block_tiles(&touched, i, hashes->cols))
            continue;
        bool more = piece_block_tiles(&c->pending, i, hashes->cols) != 0;
        sources[(*n_r)++] = (struct piece_source){
            i, piece_block_tiles(update->covered, i, hashes->cols),
            more ? 0 : hashes->blocks[i], piece_block_tiles(update->lossy, i, hashes->cols)};
    }
    damage_fini(&touched);
    return sources;
}

void served_send_unit(struct served_stream *s, const struct fanout_update *update)
{
    struct view_msg msg = message_of(s->sv, update);
    struct view_msg_update *u = &msg.update;
    struct piece_source *sources = sources_of(&s->client, update, &u->n_sources);
    size_t bytes = u->n_sources * 28;
    u->stream = s->id;
    u->sources = sources;
    u->n_moves = update->n_moves;
    if (u->n_moves)
        memcpy(u->moves, update->moves, (size_t)u->n_moves * sizeof(u->moves[0]));
    for (unsigned i = 0; i < update->n_blobs; i++)
        bytes += update->blobs[i]->len;
    s->sent += bytes;
    u->mark = mark(&s->flow, now_us(s), s->sent);
    put(s, LINK_UNIT, &msg, update->blobs, update->n_blobs);
    free(sources);
}

static void send_block(struct served_stream *s, const struct fanout_update *update,
                       const struct piece *p, bool last)
{
    struct view_msg msg = message_of(s->sv, update);
    struct piece_source source = p->sources[0];
    source.hash = update->hashes->blocks[source.block];
    msg.update.class = p->class;
    msg.update.sources = &source;
    msg.update.n_rects = p->n_rects;
    msg.update.uses_stream = p->uses_stream;
    for (unsigned i = 0; i < p->n_blobs; i++)
        s->sv->sent += p->blobs[i]->len;
    if (last)
        msg.update.mark = mark(&s->sv->flow, now_us(s), s->sv->sent);
    put(s, LINK_BLOCK, &msg, p->blobs, p->n_blobs);
}

/* Of the blocks that somebody asked for, those that were asked for here. */
void served_send_blocks(struct served_stream *s, const struct fanout_update *update)
{
    const struct piece *last = NULL;
    for (unsigned i = 0; i < update->n_pieces; i++) {
        const struct piece *p = update->pieces[i];
        if (!piece_block_tiles(&s->asked, p->sources[0].block, update->hashes->cols))
            continue;
        if (last)
            send_block(s, update, last, false);
        last = p;
    }
    if (last)
        send_block(s, update, last, true);
    damage_copy(&s->asked, &s->client.pending);
    if (!damage_any(&s->client.pending))
        served_stream_free(s);
}
