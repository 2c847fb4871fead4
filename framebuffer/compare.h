/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Compares what a machine says it drew with our shadow of it, tile by tile in row order, and
 * copies only tiles that differ, in the same pass. One result on every processor; AVX2 where
 * there is one.
 */
#ifndef HF_FRAMEBUFFER_COMPARE_H
#define HF_FRAMEBUFFER_COMPARE_H

#include <stddef.h>
#include <stdint.h>

#include "framebuffer/damage.h"
#include "framebuffer/source_format.h"
#include "framebuffer/surface.h"

/*
 * The w x h pixels at src (rows src_stride bytes apart, any alignment) are the new content of
 * the shadow at r. r must lie in the shadow, damage must have its size. Changed tiles are
 * copied (converted) and set in damage, others are left alone. Reads exactly the bytes of the
 * pixels of r. Returns the changed tiles.
 */
size_t compare_copy(struct surface *shadow, struct rect r, const void *src, size_t src_stride,
                    enum source_format format, struct damage *damage);
/* The same without run-time dispatch to vector code, for tests and benchmarks. */
size_t compare_copy_portable(struct surface *shadow, struct rect r, const void *src,
                             size_t src_stride, enum source_format format,
                             struct damage *damage);

#endif
