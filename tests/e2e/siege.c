/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/siege.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/socket.h"
#include "tests/e2e/trial.h"

#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

const struct siege_bytes siege_stages[SIEGE_STAGES] = {
    SIEGE_BYTES("nothing", ""),
    SIEGE_BYTES("a version", "RFB 003.008\n"),
    SIEGE_BYTES("a security type", "\1"),
    SIEGE_BYTES("ClientInit", "\1"),
    SIEGE_BYTES("the beginning of SetPixelFormat", "\0\0\0\0\x20\x18\0\1"),
};

struct siege siege_start(struct trial *trial, const char *auth)
{
    struct siege siege = {.trial = trial};

    siege.daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} %s }\n"
                   "machine test { place = {\"pattern:%dx%d\"} listen = {\"unix:$/view\"} }",
                   auth, SIEGE_WIDTH_PX, SIEGE_HEIGHT_PX));
    siege.address = trial_text(trial, "unix:%s/view", trial->folder);
    daemon_wait_machine(siege.daemon, "test", "running");
    siege.witness = look_open(trial, siege.address, "zrle,cursor", NULL);
    look_whole(trial, siege.witness);
    return siege;
}

void siege_witness_is_well(struct siege *siege)
{
    struct shot want =
        pattern_shot(siege->trial, SIEGE_WIDTH_PX, SIEGE_HEIGHT_PX, PATTERN_STILL, 0);

    look_must(siege->trial, siege->witness, client_request_all(siege->witness, false),
              "a request");
    look_must(siege->trial, siege->witness,
              client_wait_message(siege->witness, CLIENT_UPDATE, PATIENCE_MS), "an update");
    look_until(siege->trial, siege->witness, want, 0);
}

int siege_connect(struct siege *siege)
{
    int fd = socket_try_connect(siege->address);

    trial_check(siege->trial, fd >= 0, "cannot connect: %s", strerror(-fd));
    return fd;
}

void siege_expect_close(struct siege *siege, int fd)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    char room[4096];
    ssize_t got;

    do {
        trial_check(siege->trial, poll(&p, 1, clock_left_ms(deadline_ms)) > 0,
                    "the server does not close the connection");
        got = read(fd, room, sizeof(room));
    } while (got > 0);
    close(fd);
}

/* The server may close at any moment meanwhile. */
void siege_send(int fd, const void *data, size_t size)
{
    (void)!send(fd, data, size, MSG_NOSIGNAL);
}
