/* SPDX-License-Identifier: GPL-2.0-or-later */
/* shape: the test guest's pointer images (tests/guest/README.md), drawn again. */
#ifndef HF_TESTS_E2E_SHAPE_H
#define HF_TESTS_E2E_SHAPE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/e2e/qmp.h"

#define SHAPE_SIDE_PX 64 /* of virtio's pointer images */

/* Premultiplied. */
struct rgba {
    uint8_t r, g, b, a;
};

struct shape {
    const char *name; /* in the guest's command "cursor" */
    struct rgba (*pixel)(int x, int y);
};

enum { SHAPE_BLOCK, SHAPE_CROSS, SHAPE_GLASS, SHAPE_BEAM, SHAPES };
extern const struct shape shapes[SHAPES];

/* Draws it into the picture, as much as lies inside. */
void shape_draw(struct shot shot, const struct shape *shape, int left_px, int top_px);

#endif
