/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Arguments of QEMU's display messages. First byte: which message; eight 32-bit words: its
 * arguments; the rest is its data, or the length of its shared memory.
 */
#include <config.h>
#include "framebuffer/surface.h"
#include "server/attach/map_reader.h"
#include "server/attach/scanout.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { WORDS = 8, FILE_MOST = 1 << 20 };

/* What was accepted can be read to its last byte. */
static void read_pixels(const struct scanout_pixels *p, const uint8_t *data)
{
    fuzz_check(p->r.x >= 0 && p->r.y >= 0 && surface_size_ok(p->r.w, p->r.h));
    fuzz_check(p->stride >= (size_t)p->r.w * 4);
    for (int y = 0; y < p->r.h; y++)
        fuzz_read(data + (size_t)y * p->stride, (size_t)p->r.w * 4);
}

static void full(const uint32_t *a, const uint8_t *data, size_t n)
{
    struct scanout_pixels p;
    const char *why = NULL;
    if (scanout_check_full(a[0], a[1], a[2], a[3], n, &p, &why) == 0)
        read_pixels(&p, data);
    fuzz_check(why != NULL);
}

static void update(const uint32_t *a, const uint8_t *data, size_t n)
{
    struct scanout_pixels p;
    const char *why = NULL;
    if (scanout_check_update((int32_t)a[0], (int32_t)a[1], (int32_t)a[2], (int32_t)a[3], a[4],
                             a[5], n, &p, &why) == 0)
        read_pixels(&p, data);
    fuzz_check(why != NULL);
}

static bool on_pixels(void *self, const struct scanout_pixels *p, const void *data)
{
    struct rect *left = self;
    fuzz_check(p->r.x == left->x && p->r.y == left->y && p->r.w == left->w &&
               p->r.h <= left->h);
    read_pixels(p, data);
    left->y += p->r.h;
    left->h -= p->r.h;
    return true;
}

/* a[0]: the file's size; a[1] to a[5]: ScanoutMap; then UpdateMap of what the data says. */
static void map(const uint32_t *a, const uint8_t *data, size_t n)
{
    struct map_reader m;
    const char *why = NULL;
    int32_t u[4] = {0, 0, 1, 1};
    struct rect r;
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    fuzz_check(fd >= 0 && ftruncate(fd, a[0] % FILE_MOST) == 0);
    memcpy(u, data, n < sizeof(u) ? n : sizeof(u));
    map_reader_init(&m);
    if (map_reader_open(&m, fd, a[1], a[2], a[3], a[4], a[5], &why) == 0 &&
        scanout_check_update_map(u[0], u[1], u[2], u[3], &m.map, &r, &why) == 0) {
        if (a[6] & 1)
            fuzz_check(ftruncate(fd, a[7] % FILE_MOST) == 0);
        int error = map_reader_read(&m, r, on_pixels, &r);
        fuzz_check(error < 0 || r.h == 0);
        fuzz_check(error == 0 || a[6] & 1);
    }
    fuzz_check(why != NULL);
    map_reader_fini(&m);
    close(fd);
}

static void cursor(const uint32_t *a, const uint8_t *data, size_t n)
{
    const char *why = NULL;
    if (scanout_check_cursor((int32_t)a[0], (int32_t)a[1], n, &why) == 0)
        fuzz_read(data, (size_t)a[0] * a[1] * 4);
    fuzz_check(why != NULL);
}

static void (*const messages[])(const uint32_t *a, const uint8_t *data,
                                size_t n) = {full, update, map, cursor};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    uint32_t words[WORDS];
    if (n < 1 + sizeof(words))
        return 0;
    memcpy(words, data + 1, sizeof(words));
    size_t rest = n - 1 - sizeof(words);
    uint8_t *copy = malloc(rest ? rest : 1); /* of exactly this length: reading on is seen */
    fuzz_check(copy != NULL);
    memcpy(copy, data + 1 + sizeof(words), rest);
    messages[data[0] % 4](words, copy, rest);
    free(copy);
    return 0;
}
