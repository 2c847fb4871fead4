/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * channel: a two-way stream of bytes with a deadline for every wait: a socket, or what a
 * security type lays over it (TLS, AES). Knows nothing of RFB.
 */
#ifndef HF_TESTS_CLIENT_CHANNEL_H
#define HF_TESTS_CLIENT_CHANNEL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* The time that never comes. */
#define CLIENT_NEVER INT64_MAX

struct client_channel_ops {
    /*
     * Waits until there is something to read or deadline_ms (on client_clock_ms) has come.
     * Returns the number of bytes, 0 at the end of the stream, or -errno (-ETIMEDOUT).
     */
    ssize_t (*read)(void *state, void *to, size_t size, int64_t deadline_ms);
    /* Writes all of it; 0 or -errno. */
    int (*write)(void *state, const void *from, size_t size, int64_t deadline_ms);
    /* Releases state and what lies below it. */
    void (*close)(void *state);
};

struct client_channel {
    const struct client_channel_ops *ops; /* NULL: not open */
    void *state;
};

/* Milliseconds on a clock that only moves forward. */
int64_t client_clock_ms(void);

/* A deadline timeout_ms from now; a negative timeout is CLIENT_NEVER. */
int64_t client_deadline(int timeout_ms);

/* Takes over a connected stream socket or pipe end; close() closes it. */
void client_channel_init_fd(struct client_channel *channel, int fd);

/*
 * Connects to "HOST:PORT", "[IPV6]:PORT", "unix:/PATH" or "/PATH" and takes over the socket.
 * 0 or -errno, with a sentence in *why_r (static, never freed).
 */
int client_channel_dial(struct client_channel *channel, const char *address,
                        int64_t deadline_ms, const char **why_r);

/* Closes an open channel; does nothing to one that is not. */
void client_channel_close(struct client_channel *channel);

#endif
