/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/quality.h"

/*
 * A 1080p photograph of tests/bench is, with 4:2:2, 164 KB at quality 80, 112 at 60, 85 at 35
 * and 68 at 20; below that next to nothing is gained (58 at 10), and above 80 it is 425 at 95.
 * So each step saves a fifth of the bytes or more. The first is taken where fewer than six such
 * pictures of quality 80 pass in a second, the others where fewer than four and two of the step
 * above do.
 *
 * Its exact pixels are 2.5 MB, some 300 bytes a tile: what is refreshed at once takes 0.2 to
 * 0.5 s of a path that the step is for.
 */
static const struct {
    uint64_t rate_least; /* bytes per second */
    int8_t quality_most;
    int refresh_most; /* tiles; 0: all */
} steps[QUALITY_STEPS] = {
    {1000000, 100, 0},
    {400000, 60, 512},
    {150000, 35, 256},
    {0, 20, 96},
};

enum { SUBSAMPLING_LEAST = 2 }; /* below the first step */

#define HELD_US 1000000u     /* so long after it was held back a path counts as full */
#define WORSE_US 500000u     /* a path is slow for so long before a step is given up */
#define PATIENCE_US 3000000u /* it is not, before a better step is tried */
#define PATIENCE_MOST_US 60000000u
#define FAILED_US 10000000u /* a step that is given up so soon was tried in vain */

void quality_init(struct quality *q)
{
    *q = (struct quality){.patience_us = PATIENCE_US};
}

static unsigned step_for(uint64_t rate_bytes_s)
{
    unsigned step = 0;
    while (rate_bytes_s < steps[step].rate_least)
        step++;
    return step;
}

/* Since when `is` holds. */
static void keep_since(uint64_t *since_us, bool is, uint64_t now_us)
{
    if (!is)
        *since_us = 0;
    else if (!*since_us)
        *since_us = now_us;
}

static bool go_down(struct quality *q, unsigned wanted, uint64_t now_us)
{
    if (!q->worse_us || now_us - q->worse_us < WORSE_US)
        return false;
    bool in_vain = q->rose_us && now_us - q->rose_us < FAILED_US;
    uint64_t patience_us = in_vain ? q->patience_us * 2 : PATIENCE_US;
    q->patience_us = patience_us < PATIENCE_MOST_US ? patience_us : PATIENCE_MOST_US;
    q->step = wanted;
    q->worse_us = q->better_us = 0;
    return true;
}

static bool go_up(struct quality *q, uint64_t now_us)
{
    if (!q->better_us || now_us - q->better_us < q->patience_us)
        return false;
    q->step--;
    q->better_us = 0;
    q->rose_us = now_us;
    return true;
}

bool quality_note(struct quality *q, const struct quality_path *path, uint64_t now_us)
{
    unsigned wanted = path->rate_bytes_s ? step_for(path->rate_bytes_s) : 0;
    if (path->held)
        q->held_us = now_us;
    bool full = q->held_us && now_us - q->held_us < HELD_US;
    /* Half more than what a step needs, so that a path on its border does not go to and fro. */
    bool roomy = path->rate_bytes_s && q->step &&
                 path->rate_bytes_s * 2 / 3 >= steps[q->step - 1].rate_least;
    keep_since(&q->worse_us, full && !path->at_least && wanted > q->step, now_us);
    keep_since(&q->better_us, q->step && (roomy || !full), now_us);
    return go_down(q, wanted, now_us) || go_up(q, now_us);
}

struct encode_class quality_class(const struct quality *q, const struct encode_class *asked)
{
    struct encode_class class = *asked;
    if (!q->step || asked->quality < 0)
        return class;
    if (class.quality > steps[q->step].quality_most)
        class.quality = steps[q->step].quality_most;
    if (class.subsampling != 0 && class.subsampling < SUBSAMPLING_LEAST)
        class.subsampling = SUBSAMPLING_LEAST;
    return class;
}

int quality_refresh_most(const struct quality *q)
{
    return steps[q->step].refresh_most;
}
