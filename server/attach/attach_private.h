/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For those who implement a kind of place: how to call the owner, who may close the place
 * inside any call. Each callback from the loop stands between attach_enter and attach_leave; in
 * between, the place's memory stays.
 */
#ifndef HF_SERVER_ATTACH_ATTACH_PRIVATE_H
#define HF_SERVER_ATTACH_ATTACH_PRIVATE_H

#include "server/attach/attach.h"

/* Calls a member of the handler unless the place is closed. */
#define attach_tell(a, what, ...)                                                              \
    do {                                                                                       \
        const struct attach *told_ = (a);                                                      \
        if (!told_->closed)                                                                    \
            told_->handler->what(told_->self __VA_OPT__(, ) __VA_ARGS__);                      \
    } while (0)

static inline void attach_enter(struct attach *a)
{
    a->busy++;
}

/* Whether the place was closed meanwhile and nobody else is inside: then the caller frees it.
 */
static inline bool attach_leave(struct attach *a)
{
    return --a->busy == 0 && a->closed;
}

#endif
