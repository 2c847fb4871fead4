/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a small piece of the picture looks like. Knows nothing beyond it. */
#ifndef HF_RFB_ENCODE_CELL_H
#define HF_RFB_ENCODE_CELL_H

#include "rfb/encode/plan.h"

/* Fills in kind and colours, clears taken. px is at most 64 wide. */
void cell_look(struct cell *cell, const struct pixels *px);

#endif
