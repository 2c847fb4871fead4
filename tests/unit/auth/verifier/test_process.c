/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The program as a daemon that was taken over would treat it: packets written down by hand. */
#include <config.h>
#include "auth/verifier/message.h"
#include "auth/verifier/packet.h"
#include "tests/unit/auth/verifier/folder.h"
#include "tests/unit/hex.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cmocka.h>

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))
enum { PATIENCE_MS = 60000, CHANNEL = 3 };

#define LIMITS "01 00000000 0000ea60 00000004 00000008 00000000"
#define SERVICE "02 00000000 0005 'hang' 00"
#define KEY "03 00000000 0003 '/k' 00 01"
#define SOCKET "04 00000000 0003 '/s' 00 00"
#define SEAL "05 00000000"
#define CHECK "06 00000001 00000000 0006 'alice' 00 0002 'x' 00 0001 00"

/* The program, and the daemon's end of its socket. */
struct peer {
    pid_t pid;
    int fd;
};

static struct folder folder;

static void peer_start(struct peer *p)
{
    const char *top = getenv("top_builddir");
    char *path = NULL, *argv[] = {"holdfast-verifier", "--confdir", folder.path, NULL};
    posix_spawn_file_actions_t files;
    int pair[2];
    assert_true(asprintf(&path, "%s/holdfast-verifier", top ? top : ".") > 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, pair[1], CHANNEL);
    assert_int_equal(posix_spawn(&p->pid, path, &files, NULL, argv, environ), 0);
    posix_spawn_file_actions_destroy(&files);
    close(pair[1]);
    free(path);
    p->fd = pair[0];
}

static void peer_send(const struct peer *p, const char *hex)
{
    struct bytes packet;
    hex_init(&packet, hex);
    /* It may have ended before the last of several packets. */
    int result = packet_send(p->fd, packet.data, packet.len, -1);
    assert_true(result == 0 || result == -EPIPE || result == -ECONNRESET);
    bytes_fini(&packet);
}

/* The next packet's type; 0 at the end. */
static uint8_t peer_receive(const struct peer *p)
{
    static uint8_t packet[VERIFIER_ANSWER_MOST];
    struct verifier_message m;
    const char *why;
    struct pollfd wait = {.fd = p->fd, .events = POLLIN};
    assert_int_equal(poll(&wait, 1, PATIENCE_MS), 1);
    ssize_t n = packet_receive(p->fd, packet, sizeof(packet), 0, NULL);
    if (n == 0 || n == -ECONNRESET)
        return 0;
    assert_true(n > 0);
    assert_int_equal(verifier_message_parse(&m, packet, (size_t)n, &why), 0);
    return m.type;
}

static int peer_wait(struct peer *p)
{
    int status;
    close(p->fd);
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void peer_set_up(struct peer *p)
{
    static const char *const packets[] = {LIMITS, SERVICE, KEY, SOCKET, SEAL};
    peer_start(p);
    for (size_t i = 0; i < COUNT(packets); i++)
        peer_send(p, packets[i]);
    assert_int_equal(peer_receive(p), VERIFIER_SEALED);
}

static void hostile_set_ups_end_the_connection(void **state)
{
    (void)state;
    static const char *const rows[][3] = {
        {CHECK},                                             /* too early */
        {"09 00000001 00000000"},                            /* the same */
        {SEAL},                                              /* without limits */
        {LIMITS, LIMITS},                                    /* twice */
        {"01 00000000 00000000 00000001 00000001 00000000"}, /* no deadline */
        {"01 00000000 00000001 00000000 00000001 00000000"}, /* no children */
        {"01 00000000 00000001 00ffffff 00000001 00000000"}, /* too many */
        {"01 00000000 00000001 00000001 ffffffff 00000000"}, /* waiting without end */
        {"01 00000000 00000001 00000001 00000001 ffffffff"}, /* sessions without end */
        {LIMITS, "02 00000001 0002 'a' 00"},                 /* row 1 before row 0 */
        {LIMITS, SERVICE, SERVICE},                          /* row 0 twice */
        {LIMITS, "02 00000000 0005 '../a' 00"},              /* a service elsewhere */
        {LIMITS, "02 00000000 0001 00"},                     /* without a name */
        {LIMITS, "03 00000000 0002 'k' 00 00"},              /* a relative path */
        {LIMITS, "04 00000000 0002 's' 00 00"},
        {"0b 00000000"}, /* an answer */
        {"63 00000000"}, /* nothing known */
        {"05"},          /* cut */
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct peer p;
        peer_start(&p);
        for (size_t k = 0; k < 3 && rows[i][k]; k++)
            peer_send(&p, rows[i][k]);
        assert_int_equal(peer_receive(&p), 0);
        assert_int_equal(peer_wait(&p), EXIT_FAILURE);
    }
}

static void hostile_requests_end_the_connection(void **state)
{
    (void)state;
    static const char *const rows[] = {
        LIMITS,
        SERVICE,
        SEAL, /* the set-up is over */
        "03 00000001 000c '/etc/shadow' 00 00",
        "04 00000001 0003 '/x' 00 01",
        "06 00000001 00000001 0002 'a' 00 0002 'x' 00 0001 00", /* service 1 */
        "06 00000001 ffffffff 0002 'a' 00 0002 'x' 00 0001 00",
        "08 00000001 00000001",                      /* key 1 */
        "0a 00000001 00000001 0001 00",              /* socket 1 */
        "0c 00000001 00 00 0002 'a' 00 00000000 00", /* answers */
        "0d 00000001 00000000 0001 00 00000000",
        "10 00000001",
        "06 00000001 00000000 0002 'a' 00 0002 'x' 00",
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct peer p;
        peer_set_up(&p);
        peer_send(&p, rows[i]);
        assert_int_equal(peer_receive(&p), 0);
        assert_int_equal(peer_wait(&p), EXIT_FAILURE);
    }
}

static void a_number_in_use_ends_the_connection(void **state)
{
    (void)state;
    struct peer p;
    peer_set_up(&p);
    peer_send(&p, CHECK);
    peer_send(&p, "09 00000001 00000000");
    assert_int_equal(peer_receive(&p), 0);
    assert_int_equal(peer_wait(&p), EXIT_FAILURE);
}

static void a_packet_too_long_or_with_a_descriptor_ends_the_connection(void **state)
{
    (void)state;
    static const uint8_t zeros[VERIFIER_REQUEST_MOST + 1];
    struct peer p;
    peer_set_up(&p);
    assert_int_equal(packet_send(p.fd, zeros, sizeof(zeros), -1), 0);
    assert_int_equal(peer_receive(&p), 0);
    assert_int_equal(peer_wait(&p), EXIT_FAILURE);
    peer_set_up(&p);
    assert_int_equal(packet_send(p.fd, zeros, 1, 0), 0);
    assert_int_equal(peer_receive(&p), 0);
    assert_int_equal(peer_wait(&p), EXIT_FAILURE);
}

static void what_merely_fails_is_answered(void **state)
{
    (void)state;
    struct peer p;
    peer_set_up(&p);
    peer_send(&p, "07 00000063"); /* the end of a session that there is not */
    peer_send(&p, "08 00000001 00000000");
    assert_int_equal(peer_receive(&p), VERIFIER_KEY);
    peer_send(&p, "0a 00000001 00000000 0001 00");
    assert_int_equal(peer_receive(&p), VERIFIER_CONNECTED);
    peer_send(&p, "09 00000001 fffffff0");
    assert_int_equal(peer_receive(&p), VERIFIER_NAMED);
    assert_int_equal(peer_wait(&p), EXIT_SUCCESS);
}

static pid_t read_pid(const char *name)
{
    int pid = 0;
    FILE *file = fopen(folder_file(&folder, name).text, "r");
    if (file && fscanf(file, "%d", &pid) != 1)
        pid = 0;
    if (file)
        fclose(file);
    return pid;
}

/* The end of the daemon, or of its manners, ends a module that hangs and what it started. */
static void the_end_of_the_daemon_ends_everything(void **state)
{
    (void)state;
    static const char *const last_words[] = {NULL, SEAL};
    for (size_t i = 0; i < COUNT(last_words); i++) {
        struct peer p;
        pid_t program;
        unlink(folder_file(&folder, "pid").text);
        peer_set_up(&p);
        peer_send(&p, CHECK);
        while ((program = read_pid("pid")) == 0)
            poll(NULL, 0, 10);
        if (last_words[i])
            peer_send(&p, last_words[i]);
        else
            shutdown(p.fd, SHUT_RDWR);
        assert_int_equal(peer_wait(&p), last_words[i] ? EXIT_FAILURE : EXIT_SUCCESS);
        /* The verifier reaps all before it ends. */
        assert_int_equal(kill(program, 0), -1);
        assert_int_equal(errno, ESRCH);
    }
}

static void nobody_but_the_daemon_starts_it(void **state)
{
    (void)state;
    char *command = NULL;
    const char *top = getenv("top_builddir");
    assert_true(asprintf(&command, "%s/holdfast-verifier 2>/dev/null </dev/null 3<&0",
                         top ? top : ".") > 0);
    assert_int_equal(WEXITSTATUS(system(command)), 2);
    free(command);
}

static int setup(void **state)
{
    char stack[256], script[256];
    (void)state;
    folder_make(&folder);
    snprintf(script, sizeof(script), "#!/bin/sh\necho $$ >%s\nexec sleep 100000\n",
             folder_file(&folder, "pid").text);
    folder_write(&folder, "script", script, 0755);
    snprintf(stack, sizeof(stack), "auth required pam_exec.so quiet %s\n",
             folder_file(&folder, "script").text);
    folder_write(&folder, "hang", stack, 0644);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    folder_remove(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_set_ups_end_the_connection),
        cmocka_unit_test(hostile_requests_end_the_connection),
        cmocka_unit_test(a_number_in_use_ends_the_connection),
        cmocka_unit_test(a_packet_too_long_or_with_a_descriptor_ends_the_connection),
        cmocka_unit_test(what_merely_fails_is_answered),
        cmocka_unit_test(the_end_of_the_daemon_ends_everything),
        cmocka_unit_test(nobody_but_the_daemon_starts_it),
    };
#ifndef HAVE_PAM_START_CONFDIR
    return 77;
#endif
    return cmocka_run_group_tests_name("verifier/process", tests, setup, teardown);
}
