/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/client/wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/client/rows.h"

enum { PATIENCE_MS = 60000 };

void wire_init(struct wire *wire, const struct client_options *options)
{
    int fds[2];

    assert_int_equal(0, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds));
    wire->client = client_new(options);
    wire->client_fd = fds[0];
    wire->server_fd = fds[1];
}

void wire_fini(struct wire *wire)
{
    if (wire->client_fd >= 0)
        close(wire->client_fd);
    close(wire->server_fd);
    client_free(&wire->client);
}

void wire_say(struct wire *wire, const char *bytes)
{
    size_t size;
    uint8_t *data = rows_parse(bytes, &size);

    assert_int_equal(size, send(wire->server_fd, data, size, MSG_NOSIGNAL));
    free(data);
}

void wire_hang_up(struct wire *wire)
{
    shutdown(wire->server_fd, SHUT_WR);
}

int wire_attach(struct wire *wire)
{
    int fd = wire->client_fd;

    wire->client_fd = -1;
    return client_attach(wire->client, fd, PATIENCE_MS);
}

void wire_open(struct wire *wire, const struct client_options *options)
{
    wire_init(wire, options);
    wire_say(wire, WIRE_VERSION WIRE_NONE WIRE_INIT);
    if (wire_attach(wire) != 0)
        fail_msg("%s", client_why(wire->client));
    wire_forget(wire);
}

void wire_hear(struct wire *wire, const char *bytes)
{
    size_t size, got = 0;
    uint8_t *want = rows_parse(bytes, &size);
    uint8_t *heard = calloc(1, size + 1);

    assert_non_null(heard);
    while (got < size) {
        ssize_t part = recv(wire->server_fd, heard + got, size - got, MSG_DONTWAIT);

        if (part <= 0)
            fail_msg("the client said %zu bytes, not %zu", got, size);
        got += (size_t)part;
    }
    assert_memory_equal(heard, want, size);
    free(heard);
    free(want);
}

void wire_forget(struct wire *wire)
{
    uint8_t heard[4096];

    while (recv(wire->server_fd, heard, sizeof heard, MSG_DONTWAIT) > 0)
        continue;
}

int wire_receive(struct wire *wire, const char *bytes)
{
    wire_say(wire, bytes);
    return client_receive(wire->client, PATIENCE_MS);
}
