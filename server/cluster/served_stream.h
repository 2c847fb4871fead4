/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stream to another node: what a view shows in one class, as a client of that view, so that
 * encoding is shared with everybody else who looks. For served_views.c.
 */
#ifndef HF_SERVER_CLUSTER_SERVED_STREAM_H
#define HF_SERVER_CLUSTER_SERVED_STREAM_H

#include "server/cluster/cluster.h"
#include "server/cluster/served.h"
#include "server/cluster/view_msg.h"
#include "server/flow.h"
#include "server/view.h"
#include "server/view_client.h"

/* A view that another node shows to its viewers. */
struct served_view {
    struct served_view *next, **link;      /* of the machine */
    struct served_view *same, **same_link; /* of its bucket */
    struct served_machine *sm;
    uint32_t id; /* `view` on the link */
    struct view_key key;
    struct machine_watcher watcher;
    bool watching;
    struct view *view; /* NULL: its machine is not here now */
    bool resized;      /* its size is to be told before anything else */
    uint32_t layout;   /* as it was told last; 0: never */
    int w, h;
    struct view_source sources[HEADS_MOST];
    unsigned n_sources;
    struct served_stream *streams;
    unsigned n_streams, n_asked; /* of units, of blocks */
    struct flow flow;            /* of blocks */
    uint64_t sent;               /* bytes of them */
};

struct served_stream {
    struct view_client client;
    struct served_stream *next, **link; /* of the view */
    struct served_view *sv;
    uint32_t id; /* `stream` on the link; 0: it carries blocks that were asked for */
    bool moves;  /* it takes CopyRect */
    struct view_known *known; /* what they have there, until it joins; NULL: nothing */
    struct damage asked;      /* of blocks */
    struct rect area;         /* it is ready for */
    int below;                /* px: of a large picture, all above was served last */
    struct flow flow;
    uint64_t sent; /* bytes */
    struct served_stream *waits_next,
        **waits_link; /* for the link to empty; NULL: it does not */
};

/* Blocks are carried for classes with a stream, and for their lossless classes. */
struct served_stream *served_stream_new(struct served_view *sv, uint32_t id,
                                        const struct encode_class *class);
void served_stream_free(struct served_stream *s);
/* The same for one that was closed, and for blocks that nobody waits for now. */
void served_stream_close(struct served_stream *s);
/* By its number, which is not 0; NULL. */
struct served_stream *served_stream_find(const struct served_view *sv, uint32_t id);
/* What carries blocks of that class, made when there is none; NULL: there are too many. The
 * view must be there. */
struct served_stream *served_stream_of_blocks(struct served_view *sv,
                                              const struct encode_class *class);
/* Enters the view, which is there, and leaves it. A stream of blocks is gone when it has left.
 */
void served_stream_join(struct served_stream *s);
void served_stream_leave(struct served_stream *s);
/* One more block, which the view has. */
void served_stream_ask(struct served_stream *s, uint32_t block);
/* What goes over its streams may go on. */
void served_view_wake(struct served_view *sv);

/* ---- served_send.c ---- */

/* How the view is laid out. */
void served_send_size(struct served_stream *s);
/* An update that the view made, on a stream of units. */
void served_send_unit(struct served_stream *s, const struct fanout_update *update);
/* Of its blocks, those that were asked for here; frees s when there are no more. */
void served_send_blocks(struct served_stream *s, const struct fanout_update *update);

#endif
