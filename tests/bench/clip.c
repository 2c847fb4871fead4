/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/clip.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* The head of the file; frames begin at the next page, row after row of `stride` words. */
struct head {
    char magic[8];
    int32_t w, h, stride;
    uint32_t n;
};

enum { HEAD_SIZE = 4096, STRIDE_STEP = 16, FRAMES_MOST = 4096 };

static const char magic[8] = "hfclip1";

static const unsigned usual_number[CONTENT_KINDS] = {
    [CONTENT_TEXT] = 12,    [CONTENT_BROWSER] = 12, [CONTENT_EDITOR] = 24,
    [CONTENT_CONSOLE] = 24, [CONTENT_DIALOGS] = 24, [CONTENT_VIDEO] = 8,
    [CONTENT_PHOTOS] = 5,
};

size_t clip_offset(void)
{
    return HEAD_SIZE;
}

static size_t frame_words(const struct clip *c)
{
    return (size_t)c->stride * (size_t)c->h;
}

struct surface clip_frame(const struct clip *c, unsigned i)
{
    return (struct surface){(uint32_t *)(uintptr_t)(c->pixels + frame_words(c) * i), c->w, c->h,
                            c->stride};
}

/* ---- what differs ---- */

static bool differs(const struct surface *a, const struct surface *b, struct rect r)
{
    for (int y = r.y; y < r.y + r.h; y++) {
        if (memcmp(surface_at(a, r.x, y), surface_at(b, r.x, y), (size_t)r.w * 4) != 0)
            return true;
    }
    return false;
}

static size_t add_runs(struct clip *c, size_t n, const struct surface *a,
                       const struct surface *b, int y)
{
    struct rect run = {0};
    for (int x = 0; x <= c->w; x += CLIP_SQUARE) {
        struct rect r =
            rect_intersect((struct rect){x, y, CLIP_SQUARE, CLIP_SQUARE}, surface_rect(a));
        bool wanted = !rect_empty(&r) && differs(a, b, r);
        if (wanted && run.w)
            run.w += r.w;
        else if (wanted)
            run = r;
        if ((!wanted || x + CLIP_SQUARE > c->w) && run.w) {
            c->rects[n++] = run;
            run = (struct rect){0};
        }
    }
    return n;
}

static void find_damage(struct clip *c)
{
    size_t squares = (size_t)(c->w / CLIP_SQUARE + 1) * (size_t)(c->h / CLIP_SQUARE + 1), n = 0;
    c->rects = alloc_zero(squares * c->n, sizeof(*c->rects));
    c->first = alloc_zero(c->n + 1, sizeof(*c->first));
    for (unsigned i = 0; i < c->n; i++) {
        struct surface now = clip_frame(c, i), before = clip_frame(c, (i + c->n - 1) % c->n);
        c->first[i] = n;
        for (int y = 0; y < c->h; y += CLIP_SQUARE)
            n = add_runs(c, n, &now, &before, y);
    }
    c->first[c->n] = n;
}

size_t clip_damage(const struct clip *c, unsigned i, const struct rect **rects_r)
{
    *rects_r = c->rects + c->first[i];
    return c->first[i + 1] - c->first[i];
}

size_t clip_damaged_px(const struct clip *c, unsigned i)
{
    const struct rect *rects;
    size_t n = clip_damage(c, i, &rects), px = 0;
    for (size_t k = 0; k < n; k++)
        px += (size_t)rects[k].w * (size_t)rects[k].h;
    return px;
}

/* ---- the file ---- */

void clip_open(struct clip *c, const char *path)
{
    struct head head;
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st))
        measure_fail(path, strerror(errno));
    if (read(fd, &head, sizeof(head)) != sizeof(head) ||
        memcmp(head.magic, magic, sizeof(magic)) || !surface_size_ok(head.w, head.h) ||
        head.stride < head.w || head.n < 1 || head.n > FRAMES_MOST)
        measure_fail(path, "it is no clip");
    *c = (struct clip){.w = head.w, .h = head.h, .stride = head.stride, .n = head.n};
    c->size = HEAD_SIZE + frame_words(c) * 4 * c->n;
    if ((uint64_t)st.st_size < c->size)
        measure_fail(path, "it has been cut short");
    char *map = mmap(NULL, c->size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED)
        measure_fail(path, strerror(errno));
    c->pixels = (const uint32_t *)(const void *)(map + HEAD_SIZE);
    find_damage(c);
}

void clip_close(struct clip *c)
{
    munmap((char *)(uintptr_t)c->pixels - HEAD_SIZE, c->size);
    free(c->rects);
    free(c->first);
    memset(c, 0, sizeof(*c));
}

static int stride_of(int w)
{
    return (w + STRIDE_STEP - 1) / STRIDE_STEP * STRIDE_STEP;
}

static void must_put(struct clip_writer *writer, const void *data, size_t n)
{
    if (fwrite(data, 1, n, writer->f) != n)
        measure_fail("clip", strerror(errno));
}

static void put_head(struct clip_writer *writer)
{
    char page[HEAD_SIZE] = {0};
    struct head head = {
        .w = writer->w, .h = writer->h, .stride = stride_of(writer->w), .n = writer->n};
    memcpy(head.magic, magic, sizeof(magic));
    memcpy(page, &head, sizeof(head));
    rewind(writer->f);
    must_put(writer, page, sizeof(page));
}

void clip_writer_init(struct clip_writer *writer, const char *path, int w, int h)
{
    *writer = (struct clip_writer){.f = fopen(path, "we"), .w = w, .h = h};
    if (!writer->f)
        measure_fail(path, strerror(errno));
    put_head(writer);
}

bool clip_writer_add(struct clip_writer *writer, const struct surface *frame)
{
    static const uint32_t none[STRIDE_STEP];
    if (frame->w != writer->w || frame->h != writer->h)
        return false;
    for (int y = 0; y < frame->h; y++) {
        must_put(writer, surface_at(frame, 0, y), (size_t)frame->w * 4);
        must_put(writer, none, (size_t)(stride_of(frame->w) - frame->w) * 4);
    }
    writer->n++;
    return true;
}

void clip_writer_fini(struct clip_writer *writer)
{
    put_head(writer);
    if (fclose(writer->f))
        measure_fail("clip", strerror(errno));
    writer->f = NULL;
}

void clip_write_content(const char *path, enum content_kind kind, unsigned n)
{
    struct clip_writer writer;
    struct surface s;
    int w, h;
    content_size(kind, &w, &h);
    surface_init(&s);
    if (surface_resize(&s, w, h))
        measure_fail(path, "no memory");
    clip_writer_init(&writer, path, w, h);
    n = n ? n : usual_number[kind];
    for (unsigned i = 0; i < n; i++) {
        content_draw(kind, i, &s);
        clip_writer_add(&writer, &s);
    }
    clip_writer_fini(&writer);
    surface_fini(&s);
}
