/* SPDX-License-Identifier: GPL-2.0-or-later */
/* JPEG pictures from surface pixels by libjpeg-turbo. Knows no RFB. */
#ifndef HF_RFB_ENCODE_JPEG_H
#define HF_RFB_ENCODE_JPEG_H

#include "base/bytes.h"
#include "framebuffer/surface.h"

/* A compressor's handle; one thread at a time. */
struct jpeg;
struct jpeg *jpeg_new(void);
void jpeg_free(struct jpeg **j);
/*
 * Appends a self-contained JFIF picture of r (inside frame) to out. quality 1..100 as libjpeg
 * takes it (0 counts as 1), subsampling as struct encodings. False, with nothing appended, when
 * libjpeg refuses.
 */
bool jpeg_append(struct jpeg *j, const struct surface *frame, struct rect r, int quality,
                 int subsampling, struct bytes *out);

#endif
