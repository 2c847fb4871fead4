/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads a picture out of memory that QEMU shares (org.qemu.Display1.Listener.Unix.Map). It is
 * read with pread into a small buffer and never mapped: whoever shares it may cut it short at
 * any time, which must not kill us by SIGBUS.
 */
#ifndef HF_SERVER_ATTACH_MAP_READER_H
#define HF_SERVER_ATTACH_MAP_READER_H

#include <stdbool.h>

#include "server/attach/scanout.h"

struct map_reader {
    int fd; /* -1: no map */
    struct scanout_map map;
    unsigned char *buffer; /* taken at the first read */
};

void map_reader_init(struct map_reader *m);
/* Closes the map; the reader is as after init. */
void map_reader_fini(struct map_reader *m);
/*
 * Makes a copy of fd the map, instead of the one before. The other arguments are those of
 * ScanoutMap. 0; or -EINVAL, -E2BIG or another -errno and *why_r, static: then there is no map.
 * Only regular files and memfds are taken.
 */
int map_reader_open(struct map_reader *m, int fd, uint32_t offset, uint32_t w, uint32_t h,
                    uint32_t stride, uint32_t pixman, const char **why_r);
/*
 * Calls on_pixels for all of r, in bands from top to bottom; r must lie in the map. on_pixels
 * returns false to stop. 0; or -ENODATA when the memory has become shorter than its picture:
 * rows from there on are left out; or -errno.
 */
int map_reader_read(struct map_reader *m, struct rect r,
                    bool (*on_pixels)(void *self, const struct scanout_pixels *pixels,
                                      const void *data),
                    void *self);

static inline bool map_reader_has_map(const struct map_reader *m)
{
    return m->fd >= 0;
}

#endif
