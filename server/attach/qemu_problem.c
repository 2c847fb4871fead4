/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "base/alloc.h"
#include "base/log.h"
#include "server/attach/qemu_private.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void qemu_tell_problem(struct qemu *q, enum qemu_problem problem, char *text)
{
    if (!(q->problems & 1u << problem)) {
        q->problems |= 1u << problem;
        attach_tell(&q->attach, problem, text);
    }
    free(text);
}

void qemu_cured(struct qemu *q, enum qemu_problem problem)
{
    q->problems &= ~(1u << problem);
}

/* why is static, so that its address tells causes apart. */
void qemu_tell_bad_picture(struct qemu *q, const char *why)
{
    for (unsigned i = 0; i < q->n_bad_pictures; i++) {
        if (q->bad_pictures[i] == why)
            return;
    }
    if (q->n_bad_pictures == BAD_PICTURES_MOST)
        return;
    q->bad_pictures[q->n_bad_pictures++] = why;
    char *text = alloc_printf("QEMU shows something that cannot be shown here: %s", why);
    attach_tell(&q->attach, problem, text);
    free(text);
}

/* What keeps us from QMP, and what a person can do about it. NULL: nothing but wait. */
static char *monitor_problem(const struct qemu *q, int error, const char *why)
{
    switch (error) {
    case -ETIMEDOUT:
    case -EAGAIN:
        return alloc_printf(
            "another client holds the QMP socket %s: QEMU serves one at a time, give "
            "it a second -qmp unix:PATH,server=on,wait=off",
            log_quote(q->path));
    case -EACCES:
    case -EPERM:
        return alloc_printf(
            "no right to open the QMP socket %s: allow it with setfacl -m u:USER:rw or "
            "chgrp",
            log_quote(q->path));
    case -EPROTO:
        return alloc_printf("%s is no QMP socket of a QEMU: %s", log_quote(q->path), why);
    default:
        return NULL;
    }
}

const char *qemu_monitor_why(int error)
{
    switch (error) {
    case -ENOENT:
        return "its QMP socket is not there";
    case -ECONNREFUSED:
        return "nobody listens on its QMP socket";
    case -EPIPE:
    case -ECONNRESET:
        return "QEMU closed its QMP socket";
    default:
        return "its QMP socket does not answer";
    }
}

void qemu_tell_monitor_problem(struct qemu *q, int error, const char *why)
{
    char *text = monitor_problem(q, error, why);
    if (text)
        qemu_tell_problem(q, PROBLEM_QMP, text);
}
