/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "base/pool.h"
#include "server/control/call.h"
#include "server/control/png_write.h"

#include <stdlib.h>
#include <string.h>

/* From the request to the answer: first the machine's frame, then a worker that compresses it.
 */
struct picture {
    struct pool_job job;     /* first */
    struct http_exchange *x; /* NULL: nobody waits any more */
    struct pool *pool;
    struct surface frame;
    struct bytes png;
    int error;
};

static void on_gone(struct http_exchange *x)
{
    struct picture *p = x->self;
    p->x = NULL;
}

static void finish(struct picture *p)
{
    if (p->x && p->error < 0)
        http_answer_error(p->x, 500, "the picture cannot be written as PNG");
    else if (p->x) {
        http_answer_data(p->x, 200, "image/png", p->png.data, p->png.len);
        bytes_init(&p->png, 0);
    }
    bytes_fini(&p->png);
    surface_fini(&p->frame);
    free(p);
}

static void run(struct pool_job *job, void *scratch)
{
    struct picture *p = (struct picture *)job;
    (void)scratch;
    p->error = png_write_surface(&p->frame, &p->png);
}

static void done(struct pool_job *job)
{
    finish((struct picture *)job);
}

static void on_frame(void *self, const struct surface *frame, const char *why)
{
    struct picture *p = self;
    if (!frame || !p->x || surface_resize(&p->frame, frame->w, frame->h) < 0) {
        if (p->x)
            http_answer_error(p->x, 503, "%s", why ? why : "there is no picture");
        p->x = NULL;
        finish(p);
        return;
    }
    surface_copy(&p->frame, frame, surface_rect(frame), 0, 0);
    p->job.run = run;
    p->job.done = done;
    if (p->pool) {
        pool_submit(p->pool, &p->job);
    } else {
        run(&p->job, NULL);
        finish(p);
    }
}

/* -1 for all heads; -2 for what is no head. */
static int read_head(const char *text)
{
    size_t n = text ? strspn(text, "0123456789") : 0;
    if (!text)
        return -1;
    int head = n && n <= 2 && !text[n] ? atoi(text) : HEADS_MOST;
    return head < HEADS_MOST ? head : -2;
}

void cmd_screenshot(struct call *call)
{
    struct machine *m = call_machine(call, 0);
    int head = read_head(call->text[2]);
    if (!m)
        return;
    if (head == -2) {
        http_answer_error(call->x, 400, "head is a number from 0 to %d", HEADS_MOST - 1);
        return;
    }
    struct picture *p = ALLOC(struct picture);
    p->x = call->x;
    p->pool = call->control->context.pool;
    bytes_init(&p->png, SIZE_MAX);
    surface_init(&p->frame);
    call->x->self = p;
    call->x->on_gone = on_gone;
    machine_screenshot(m, head, on_frame, p);
}
