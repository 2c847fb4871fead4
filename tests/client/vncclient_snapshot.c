/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/client/ppm.h"
#include "tests/client/vnc_judge.h"

struct arguments {
    struct vnc_judge_options judge;
    const char *address, *output, *compare;
    long updates;
    int tolerance, timeout_ms;
};

static const char help[] =
    "Usage: vncclient_snapshot [OPTION]... HOST:PORT|unix:/PATH\n\n"
    "LibVNCClient as a judge: takes the framebuffer as a picture, or waits for one.\n\n"
    "  --encodings \"WORDS\"  LibVNCClient's names with blanks between (tight zrle ...)\n"
    "  --quality 0-9        JPEG quality level; without it no JPEG\n"
    "  --compress 0-9       compression level\n"
    "  --depth 24|16|15|8   bits of colour\n"
    "  --user NAME          login name\n"
    "  --password TEXT      password\n"
    "  --compare FILE.ppm   wait until the framebuffer equals this picture\n"
    "  --tolerance N        for --compare: largest difference of an intensity (0)\n"
    "  --updates N          how many updates to take in besides (0)\n"
    "  --output FILE.ppm    write the framebuffer when all of it has come\n"
    "  --timeout SECONDS    for each wait (30)\n"
    "  --verbose            LibVNCClient's log\n"
    "  --help               print this and exit\n";

static const struct option longs[] = {
    {"encodings", 1, NULL, 'e'}, {"quality", 1, NULL, 'q'},   {"compress", 1, NULL, 'c'},
    {"depth", 1, NULL, 'd'},     {"user", 1, NULL, 'u'},      {"password", 1, NULL, 'p'},
    {"compare", 1, NULL, 'C'},   {"tolerance", 1, NULL, 'T'}, {"updates", 1, NULL, 'n'},
    {"output", 1, NULL, 'o'},    {"timeout", 1, NULL, 't'},   {"verbose", 0, NULL, 'v'},
    {"help", 0, NULL, 'h'},      {NULL, 0, NULL, 0},
};

static void set(struct arguments *a, int option, char *text)
{
    switch (option) {
    case 'e':
        a->judge.encodings = text;
        break;
    case 'q':
        a->judge.quality = atoi(text);
        break;
    case 'c':
        a->judge.compress = atoi(text);
        break;
    case 'd':
        a->judge.depth = atoi(text);
        break;
    case 'u':
        a->judge.user = text;
        break;
    case 'p':
        a->judge.password = text;
        break;
    case 'C':
        a->compare = text;
        break;
    case 'T':
        a->tolerance = atoi(text);
        break;
    case 'n':
        a->updates = atol(text);
        break;
    case 'o':
        a->output = text;
        break;
    case 't':
        a->timeout_ms = atoi(text) * 1000;
        break;
    case 'v':
        a->judge.verbose = 1;
        break;
    }
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "vncclient_snapshot: %s: %s\n", what, why);
    return 1;
}

static int compare(struct vnc_judge *judge, const struct arguments *a)
{
    struct client_difference difference = {0};
    int width_px = 0, height_px = 0, error;
    const char *why = NULL;
    uint8_t *rgb = client_ppm_read(a->compare, &width_px, &height_px, &why);
    char text[400] = "LibVNCClient gave up";

    if (!rgb)
        return fail(a->compare, why);
    error = vnc_judge_wait_picture(judge, rgb, width_px, height_px, 3 * (size_t)width_px,
                                   a->tolerance, a->timeout_ms, &difference);
    free(rgb);
    if (error == -ETIMEDOUT)
        client_difference_describe(&difference, text, sizeof text);
    return error ? fail("the picture did not come", text) : 0;
}

static int run(struct vnc_judge *judge, const struct arguments *a)
{
    const struct client_picture *picture;
    int error;

    if (a->compare && compare(judge, a))
        return 1;
    error = vnc_judge_wait_complete(judge, a->timeout_ms);
    if (!error)
        error = vnc_judge_wait_updates(judge, a->updates, a->timeout_ms);
    if (error)
        return fail("waiting for updates", strerror(-error));
    picture = vnc_judge_picture(judge);
    error = a->output ? client_ppm_write(a->output, picture->rgb, picture->width_px,
                                         picture->height_px)
                      : 0;
    return error ? fail(a->output, strerror(-error)) : 0;
}

int main(int argc, char **argv)
{
    struct arguments a = {
        .judge = {.quality = -1, .compress = -1}, .timeout_ms = 30000};
    struct vnc_judge *judge = NULL;
    int option, error;

    while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1) {
        if (option == 'h') {
            fputs(help, stdout);
            return 0;
        }
        if (option == '?')
            return 2;
        set(&a, option, optarg);
    }
    if (optind + 1 != argc) {
        fail("one address is needed", "see --help");
        return 2;
    }
    error = vnc_judge_open(&judge, argv[optind], &a.judge, a.timeout_ms);
    if (error)
        return fail("cannot connect", strerror(-error));
    error = run(judge, &a);
    vnc_judge_free(&judge);
    return error;
}
