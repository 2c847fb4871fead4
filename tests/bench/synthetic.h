/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * synthetic nodes: what nodes write to and read from the store, without machines, viewers and
 * links: each is a store client of its own, as a daemon has one. All of a world are in one
 * process and one loop.
 */
#ifndef HF_BENCH_SYNTHETIC_H
#define HF_BENCH_SYNTHETIC_H

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include "server/session/store.h"
#include "tests/bench/etcd_server.h"
#include "tests/bench/samples.h"

/* What is written. Nodes and places are as a daemon writes and reads them, the others as long.
 */
enum record {
    RECORD_NODE,    /* node/NAME, with the node's lease */
    RECORD_PLACE,   /* place/NODE/KEY, with the node's lease */
    RECORD_HOME,    /* home/KEY, by compare-and-swap */
    RECORD_SESSION, /* session/KEY/NUMBER, on condition that home/KEY is as it was */
    RECORDS
};
extern const char *const record_names[RECORDS];

struct world;

struct synthetic {
    struct world *world;
    struct store *store;
    unsigned number;
    char name[16];
    uint64_t lease;         /* 0: none yet */
    uint32_t *homes;        /* versions of home/KEY, of each of its machines */
    bool lost_lease;        /* a renewal found none */
    unsigned went;          /* how often it was told that etcd is away */
    sd_event_source *renew; /* NULL: its lease is not kept */
};

struct world {
    sd_event *loop;
    const struct etcd_server *etcd;
    struct synthetic *nodes;
    unsigned n, machines; /* machines of each node */
    uint64_t ttl_us;
    uint64_t pending;  /* operations that are not answered, without renewals */
    uint64_t done;     /* that were answered well */
    uint64_t refused;  /* that were not */
    uint64_t renewals; /* of leases */
};

/* n nodes, each with a lease and its record; returns when all are there. */
void world_init(struct world *w, const struct etcd_server *etcd, unsigned n, unsigned machines,
                unsigned ttl_s);
/* All machines' places, as many in one transaction as etcd takes. */
void world_fill(struct world *w);
/* Renews each lease three times in its time from now on. */
void world_keep_leases(struct world *w);
void world_run(struct world *w, uint64_t until_us);
/* Runs until none is pending. */
void world_settle(struct world *w);
void world_fini(struct world *w);

char *record_key(enum record kind, const char *node, unsigned machine);
char *record_value(enum record kind, const char *node, unsigned machine, unsigned turn);
/* Writes one of the node's records; done is told how it went. turn: any number, goes into the
 * value. */
void synthetic_write(struct synthetic *s, enum record kind, unsigned machine, unsigned turn,
                     void (*done)(void *self, int err), void *self);

uint64_t synthetic_now_us(void);

#endif
