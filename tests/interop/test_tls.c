/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the daemon's TLS agrees to with OpenSSL's client, in each type of VeNCrypt: nothing
 * below TLS 1.2, nothing anonymous where there is a certificate. The test speaks RFB up to the
 * point where TLS begins (rfbproto, VeNCrypt), then carries bytes.
 */
#include <config.h>
#include "tests/e2e/socket.h"
#include "tests/e2e/test_logins_door.h"
#include "tests/e2e/trial.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define VENCRYPT 19
#define WORDS_MOST 10

enum type {
    TLS_NONE = 257,
    TLS_VNC = 258,
    TLS_PLAIN = 259,
    X509_NONE = 260,
    X509_VNC = 261,
    X509_PLAIN = 262,
};

/* ---- RFB before TLS ---- */

static void take(struct trial *trial, int fd, void *to, size_t size)
{
    uint8_t *at = to;

    for (size_t got = 0; got < size;) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        trial_check(trial, poll(&p, 1, PATIENCE_MS) > 0, "the server says nothing");
        ssize_t n = recv(fd, at + got, size - got, 0);
        trial_check(trial, n > 0, "the server closed");
        got += (size_t)n;
    }
}

static void expect_types(struct trial *trial, int fd, enum type type)
{
    uint8_t count, room[4 * 255];
    bool offered = false;

    take(trial, fd, &count, 1);
    take(trial, fd, room, 4 * (size_t)count);
    for (size_t i = 0; i < count; i++)
        offered = offered || (room[4 * i + 2] << 8 | room[4 * i + 3]) == (int)type;
    trial_check(trial, offered, "type %d is not offered", (int)type);
}

/* A connection on which TLS is to begin. */
static int knock(struct trial *trial, const char *address, enum type type)
{
    const uint8_t version[2] = {0, 2}, choice[4] = {0, 0, (uint8_t)(type >> 8), (uint8_t)type};
    const uint8_t vencrypt = VENCRYPT;
    int fd = socket_try_connect(address);
    uint8_t room[255], count;

    trial_check(trial, fd >= 0, "cannot connect to %s", address);
    take(trial, fd, room, 12);
    socket_send_all(trial, fd, "RFB 003.008\n", 12);
    take(trial, fd, &count, 1);
    take(trial, fd, room, count);
    trial_check(trial, memchr(room, VENCRYPT, count) != NULL, "VeNCrypt is not offered");
    socket_send_all(trial, fd, &vencrypt, 1);
    take(trial, fd, room, 2);
    socket_send_all(trial, fd, version, 2);
    take(trial, fd, room, 1);
    trial_check(trial, room[0] == 0, "VeNCrypt 0.2 is refused");
    expect_types(trial, fd, type);
    socket_send_all(trial, fd, choice, 4);
    take(trial, fd, room, 1);
    trial_check(trial, room[0] == 1, "type %d is refused", (int)type);
    return fd;
}

/* ---- OpenSSL's client ---- */

static int listen_anywhere(struct trial *trial, int *port_r)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof(at);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    trial_check(trial,
                fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
                    listen(fd, 1) == 0 && getsockname(fd, (struct sockaddr *)&at, &size) == 0,
                "cannot listen");
    *port_r = ntohs(at.sin_port);
    return fd;
}

/* What one has sent, to the other. Whether that may go on. */
static bool carry(int from, int to)
{
    uint8_t room[16384];
    ssize_t n = recv(from, room, sizeof(room), MSG_DONTWAIT);

    return n > 0 && send(to, room, (size_t)n, MSG_NOSIGNAL) == n;
}

static void carry_until_closed(struct trial *trial, int a, int b)
{
    struct pollfd p[2] = {{.fd = a, .events = POLLIN}, {.fd = b, .events = POLLIN}};
    bool open = true;

    while (open) {
        trial_check(trial, poll(p, 2, PATIENCE_MS) > 0, "neither says anything, nor closes");
        if (p[0].revents)
            open = carry(a, b);
        if (p[1].revents)
            open = carry(b, a) && open;
    }
    close(a);
    close(b);
}

/* What s_client says in the end, given these words; its input is empty, so it leaves at once.
 */
static const char *ask(struct trial *trial, const char *address, enum type type,
                       const char *const *words)
{
    const char *argv[WORDS_MOST + 8] = {"openssl", "s_client", "-connect"};
    int port, door = listen_anywhere(trial, &port);
    struct pollfd p = {.fd = door, .events = POLLIN};
    size_t n = 3;

    argv[n++] = trial_text(trial, "127.0.0.1:%d", port);
    argv[n++] = "-CAfile";
    argv[n++] = trial_path(trial, "ca.crt");
    for (; *words && n < ARRAY_SIZE(argv) - 1; words++)
        argv[n++] = *words;
    struct process *client = process_start(trial, "s_client", argv, NULL);
    trial_check(trial, poll(&p, 1, PATIENCE_MS) > 0, "s_client does not connect");
    int fd = accept(door, NULL, NULL);
    trial_check(trial, fd >= 0, "s_client has gone");
    close(door);
    carry_until_closed(trial, fd, knock(trial, address, type));
    process_wait(client, PATIENCE_MS);
    return process_log(client);
}

/* ---- rows ---- */

#define EVERY_CIPHER "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
#define NO_ANSWER "Cipher is (NONE)"

struct question {
    const char *what;
    const char *words[WORDS_MOST];
    const char *answer; /* part of what s_client says */
};

#define OLD_ONES                                                                               \
    {"TLS 1.0", {"-tls1", "-cipher", EVERY_CIPHER}, NO_ANSWER},                                \
        {"TLS 1.1", {"-tls1_1", "-cipher", EVERY_CIPHER}, NO_ANSWER},                          \
    {                                                                                          \
        "up to TLS 1.1", {"-max_protocol", "TLSv1.1", "-cipher", EVERY_CIPHER}, NO_ANSWER      \
    }

#define TRUSTING "-verify_return_error", "-verify_hostname", "localhost"

static const struct question of_x509[] = {
    OLD_ONES,
    {"TLS 1.3", {"-tls1_3", TRUSTING}, "New, TLSv1.3, Cipher is TLS_AES_256_GCM_SHA384"},
    {"TLS 1.2", {"-tls1_2", TRUSTING}, "New, TLSv1.2, Cipher is ECDHE-"},
    {"its word on the certificate", {TRUSTING}, "Verify return code: 0 (ok)"},
    {"every suite of TLS 1.2",
     {"-tls1_2", "-cipher", EVERY_CIPHER, TRUSTING},
     "New, TLSv1.2, Cipher is ECDHE-"},
    {"anonymous suites", {"-tls1_2", "-cipher", "aNULL:@SECLEVEL=0"}, NO_ANSWER},
    {"suites without encryption", {"-tls1_2", "-cipher", "eNULL:@SECLEVEL=0"}, NO_ANSWER},
    {NULL, {NULL}, NULL},
};

static const struct question of_anonymous[] = {
    OLD_ONES,
    {"TLS 1.3", {"-tls1_3"}, NO_ANSWER},
    {"suites with certificates", {"-tls1_2"}, NO_ANSWER},
    {"anonymous ECDH", {"-tls1_2", "-cipher", "AECDH:@SECLEVEL=0"}, "Cipher is AECDH-AES"},
    {"anonymous DH", {"-tls1_2", "-cipher", "ADH:@SECLEVEL=0"}, "Cipher is ADH-AES"},
    {"every suite", {"-cipher", EVERY_CIPHER}, "New, TLSv1.2, Cipher is A"},
    {NULL, {NULL}, NULL},
};

struct lane {
    enum type type;
    const char *method;
    const struct question *questions;
};

static struct daemon *start(struct trial *trial, const char *method)
{
    door_certificate(trial, "server", NULL);
    door_service(trial, "test", "false", NULL);
    trial_write_file(trial, trial_path(trial, "pw"), "secret\n");
    struct daemon *daemon = daemon_start(
        trial, NULL,
        trial_text(trial,
                   "tls { certificate = \"$/server.crt\" key = \"$/server.key\" }\n"
                   "auth { methods = {%s} pam-service = \"test\" }\n"
                   "machine test { place = {\"pattern:64x48\"} listen = {\"127.0.0.1:0\"} "
                   "password-file = \"$/pw\" }",
                   method));
    daemon_wait_machine(daemon, "test", "running");
    return daemon;
}

static void only_what_is_safe_is_agreed_to(struct trial *trial)
{
    const struct lane *lane = trial->data;
    struct daemon *daemon = start(trial, lane->method);
    const char *address = daemon_tcp(daemon, "test");

    for (const struct question *q = lane->questions; q->what; q++) {
        const char *said = ask(trial, address, lane->type, q->words);
        trial_check(trial, strstr(said, q->answer) != NULL, "%s, %s: not '%s' but:\n%s",
                    lane->method, q->what, q->answer, said);
    }
    daemon_wait_counter(daemon, "viewers", 0);
}

/* OpenSSL knows SSL 3.0 no more: a ClientHello by hand (RFC 6101 section 5.6.1.2). */
static void ssl_3_is_not_answered(struct trial *trial)
{
    static const uint8_t head[] = {22, 3, 0, 0, 45, 1, 0, 0, 41, 3, 0};
    static const uint8_t tail[] = {0, 0, 2, 0, 0x2f, 1, 0};
    const struct lane *lane = trial->data;
    uint8_t hello[sizeof(head) + 32 + sizeof(tail)] = {0}, first = 0;
    struct daemon *daemon = start(trial, lane->method);
    int fd = knock(trial, daemon_tcp(daemon, "test"), lane->type);
    struct pollfd p = {.fd = fd, .events = POLLIN};

    memcpy(hello, head, sizeof(head));
    memcpy(hello + sizeof(head) + 32, tail, sizeof(tail));
    socket_send_all(trial, fd, hello, sizeof(hello));
    trial_check(trial, poll(&p, 1, PATIENCE_MS) > 0, "the server says nothing");
    trial_check(trial, recv(fd, &first, 1, 0) <= 0 || first == 21, "record %d, not an alert",
                first);
    close(fd);
}

#define LANE(number, name, list)                                                               \
    {                                                                                          \
        name " agrees to what is safe only", only_what_is_safe_is_agreed_to,                   \
            (&(const struct lane){number, name, list}), false                                  \
    }

static const struct trial_row rows[] = {
    LANE(X509_PLAIN, "x509-plain", of_x509),
    LANE(X509_VNC, "x509-vnc", of_x509),
    LANE(X509_NONE, "x509-none", of_x509),
    LANE(TLS_PLAIN, "tls-plain", of_anonymous),
    LANE(TLS_VNC, "tls-vnc", of_anonymous),
    LANE(TLS_NONE, "tls-none", of_anonymous),
    {"x509-plain does not answer SSL 3.0", ssl_3_is_not_answered,
     (&(const struct lane){X509_PLAIN, "x509-plain", NULL}), false},
    {"tls-plain does not answer SSL 3.0", ssl_3_is_not_answered,
     (&(const struct lane){TLS_PLAIN, "tls-plain", NULL}), false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop tls", rows, ARRAY_SIZE(rows));
}
