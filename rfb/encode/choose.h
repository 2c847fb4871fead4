/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Every decision that trades bytes against time, with the thresholds and what set them. Knows
 * no wire format.
 */
#ifndef HF_RFB_ENCODE_CHOOSE_H
#define HF_RFB_ENCODE_CHOOSE_H

#include "rfb/encode/class.h"

/* How damage is cut for a class. */
struct cut_limits {
    int width_most, area_most; /* px of one rectangle */
    int waste_px;              /* unchanged pixels that may go along to save one rectangle */
};
struct cut_limits choose_cut_limits(const struct encode_class *class);

#endif
