/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Durable state as a few operations that both a database on this host and one of several hosts
 * can do: texts under keys, in the order of their bytes. Never blocks: each operation answers
 * later, on the loop, in the order asked. Knows nothing of what it keeps.
 */
#ifndef HF_SERVER_SESSION_STORE_H
#define HF_SERVER_SESSION_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

struct store_entry {
    char *key, *value;
    uint64_t version; /* 1 when made, then one more with each change */
};

/* A change, all of which are made together or none. Texts are copied. */
struct store_change {
    const char *key;
    const char *to; /* NULL: this key; else, in a deletion: all from key to before this one */
    const char *value; /* NULL: delete */
    uint64_t lease;    /* the entry goes with this lease; 0: it stays */
};

/* Must hold, or nothing is changed. */
struct store_condition {
    const char *key;
    uint64_t version; /* 0: there is none */
};

struct store_answer {
    int err; /* 0; -EAGAIN: a condition does not hold; -ENOENT: no such lease; -EIO */
    const struct store_entry *entries; /* of get; borrowed while the answer is given */
    size_t n;
    uint64_t lease;
};

/* Called once, from the loop, never before the operation returns; not at all once the store is
 * closed. May be NULL where it is an argument. */
typedef void store_done(void *self, const struct store_answer *answer);

/* Embedded in whoever wants to hear of changes. */
struct store_watch {
    const char *prefix;                                                         /* borrowed */
    void (*changed)(struct store_watch *w, const char *key, const char *value); /* NULL: gone */
    bool existing; /* what is there already is told first, as if it were made now */
    /* May be NULL. Called once: what is there has been told, if that was wanted, and no change
     * from now on is missed. */
    void (*listed)(struct store_watch *w);
    struct store_watch *next, **link;
};

struct store {
    const struct store_ops *ops;
};

struct store_ops {
    /* One entry (to NULL), or all from `from` to before `to`, in order. */
    void (*get)(struct store *s, const char *from, const char *to, store_done *done,
                void *self);
    void (*put)(struct store *s, const char *key, const char *value, uint64_t lease,
                store_done *done, void *self);
    void (*delete)(struct store *s, const char *from, const char *to, store_done *done,
                   void *self);
    void (*transact)(struct store *s, const struct store_condition *conditions,
                     size_t n_conditions, const struct store_change *changes, size_t n_changes,
                     store_done *done, void *self);
    /* Tells of each change of a key with this prefix from now on, after it was made. */
    void (*watch)(struct store *s, struct store_watch *w);
    void (*unwatch)(struct store *s, struct store_watch *w);
    /* A new lease (id 0; its id is in the answer), or this one for ttl_us from now on. When it
     * is not renewed in time, or its daemon has ended, what was put with it is deleted. */
    void (*lease)(struct store *s, uint64_t id, uint64_t ttl_us, store_done *done, void *self);
    /* Blocks until all that was asked is answered; for the start, before anything is served. */
    void (*settle)(struct store *s);
    /* Carries out all that was asked, then frees. */
    void (*close)(struct store *s);
};

/*
 * A database of SQLite at path, made when missing (with its folder, if only that is), mode
 * 0600; ":memory:" keeps nothing. 0, or -errno with *why_r a text that the caller frees: -EBUSY
 * when another daemon has it.
 */
int store_sqlite_open(struct store **store_r, sd_event *loop, const char *path, char **why_r);

#endif
