/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The audit: one line for each login, refusal, change of role and departure, as JSON in a file
 * and, when standard error is the journal, as fields there. Never a password, ticket or key.
 * Knows no viewers; time is an argument.
 */
#ifndef HF_SERVER_AUDIT_H
#define HF_SERVER_AUDIT_H

#include <stdint.h>

enum audit_what {
    AUDIT_ATTEMPT, /* a name and password are about to be judged */
    AUDIT_LOGIN,   /* someone is in, and looks at a machine */
    AUDIT_REFUSED, /* someone is not; why */
    AUDIT_ROLE,    /* someone's role changed while connected */
    AUDIT_EXIT,    /* someone who was in is gone; why */
    AUDIT_CONTROL, /* someone drives now, or does not any more */
    AUDIT_TICKET,  /* a ticket was made for someone; by */
    AUDIT_REVOKED, /* it was taken back */
    AUDIT_KICKED,  /* someone was sent away; by */
    AUDIT_WHATS
};

/* What is known of it; NULL and 0 are left out. Texts may be a peer's: they are made UTF-8 and
 * at most 256 bytes go out of each. */
struct audit_facts {
    uint64_t viewer, ticket; /* numbers; viewer is that of the log */
    const char *address;     /* "192.0.2.7:51034" */
    const char *proxy;       /* the peer that said so, where a proxy did */
    const char *security;    /* "x509-plain" */
    const char *user;        /* "" : anonymous, and goes out so */
    const char *machine;
    const char *role; /* "watch", "drive", "admin" */
    const char *by;   /* who did it, where that is someone else: "uid 0", "alice" */
    const char *why;
};

struct audit;

/*
 * Opens the file (NULL: none) to append to it, and makes it, mode 0600, when it is missing; it
 * must be a regular file. 0 with *audit_r, which audit_close frees; or -errno and *why_r, to
 * stand behind the file's name.
 */
int audit_open(struct audit **audit_r, const char *path, const char **why_r);
/*
 * The file may have been renamed, or is another (path, NULL: none) from now on. When the new
 * one cannot be opened, that is logged and lines go where they went.
 */
void audit_reopen(struct audit *audit, const char *path);
void audit_close(struct audit **audit);

/*
 * Writes a line; realtime_us is its moment (CLOCK_REALTIME). Never fails: when the file takes
 * no more (a full disk), that is logged once, the lines that it lacks are counted, and their
 * number is logged when it takes lines again. The journal gets each line in any case.
 * audit may be NULL.
 */
void audit_event(struct audit *audit, enum audit_what what, const struct audit_facts *facts,
                 uint64_t realtime_us);

/* Lines that the file lacks. */
uint64_t audit_lost(const struct audit *audit);

#endif
