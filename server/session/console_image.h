/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A console as text (JSON), for other nodes: who has a session, with which role, who drives,
 * who asks. Nameless sessions that neither drive nor ask are left out. Pure: knows no links.
 */
#ifndef HF_SERVER_SESSION_CONSOLE_IMAGE_H
#define HF_SERVER_SESSION_CONSOLE_IMAGE_H

#include <stddef.h>

#include "auth/method.h"
#include "server/session/session.h"

enum {
    CONSOLE_IMAGE_SESSIONS_MOST = 16384,
    CONSOLE_IMAGE_BYTES_MOST = (4 << 20) - 64,
};

struct image_session {
    uint64_t id; /* not 0, unique */
    char user[AUTH_USER_MOST + 1];
    enum role role;
    bool role_set;
    unsigned viewers; /* 0: it lingers */
    uint64_t since_us, active_us;
};

struct console_image {
    uint64_t epoch, serial; /* see struct console: the higher epoch, then serial, is newer */
    enum sharing sharing;
    uint64_t driver, released_by;     /* 0: nobody; else one of the sessions */
    uint64_t queue[WHEEL_QUEUE_MOST]; /* likewise; none twice */
    size_t n_queue;
    struct image_session *sessions;
    size_t n_sessions;
};

/* As it is now; caller frees. Where that were too long, some sessions are left out. */
char *console_image_of(const struct console *c);
/* n bytes of text. 0, or -EINVAL with a static *why_r; image_r is freed by console_image_fini.
 */
int console_image_parse(struct console_image *image_r, const char *text, size_t n,
                        const char **why_r);
void console_image_fini(struct console_image *image);
/* Whether a is of later than b. */
bool console_image_newer(uint64_t epoch_a, uint64_t serial_a, uint64_t epoch_b,
                         uint64_t serial_b);

#endif
