/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kinds of Tight rectangle (rfbproto, Tight Encoding): each call puts one whole rectangle
 * at r with the pixels px. Zlib data always goes to stream 0, which is never reset. Knows
 * nothing of which kind suits what.
 */
#ifndef HF_RFB_ENCODE_TIGHT_DATA_H
#define HF_RFB_ENCODE_TIGHT_DATA_H

#include "rfb/encode/job.h"

void tight_put_solid(struct encode_job *job, const struct pixels *px, struct rect r,
                     uint32_t colour);
void tight_put_mono(struct encode_job *job, const struct pixels *px, struct rect r,
                    const uint32_t colours[2]);
/* With the palette and the runs in scratch, which are those of px. */
void tight_put_palette(struct encode_job *job, const struct pixels *px, struct rect r);
/* Every pixel in full; `smooth` pixels go through the gradient filter where the class has it.
 */
void tight_put_full(struct encode_job *job, const struct pixels *px, struct rect r,
                    bool smooth);
/* As JPEG; in full when that fails. */
void tight_put_jpeg(struct encode_job *job, const struct pixels *px, struct rect r);

#endif
