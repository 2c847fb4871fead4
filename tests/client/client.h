/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * client: a small, strict, blocking RFB client for tests. It judges a server: whatever the
 * server does against RFC 6143 or rfbproto is an error with a sentence. It shares no code with
 * the server, and favours being clear over being fast.
 *
 * A struct client belongs to one thread. All fields may be read by tests; only client_*
 * functions write them. Functions that return int give 0 (or what they say) or -errno, and
 * client_why() gives the sentence:
 * - EPROTO: the server broke the protocol
 * - ETIMEDOUT: nothing happened before the deadline; harmless if no message had begun
 * - ECONNRESET: the server closed the connection
 * - EACCES: the server refused the login
 * After any of these but a harmless ETIMEDOUT the connection is of no use any more, and every
 * further call returns the same.
 */
#ifndef HF_TESTS_CLIENT_CLIENT_H
#define HF_TESTS_CLIENT_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/client/channel.h"
#include "tests/client/decode.h"
#include "tests/client/encodings.h"
#include "tests/client/fault.h"
#include "tests/client/format.h"
#include "tests/client/picture.h"
#include "tests/client/source.h"

struct client;

/*
 * A security type: run() does what follows the choice of the type, up to but without
 * SecurityResult, with client_read_* and client_send_raw; faults go to client->fault. It may
 * lay another channel over the client's (client_push_channel).
 */
struct client_security {
    uint8_t type;
    const char *name;
    void (*run)(struct client *client);
};

extern const struct client_security client_security_none; /* RFC 6143 section 7.2.1 */
extern const struct client_security client_security_vnc;  /* section 7.2.2 */

struct client_options {
    int version;          /* 3003, 3007, 3008 or 3889; 0 is 3008 */
    bool exclusive;       /* ClientInit with shared-flag 0 */
    const char *password; /* for VNC authentication; NULL: never choose it */
    bool manual_fences;   /* do not answer the server's fences */
    /*
     * Chooses from the server's list; client->security_types and arg are there to look at. NULL
     * means that none fits. Without this callback the first type in the server's order wins
     * that is None, or VNC with a password. In 3.3 the list is the one type that the server
     * decided on.
     */
    const struct client_security *(*choose_security)(struct client *client,
                                                     const uint8_t *types, size_t count,
                                                     void *arg);
    void *arg;
};

/* Server messages, as client_receive returns them. */
enum client_message {
    CLIENT_UPDATE = 0,
    CLIENT_COLOURS = 1,
    CLIENT_BELL = 2,
    CLIENT_CUT_TEXT = 3,
    CLIENT_END_OF_CONTINUOUS_UPDATES = 150,
    CLIENT_FENCE = 248,
    CLIENT_XVP = 250,
};

enum client_fence_flag {
    CLIENT_FENCE_BLOCK_BEFORE = 1,
    CLIENT_FENCE_BLOCK_AFTER = 2,
    CLIENT_FENCE_SYNC_NEXT = 4,
    CLIENT_FENCE_KNOWN = 7,
};
#define CLIENT_FENCE_REQUEST 0x80000000u
#define CLIENT_FENCE_MOST 64

struct client_fence {
    uint32_t flags;
    uint8_t length;
    uint8_t payload[CLIENT_FENCE_MOST];
};

/* The header of a rectangle and how many bytes it took, header and data together. */
struct client_rect {
    int x_px, y_px, width_px, height_px;
    int32_t encoding;
    uint64_t bytes;
};

/* Sums over rectangles of one encoding. */
struct client_count {
    int32_t encoding;
    uint64_t rects, bytes, pixels;
};

#define CLIENT_COUNTS_MOST 48

enum client_cursor_kind {
    CLIENT_CURSOR_NEVER, /* none has come */
    CLIENT_CURSOR_PLAIN,
    CLIENT_CURSOR_X,
    CLIENT_CURSOR_ALPHA, /* colours are multiplied by alpha */
    CLIENT_CURSOR_VMWARE_CLASSIC,
    CLIENT_CURSOR_VMWARE_ALPHA,
};

struct client_cursor {
    enum client_cursor_kind kind;
    int hot_x_px, hot_y_px, width_px, height_px; /* 0 by 0: hidden */
    uint8_t *rgba;      /* 4 bytes a pixel; alpha is 0 or 255 except in the alpha kinds */
    uint64_t count;     /* how many have come */
    uint64_t inverting; /* pixels of a VMware classic cursor that invert what is below */
};

struct client_screen {
    uint32_t id;
    int x_px, y_px, width_px, height_px;
    uint32_t flags;
};

/* The last ExtendedDesktopSize. */
struct client_desktop {
    uint64_t count; /* how many have come; 0: the server has not shown that it supports them */
    int reason;     /* 0 server, 1 this client, 2 another client */
    int status;     /* for reason 1: 0 done, else refused */
    int width_px, height_px;
    struct client_screen screens[255];
    size_t screen_count;
};

/* What the server has shown to support, and the last state it has told. */
struct client_extras {
    bool qemu_key, extended_mouse, continuous_updates, fence;
    int xvp_version;                /* 0: not supported */
    int qemu_led, vmware_led;       /* -1 unknown, else bits: scroll 1, num 2, caps 4 */
    int pointer_absolute;           /* -1 unknown, 0 relative, 1 absolute */
    int pointer_x_px, pointer_y_px; /* -1 unknown */
    uint64_t led_count, pointer_pos_count, name_count;
};

/* A ServerCutText. Extended messages have flags (never 0) and what follows them. */
struct client_cut_text {
    uint8_t *text;
    size_t length;
    uint32_t flags;
    uint64_t count;
};

enum client_continuous {
    CLIENT_CONTINUOUS_OFF,
    CLIENT_CONTINUOUS_ON,
    CLIENT_CONTINUOUS_ENDING, /* disabled; the server has not said yet that it has stopped */
};

struct client {
    struct client_options options;
    char password[256]; /* options.password, kept here */
    struct client_fault fault;
    struct client_channel channel;
    struct client_source source;
    uint64_t sent;  /* bytes */
    char note[400]; /* what client_why says when nothing is broken */

    int version;        /* as agreed: 3003, 3007, 3008 or 3889 */
    int server_version; /* as offered */
    uint8_t security_types[255];
    size_t security_count;
    uint8_t security_type;              /* as chosen */
    char *name;                         /* of the desktop */
    struct client_format server_format; /* of ServerInit */
    struct client_format format;        /* in use */
    struct client_colours *colours;
    struct client_encodings encodings; /* last asked for */
    struct client_encodings
        earlier;                  /* asked for before; updates under way may still use them */
    struct client_encodings ever; /* asked for at any time */

    struct client_picture picture;
    struct client_decoder decoder;
    struct client_rect *rects; /* of the last update */
    size_t rect_count, rect_room;
    struct client_count counts[CLIENT_COUNTS_MOST]; /* over all updates */
    size_t count_count;
    uint64_t updates, pseudo_updates; /* all; those of pseudo-rectangles only */
    uint64_t bells;
    uint64_t xvp_failures;

    int requests;        /* sent, and not certainly answered */
    int requests_before; /* of those, how many may be answered with the earlier encodings */
    bool asked;          /* a request has gone out since the last update came */
    bool asked_whole;    /* so has one for everything since the last DesktopSize */
    int resizes_due;     /* answers to SetDesktopSize that the server owes */
    enum client_continuous continuous;
    int ends_due;                   /* EndOfContinuousUpdates that the server owes */
    int fences_due;                 /* answers to our fences that the server owes */
    struct client_fence fences[32]; /* those fences, oldest first */
    struct client_fence fence;      /* the last message of this kind */
    struct client_cursor cursor;
    struct client_desktop desktop;
    struct client_extras extras;
    struct client_cut_text cut_text;
    struct client_difference difference; /* of the last client_wait_picture */
    uint64_t remarks;                    /* things the specification says should not be */
    char remark[160];                    /* the last of them */
};

/* A client that is not connected; options may be NULL. Never NULL: without memory it aborts. */
struct client *client_new(const struct client_options *options);
/* Closes the connection too; NULL and *client NULL are fine. */
void client_free(struct client **client);

/*
 * Connects to "HOST:PORT", "unix:/PATH" or "/PATH" (connect), or takes over a connected socket
 * (attach), and runs the handshake up to ServerInit.
 */
int client_connect(struct client *client, const char *address, int timeout_ms);
int client_attach(struct client *client, int fd, int timeout_ms);

/* The sentence of the last error, or of what the last wait still missed; "" without one. */
const char *client_why(const struct client *client);

/*
 * Sending. Each waits for room for at most CLIENT_MESSAGE_MS. None checks that the server
 * supports what is sent: refusing that is what some tests want to see. Coordinates are sent as
 * they are.
 *
 * set_format: the format must be sound. Requests should all be answered before (RFC 6143
 * section 7.5.1); the map of colours is empty afterwards.
 */
int client_set_format(struct client *client, const struct client_format *format);
int client_set_encodings(struct client *client, const int32_t *encodings, size_t count);
/* The same from a list as client_encodings_parse reads it; -EINVAL for an unknown word. */
int client_set_encodings_text(struct client *client, const char *text);
int client_request(struct client *client, bool incremental, int x_px, int y_px, int width_px,
                   int height_px);
/* Requests the whole framebuffer. */
int client_request_all(struct client *client, bool incremental);
int client_send_key(struct client *client, bool down, uint32_t keysym);
/* qnum: XT scancode, plus 0x80 for a prefix of 0xe0 (rfbproto, QEMU Extended Key Event) */
int client_send_qemu_key(struct client *client, bool down, uint32_t keysym, uint32_t qnum);
/* buttons: bit 0 is the left one. A mask beyond 127 uses the extended message if the server has
 * shown support for it (rfbproto, ExtendedMouseButtons Pseudo-encoding). */
int client_send_pointer(struct client *client, unsigned buttons, int x_px, int y_px);
int client_send_pointer_extended(struct client *client, unsigned buttons, int x_px, int y_px);
int client_send_cut_text(struct client *client, const void *text, size_t length);
int client_send_desktop_size(struct client *client, int width_px, int height_px,
                             const struct client_screen *screens, size_t count);
int client_send_continuous(struct client *client, bool enable, int x_px, int y_px, int width_px,
                           int height_px);
/* flags with CLIENT_FENCE_REQUEST for a request; length at most 64 */
int client_send_fence(struct client *client, uint32_t flags, const void *payload,
                      size_t length);
int client_send_xvp(struct client *client, uint8_t version, uint8_t code);
int client_send_raw(struct client *client, const void *data, size_t size);

/* How long the rest of a message may take once it has begun, and a message of ours to leave. */
#define CLIENT_MESSAGE_MS 60000

/*
 * Waits for one server message and takes it in. Returns its type (enum client_message) or
 * -errno. What it said is in the client's fields.
 */
int client_receive(struct client *client, int timeout_ms);

/* Receives until a message of this type has come: 0 or -errno. */
int client_wait_message(struct client *client, enum client_message type, int timeout_ms);

/*
 * Receives until an update has come, asking for one if none is on its way (the first time for
 * everything, then incrementally): 0 or -errno. Pseudo-rectangles alone count as an update.
 */
int client_wait_update(struct client *client, int timeout_ms);

/* Keeps asking until every pixel has been sent. */
int client_wait_complete(struct client *client, int timeout_ms);

/*
 * Keeps asking until the framebuffer shows rgb (RGB888, stride bytes from row to row), each
 * intensity within tolerance of what the pixel format makes of it (client_picture_compare). On
 * -ETIMEDOUT client->difference and client_why() tell what differs.
 */
int client_wait_picture(struct client *client, const uint8_t *rgb, int width_px, int height_px,
                        size_t stride, int tolerance, int timeout_ms);

/* Receives until the server has answered all our fences. */
int client_wait_fences(struct client *client, int timeout_ms);

/* Expects that the server closes: 0 when it has, -ETIMEDOUT when not; messages are taken in. */
int client_wait_close(struct client *client, int timeout_ms);

int client_write_ppm(const struct client *client, const char *path);
int client_write_png(const struct client *client, const char *path);

/* Sums for an encoding over all updates; zeros if it has not come. */
struct client_count client_count_of(const struct client *client, int32_t encoding);

/* Puts another channel over or in place of the present one; for security types. The new one
 * owns the old one if it needs it. Bytes that came early are a violation. */
void client_push_channel(struct client *client, const struct client_channel *channel);

/* Reading for security types, under the deadline of the call that is running. */
uint8_t client_read_u8(struct client *client);
uint16_t client_read_u16(struct client *client);
uint32_t client_read_u32(struct client *client);
void client_read_bytes(struct client *client, void *to, size_t size);

#endif
