/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * load: many viewers in one process, each as cheap as a viewer can be: it logs in, asks for
 * updates and throws away what it gets. Counts updates and bytes. Blocks only in load_add and
 * load_run; belongs to one thread. Knows no particular server.
 */
#ifndef HF_BENCH_LOAD_H
#define HF_BENCH_LOAD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "tests/bench/load_framing.h"

/* What a viewer asks for. */
struct load_class {
    const char *name;
    int32_t encodings[4]; /* pixels, best first; beside CopyRect, Cursor and the sizes, which
                             all viewers ask for */
    unsigned n_encodings;
};

/* NULL for an unknown name; the names are in load_class_names. */
const struct load_class *load_class_find(const char *name);
extern const char load_class_names[];

/* What lies between a viewer and its socket. */
struct load_transport {
    uint8_t security_type;
    /* What follows the choice of the type, up to but without SecurityResult; ends the program
     * when it fails. What the others get as self. */
    void *(*open)(int fd);
    /* As recv and send; without waits -1 and EAGAIN when nothing is there. */
    ssize_t (*recv)(void *self, void *data, size_t n, bool waits);
    ssize_t (*send)(void *self, const void *data, size_t n);
    void (*close)(void *self);
};

struct load_options {
    const struct load_class *class;
    const struct load_transport *transport; /* NULL: none, and security type None */
    bool continuous;    /* continuous updates and fences, where the server has them */
    unsigned period_us; /* 0: asks again at once; else this long after each update */
};

struct load_counts {
    uint64_t updates; /* with pixels in them */
    uint64_t bytes;   /* of everything that came */
    uint64_t gap_us;  /* longest time between updates */
};

struct load_viewer {
    struct load_viewer *next;
    struct framing framing;
    struct load *load;
    int fd;
    void *transport; /* of options.transport */
    unsigned tag;    /* the caller's, to tell viewers apart */
    struct load_options options;
    int w, h;   /* px */
    bool drops; /* the kernel can throw away what comes in (TCP) */
    bool continuous, ended;
    uint64_t ask_at_us;        /* a request is due, the first or again; 0: none is */
    uint64_t updated_us;       /* when the last update was complete; 0: none was */
    struct load_counts counts; /* since load_mark */
    uint64_t all_updates;
};

struct load {
    struct load_viewer *viewers;
    unsigned n, n_ended;
    int epoll_fd;
    uint64_t now_us; /* when it looked at its viewers last */
    /* May be NULL. Called when an update has come, before the next one is asked for. */
    void (*on_update)(struct load_viewer *viewer, uint64_t now_us, void *self);
    void *self;
};

void load_init(struct load *load);
/* Closes all connections. */
void load_fini(struct load *load);
/* Waits until somebody listens there; ends the program when nobody ever does. */
void load_wait_for(const char *address);
/*
 * Connects to "HOST:PORT" or "unix:/PATH", logs in with security type None and asks for the
 * first update. The viewer, owned by the load. Ends the program with a sentence when that
 * fails.
 */
struct load_viewer *load_add(struct load *load, const char *address,
                             const struct load_options *options);
/* Reads until this moment, CLOCK_MONOTONIC. */
void load_run(struct load *load, uint64_t until_us);
/* Reads until each viewer has had n updates since it was added; false when that took longer. */
bool load_run_until_all_have(struct load *load, uint64_t n, uint64_t until_us);
/* Counts from zero again. */
void load_mark(struct load *load);

enum { LOAD_ALL = -1 };

struct load_summary {
    unsigned viewers;
    uint64_t updates, bytes; /* sums */
    uint64_t least_updates;  /* of the viewer with the fewest */
    uint64_t gap_us;         /* longest */
};
/* Over the viewers with that tag, or LOAD_ALL. */
struct load_summary load_summary(const struct load *load, int tag);

uint64_t load_now_us(void);

#endif
