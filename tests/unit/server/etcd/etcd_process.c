/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/etcd/etcd_process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

extern char **environ;

enum { START_S = 60, WORDS_MOST = 16 };

static struct sockaddr_in loopback(int port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int free_port(void)
{
    struct sockaddr_in address = loopback(0);
    socklen_t n = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, n), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &n), 0);
    close(fd);
    return ntohs(address.sin_port);
}

void etcd_process_init(struct etcd_process *e)
{
    const char *tmp = getenv("TMPDIR");
    *e = (struct etcd_process){.client_port = free_port(), .peer_port = free_port()};
    snprintf(e->folder, sizeof(e->folder), "%s/holdfast-etcd-XXXXXX", tmp ? tmp : "/tmp");
    assert_non_null(mkdtemp(e->folder));
    snprintf(e->url, sizeof(e->url), "http://127.0.0.1:%d", e->client_port);
}

static bool listens(int port)
{
    struct sockaddr_in address = loopback(port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int err = connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return err == 0;
}

/* Its output goes into the folder. */
static pid_t spawn(const struct etcd_process *e, const char *const *argv)
{
    posix_spawn_file_actions_t actions;
    char log[128];
    pid_t pid = 0;
    snprintf(log, sizeof(log), "%s/log", e->folder);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int err = posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (err)
        fail_msg("%s: %s", argv[0], strerror(err));
    return pid;
}

void etcd_process_start(struct etcd_process *e)
{
    char data[128], peer[64], cluster[80];
    snprintf(data, sizeof(data), "%s/data", e->folder);
    snprintf(peer, sizeof(peer), "http://127.0.0.1:%d", e->peer_port);
    snprintf(cluster, sizeof(cluster), "one=%s", peer);
    const char *const argv[] = {"etcd",  "--name",
                                "one",   "--data-dir",
                                data,    "--listen-client-urls",
                                e->url,  "--advertise-client-urls",
                                e->url,  "--listen-peer-urls",
                                peer,    "--initial-advertise-peer-urls",
                                peer,    "--initial-cluster",
                                cluster, NULL};
    e->pid = spawn(e, argv);
    for (time_t end = time(NULL) + START_S; !listens(e->client_port);) {
        if (time(NULL) > end || waitpid(e->pid, NULL, WNOHANG) != 0)
            fail_msg("etcd does not listen; see %s/log", e->folder);
        poll(NULL, 0, 20);
    }
}

void etcd_process_kill(struct etcd_process *e)
{
    if (e->pid > 0) {
        kill(e->pid, SIGKILL);
        waitpid(e->pid, NULL, 0);
    }
    e->pid = 0;
}

void etcd_process_ctl(const struct etcd_process *e, const char *const *words)
{
    const char *argv[WORDS_MOST + 4] = {"etcdctl", "--endpoints", e->url};
    int status = -1;
    for (size_t i = 0; words[i]; i++)
        argv[3 + i] = words[i];
    setenv("ETCDCTL_API", "3", 1);
    pid_t pid = spawn(e, argv);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status != 0)
        fail_msg("etcdctl %s failed; see %s/log", words[0], e->folder);
}

int etcd_process_revision(const struct etcd_process *e)
{
    char command[160], line[256];
    int revision = 0;
    snprintf(command, sizeof(command), "ETCDCTL_API=3 etcdctl --endpoints %s get x -w fields",
             e->url);
    FILE *pipe = popen(command, "re");
    assert_non_null(pipe);
    while (fgets(line, sizeof(line), pipe))
        sscanf(line, "\"Revision\" : %d", &revision);
    assert_int_equal(pclose(pipe), 0);
    assert_true(revision > 0);
    return revision;
}

void etcd_process_fini(struct etcd_process *e)
{
    char command[160];
    etcd_process_kill(e);
    snprintf(command, sizeof(command), "rm -rf '%s'", e->folder);
    assert_int_equal(system(command), 0);
}
