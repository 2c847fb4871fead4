/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One way to prove who one is: a security type of RFB, or a step inside one. Takes bytes, gives
 * bytes, and in the end a verdict. Methods know no sockets, streams, threads or accounts: what
 * they cannot do themselves they return as a step, and go on when their owner has done it.
 */
#ifndef HF_AUTH_METHOD_H
#define HF_AUTH_METHOD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reader.h"

struct ra2_ciphers;
struct ra2_key;

enum {
    VNC_PASSWORDS_MOST = 64,
    AUTH_USER_MOST = 255, /* bytes of a user's name */
    AUTH_PASSWORD_MOST = 1023
};

/* A VNC password that may match: 8 bytes, padded with zeros. */
struct vnc_password {
    uint8_t key[8];
    bool watch_only;  /* the second password of a file: view only */
    unsigned machine; /* the realm's own numbers, handed back in the verdict */
    uint64_t ticket;  /* 0: not a ticket */
};

/* What a listener's users may prove themselves against; filled in by the server. */
struct auth_realm {
    /* Fills list_r with at most VNC_PASSWORDS_MOST, returns how many. The caller wipes them. */
    unsigned (*vnc_passwords)(void *self, struct vnc_password *list_r);
    void *self;
    const uint32_t *subtypes; /* of VeNCrypt, best first; see auth/offer.h */
    unsigned n_subtypes;
    bool certificate_needed;       /* subtypes without a password: not without a certificate */
    const struct ra2_key *ra2_key; /* NULL: no RSA-AES here */
};

/* What a client says of itself. Text without zero bytes. */
struct auth_login {
    char user[AUTH_USER_MOST + 1];
    char password[AUTH_PASSWORD_MOST + 1];
};

enum auth_step {
    AUTH_MORE,   /* waits for bytes */
    AUTH_WAIT,   /* `login` is to be checked; then call ops->resume and feed again */
    AUTH_WRAP,   /* the stream is to be wrapped; then call ops->wrapped and feed again */
    AUTH_ACCEPT, /* see the verdict */
    AUTH_REJECT, /* see the verdict's reason, and tell it */
    AUTH_BAD,    /* protocol error, see the verdict's reason: close, without a SecurityResult */
};

struct auth_verdict {
    char user[AUTH_USER_MOST + 1]; /* "" : anonymous */
    bool watch_only;
    bool machine_known; /* `machine` is set by the password that matched */
    unsigned machine;
    uint64_t ticket;    /* of the password that matched, or 0 */
    const char *reason; /* static text after AUTH_REJECT (for the client) and AUTH_BAD (log) */
};

enum auth_wrap_kind {
    AUTH_WRAP_TLS_ANON, /* TLS without certificates */
    AUTH_WRAP_TLS_X509,
    AUTH_WRAP_RA2, /* records of AES-EAX */
};

/* What the stream is to be wrapped in. */
struct auth_wrap {
    enum auth_wrap_kind kind;
    const struct ra2_ciphers *ciphers; /* for RA2; the method's, until `wrapped` */
};

/* What the wrapping stream found out about the client. */
struct auth_peer {
    const char *user; /* by its certificate; NULL: it has none */
};

struct auth_method;

struct auth_method_ops {
    const char *name; /* as in the config: "none", "vnc", ... */
    uint8_t type;     /* RFB security type */
    /*
     * feed computes for milliseconds (RSA, Diffie-Hellman) and asks the realm nothing: it may
     * be called in another thread, as long as nobody else touches the method, in and out.
     */
    bool heavy;
    /*
     * Begins for one connection; may write to out. realm must outlive the method. NULL when it
     * cannot (*why_r, for the log).
     */
    struct auth_method *(*start)(const struct auth_realm *realm, struct bytes *out,
                                 const char **why_r);
    /*
     * Goes on with what is in `in`; called once after start, without bytes if need be, and then
     * whenever some came. Every step leaves `in` behind what is done with. verdict_r is set
     * whole by ACCEPT, REJECT and BAD; the method is not fed again after those.
     *
     * After WAIT, m->login is what is to be checked; it is the method's, and gone with resume
     * or free. A client may send on meanwhile: bytes are kept for the next feed.
     *
     * After WRAP, what is in `out` is to be sent as it is, then everything in both directions
     * goes through the wrap m->wrap; bytes left in `in` are the first of what it unwraps, and
     * never seen by feed as they are.
     */
    enum auth_step (*feed)(struct auth_method *m, struct reader *in, struct bytes *out,
                           struct auth_verdict *verdict_r);
    /*
     * The check is done: verdict, copied, is what feed is to return with ACCEPT or REJECT. The
     * check may come back when the connection is gone: that is its owner's to notice. NULL in
     * methods that never WAIT.
     */
    void (*resume)(struct auth_method *m, bool ok, const struct auth_verdict *verdict);
    /* The wrap stands; peer is borrowed for the call. NULL in methods that never WRAP. */
    void (*wrapped)(struct auth_method *m, const struct auth_peer *peer);
    void (*free)(struct auth_method *m); /* wipes */
};

struct auth_method {
    const struct auth_method_ops *ops;
    const struct auth_login *login; /* after AUTH_WAIT */
    struct auth_wrap wrap;          /* after AUTH_WRAP */
    uint32_t subtype;               /* of VeNCrypt, once it is agreed on; else 0 */
};

/* The table of all methods. NULL when there is none of that name or type. */
const struct auth_method_ops *auth_method_by_name(const char *name);
const struct auth_method_ops *auth_method_by_type(uint8_t type);

/* For methods: sets *verdict_r to nothing but the reason (static text), and returns step. */
enum auth_step auth_end(enum auth_step step, const char *reason,
                        struct auth_verdict *verdict_r);
/* For methods: sets login_r; false when a text is too long or has a zero byte in it. */
bool auth_login_set(struct auth_login *login_r, const uint8_t *user, size_t user_n,
                    const uint8_t *password, size_t password_n);

/*
 * Reads a VNC password file: first line the password, optional second line the read-only one;
 * at most 8 bytes of each count (rfbproto, VNC Authentication); longer lines, an empty first
 * line and a file that others may read are errors. Fills list_r (two entries) with machine 0.
 * Returns the number or -errno; *why_r says what is wrong with the file.
 */
int vnc_password_file_read(const char *path, struct vnc_password list_r[2], const char **why_r);
/* The same for the content of such a file. */
int vnc_password_text_parse(const void *content, size_t n, struct vnc_password list_r[2],
                            const char **why_r);

#endif
