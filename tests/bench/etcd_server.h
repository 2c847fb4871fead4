/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * etcd server: a real etcd of one member on loopback, in the benchmark's scratch folder.
 * Everything here ends the program with a sentence when it fails.
 */
#ifndef HF_BENCH_ETCD_SERVER_H
#define HF_BENCH_ETCD_SERVER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct etcd_server {
    char *folder;
    unsigned client_port, peer_port;
    char *url;
    pid_t pid; /* 0: it does not run */
};

/* Starts it with nothing in it, and waits until it answers. */
void etcd_server_init(struct etcd_server *e);
/* As a crash: SIGKILL. What it knew stays. */
void etcd_server_kill(struct etcd_server *e);
/* With what it knew; waits until it answers. */
void etcd_server_start(struct etcd_server *e);
/* The same in two steps. */
void etcd_server_begin(struct etcd_server *e);
bool etcd_server_answers(const struct etcd_server *e);
void etcd_server_fini(struct etcd_server *e);

/* Asks its JSON gateway, "/v3/kv/range"; takes body over; the answer is the caller's. */
json_t *etcd_server_ask(const struct etcd_server *e, const char *path, json_t *body);
/* Bytes of all pages of a list, as JSON; takes the range request over. */
size_t etcd_server_weigh(const struct etcd_server *e, json_t *range);
/* The revision of all that it holds. */
uint64_t etcd_server_revision(const struct etcd_server *e);
/* Forgets what was before the present revision, and waits until that is done. */
void etcd_server_compact(const struct etcd_server *e);
/* A number that it tells of itself at /metrics; 0 when there is none of that name. */
double etcd_server_metric(const struct etcd_server *e, const char *name);

#endif
