/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * peer servers: holdfastd and the servers that it is compared with, each playing the same clip
 * and told the same damage. Except for is_there, everything ends the program when it fails.
 */
#ifndef HF_BENCH_PEER_SERVERS_H
#define HF_BENCH_PEER_SERVERS_H

#include <stdbool.h>
#include <sys/types.h>

enum { PEER_HOLDFAST, PEER_SERVERS = 4 };

struct peer_clip {
    const char *path;
    int w, h; /* px */
    unsigned fps;
};

struct peer_server {
    const struct peer_server_ops *ops;
    pid_t pid;     /* whose CPU counts */
    pid_t helper;  /* plays the clip for it; 0: it does so itself */
    char *address; /* for viewers */
};

/* "Holdfast", "LibVNCServer", "Xvnc", "neatvnc". */
const char *peer_server_name(unsigned which);
/* Whether its programs are here. */
bool peer_server_is_there(unsigned which);
/* holdfastd: its file, or NULL for the one that is built. */
void peer_server_start(struct peer_server *s, unsigned which, const struct peer_clip *clip,
                       const char *holdfastd);
void peer_server_stop(struct peer_server *s);

#endif
