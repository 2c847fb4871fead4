/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/client/ppm.h"
#include "tests/client/vnc_judge.h"

#define LOOK_AGAIN_MS 100 /* for a file */

struct arguments {
    struct vnc_judge_options judge;
    const char *address, *output, *compare, *await;
    int updates, tolerance, timeout_s, help;
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
    "  --ca FILE.pem        authority for types with X.509\n"
    "  --compare FILE.ppm   wait until the framebuffer equals this picture\n"
    "  --await FILE.ppm     go on looking until this file is there, then compare with it\n"
    "  --tolerance N        for --compare: largest difference of an intensity (0)\n"
    "  --updates N          how many updates to take in besides (0)\n"
    "  --output FILE.ppm    write the framebuffer when all of it has come\n"
    "  --timeout SECONDS    for each wait (120)\n"
    "  --verbose            LibVNCClient's log\n"
    "  --help               print this and exit\n";

enum kind { TEXT, NUMBER, FLAG };

static const struct {
    const char *name;
    enum kind kind;
    size_t offset; /* of a const char * or an int in struct arguments */
} table[] = {
    {"encodings", TEXT, offsetof(struct arguments, judge.encodings)},
    {"quality", NUMBER, offsetof(struct arguments, judge.quality)},
    {"compress", NUMBER, offsetof(struct arguments, judge.compress)},
    {"depth", NUMBER, offsetof(struct arguments, judge.depth)},
    {"user", TEXT, offsetof(struct arguments, judge.user)},
    {"password", TEXT, offsetof(struct arguments, judge.password)},
    {"ca", TEXT, offsetof(struct arguments, judge.ca_file)},
    {"compare", TEXT, offsetof(struct arguments, compare)},
    {"await", TEXT, offsetof(struct arguments, await)},
    {"tolerance", NUMBER, offsetof(struct arguments, tolerance)},
    {"updates", NUMBER, offsetof(struct arguments, updates)},
    {"output", TEXT, offsetof(struct arguments, output)},
    {"timeout", NUMBER, offsetof(struct arguments, timeout_s)},
    {"verbose", FLAG, offsetof(struct arguments, judge.verbose)},
    {"help", FLAG, offsetof(struct arguments, help)},
};

enum { TABLE_SIZE = sizeof table / sizeof table[0] };

static void set(struct arguments *a, int row, char *text)
{
    void *field = (char *)a + table[row].offset;

    if (table[row].kind == TEXT)
        *(const char **)field = text;
    else
        *(int *)field = table[row].kind == FLAG ? 1 : atoi(text);
}

static bool read_arguments(struct arguments *a, int argc, char **argv)
{
    struct option longs[TABLE_SIZE + 1] = {{0}};
    int row, got;

    for (size_t i = 0; i < TABLE_SIZE; i++)
        longs[i] = (struct option){table[i].name, table[i].kind != FLAG, NULL, 1};
    while ((got = getopt_long(argc, argv, "", longs, &row)) == 1)
        set(a, row, optarg);
    a->address = optind + 1 == argc ? argv[optind] : NULL;
    return got == -1 && (a->help || a->address);
}

static int fail(const char *what, const char *why)
{
    fprintf(stderr, "vncclient_snapshot: %s: %s\n", what, why);
    return 1;
}

static int compare(struct vnc_judge *judge, const char *path, const struct arguments *a)
{
    struct client_difference difference = {0};
    int width_px = 0, height_px = 0, error;
    const char *why = NULL;
    uint8_t *rgb = client_ppm_read(path, &width_px, &height_px, &why);
    char text[400] = "LibVNCClient gave up";

    if (!rgb)
        return fail(path, why);
    error = vnc_judge_wait_picture(judge, rgb, width_px, height_px, 3 * (size_t)width_px,
                                   a->tolerance, 1000 * a->timeout_s, &difference);
    free(rgb);
    if (error == -ETIMEDOUT)
        client_difference_describe(&difference, text, sizeof text);
    return error ? fail("the picture did not come", text) : 0;
}

/* Takes in updates, however many, until the file is there. */
static int look_until_there(struct vnc_judge *judge, const char *path)
{
    int error = 0;

    while (access(path, F_OK) != 0 && (!error || error == -ETIMEDOUT))
        error = vnc_judge_wait_updates(judge, 1, LOOK_AGAIN_MS);
    return error == -ETIMEDOUT ? 0 : error;
}

static int run(struct vnc_judge *judge, const struct arguments *a)
{
    const struct client_picture *picture;
    int error;

    if (a->compare && compare(judge, a->compare, a))
        return 1;
    if (a->await && look_until_there(judge, a->await))
        return fail("waiting for updates", "LibVNCClient gave up");
    if (a->await && compare(judge, a->await, a))
        return 1;
    error = vnc_judge_wait_complete(judge, 1000 * a->timeout_s);
    if (!error)
        error = vnc_judge_wait_updates(judge, a->updates, 1000 * a->timeout_s);
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
    struct arguments a = {.judge = {.quality = -1, .compress = -1}, .timeout_s = 120};
    struct vnc_judge *judge = NULL;
    int error;

    if (!read_arguments(&a, argc, argv)) {
        fail("one address and known options are needed", "see --help");
        return 2;
    }
    if (a.help) {
        fputs(help, stdout);
        return 0;
    }
    error = vnc_judge_open(&judge, a.address, &a.judge, 1000 * a.timeout_s);
    if (error)
        return fail("cannot connect", strerror(-error));
    error = run(judge, &a);
    vnc_judge_free(&judge);
    return error;
}
