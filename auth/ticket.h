/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tickets: passwords for one session of one user at one machine, made by someone who may. A
 * book of them keeps their hashes; those for VNC Authentication, whose 8 characters must be
 * known to check an answer, it keeps as they are. Knows no sessions but their numbers, and no
 * clock.
 */
#ifndef HF_AUTH_TICKET_H
#define HF_AUTH_TICKET_H

#include "auth/method.h"
#include "auth/role.h"

enum {
    TICKET_TEXT_SIZE = 28,    /* 27 characters and a zero */
    TICKET_VNC_TEXT_SIZE = 9, /* fits the above */
    TICKET_HASH_SIZE = 32,
    TICKETS_MOST = 4096,
    TICKETS_VNC_MOST = 16, /* for VNC at one machine: each is tried at a login there */
};

struct ticket {
    uint64_t id;                    /* never 0 */
    uint8_t hash[TICKET_HASH_SIZE]; /* SHA-256 of its text */
    bool vnc;                       /* 8 characters, for VNC Authentication only */
    uint8_t key[8];                 /* of these */
    char user[AUTH_USER_MOST + 1];  /* who it makes of its bearer */
    char machine[AUTH_USER_MOST + 1];
    enum role role;
    uint64_t expires_us; /* not to be used for the first time from then on */
    uint64_t session;    /* the one that it began; 0: none yet */
};

struct ticket_wish {
    const char *user, *machine;
    enum role role;
    uint64_t lifetime_us;
    bool vnc;
};

struct ticket_book;

struct ticket_book *ticket_book_new(void);
void ticket_book_free(struct ticket_book **book); /* wipes */
/* Who hears, from within the call, that a ticket was made, used or taken back, or ended with
 * its session. NULL: nobody. */
void ticket_book_watch(struct ticket_book *book, void (*on_change)(void *self), void *self);

/* From now on numbers are random, of 9 digits at most: other books have their tickets beside
 * ours. */
void ticket_book_spread(struct ticket_book *book);

/*
 * Makes a ticket; its text goes into text_r, and nowhere else. randomise fills n bytes. 0,
 * -ENOSPC when the book is full (for VNC: of that machine), -EINVAL when a name is too long or
 * the role is ROLE_NONE.
 */
int ticket_make(struct ticket_book *book, const struct ticket_wish *wish, uint64_t now_us,
                void (*randomise)(void *p, size_t n), char text_r[TICKET_TEXT_SIZE],
                uint64_t *id_r);

/*
 * The ticket with this text, or with this number, that may be used now: it has not been and has
 * not expired, or it has and its session goes on (a viewer that comes back). NULL otherwise.
 * Lent until the book is changed. Text is never a VNC ticket's.
 */
const struct ticket *ticket_by_text(struct ticket_book *book, const char *text,
                                    uint64_t now_us);
const struct ticket *ticket_by_id(struct ticket_book *book, uint64_t id, uint64_t now_us);
/*
 * The VNC tickets for a machine (NULL: for any) that may be used now, at most `most`, with
 * their numbers in `ticket` and watch_only after their role. Returns how many. The caller
 * wipes them.
 */
unsigned ticket_vnc_passwords(struct ticket_book *book, const char *machine, uint64_t now_us,
                              struct vnc_password *list_r, unsigned most);

/* The ticket began this session (not 0): it is good for no other. */
void ticket_used(struct ticket_book *book, uint64_t id, uint64_t session);
/* The session that the ticket began bears another number now (not 0). */
void ticket_session_renumbered(struct ticket_book *book, uint64_t id, uint64_t session);
/* The session is over; its ticket with it. */
void ticket_session_ended(struct ticket_book *book, uint64_t session);
/* Takes a ticket back. False when there is none of that number. */
bool ticket_revoke(struct ticket_book *book, uint64_t id);

/* All that may still be used, in the order in which they were made. */
void ticket_list(struct ticket_book *book, uint64_t now_us,
                 void (*on_ticket)(void *self, const struct ticket *t), void *self);
/* For a store: all that may still be used, those for VNC left out; and one of them again. */
void ticket_each(struct ticket_book *book, uint64_t now_us,
                 void (*on_ticket)(void *self, const struct ticket *t), void *self);
/* 0, -ENOSPC, -EEXIST, or -EINVAL for a ticket that cannot be. */
int ticket_restore(struct ticket_book *book, const struct ticket *t);

#endif
