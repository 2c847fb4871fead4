/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparison with the shadow, against a plain read of the same memory. */
#include <config.h>
#include "base/alloc.h"
#include "framebuffer/compare.h"
#include "tests/bench/knobs.h"
#include "tests/bench/measure.h"
#include "tests/bench/report.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    WIDTH = 1920,
    HEIGHT = 1080,
    FRAMES_MOST = 16, /* pairs of pictures: together they fit into no cache */
    PASSES = 200,
    RUNS_MOST = 101,
};

static const char about[] =
    "Usage: compare [OPTION]...\n"
    "Compares a picture of 1920x1080 with the shadow, in which some of the tiles differ, with\n"
    "vector code and without; beside it a plain read of both. Warm: always the same pictures;\n"
    "cold: so many in turn that they come from memory.\n";

struct pair {
    struct surface shadow, source;
};

struct bench {
    struct pair pairs[FRAMES_MOST];
    struct damage damage;
    unsigned n; /* of the pairs: those in use */
    uint64_t sum;
};

/* ---- what is measured; each returns nothing that matters ---- */

typedef size_t compare_fn(struct surface *, struct rect, const void *, size_t,
                          enum source_format, struct damage *);

static void run_compare(struct bench *b, struct pair *p, compare_fn *compare)
{
    b->sum += compare(&p->shadow, surface_rect(&p->shadow), p->source.pixels,
                      (size_t)p->source.stride * 4, SOURCE_XRGB, &b->damage);
}

static void compare_best(struct bench *b, struct pair *p)
{
    run_compare(b, p, compare_copy);
}

static void compare_portable(struct bench *b, struct pair *p)
{
    run_compare(b, p, compare_copy_portable);
}

typedef uint64_t lanes __attribute__((vector_size(32), may_alias));

/* Several sums, so that no load waits for another; rows are 64-byte aligned. */
static inline __attribute__((always_inline)) uint64_t sum_of(const struct surface *s)
{
    const lanes *at = (const lanes *)(const void *)s->pixels;
    size_t n = (size_t)s->stride * (size_t)s->h * 4 / sizeof(lanes);
    lanes a = {0}, b = {0}, c = {0}, d = {0};
    for (size_t i = 0; i + 4 <= n; i += 4) {
        a += at[i];
        b += at[i + 1];
        c += at[i + 2];
        d += at[i + 3];
    }
    a += b + c + d;
    return a[0] + a[1] + a[2] + a[3];
}

__attribute__((target_clones("avx2", "default"))) static uint64_t sum_pair(const struct pair *p)
{
    return sum_of(&p->source) + sum_of(&p->shadow);
}

static void plain_read(struct bench *b, struct pair *p)
{
    b->sum += sum_pair(p);
}

/* ---- pictures ---- */

static void prepare(struct bench *b)
{
    damage_init(&b->damage);
    damage_resize(&b->damage, WIDTH, HEIGHT);
    for (int i = 0; i < FRAMES_MOST; i++) {
        struct pair *p = &b->pairs[i];
        surface_init(&p->shadow);
        surface_init(&p->source);
        if (surface_resize(&p->shadow, WIDTH, HEIGHT) ||
            surface_resize(&p->source, WIDTH, HEIGHT))
            measure_fail("compare", "no memory");
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++)
                *surface_at(&p->source, x, y) = (uint32_t)(x * 40503 + y * 30011) & 0xffffff;
        }
    }
}

/* Another pixel in one tile of each `every`; 0: nothing. */
static void change(struct pair *p, unsigned every)
{
    unsigned tile = 0;
    for (int y = 0; every && y < HEIGHT; y += TILE) {
        for (int x = 0; x < WIDTH; x += TILE, tile++) {
            if (tile % every == 0)
                *surface_at(&p->source, x + 7, y + 5) ^= 0x10101;
        }
    }
}

/* ---- measuring ---- */

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The median time of one picture; what changes it is not counted. */
static double measure(struct bench *b, void (*run)(struct bench *, struct pair *),
                      unsigned every)
{
    static double ms[PASSES];
    for (unsigned i = 0; i < PASSES; i++) {
        struct pair *p = &b->pairs[i % b->n];
        change(p, every);
        double start = now_ms();
        run(b, p);
        ms[i] = now_ms() - start;
    }
    return measure_median(ms, PASSES);
}

static void row(struct bench *b, struct report *report, unsigned runs, unsigned every)
{
    static const char *const names[] = {"nothing", "1 tile of 100", "1 tile of 10",
                                        "all tiles"};
    static const unsigned rates[] = {0, 100, 10, 1};
    double best[RUNS_MOST], portable[RUNS_MOST], plain[RUNS_MOST];
    for (unsigned i = 0; i < runs; i++) {
        plain[i] = measure(b, plain_read, 0);
        best[i] = measure(b, compare_best, rates[every]);
        portable[i] = measure(b, compare_portable, rates[every]);
    }
    double read_ms = measure_median(plain, runs), best_ms = measure_median(best, runs);
    double portable_ms = measure_median(portable, runs);
    report_row(report, json_pack("{s:s, s:s, s:f, s:f, s:f, s:f, s:f}", "memory",
                                 b->n == 1 ? "warm" : "cold", "changed", names[every],
                                 "plain read ms", read_ms, "compare ms", best_ms, "portable ms",
                                 portable_ms, "compare/read", best_ms / read_ms,
                                 "portable/read", portable_ms / read_ms));
}

int main(int argc, char **argv)
{
    struct knobs k = {.runs = 5};
    struct report report;
    struct bench *b = ALLOC(struct bench);
    knobs_parse(&k, argc, argv, about);
    prepare(b);
    report_init(&report, "compare", k.json);
    report_table(&report, "1920x1080, CPU for one picture");
    for (b->n = 1; b->n <= FRAMES_MOST; b->n += FRAMES_MOST - 1) {
        for (unsigned every = 0; every < 4; every++)
            row(b, &report, k.runs < RUNS_MOST ? k.runs : RUNS_MOST, every);
    }
    report_fini(&report);
    return b->sum == 1; /* so that no read is left out */
}
