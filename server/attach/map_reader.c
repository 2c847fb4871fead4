/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/attach/map_reader.h"
#include "base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BUFFER = 128 * 1024, PIXEL = 4 }; /* bytes; the longest row, of 16384 px, fits twice */

void map_reader_init(struct map_reader *m)
{
    *m = (struct map_reader){.fd = -1};
}

void map_reader_fini(struct map_reader *m)
{
    if (m->fd >= 0)
        close(m->fd);
    free(m->buffer);
    map_reader_init(m);
}

int map_reader_open(struct map_reader *m, int fd, uint32_t offset, uint32_t w, uint32_t h,
                    uint32_t stride, uint32_t pixman, const char **why_r)
{
    struct stat st;
    map_reader_fini(m);
    *why_r = "a map that is no file in memory";
    if (fstat(fd, &st) < 0)
        return -errno;
    if (!S_ISREG(st.st_mode))
        return -EINVAL;
    int r = scanout_check_map(offset, w, h, stride, pixman, st.st_size, &m->map, why_r);
    if (r < 0)
        return r;
    *why_r = "a map while no more descriptors are free";
    m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    return m->fd < 0 ? -errno : 0;
}

/* All n bytes at `at`, or -ENODATA. */
static int read_all(int fd, unsigned char *buffer, size_t n, uint64_t at)
{
    while (n) {
        ssize_t got = pread(fd, buffer, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -errno;
        if (got == 0)
            return -ENODATA;
        buffer += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return 0;
}

/* Rows that stand close together are read at one go with what is between them, others one by
 * one. */
static bool dense(const struct scanout_map *map, struct rect r)
{
    return map->stride <= (size_t)r.w * PIXEL * 2;
}

/* The height and stride of the band that fits the buffer at the top of r. */
static struct scanout_pixels next_band(const struct scanout_map *map, struct rect r)
{
    size_t row = (size_t)r.w * PIXEL, stride = dense(map, r) ? map->stride : row;
    size_t rows = (BUFFER - row) / stride + 1;
    r.h = rows < (size_t)r.h ? (int)rows : r.h;
    return (struct scanout_pixels){r, stride, map->format};
}

static int read_band(struct map_reader *m, const struct scanout_pixels *band)
{
    const struct scanout_map *map = &m->map;
    size_t row = (size_t)band->r.w * PIXEL;
    uint64_t at = map->offset + (uint64_t)band->r.y * map->stride + (uint64_t)band->r.x * PIXEL;
    if (dense(map, band->r))
        return read_all(m->fd, m->buffer, (size_t)(band->r.h - 1) * map->stride + row, at);
    int r = 0;
    for (int y = 0; y < band->r.h && r == 0; y++)
        r = read_all(m->fd, m->buffer + (size_t)y * row, row, at + (uint64_t)y * map->stride);
    return r;
}

int map_reader_read(struct map_reader *m, struct rect r,
                    bool (*on_pixels)(void *self, const struct scanout_pixels *pixels,
                                      const void *data),
                    void *self)
{
    if (!m->buffer)
        m->buffer = alloc_zero(BUFFER, 1);
    while (r.h > 0) {
        struct scanout_pixels band = next_band(&m->map, r);
        int error = read_band(m, &band);
        if (error < 0)
            return error;
        if (!on_pixels(self, &band, m->buffer))
            return 0;
        r.y += band.r.h;
        r.h -= band.r.h;
    }
    return 0;
}
