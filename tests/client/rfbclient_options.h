/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rfbclient_options: the command line of rfbclient, read into one struct. Does nothing itself.
 */
#ifndef HF_TESTS_CLIENT_RFBCLIENT_OPTIONS_H
#define HF_TESTS_CLIENT_RFBCLIENT_OPTIONS_H

#include <stdbool.h>

#include "tests/client/client.h"

struct rfbclient_options {
    struct client_options client;
    const char *address;
    const char *encodings;              /* as client_encodings_parse reads it */
    int quality, compress;              /* -1: not asked for */
    const struct client_format *format; /* NULL: the server's own */
    const char *screenshot, *compare, *type;
    int tolerance;
    long count, repeat;
    int settle_ms, hold_ms, timeout_ms;
    bool continuous, stats, verbose, help;
};

/*
 * Reads argv, whose strings must last as long as the options. false when it cannot be
 * understood; then a sentence has been written to stderr.
 */
bool rfbclient_options_parse(struct rfbclient_options *options_r, int argc, char **argv);

/* Writes the help to stdout. */
void rfbclient_options_help(void);

#endif
