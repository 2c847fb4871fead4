/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/peer_servers.h"
#include "base/alloc.h"
#include "tests/bench/fanout_daemon.h"
#include "tests/bench/feeder.h"
#include "tests/bench/load.h"
#include "tests/bench/measure.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct peer_server_ops {
    const char *name;
    const char *program; /* of tests/bench, without which it is not there */
    bool needs_xvnc;
    void (*start)(struct peer_server *s, const struct peer_clip *clip, const char *holdfastd);
};

static void start_holdfast(struct peer_server *s, const struct peer_clip *clip,
                           const char *holdfastd)
{
    struct fanout_daemon d;
    char *place = feeder_start(clip->path, clip->fps, &s->helper);
    fanout_daemon_start(&d, holdfastd, place);
    s->pid = d.pid;
    s->address = d.address;
    free(place);
}

/* A program that plays the clip: PROGRAM WHERE CLIP FPS. It says when it is ready. */
static pid_t start_player(const struct peer_server *s, const char *where,
                          const struct peer_clip *clip)
{
    char *program = measure_sibling(s->ops->program), fps[16];
    snprintf(fps, sizeof(fps), "%u", clip->fps);
    const char *const argv[] = {program, where, clip->path, fps, NULL};
    pid_t pid = measure_start("player", argv);
    free(measure_wait_log("player", "ready"));
    free(program);
    return pid;
}

static void start_program(struct peer_server *s, const struct peer_clip *clip,
                          const char *holdfastd)
{
    char port[16];
    (void)holdfastd;
    snprintf(port, sizeof(port), "%u", measure_free_port());
    s->pid = start_player(s, port, clip);
    s->address = alloc_printf("127.0.0.1:%s", port);
}

static void start_xvnc(struct peer_server *s, const struct peer_clip *clip,
                       const char *holdfastd)
{
    unsigned number = measure_free_port();
    char display[16], port[16], size[32];
    (void)holdfastd;
    snprintf(display, sizeof(display), ":%u", number);
    snprintf(port, sizeof(port), "%u", number);
    snprintf(size, sizeof(size), "%dx%d", clip->w, clip->h);
    const char *const argv[] = {
        "Xvnc", display,    "-geometry", size,         "-depth",    "24",  "-SecurityTypes",
        "None", "-rfbport", port,        "-localhost", "-nolisten", "tcp", NULL};
    s->pid = measure_start("xvnc", argv);
    s->address = alloc_printf("127.0.0.1:%s", port);
    load_wait_for(s->address);
    s->helper = start_player(s, display, clip);
}

static const struct peer_server_ops servers[PEER_SERVERS] = {
    {"Holdfast", "holdfastd", false, start_holdfast},
    {"LibVNCServer", "tests/bench/peer_libvncserver_live", false, start_program},
    {"Xvnc", "tests/bench/peer_xvnc", true, start_xvnc},
    {"neatvnc", "tests/bench/peer_neatvnc", false, start_program},
};

const char *peer_server_name(unsigned which)
{
    return servers[which].name;
}

bool peer_server_is_there(unsigned which)
{
    if (servers[which].needs_xvnc && access("/usr/bin/Xvnc", X_OK) != 0)
        return false;
    return which == PEER_HOLDFAST || measure_has_sibling(servers[which].program);
}

void peer_server_start(struct peer_server *s, unsigned which, const struct peer_clip *clip,
                       const char *holdfastd)
{
    *s = (struct peer_server){.ops = &servers[which]};
    s->ops->start(s, clip, holdfastd);
}

void peer_server_stop(struct peer_server *s)
{
    if (s->helper)
        measure_stop(s->helper);
    measure_stop(s->pid);
    free(s->address);
    s->address = NULL;
}
