/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A view is what viewers look at: heads of one machine side by side (or one of them), with or
 * without the pointer drawn in, and over them a layer of notices that all see. It composes them
 * into a frame, which stays as it is while the pool encodes it; what arrives meanwhile is only
 * noted as changed. Viewers of one view share its frames. Knows no connections.
 */
#ifndef HF_SERVER_VIEW_H
#define HF_SERVER_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "framebuffer/damage.h"
#include "framebuffer/layer.h"
#include "framebuffer/scroll.h"
#include "framebuffer/surface.h"
#include "rfb/client_msg.h"
#include "server/attach/attach.h"
#include "server/view_scale.h"

struct machine;
struct encode_class;
struct view_client;
struct view_known;

enum { VIEW_ALL_HEADS = -1, VIEW_MOVES_MOST = 8 };

/* Two viewers that agree in this share a view. */
struct view_key {
    int head;             /* or VIEW_ALL_HEADS */
    bool draws_pointer;   /* for clients without a cursor of their own */
    int fixed_w, fixed_h; /* px: for clients that cannot be resized; 0: as large as the heads */
    bool scaled;          /* with a fixed size: all of the heads, made to fit */
    bool bare;            /* without the layer of notices: the machine's own pixels */
};

bool view_key_equal(const struct view_key *a, const struct view_key *b);

struct view_source {
    unsigned head;
    int x;    /* px in the view, before it is scaled */
    int w, h; /* px, when it was laid out */
};

/* Makes updates of a view's frames for its clients; embedded first in the maker's own struct.
 */
struct view_keeper {
    void (*changed)(struct view_keeper
                        *keeper); /* there is something for a new frame, or a client for one */
    /*
     * Lays the view out anew if its heads have changed, and tells its clients. While workers
     * read the frame nothing happens: the next frame does it.
     */
    void (*lay_out)(struct view_keeper *keeper);
    /* Whether it is still the one that the view would get now. Or NULL: it is not. */
    bool (*suits)(const struct view_keeper *keeper);
    /* Frees it, and what it has in flight when that is done. */
    void (*free)(struct view_keeper *keeper);
    /*
     * Another keeper follows: nothing is in flight any more, what clients have not got is in
     * their `pending`, and otherwise they have what is returned; the caller frees it.
     */
    struct view_known *(*hand_over)(struct view_keeper *keeper);
    /* Follows another keeper, before anything else is asked of it; takes known over. */
    void (*take_over)(struct view_keeper *keeper, struct view_known *known);
    /* A client that had this class has another one now, or (NULL) leaves. Or NULL. */
    void (*class_left)(struct view_keeper *keeper, const struct encode_class *before,
                       struct view_client *c);
};

struct view {
    struct machine *machine; /* NULL once the machine is gone */
    struct view *next;
    unsigned refs;
    struct view_key key;
    struct view_source sources[HEADS_MOST];
    unsigned n_sources;
    struct view_scale scale;
    bool layout_changed;   /* to be laid out again before the next frame */
    bool blank;            /* laid out since the last frame: not what clients have */
    bool encoded;          /* its picture comes encoded: the frame has a size and no pixels */
    bool dark;             /* and does not come now */
    struct surface frame;  /* stable while a job is in flight */
    uint64_t version;      /* of the frame, counted up with each */
    struct layer layer;    /* over the heads and below a drawn pointer; no picture: none */
    struct damage changed; /* since the frame was taken */
    struct damage fresh;   /* what the newest frame changed */
    struct scroll_move moves[VIEW_MOVES_MOST]; /* parts of that which only moved */
    int n_moves;
    struct damage rest;  /* fresh without what the moves make right */
    struct rect pointer; /* where the frame shows a drawn pointer; empty: nowhere */
    struct view_client *clients;
    struct view_keeper *keeper;
};

/* The machine's view with that key, made when there is none; a new reference. */
struct view *view_get(struct machine *machine, const struct view_key *key);
struct view *view_ref(struct view *view);
void view_unref(struct view **view);
/*
 * The machine's active place is at another node now, or here again: the view gets the keeper
 * that suits it, under its clients, who are sent only what differs. A view without clients may
 * be gone then.
 */
void view_keep_anew(struct view *view);
/* The machine goes away: its views show their last frame from now on. */
void view_orphan(struct view *view);

/* Pixels of a head changed: r in px of the head. */
void view_head_damaged(struct view *view, unsigned head, struct rect r);
/* Heads came, went or changed size. */
void view_heads_changed(struct view *view);
/* The machine's pointer moved or changed its shape. */
void view_pointer_changed(struct view *view);

/*
 * Something as large as the frame, or as OPENER_SIDE where that is less, to encode a rectangle
 * from that opens a stream: true pixels, or where the picture comes encoded, black ones that
 * are to be drawn over. Lent.
 */
enum { OPENER_SIDE = 64 }; /* px: more than such a rectangle covers */
struct surface view_opener_frame(const struct view *view);

/* Another layer from the next frame on: its picture is taken over, layer is left without. */
void view_set_layer(struct view *view, struct layer *layer);
/* The same layer at another place. */
void view_move_layer(struct view *view, int x, int y);

/* Lays the view out when heads have changed; whether its size or its screens are new. */
bool view_layout(struct view *view);
/* Lays it out as it is where it is composed; whether its size or its screens are new. The size
 * must be a good one, n at most HEADS_MOST. */
bool view_layout_as(struct view *view, int w, int h, const struct view_source *sources,
                    unsigned n);
/* All clients are told of its size and screens, and have nothing of it. */
void view_tell_layout(struct view *view);
/*
 * Takes what has changed into the frame: version + 1, `fresh` says which tiles, and, when
 * find_moves, `moves` which of them are the frame before at another place. False when nothing
 * changed.
 */
bool view_take_frame(struct view *view, bool find_moves);
/*
 * The heads as screens, in px of the view; returns how many (at least one). A screen's id is
 * its head's number + 1: LibVNCClient ignores sizes whose screen has the id 0.
 */
unsigned view_screens(const struct view *view, struct screen screens_r[HEADS_MOST]);
/* Which head lies at *x, *y of the view; they become px in that head. */
unsigned view_head_at(const struct view *view, int *x, int *y);
/* Where a head's left edge is in the view before it is scaled; -1 when the view does not show
 * it. */
int view_head_x(const struct view *view, unsigned head);
/* A position in px of a head becomes one of the view; false when the view does not show it. */
bool view_point(const struct view *view, unsigned head, int *x, int *y);

#endif
