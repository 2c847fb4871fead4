/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nodes say to each other about sessions, in bytes. Pure: puts bytes and reads them;
 * touches no link and no session. Each read function is false when the message is cut short,
 * goes on behind its end, or says what cannot be; then what it wrote is of no use.
 */
#ifndef HF_SERVER_CLUSTER_SEAT_MSG_H
#define HF_SERVER_CLUSTER_SEAT_MSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth/method.h"
#include "auth/role.h"
#include "base/bytes.h"
#include "base/reader.h"
#include "server/session/home.h"

enum {
    SEAT_MSG_WORD_MOST = 40, /* bytes of an address's neighbours: "tcp", "x509-plain" */
    SEAT_MSG_ADDRESS_MOST = 96,
    SEAT_MSG_GROUPS_MOST = 16384,
    SEAT_MSG_TEXT_MOST = 1023,
    SEAT_MSG_VERDICT_MOST = 255,
};

/* Which seat; all messages but those of a whole machine begin with it. */
struct seat_msg_id {
    uint32_t machine, seat;
};

struct seat_msg_join { /* LINK_SEAT_JOIN */
    struct seat_msg_id id;
    uint64_t number; /* that its session has or would get; 0: any */
    enum role role;  /* that its login gave */
    bool by_ticket;  /* which counts whatever the rules say */
    char user[AUTH_USER_MOST + 1];
    uint64_t viewer; /* as its own node numbers it */
    char address[SEAT_MSG_ADDRESS_MOST + 1];
    char transport[SEAT_MSG_WORD_MOST + 1], security[SEAT_MSG_WORD_MOST + 1],
        encoding[SEAT_MSG_WORD_MOST + 1];
    const char *groups; /* names, each with its zero; reading: in the message */
    size_t groups_n;
};

struct seat_msg_role { /* LINK_SEAT_ROLE, and LINK_SEAT_JOINED with the session's number */
    struct seat_msg_id id;
    uint64_t session;
    enum role role;
};

struct seat_msg_gone { /* LINK_SEAT_GONE */
    struct seat_msg_id id;
    char why[SEAT_MSG_TEXT_MOST + 1];
};

struct seat_msg_act { /* LINK_ACT; each is answered by a LINK_VERDICT */
    uint32_t machine;
    uint32_t serial;          /* counts them on a link for a machine, from 1 */
    struct console_wish wish; /* text: below, never NULL */
    char text[SEAT_MSG_TEXT_MOST + 1];
};

struct seat_msg_verdict { /* LINK_VERDICT */
    uint32_t machine;
    uint32_t serial;                     /* of the LINK_ACT */
    bool queued;                         /* it waits for the driver's answer */
    char why[SEAT_MSG_VERDICT_MOST + 1]; /* "": it is done; else why not */
};

struct seat_msg_console { /* LINK_CONSOLE, LINK_REMEMBER */
    uint32_t machine;
    uint32_t answered; /* the last LINK_ACT that had been carried out; 0: none */
    const char *image; /* see console_image.h; reading: in the message */
    size_t image_n;
};

struct seat_msg_seen { /* LINK_SEEN */
    uint32_t machine;
    uint64_t serial; /* of the LINK_CONSOLE that was heard */
};

struct seat_msg_event { /* LINK_SESSION_EVENT */
    uint32_t machine;
    enum session_event_kind kind;
    uint64_t time_us;
    struct session_told session, other; /* users: below */
    char users[2][AUTH_USER_MOST + 1];
    bool has_text;
    char text[SEAT_MSG_TEXT_MOST + 1];
};

void seat_msg_put_join(struct bytes *b, const struct seat_msg_join *m);
bool seat_msg_read_join(struct reader *r, struct seat_msg_join *m);
/* LINK_SEAT_LEAVE. */
void seat_msg_put_id(struct bytes *b, const struct seat_msg_id *m);
bool seat_msg_read_id(struct reader *r, struct seat_msg_id *m);
void seat_msg_put_role(struct bytes *b, const struct seat_msg_role *m);
bool seat_msg_read_role(struct reader *r, struct seat_msg_role *m);
void seat_msg_put_gone(struct bytes *b, const struct seat_msg_gone *m);
bool seat_msg_read_gone(struct reader *r, struct seat_msg_gone *m);
/* wish.text may be NULL. */
void seat_msg_put_act(struct bytes *b, uint32_t machine, uint32_t serial,
                      const struct console_wish *wish);
/* m->wish.text points into m. */
bool seat_msg_read_act(struct reader *r, struct seat_msg_act *m);
void seat_msg_put_verdict(struct bytes *b, const struct seat_msg_verdict *m);
bool seat_msg_read_verdict(struct reader *r, struct seat_msg_verdict *m);
void seat_msg_put_console(struct bytes *b, const struct seat_msg_console *m);
bool seat_msg_read_console(struct reader *r, struct seat_msg_console *m);
void seat_msg_put_seen(struct bytes *b, const struct seat_msg_seen *m);
bool seat_msg_read_seen(struct reader *r, struct seat_msg_seen *m);
void seat_msg_put_event(struct bytes *b, uint32_t machine, const struct session_event *e);
/* m->session.user and m->other.user point into m. */
bool seat_msg_read_event(struct reader *r, struct seat_msg_event *m);

#endif
