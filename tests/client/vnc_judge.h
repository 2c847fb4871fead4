/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * vnc_judge: the second opinion: LibVNCClient behind the same question, "does the framebuffer
 * show this picture yet?". Shares only picture comparison with our client. LibVNCClient exports
 * functions of the JPEG library's names, so a program that links this must not decode or encode
 * JPEG itself.
 */
#ifndef HF_TESTS_CLIENT_VNC_JUDGE_H
#define HF_TESTS_CLIENT_VNC_JUDGE_H

#include <stddef.h>
#include <stdint.h>

#include "tests/client/picture.h"

struct vnc_judge;

struct vnc_judge_options {
    const char *encodings; /* LibVNCClient's words with blanks between; NULL: its default */
    int quality, compress; /* 0 to 9; -1: no JPEG, or the default */
    int depth;             /* 24, 16 (565), 15 (555) or 8 (BGR233); 0 is 24 */
    const char *user, *password;
    const char *ca_file; /* PEM, for types with X.509; NULL: the server's word is taken */
    int verbose;         /* LibVNCClient's own log on stderr */
};

/*
 * Connects to "HOST:PORT", "unix:/PATH" or "/PATH", and asks for the whole framebuffer.
 * 0 with a judge to free, or -errno.
 */
int vnc_judge_open(struct vnc_judge **judge_r, const char *address,
                   const struct vnc_judge_options *options, int timeout_ms);
void vnc_judge_free(struct vnc_judge **judge);

/* Waits until count more updates have come: 0, -ETIMEDOUT, or -EPROTO when LibVNCClient gave
 * up. */
int vnc_judge_wait_updates(struct vnc_judge *judge, long count, int timeout_ms);

/* Waits until every pixel has been sent; returns the same. */
int vnc_judge_wait_complete(struct vnc_judge *judge, int timeout_ms);

/*
 * Waits until the framebuffer shows rgb; see client_picture_compare. After -ETIMEDOUT the
 * difference, if not NULL, tells what differs.
 */
int vnc_judge_wait_picture(struct vnc_judge *judge, const uint8_t *rgb, int width_px,
                           int height_px, size_t stride, int tolerance, int timeout_ms,
                           struct client_difference *difference_r);

/* The framebuffer now; lasts until the next call. */
const struct client_picture *vnc_judge_picture(struct vnc_judge *judge);

#endif
