/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A viewer's place in a view: what it has not got yet, what it got inexactly, and how it takes
 * updates. What a viewer is beyond that stays behind view_client_ops.
 */
#ifndef HF_SERVER_VIEW_CLIENT_H
#define HF_SERVER_VIEW_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/blob.h"
#include "framebuffer/damage.h"
#include "rfb/encode/class.h"

struct view;
struct view_client;
struct encode_group;
struct view_private;
struct view_known;
struct piece;
struct block_hashes;
struct scroll_move;

/* One finished update for a client: rectangles to be sent in order. What it points to holds
 * during the call. */
struct fanout_update {
    struct blob *const *blobs; /* borrowed: take references */
    unsigned n_blobs;
    unsigned n_rects;
    bool uses_stream; /* the client's stream for this class must be open */
    const struct encode_class *class;
    const struct damage *covered;    /* tiles that the rectangles draw; not what moves draw */
    const struct damage *lossy;      /* those of them that are inexact */
    const struct scroll_move *moves; /* went before all others as CopyRect */
    int n_moves;
    /* For who passes it on, where the view is composed: */
    struct piece *const *pieces; /* blocks, each with one source; NULL: it is a unit */
    unsigned n_pieces;
    const struct block_hashes *hashes; /* of the frame; NULL: it was not composed here */
    uint64_t epoch, version;           /* of the machine and of the frame */
};

/*
 * Rectangles in one update, with room for news; RFC 6143 7.6.1 counts them in 16 bits. An
 * encoder makes at most one of each FANOUT_CELL_TILES tiles in a row, or of what is left of a
 * row.
 */
enum { FANOUT_RECTS_MOST = 60000, FANOUT_CELL_TILES = 4 };

/* What but pixels waits to be sent. */
enum view_news {
    VIEW_NEWS_NONE,
    VIEW_NEWS_SOME,  /* goes with the next update, or alone */
    VIEW_NEWS_FIRST, /* must go alone, before any pixels (another size) */
};

struct view_client_ops {
    /*
     * Whether it takes an update now, and of which area. Asked before each frame; must be
     * cheap.
     */
    bool (*ready)(struct view_client *c, uint64_t now_us, struct rect *area_r);
    enum view_news (*has_news)(struct view_client *c);
    /* Whether it takes CopyRect now: it understands it, and needs no private rectangle before
     * shared ones. */
    bool (*takes_moves)(struct view_client *c);
    /* Send this now. update may be NULL: only the news. */
    void (*deliver)(struct view_client *c, const struct fanout_update *update);
    /* The view has another size or other screens; all tiles are pending. */
    void (*layout)(struct view_client *c);
};

/* A viewer's place in a view; embedded in the viewer. */
struct view_client {
    const struct view_client_ops *ops;
    struct view *view;
    struct view_client *next, **link;
    struct encode_class class;
    struct damage pending;      /* tiles it has not got */
    struct damage lossy;        /* tiles it got inexactly */
    int refresh_most;           /* of those, how many it gets exactly at once; 0: all */
    bool in_step;               /* had all of the frame before the newest */
    struct encode_group *group; /* being encoded for it now */
    uint64_t delivered_us;      /* when it got the last update; 0: never */
    uint64_t ready_us;          /* since when it takes another one; 0: it does not */
    uint64_t took_us;         /* from the one to the other, last time; 0: no frame was missed */
    bool missed;              /* it was asked since, and did not take one */
    struct view_private *own; /* what lies over its picture only; NULL: nothing */
    bool asks;    /* gets blocks that it is owed when it joins or asks, nothing of new frames */
    bool follows; /* at a relay: it has all but the units after `unit` */
    uint64_t unit;
    struct view_known *known; /* what it has already, see view_known.h; NULL: it is looked up no
                                 more */
};

/* shared must outlive it. */
/* Enters a view: everything is pending. The client's ops and class must be set. Takes its own
 * reference of the view. */
void view_client_join(struct view_client *c, struct view *view);
/* Leaves; nothing is called any more. */
void view_client_leave(struct view_client *c);
/* The update is on its way to the client: what it covers is exact or not as it came out. */
void view_client_has_got(struct view_client *c, const struct fanout_update *update);
/* What is in flight is not delivered, but owed again. */
void view_client_take_back(struct view_client *c);
/* The class changed: what is in flight in the old one is not delivered, but made again. */
void view_client_set_class(struct view_client *c, const struct encode_class *class);
/* The client wants r whole (a non-incremental request). */
void view_client_want(struct view_client *c, struct rect r);

/* The client may have become ready: a frame is due if there is anything for it. */
void view_client_wake(struct view_client *c);

#endif
