/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QEMU as a place, shared between qemu.c (its life), qemu_screen.c (the display connection),
 * qemu_head.c (one picture) and qemu_problem.c. Nobody else includes this.
 */
#ifndef HF_SERVER_ATTACH_QEMU_PRIVATE_H
#define HF_SERVER_ATTACH_QEMU_PRIVATE_H

#include "base/backoff.h"
#include "framebuffer/damage.h"
#include "server/attach/attach_private.h"
#include "server/attach/qemu_display.h"
#include "server/attach/qemu_input.h"
#include "server/attach/qemu_listener.h"
#include "server/attach/qemu_monitor.h"

/* Causes that a person can remove; each is told once until it is gone. */
enum qemu_problem {
    PROBLEM_QMP,     /* its socket */
    PROBLEM_DISPLAY, /* no display to attach to */
    PROBLEM_TAKEN,   /* somebody else has the display connection */
};
enum { BAD_PICTURES_MOST = 16 };

/* One of a head's two listeners: while a new one is registered, the old one is kept and not
 * heard. */
struct qemu_link {
    struct qemu_head *head;
    struct qemu_listener *listener;
};

struct qemu_head {
    struct qemu *place;
    unsigned index; /* of the console */
    int w, h;       /* px, as the owner was told */
    bool can_resize;
    bool has_picture;      /* all of it, since watching began or the machine came */
    struct damage missing; /* tiles without which the picture is not whole, until it is */
    struct qemu_link links[2], *current;
    uint64_t registered_us; /* when the current one was */
    sd_event_source *doubt; /* armed: we may show something wrong */
    unsigned doubts;        /* listeners registered anew without a cure */
    bool dropped;           /* an update was left out since the last whole picture */
    bool stale;             /* QEMU said another size after the last whole picture */
};

struct qemu {
    struct attach attach;
    sd_event *loop;
    char *path;
    sd_event_source *adjust; /* brings connections in line with what is wanted */

    struct qemu_monitor *monitor; /* NULL while there is none */
    struct dialer *dialer;        /* or NULL */
    struct dialer_request *dialing;
    sd_event_source *monitor_retry;
    struct backoff monitor_backoff;
    enum place_state state; /* as told */
    const char *state_why;
    unsigned problems; /* told and not cured: bits 1 << enum qemu_problem */
    const char *bad_pictures[BAD_PICTURES_MOST]; /* told: what came and cannot be shown */
    unsigned n_bad_pictures;

    bool watching;
    bool loaded; /* the machine has come to it: what it draws from now on is what is there */
    struct qemu_display *display; /* NULL while there is none */
    bool display_ready, complete_told;
    uint64_t display_since_us;
    json_t *pci; /* query-pci's answer while the display is asked for */
    sd_event_source *display_retry, *display_idle, *picture_stands, *picture_late;
    struct backoff display_backoff;
    bool display_broke; /* the last one ended while QEMU seemed to live on */

    struct qemu_head heads[HEADS_MOST];
    unsigned n_heads;
    int absolute; /* as told; -1: not yet */
    long leds;    /* as told; -1: not yet */
    struct qemu_input input;
    uint64_t input_us; /* when the last event was taken */
};

/* qemu.c */
uint64_t qemu_now_us(const struct qemu *q);
/* Every callback from the loop stands between these two; after leave the place may be gone. */
void qemu_enter(struct qemu *q);
void qemu_leave(struct qemu *q);
/* Soon, from the loop: sees which connections are wanted. */
void qemu_adjust_soon(struct qemu *q);

/* qemu_problem.c */
/* Tells a problem unless it was told already. text is freed. */
void qemu_tell_problem(struct qemu *q, enum qemu_problem problem, char *text);
void qemu_cured(struct qemu *q, enum qemu_problem problem);
/* Something came that cannot be shown; why is static. Each is told once a QMP connection. */
void qemu_tell_bad_picture(struct qemu *q, const char *why);
/* What keeps us from QMP: error and why as in qmp_handler's lost; nothing where waiting is all
 * there is to do. */
void qemu_tell_monitor_problem(struct qemu *q, int error, const char *why);
/* The same in few words, for the place's state. */
const char *qemu_monitor_why(int error);

/* qemu_screen.c */
/* Opens or closes the display connection and listeners as wanted. */
void qemu_screen_adjust(struct qemu *q);
/* Closes all of it at once. */
void qemu_screen_close(struct qemu *q);
/* The connection is of no use any more: closes it, tries again later. */
void qemu_screen_lost(struct qemu *q);
void qemu_screen_tell_heads(struct qemu *q);
/* The state is no longer PLACE_INCOMING: the picture has to come anew. */
void qemu_screen_loaded(struct qemu *q);
/* Tells, once all heads have their picture, that they do. */
void qemu_screen_check_complete(struct qemu *q);

/* qemu_head.c */
void qemu_head_init(struct qemu_head *h, struct qemu *q, unsigned index);
/* Asks for the picture, if that was not done. */
void qemu_head_watch(struct qemu_head *h);
void qemu_head_unwatch(struct qemu_head *h);
/* What was shown until now counts no more: has_picture is false until all of it came again. */
void qemu_head_start_over(struct qemu_head *h);
/* Has QEMU send the whole picture, as it last drew it. */
void qemu_head_ask_again(struct qemu_head *h);
/* QEMU said the console's size, on the control connection. */
void qemu_head_size_said(struct qemu_head *h);
/* 0, -EINVAL, -EOPNOTSUPP, -ENODEV. */
int qemu_head_resize(struct qemu_head *h, int w, int h_px);

#endif
