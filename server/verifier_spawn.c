/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/verifier_spawn.h"
#include "auth/verifier/packet.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CHANNEL = 3, /* where the program expects its socket */
    SETUP_S = 10,
};

static const struct verifier_options defaults = {
    .deadline_ms = 15000, .children = 16, .waiting = 512};

static int fail(int error, const char *why, const char **why_r)
{
    *why_r = why;
    return -error;
}

static const char *program_path(const struct verifier_options *o)
{
    const char *named = secure_getenv("HOLDFAST_VERIFIER");
    if (o->program)
        return o->program;
    return named && named[0] ? named : HF_PKGLIBEXECDIR "/holdfast-verifier";
}

/* The program gets standard error, its socket, and nothing else of ours. */
static int start_program(const struct verifier_options *o, int channel, pid_t *pid_r)
{
    char *argv[] = {"holdfast-verifier", o->confdir ? "--confdir" : NULL, (char *)o->confdir,
                    NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t signals;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, channel, CHANNEL);
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addclosefrom_np(&files, CHANNEL + 1);
    posix_spawnattr_init(&attributes);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    /* A group of its own: an interrupt at the terminal is the daemon's alone. */
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    int error = posix_spawn(pid_r, program_path(o), &files, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
    return -error;
}

static int send_message(int fd, const struct verifier_message *m)
{
    struct bytes out;
    bytes_init(&out, VERIFIER_REQUEST_MOST);
    int result = verifier_message_write(m, &out);
    if (result == 0)
        result = packet_send(fd, out.data, out.len, -1);
    bytes_fini(&out);
    return result;
}

static int send_limits(int fd, const struct verifier_options *o)
{
    struct verifier_message m = {.type = VERIFIER_LIMITS};
    m.limits.deadline_ms = o->deadline_ms ? o->deadline_ms : defaults.deadline_ms;
    m.limits.children = o->children ? o->children : defaults.children;
    m.limits.waiting = o->waiting ? o->waiting : defaults.waiting;
    m.limits.sessions = o->sessions;
    return send_message(fd, &m);
}

static int send_rows(int fd, const struct verifier_options *o)
{
    int result = 0;
    for (size_t i = 0; i < o->n_services && result == 0; i++) {
        struct verifier_message m = {.type = VERIFIER_SERVICE_ROW, .id = (uint32_t)i};
        m.service_row.name = o->services[i];
        result = send_message(fd, &m);
    }
    for (size_t i = 0; i < o->n_keys && result == 0; i++) {
        struct verifier_message m = {.type = VERIFIER_KEY_ROW, .id = (uint32_t)i};
        m.key_row.path = o->keys[i].path;
        m.key_row.secret = o->keys[i].secret;
        result = send_message(fd, &m);
    }
    for (size_t i = 0; i < o->n_sockets && result == 0; i++) {
        struct verifier_message m = {.type = VERIFIER_SOCKET_ROW, .id = (uint32_t)i};
        m.socket_row.path = o->sockets[i].path;
        m.socket_row.folder = o->sockets[i].folder;
        result = send_message(fd, &m);
    }
    return result;
}

static int wait_for_agreement(int fd)
{
    uint8_t packet[64];
    struct verifier_message m;
    const char *why;
    ssize_t n = packet_receive(fd, packet, sizeof(packet), 0, NULL);
    if (n <= 0)
        return n < 0 ? (int)n : -EPIPE;
    int result = verifier_message_parse(&m, packet, (size_t)n, &why);
    return result == 0 && m.type != VERIFIER_SEALED ? -EPROTO : result;
}

static int set_up(int fd, const struct verifier_options *o)
{
    const struct timeval patience = {.tv_sec = SETUP_S};
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    int result = send_limits(fd, o);
    if (result == 0)
        result = send_rows(fd, o);
    if (result == 0)
        result = send_message(fd, &(struct verifier_message){.type = VERIFIER_SEAL});
    if (result == 0)
        result = wait_for_agreement(fd);
    fcntl(fd, F_SETFL, O_NONBLOCK);
    return result;
}

int verifier_spawn(const struct verifier_options *o, pid_t *pid_r, int *fd_r,
                   const char **why_r)
{
    int pair[2];
    pid_t pid;
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) < 0)
        return fail(errno, "no socket could be made", why_r);
    int result = start_program(o, pair[1], &pid);
    close(pair[1]);
    if (result < 0) {
        close(pair[0]);
        return fail(-result, "the program could not be started", why_r);
    }
    result = set_up(pair[0], o);
    if (result < 0) {
        close(pair[0]);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
        return fail(-result, "the program did not agree to its set-up", why_r);
    }
    *pid_r = pid;
    *fd_r = pair[0];
    return 0;
}
