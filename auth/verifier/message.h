/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A message between holdfastd and holdfast-verifier: one packet, written and parsed here for
 * both sides. Pure: knows no sockets, and not who may send what (permit.h).
 *
 * On the wire, big-endian: type (1 byte), id (4), then the type's fields in the order of its
 * row in message.c. A text is its length with the closing zero (2) and its bytes, of which the
 * last and only the last is zero: it is a C string where it lies. Names and data are a length
 * (4) and bytes.
 */
#ifndef HF_AUTH_VERIFIER_MESSAGE_H
#define HF_AUTH_VERIFIER_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum verifier_limit {
    VERIFIER_SERVICE_MOST = 63, /* all in bytes, without the closing zero */
    VERIFIER_USER_MOST = 255,
    VERIFIER_PASSWORD_MOST = 511, /* PAM_MAX_RESP_SIZE with its zero */
    VERIFIER_ADDRESS_MOST = 63,
    VERIFIER_NAME_MOST = 255,
    VERIFIER_PATH_MOST = 4095,
    VERIFIER_GROUPS_MOST = 32 << 10, /* all names, each with its zero */
    VERIFIER_KEY_MOST = 64 << 10,
    VERIFIER_REQUEST_MOST = 8 << 10, /* a whole packet to the verifier */
    VERIFIER_ANSWER_MOST = 65 << 10, /* a whole packet from it */
};

enum verifier_type {
    /* Set-up: before the daemon hears anybody. Rows are numbered by their ids: 0, 1, 2, ... */
    VERIFIER_LIMITS = 1,
    VERIFIER_SERVICE_ROW,
    VERIFIER_KEY_ROW,
    VERIFIER_SOCKET_ROW,
    VERIFIER_SEAL, /* the set-up is whole; answered with SEALED */
    /* Requests. An id is not used again while its answer or its session is open. */
    VERIFIER_CHECK,       /* answered with CHECKED */
    VERIFIER_END_SESSION, /* the id is the check's; no answer */
    VERIFIER_READ_KEY,    /* KEY */
    VERIFIER_USER_NAME,   /* NAMED */
    VERIFIER_CONNECT,     /* CONNECTED, with the descriptor when the error is 0 */
    /* Answers, with the request's id. */
    VERIFIER_SEALED,
    VERIFIER_CHECKED,
    VERIFIER_KEY,
    VERIFIER_NAMED,
    VERIFIER_CONNECTED,
    VERIFIER_TYPES
};

/* How a password check ended. */
enum verifier_result {
    VERIFIER_OK,
    VERIFIER_WRONG,            /* no such user, or not this password */
    VERIFIER_PASSWORD_EXPIRED, /* right, and must be changed elsewhere first */
    VERIFIER_ACCOUNT_REFUSED,  /* right, and the account is expired, locked or not let in now */
    VERIFIER_NO_SESSION,       /* right, and PAM would not open a session */
    VERIFIER_NO_SERVICE,       /* the PAM service is missing or cannot do its work */
    VERIFIER_TIMEOUT,          /* no verdict within the deadline */
    VERIFIER_CRASHED,          /* the process that checked died */
    VERIFIER_BUSY,             /* too many checks, or sessions, at once */
    VERIFIER_GONE,             /* said by the daemon's side: there is no verifier any more */
    VERIFIER_RESULTS
};

/* Borrowed bytes: of the packet when parsed, of the caller when written. */
struct verifier_bytes {
    const uint8_t *data;
    size_t n;
};

/* A user's name ("" : unknown) and groups: names, each with its zero. */
struct verifier_identity {
    const char *user;
    struct verifier_bytes groups;
    uint8_t groups_cut; /* 1: there were more groups than fit */
};

struct verifier_message {
    uint8_t type; /* enum verifier_type */
    uint32_t id;
    union {
        struct {
            uint32_t
                deadline_ms;   /* for a check to wait, and again to run; for a session to end */
            uint32_t children; /* checks that run at once */
            uint32_t waiting;  /* checks that wait for their turn */
            uint32_t sessions; /* PAM sessions at once; 0: checks open none */
        } limits;
        struct {
            const char *name; /* a file in /etc/pam.d */
        } service_row;
        struct {
            const char *path;
            uint8_t secret; /* 1: refused when every user may read it */
        } key_row;
        struct {
            const char *path;
            uint8_t folder; /* 1: any socket in this folder; 0: the socket itself */
        } socket_row;
        struct {
            uint32_t service; /* row */
            const char *user, *password;
            const char *address; /* of the client, without port; "": it is on this host */
        } check;
        struct {
            uint32_t row;
        } read_key;
        struct {
            uint32_t uid;
        } user_name;
        struct {
            uint32_t row;
            const char *name; /* of the socket in a folder; a row that is a socket needs none */
        } connect;
        struct {
            uint8_t result;  /* enum verifier_result */
            uint8_t session; /* 1: open until END_SESSION */
            struct verifier_identity identity;
        } checked;
        struct {
            uint32_t error;  /* errno, 0: none */
            const char *why; /* for people, after an error; follows the path's name */
            struct verifier_bytes content;
        } key;
        struct {
            uint32_t error;
            struct verifier_identity identity;
        } named;
        struct {
            uint32_t error;
            const char *why;
        } connected;
    };
};

/*
 * Parses one whole packet; texts and bytes in *m_r point into it. 0, or -EBADMSG with a static
 * text in *why_r when it is cut, too long by a byte, over a limit or of no known type.
 */
int verifier_message_parse(struct verifier_message *m_r, const void *packet, size_t n,
                           const char **why_r);
/*
 * Appends a packet to out. A NULL text is written as "". 0, or -EMSGSIZE, with out as it was,
 * when a field is over its limit or would not parse.
 */
int verifier_message_write(const struct verifier_message *m, struct bytes *out);

/* Walks names: NULL gives the first, a name the next, NULL comes after the last. */
const char *verifier_names_next(const struct verifier_bytes *names, const char *previous);
/* For people: "the password is wrong". Never NULL. */
const char *verifier_result_text(enum verifier_result result);

#endif
