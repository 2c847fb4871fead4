/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The messages between nodes by number. A node dials those whose machines it serves on; what is
 * asked goes from the one that dialed to the one that was called ("home", where the machine
 * runs), what is told goes back. `machine`, `view`, `stream` and `seat` are numbers that the
 * dialing node gives, unique on that connection. Each type has its limit in link_frame.c.
 */
#ifndef HF_SERVER_CLUSTER_LINK_TYPE_H
#define HF_SERVER_CLUSTER_LINK_TYPE_H

enum link_type {
    LINK_HELLO = 1, /* both ways, first */
    LINK_PING,
    LINK_PONG,
    LINK_BYE, /* why the sender closes now, as a text; link.c's own, as those above */

    /* told: what there is at home, after HELLO and whenever it changes */
    LINK_PLACE = 16, /* a machine that has places at home, and their state together */
    LINK_PLACE_GONE,
    LINK_NODE, /* of the node itself: whether it is being drained */

    /* asked of a machine */
    LINK_OPEN = 32,
    LINK_CLOSE,
    LINK_WATCH,
    LINK_INPUT,
    LINK_INPUT_MODE,

    /* told of a machine: what attach_handler has */
    LINK_STATE = 48,
    LINK_EVENT,
    LINK_HEADS,
    LINK_POINTER_IMAGE,
    LINK_POINTER,
    LINK_LEDS,
    LINK_ABSOLUTE,
    LINK_COMPLETE,
    LINK_PROBLEM,
    LINK_INPUT_BACK,

    /* asked of its picture */
    LINK_VIEW_OPEN = 64,
    LINK_VIEW_CLOSE,
    LINK_STREAM_OPEN,
    LINK_STREAM_CLOSE,
    LINK_BLOCKS_WANTED,
    LINK_ACK,

    /* told of its picture */
    LINK_VIEW_SIZE = 80,
    LINK_UNIT,
    LINK_BLOCK,

    /* asked of its sessions */
    LINK_SEAT_JOIN = 96,
    LINK_SEAT_LEAVE,
    LINK_SEAT_ROLE,
    LINK_REMEMBER, /* what the asking node knows of them, for a home that knows less */
    LINK_SEEN,     /* that it has heard who drives: what it sent before was typed by another */
    LINK_ACT,

    /* told of its sessions */
    LINK_SEAT_JOINED = 112,
    LINK_SEAT_GONE,
    LINK_CONSOLE,
    LINK_SESSION_EVENT,
    LINK_VERDICT, /* what became of a LINK_ACT */

    LINK_TYPES = 128
};

#endif
