/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What nodes say to each other about machines, in bytes: which there are, their states, input,
 * pointers, lights. Pure: puts bytes and reads them; touches no link, no machine and no clock.
 */
#ifndef HF_SERVER_CLUSTER_MACHINE_MSG_H
#define HF_SERVER_CLUSTER_MACHINE_MSG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/reader.h"
#include "framebuffer/pointer_image.h"
#include "server/attach/attach.h"
#include "server/cluster/link_type.h"

enum {
    MACHINE_MSG_KEY_MOST = 256 + 8, /* bytes, without the zero; as CLUSTER_KEY_MOST */
    MACHINE_MSG_NAME_MOST = 255,    /* likewise */
    MACHINE_MSG_TEXT_MOST = 511,    /* likewise: for people */
    MACHINE_MSG_EVENTS_MOST = 1024, /* input events in one message */
};

/* How the events of a LINK_INPUT are meant; bits. */
enum machine_msg_input {
    /*
     * They were let through already, by the node that sends them: when it was the machine's
     * home, or by its operator. Nobody's right to type is asked for again.
     */
    MACHINE_MSG_SURE = 1,
    /*
     * They are no news for the guest: what they press is down there already, pressed at another
     * place, and those who hold it release it here.
     */
    MACHINE_MSG_ADOPT = 2,
};

struct machine_msg_place {                /* LINK_PLACE, LINK_PLACE_GONE (its key only) */
    char key[MACHINE_MSG_KEY_MOST + 1];   /* "uuid:..." or "name:..." */
    char name[MACHINE_MSG_NAME_MOST + 1]; /* as that node calls it */
    uint8_t uuid[16];                     /* zeros without one */
    bool has_uuid;
    enum place_state state;
    uint64_t epoch; /* that node's count of the machine's active places */
    uint64_t ran;   /* when it began to run; see switchboard.h; 0: never */
};

struct machine_msg_events {
    uint32_t serial;      /* LINK_INPUT_MODE, LINK_INPUT_BACK: its answer */
    unsigned flags;       /* LINK_INPUT: enum machine_msg_input */
    enum input_mode mode; /* LINK_INPUT_MODE */
    unsigned n;
    struct input_event events[MACHINE_MSG_EVENTS_MOST];
};

struct machine_msg_pointer_image {
    unsigned head;
    int w, h, hot_x, hot_y;
    const uint8_t *argb; /* w * h words, big-endian; in the message */
};

/* One message of those between LINK_PLACE and LINK_INPUT_BACK; which member counts, its type
 * says. */
struct machine_msg {
    uint32_t machine; /* not in LINK_PLACE, LINK_PLACE_GONE, LINK_NODE */
    union {
        struct machine_msg_place place;
        char key[MACHINE_MSG_KEY_MOST + 1]; /* LINK_OPEN */
        bool on; /* LINK_NODE: it is being drained; LINK_WATCH; LINK_ABSOLUTE */
        struct machine_msg_events input;
        struct {
            enum place_state state;
            uint64_t ran;                        /* as above */
            char why[MACHINE_MSG_TEXT_MOST + 1]; /* "": nothing to say */
        } state;
        enum place_event
            event; /* PLACE_RESET; of the others states tell what counts elsewhere */
        struct {
            unsigned n;
            struct place_head heads[HEADS_MOST]; /* without labels */
        } heads;
        struct machine_msg_pointer_image image;
        struct {
            unsigned head;
            int x, y;
            bool visible;
        } pointer;
        unsigned leds;
        char text[MACHINE_MSG_TEXT_MOST + 1]; /* LINK_PROBLEM; "": there is none */
    };
};

/* Whether it is one of these messages. */
bool machine_msg_knows(enum link_type type);
/*
 * Appends its payload. Texts that are too long are cut, events beyond MACHINE_MSG_EVENTS_MOST
 * left out.
 */
void machine_msg_put(struct bytes *b, enum link_type type, const struct machine_msg *msg);
/*
 * Reads a whole payload; every value in msg_r is within its limits then (heads below
 * HEADS_MOST, keys and buttons that exist). NULL, or what is wrong with it (static).
 */
const char *machine_msg_read(struct reader *r, enum link_type type, struct machine_msg *msg_r);

/* ---- the same, one by one, for those who send ---- */

/* LINK_POINTER_IMAGE. */
void machine_msg_put_pointer_image(struct bytes *b, uint32_t machine, unsigned head,
                                   const struct pointer_image *image);
/* LINK_INPUT, LINK_INPUT_BACK and LINK_INPUT_MODE with events of the caller's. */
void machine_msg_put_events(struct bytes *b, enum link_type type, uint32_t machine,
                            uint32_t number, const struct input_event *events, size_t n);
/* A new image of what was told; NULL when its size is none. */
struct pointer_image *machine_msg_pointer_image(const struct machine_msg_pointer_image *told);

#endif
