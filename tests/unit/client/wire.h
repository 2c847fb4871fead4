/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire: a client under test whose server is a test: bytes said to it beforehand, and bytes
 * heard from it afterwards. One thread, no waiting, since a socket keeps what was said.
 */
#ifndef HF_TESTS_UNIT_CLIENT_WIRE_H
#define HF_TESTS_UNIT_CLIENT_WIRE_H

#include "tests/client/client.h"

struct wire {
    struct client *client;
    int server_fd;
    int client_fd; /* until a client has taken it over */
};

/* RFB 3.8, security None, a framebuffer of 4x2 with 8 bits a pixel (rgb332), name "hf". */
#define WIRE_VERSION "52464220 3030332e 3030380a"
#define WIRE_NONE "01 01 00000000"
#define WIRE_FORMAT "08 08 00 01 0007 0007 0003 05 02 00 000000"
#define WIRE_INIT "0004 0002 " WIRE_FORMAT "00000002 6866"

/* What a client says in that handshake. */
#define WIRE_HELLO "52464220 3030332e 3030380a 01 01"

/* A client that has not begun; options may be NULL. */
void wire_init(struct wire *wire, const struct client_options *options);
void wire_fini(struct wire *wire);

/* Lets the server say bytes (in the form of rows.h). */
void wire_say(struct wire *wire, const char *bytes);

/* Closes the server's end for writing. */
void wire_hang_up(struct wire *wire);

/* Runs the handshake on what has been said. */
int wire_attach(struct wire *wire);

/* All of that with the handshake above, which must succeed, and its answers dropped. */
void wire_open(struct wire *wire, const struct client_options *options);

/* The next bytes from the client must be these. */
void wire_hear(struct wire *wire, const char *bytes);

/* Drops what the client has said so far. */
void wire_forget(struct wire *wire);

/* Says bytes and receives one message: its type or -errno. */
int wire_receive(struct wire *wire, const char *bytes);

#endif
