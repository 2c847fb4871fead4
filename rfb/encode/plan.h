/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Divides a rectangle by what its parts look like: one colour, two colours, a picture, or the
 * rest (text, drawings). Knows pixels, no encoding.
 */
#ifndef HF_RFB_ENCODE_PLAN_H
#define HF_RFB_ENCODE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rfb/encode/pixels.h"

enum region_kind {
    REGION_SOLID,   /* colours[0] only */
    REGION_MONO,    /* colours[0] and colours[1] only */
    REGION_DRAWN,   /* text and drawings */
    REGION_PICTURE, /* smooth or noisy in many colours */
};

struct region {
    struct rect r; /* relative to the divided rectangle */
    enum region_kind kind;
    uint32_t colours[2];
};

/* Cells are looked at first; regions are made of whole cells. */
enum { CELL_W = 64, CELL_H = 16 };

struct cell {
    enum region_kind kind;
    bool taken;
    bool nearly_picture; /* DRAWN, but may go along with a picture */
    uint32_t colours[2]; /* of SOLID and MONO; twice the same for SOLID */
};

struct plan {
    struct cell *cells;
    size_t cells_cap;
    int cols, rows;
    struct region *regions;
    size_t n, regions_cap;
};

/* Areas in px from which on a region of its own pays. */
struct plan_limits {
    int solid_least, mono_least, picture_least;
    bool nearly_pictures_join;
};

void plan_fini(struct plan *plan);
/* Divides px into plan->regions, which cover it once. */
void plan_make(struct plan *plan, const struct pixels *px, const struct plan_limits *limits);

#endif
