/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keeper of a view whose picture comes encoded, from the node where its machine runs: what
 * was made there once for a class goes to all viewers of that class here. What a viewer lacks
 * beyond the newest units is put together from blocks; those that are not kept are asked for,
 * once for all. Composes and encodes nothing, has nothing in flight, knows no wire.
 */
#ifndef HF_SERVER_RELAY_H
#define HF_SERVER_RELAY_H

#include "framebuffer/scroll.h"
#include "server/fanout.h"
#include "server/piece.h"
#include "server/view.h"
#include "server/view_known.h"

enum { RELAY_STREAMS_MOST = 32 }; /* open for one view: classes; more viewers' wait */

struct relay;

/* How it asks. Nothing is told inside these calls. */
struct relay_ops {
    /*
     * Units of this class are wanted from now on, by clients that have `has` (lent). moves:
     * also with CopyRect. Returns the stream's number; 0: nobody can be asked now.
     */
    uint32_t (*open)(void *self, const struct encode_class *class, bool moves,
                     const struct view_known *has);
    void (*set_moves)(void *self, uint32_t stream, bool moves);
    void (*close)(void *self, uint32_t stream);
    /* n blocks (at least one) of the picture as it was laid out under that number. */
    void (*want)(void *self, uint32_t layout, const struct encode_class *class,
                 const uint32_t *blocks, size_t n);
    /* Whether that is where the view's machine is now. */
    bool (*suits)(const void *self);
    /* The relay goes; self is not used any more. */
    void (*gone)(void *self);
};

/* Makes the keeper of a view; relay_up follows when somebody can be asked. shared must outlive
 * it. */
struct relay *relay_new(struct fanout_shared *shared, struct view *view,
                        const struct relay_ops *ops, void *self);
struct view_keeper *relay_keeper(struct relay *r);
const struct view *relay_view(const struct relay *r);

/* There is somebody to be asked, who knows nothing of us yet. */
void relay_up(struct relay *r);
/* Nobody is there any more: clients keep what they have. */
void relay_down(struct relay *r);
/* Likewise, and for good: no op is called any more, not even gone. */
void relay_detach(struct relay *r);

/* ---- what is told; NULL, or what is wrong with it ---- */

/* How the picture is laid out there. layout: a number for that, never 0. */
const char *relay_told_size(struct relay *r, uint32_t layout, int w, int h,
                            const struct view_source *sources, unsigned n);
/*
 * An update of a stream. The piece's sources say what it draws and what its blocks, and those
 * that moves draw in, show then: hash 0 where more of that is to come. A reference is taken.
 */
const char *relay_told_unit(struct relay *r, uint32_t stream, uint32_t layout,
                            struct piece *piece, const struct scroll_move *moves, int n_moves);
/* A whole block, the piece's only source. A reference is taken. */
const char *relay_told_block(struct relay *r, uint32_t layout, struct piece *piece);

#endif
