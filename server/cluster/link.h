/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One connection between two nodes: messages with a type and a length over TLS, on which both
 * ends have shown a certificate of the cluster's authority, or in the clear on a Unix socket
 * pair (tests). Speaks HELLO and PING itself; knows nothing of what else it carries.
 *
 * On the wire a message is: u32 length of what follows the header, u8 type, 3 bytes 0, then the
 * payload; integers are big-endian.
 */
#ifndef HF_SERVER_CLUSTER_LINK_H
#define HF_SERVER_CLUSTER_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "base/blob.h"
#include "base/bytes.h"
#include "base/reader.h"
#include "base/stream.h"
#include "server/cluster/link_name.h"
#include "server/cluster/link_type.h"

enum {
    /*
     * Versions that we speak. 1 was in no release: there size and power were asked for in
     * nobody's name, and wishes had no verdict.
     */
    LINK_VERSION_LOWEST = 2,
    LINK_VERSION = 2,             /* the highest */
    LINK_MESSAGE_MOST = 64 << 20, /* bytes of any payload; most have narrower limits */
    LINK_HELLO_MS = 10000,        /* from the connection to both HELLOs */
    LINK_PING_MS = 5000,          /* after this silence the other end is asked */
    LINK_DEAD_MS = 20000,         /* after this silence it is gone */
    LINK_UNSENT_MOST = 256 << 20, /* bytes queued: a link on which more wait is closed */
};

struct link;

/* What a link tells its owner, from the loop, never inside a call of this header but
 * link_open's socket errors, which come later too. */
struct link_owner_ops {
    /*
     * Both HELLOs have come. node: the other end's name, proved by its certificate. False with
     * a static text: it is not welcome, the link is closed and `down` follows.
     */
    bool (*up)(void *self, struct link *link, const char *node, const char **why_r);
    /* payload is all of it. NULL, or what is wrong with it: the link is closed and `down`
     * follows. */
    const char *(*message)(void *self, enum link_type type, struct reader *payload);
    /* It ended, by whichever side; called once, also when it never was up. The owner calls
     * link_free here or later. why: text for the log; holds until the call returns. */
    void (*down)(void *self, const char *why);
};

/* How a stream proves whose it is. */
struct link_proof {
    /* Whether the certificate of the other end names this node; else *why_r, static. */
    bool (*names)(const struct stream *stream, const char *node, const char **why_r);
    /* What was wrong with a stream that failed, static; NULL: no more than its -errno. */
    const char *(*trouble)(const struct stream *stream);
};

struct link_options {
    sd_event *loop;
    const char *node;  /* our own name; copied */
    const char *other; /* whom we dialed: any other name is refused; NULL: whoever calls */
    bool dialed;       /* then it speaks second: who is refused while TLS begins hears why */
    const struct link_owner_ops *ops;
    void *self;
    const struct link_proof *proof; /* NULL: nobody has to prove anything (a socket pair);
                                       link_dial and link_listener set it */
    /* 0: LINK_HELLO_MS, LINK_PING_MS, LINK_DEAD_MS */
    unsigned hello_ms, ping_ms, dead_ms;
};

/* Takes over a stream that is connected (its handshake may be still to come). Never NULL. */
struct link *link_new(struct stream **stream, const struct link_options *options);
/* From now on other ops with another self are told; also from inside `up`. */
void link_set_owner(struct link *link, const struct link_owner_ops *ops, void *self);
/* Closes without telling; NULL inside is allowed. Safe inside any call of the owner's ops
 * (a payload holds until that call returns). */
void link_free(struct link **link);

/*
 * Queues a message: payload (left empty; NULL: none) and then the blobs' bytes are its payload.
 * Sent when the loop comes round. On a link that is not up payload is emptied, and that is all.
 * What is longer than its type may be, or too much (LINK_UNSENT_MOST), closes the link.
 */
void link_put(struct link *link, enum link_type type, struct bytes *payload,
              struct blob *const *blobs, size_t n_blobs);
/* Bytes that are queued and that the kernel has not taken. */
size_t link_unsent(const struct link *link);
/* Bytes written since the start, all told. */
uint64_t link_sent(const struct link *link);
/* Round trip of the last PING, us; 0: not known yet. There is one as soon as the link is up,
 * each 15 seconds, and after silence. */
uint64_t link_rtt_us(const struct link *link);
/* What both speak; 0: not known yet. */
unsigned link_version(const struct link *link);

/* A text of at most `most` bytes as u16 length and bytes; longer ones are cut. */
void link_put_text(struct bytes *b, const char *text, size_t most);
/* Reads one into text_r (size includes the zero). False (and r->more) when it is not all there,
 * is longer, or has a zero byte inside. */
bool link_read_text(struct reader *r, char *text_r, size_t size);
void link_put_u64(struct bytes *b, uint64_t v);
uint64_t link_read_u64(struct reader *r);

#endif
