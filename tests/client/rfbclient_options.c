/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/rfbclient_options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_ENCODINGS                                                                      \
    "copyrect,tight,zrle,hextile,zlib,rre,cursor,desktopsize,extendeddesktopsize,lastrect,"    \
    "desktopname"

/* Each reads one argument into the options; false if it does not fit. */
typedef bool read_fn(struct rfbclient_options *options, const char *text);

static bool read_long(const char *text, long least, long most, long *value_r)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (end == text || *end || value < least || value > most)
        return false;
    *value_r = value;
    return true;
}

static bool read_int(const char *text, int least, int most, int *value_r)
{
    long value;

    if (!read_long(text, least, most, &value))
        return false;
    *value_r = (int)value;
    return true;
}

/* Seconds with a fraction, as milliseconds. */
static bool read_seconds(const char *text, int *value_ms_r)
{
    char *end;
    double seconds = strtod(text, &end);

    if (end == text || *end || !(seconds >= 0 && seconds <= 1e6))
        return false;
    *value_ms_r = (int)(seconds * 1000);
    return true;
}

static bool read_encodings(struct rfbclient_options *o, const char *text)
{
    struct client_encodings list;
    const char *word;

    o->encodings = text;
    if (client_encodings_parse(&list, text, &word) == 0)
        return true;
    fprintf(stderr, "rfbclient: no encoding is called '%.*s'\n", (int)strcspn(word, ","), word);
    return false;
}

static bool read_format(struct rfbclient_options *o, const char *text)
{
    o->format = client_format_find(text);
    return o->format != NULL;
}

static bool read_quality(struct rfbclient_options *o, const char *text)
{
    return read_int(text, 0, 9, &o->quality);
}

static bool read_compress(struct rfbclient_options *o, const char *text)
{
    return read_int(text, 0, 9, &o->compress);
}

static bool read_version(struct rfbclient_options *o, const char *text)
{
    static const struct {
        const char *name;
        int number;
    } versions[] = {{"3.3", 3003}, {"3.7", 3007}, {"3.8", 3008}, {"3.889", 3889}};

    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
        if (!strcmp(versions[i].name, text))
            o->client.version = versions[i].number;
    return o->client.version != 0;
}

static bool read_password(struct rfbclient_options *o, const char *text)
{
    o->client.password = text;
    return true;
}

static bool read_exclusive(struct rfbclient_options *o, const char *text)
{
    (void)text;
    o->client.exclusive = true;
    return true;
}

static bool read_screenshot(struct rfbclient_options *o, const char *text)
{
    size_t length = strlen(text);

    o->screenshot = text;
    return length > 4 &&
           (!strcmp(text + length - 4, ".png") || !strcmp(text + length - 4, ".ppm"));
}

static bool read_compare(struct rfbclient_options *o, const char *text)
{
    o->compare = text;
    return true;
}

static bool read_tolerance(struct rfbclient_options *o, const char *text)
{
    return read_int(text, 0, 255, &o->tolerance);
}

static bool read_type(struct rfbclient_options *o, const char *text)
{
    o->type = text;
    return true;
}

static bool read_count(struct rfbclient_options *o, const char *text)
{
    return read_long(text, 1, 1000000000, &o->count);
}

static bool read_repeat(struct rfbclient_options *o, const char *text)
{
    return read_long(text, 1, 1000000000, &o->repeat);
}

static bool read_settle(struct rfbclient_options *o, const char *text)
{
    return read_seconds(text, &o->settle_ms);
}

static bool read_hold(struct rfbclient_options *o, const char *text)
{
    return read_seconds(text, &o->hold_ms);
}

static bool read_timeout(struct rfbclient_options *o, const char *text)
{
    return read_seconds(text, &o->timeout_ms);
}

static bool read_continuous(struct rfbclient_options *o, const char *text)
{
    (void)text;
    o->continuous = true;
    return true;
}

static bool read_stats(struct rfbclient_options *o, const char *text)
{
    (void)text;
    o->stats = true;
    return true;
}

static bool read_verbose(struct rfbclient_options *o, const char *text)
{
    (void)text;
    o->verbose = true;
    return true;
}

static bool read_help(struct rfbclient_options *o, const char *text)
{
    (void)text;
    o->help = true;
    return true;
}

static const struct {
    const char *name, *argument, *help;
    read_fn *read;
} table[] = {
    {"encodings", "LIST", "encodings and pseudo-encodings in order of preference",
     read_encodings},
    {"format", "NAME", "pixel format instead of the server's own", read_format},
    {"quality", "0-9", "JPEG quality level", read_quality},
    {"compress", "0-9", "compression level", read_compress},
    {"version", "3.3|3.7|3.8|3.889", "highest version to speak (3.8)", read_version},
    {"password", "TEXT", "password for VNC authentication", read_password},
    {"exclusive", NULL, "ask for exclusive access", read_exclusive},
    {"type", "TEXT", "press and release a key for each character", read_type},
    {"count", "N", "receive N updates", read_count},
    {"continuous", NULL, "let the server send without requests", read_continuous},
    {"compare", "FILE.ppm", "wait until the framebuffer equals this picture", read_compare},
    {"tolerance", "N", "for --compare: largest difference of an intensity (0)", read_tolerance},
    {"screenshot", "FILE.png|ppm", "wait for the whole framebuffer and write it",
     read_screenshot},
    {"settle", "SECONDS", "for --screenshot: take in updates until none comes for so long",
     read_settle},
    {"hold", "SECONDS", "stay connected and take in updates at the end", read_hold},
    {"repeat", "N", "do it all N times, with a new connection each time", read_repeat},
    {"timeout", "SECONDS", "for connecting and for each wait (120)", read_timeout},
    {"stats", NULL, "print statistics as JSON; --count does so too", read_stats},
    {"verbose", NULL, "describe the server on stderr", read_verbose},
    {"help", NULL, "print this and exit", read_help},
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

void rfbclient_options_help(void)
{
    const char *name;
    int32_t encoding;

    printf(
        "Usage: rfbclient [OPTION]... HOST:PORT|unix:/PATH\n\n"
        "A strict RFB client for tests: any violation of the protocol by the server ends it\n"
        "with status 1 and a sentence. Steps run in the order of this list.\n\n");
    for (size_t i = 0; i < TABLE_SIZE; i++)
        printf("  --%s%s%s\n        %s\n", table[i].name, table[i].argument ? " " : "",
               table[i].argument ? table[i].argument : "", table[i].help);
    printf("\nEncodings: quality=0-9 compress=0-9 fine=0-100 any number, and\n ");
    for (size_t i = 0; client_encoding_row(i, &name, &encoding); i++)
        printf(" %s", name);
    printf("\nFormats:\n ");
    for (size_t i = 0; client_format_name(i); i++)
        printf(" %s", client_format_name(i));
    printf("\nWithout --encodings: %s\n", DEFAULT_ENCODINGS);
}

bool rfbclient_options_parse(struct rfbclient_options *o, int argc, char **argv)
{
    struct option longs[TABLE_SIZE + 1] = {{0}};
    int index, got;

    *o = (struct rfbclient_options){.encodings = DEFAULT_ENCODINGS,
                                    .quality = -1,
                                    .compress = -1,
                                    .repeat = 1,
                                    .timeout_ms = 120000};
    for (size_t i = 0; i < TABLE_SIZE; i++)
        longs[i] = (struct option){table[i].name, table[i].argument != NULL, NULL, 1};
    while ((got = getopt_long(argc, argv, "", longs, &index)) != -1) {
        if (got != 1)
            return false;
        if (!table[index].read(o, optarg)) {
            fprintf(stderr, "rfbclient: --%s does not take '%s'\n", table[index].name, optarg);
            return false;
        }
    }
    if (o->help)
        return true;
    if (optind + 1 != argc) {
        fprintf(stderr, "rfbclient: one address is needed; see --help\n");
        return false;
    }
    o->address = argv[optind];
    return true;
}
