/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a fan-out is inside; for server/fanout*.c only. */
#ifndef HF_SERVER_FANOUT_PRIVATE_H
#define HF_SERVER_FANOUT_PRIVATE_H

#include "server/blocks.h"
#include "server/fanout.h"
#include "server/group.h"
#include "server/rest.h"
#include "server/view.h"

struct fanout {
    struct view_keeper keeper;
    struct view *view;    /* NULL: another keeper has it, and this one ends with its job */
    struct surface frame; /* the view's, as the job in flight reads it; without a view, ours */
    uint64_t version;     /* of that */
    struct view_known *known; /* clients had that before the first frame; or NULL */
    struct fanout_shared *shared;
    struct encode_group *groups; /* in flight; NULL: none */
    unsigned parts_left;
    uint64_t last_frame_us;
    uint64_t epoch;        /* of the machine, when the newest frame was taken */
    uint64_t picture;      /* its moves.picture, likewise */
    sd_event_source *soon; /* runs when the loop has nothing else to read */
    sd_event_source *timer;
    struct rest rest;
    struct blocks blocks;
};

/* CLOCK_MONOTONIC, as the loop has it in this turn. */
uint64_t fanout_now_us(const struct fanout *f);

/*
 * The groups that have just been made of the view's frame are encoded, in the pool or, when all
 * is small, before this returns, and delivered; fanout_job_ended is called then. The view is
 * held until after that.
 */
void fanout_start_job(struct fanout *f);
/* No job is in flight any more: another frame may be taken, or without a view all is freed. */
void fanout_job_ended(struct fanout *f);

#endif
