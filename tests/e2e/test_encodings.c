/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pixels of synthetic places in every encoding and many pixel formats, compared exactly. */
#include <config.h>
#include "tests/e2e/daemon.h"
#include "tests/e2e/look.h"
#include "tests/e2e/pattern.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 613 /* neither tiles nor blocks fit */
#define HEIGHT_PX 389

#define FRAMES_AHEAD 1000 /* that a test may have missed */

struct encoding_row {
    const char *list;
    int32_t used;     /* at least one rectangle must come in it */
    bool only_24_bit; /* PNG and JPEG hold true colour of 24 bits */
    double error;     /* the mean that an intensity may be off at first; 0: none */
};

static struct daemon *start(struct trial *trial, const char *place)
{
    const char *rest =
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine test { place = {\"%s\"} listen = {\"unix:$/view\"} }",
                   place);
    return daemon_start(trial, "", rest);
}

static char *viewer_address(struct trial *trial)
{
    return trial_text(trial, "unix:%s/view", trial->folder);
}

static struct shot still(struct trial *trial)
{
    return pattern_shot(trial, WIDTH_PX, HEIGHT_PX, PATTERN_STILL, 0);
}

static struct daemon *start_still(struct trial *trial)
{
    return start(trial, trial_text(trial, "pattern:%dx%d", WIDTH_PX, HEIGHT_PX));
}

static void look_once(struct trial *trial, const struct encoding_row *row, const char *format,
                      struct shot want)
{
    struct client *client = look_open(trial, viewer_address(trial), row->list, format);

    look_until(trial, client, want, 0);
    trial_check(trial, client_count_of(client, row->used).rects > 0,
                "format %s: nothing came in encoding %d", format, row->used);
    trial_check(trial, client->remarks == 0, "format %s: %s", format, client->remark);
}

static void in_every_format(struct trial *trial)
{
    const struct encoding_row *row = trial->data;
    struct shot want = still(trial);
    const char *format;

    start_still(trial);
    for (size_t i = 0; (format = client_format_name(i)); i++) {
        const struct client_format *f = client_format_find(format);
        if (!row->only_24_bit || (f->true_colour && f->depth == 24))
            look_once(trial, row, format, want);
    }
}

/* While it changes it may be off by the codec's error; then it becomes exact. */
static void lossy_first(struct trial *trial)
{
    const struct encoding_row *row = trial->data;
    struct shot want = still(trial);

    start_still(trial);
    struct client *client = look_open(trial, viewer_address(trial), row->list, NULL);
    look_whole(trial, client);
    double error = look_error(client, want);
    trial_check(trial, error <= row->error, "at first the picture is off by %.2f", error);
    look_until(trial, client, want, 0);
    trial_check(trial, client_count_of(client, row->used).rects > 0,
                "nothing came in encoding %d", row->used);
}

/* Whether the viewer shows one whole frame of the scene, *frame_r or a later one. */
static bool shows_a_frame(struct trial *trial, const struct client *client,
                          enum pattern_scene scene, uint32_t *frame_r)
{
    struct shot shot = pattern_shot(trial, client->picture.width_px, client->picture.height_px,
                                    scene, *frame_r);

    for (uint32_t frame = *frame_r; frame < *frame_r + FRAMES_AHEAD; frame++) {
        pattern_shot_again(trial, shot, scene, frame);
        if (look_shows(client, shot, 0)) {
            *frame_r = frame;
            return true;
        }
    }
    return false;
}

/* Each update must leave the viewer with one whole frame of the scene, never a mixture. */
static void moving_frames_are_whole(struct trial *trial)
{
    static const struct {
        const char *name;
        enum pattern_scene scene;
    } scenes[] = {{"scroll", PATTERN_SCROLL}, {"window", PATTERN_WINDOW}};

    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
        struct daemon *daemon =
            start(trial, trial_text(trial, "pattern:500x400,mode=%s,fps=10", scenes[i].name));
        struct client *client =
            look_open(trial, viewer_address(trial), (const char *)trial->data, NULL);
        look_whole(trial, client);
        uint32_t frame = 0;
        for (int update = 0; update < 12; update++) {
            look_must(trial, client, client_wait_update(client, PATIENCE_MS), "an update");
            trial_check(trial, shows_a_frame(trial, client, scenes[i].scene, &frame),
                        "%s: update %d shows no frame of the scene", scenes[i].name, update);
        }
        daemon_stop(daemon);
    }
}

static void a_scrolling_console_is_copied(struct trial *trial)
{
    uint32_t frame = 0;

    start(trial, "pattern:640x400,mode=scroll,fps=10");
    struct client *client =
        look_open(trial, viewer_address(trial), "copyrect,zrle,cursor", NULL);
    look_whole(trial, client);
    while (client_count_of(client, CLIENT_ENCODING_COPY_RECT).rects < 3)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  "an update with CopyRect");
    trial_check(trial, shows_a_frame(trial, client, PATTERN_SCROLL, &frame),
                "after copies the picture is no frame of the scene");
}

static void format_changes_under_way(struct trial *trial)
{
    struct shot want = still(trial);
    const char *format;

    start_still(trial);
    struct client *client = look_open(trial, viewer_address(trial), "zrle,cursor", NULL);
    for (int round = 0; round < 2; round++)
        for (size_t i = 0; (format = client_format_name(i)); i++) {
            look_must(trial, client, client_set_format(client, client_format_find(format)),
                      format);
            look_must(trial, client, client_request_all(client, false), "a request");
            look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
                      format);
            look_until(trial, client, want, 0);
        }
}

static void encodings_change_under_way(struct trial *trial)
{
    static const char *const lists[] = {
        "tight,cursor",
        "zrle,cursor",
        "zlib,cursor",
        "hextile,cursor",
        "tight,quality=6,cursor",
        "raw,cursor",
        "rre,cursor",
        "trle,cursor",
        "zlib,cursor",
        "tight,cursor",
        "zrle,cursor",
    };
    struct shot want = still(trial);

    start_still(trial);
    struct client *client = look_open(trial, viewer_address(trial), "raw,cursor", NULL);
    look_until(trial, client, want, 0);
    for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
        look_must(trial, client, client_set_encodings_text(client, lists[i]), lists[i]);
        look_must(trial, client, client_request_all(client, false), "a request");
        look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
                  lists[i]);
        look_until(trial, client, want, 0);
    }
}

static void every_version_gets_in(struct trial *trial)
{
    static const int versions[] = {3003, 3007, 3008, 3889};
    struct shot want = still(trial);

    start_still(trial);
    for (size_t i = 0; i < ARRAY_SIZE(versions); i++)
        for (int exclusive = 0; exclusive < 2; exclusive++) {
            struct client_options options = {.version = versions[i], .exclusive = exclusive};
            struct client *client =
                look_open_as(trial, viewer_address(trial), &options, "zrle,cursor", NULL);
            look_until(trial, client, want, 0);
            trial_check(trial, strcmp(client->name, "test") == 0, "the desktop is called '%s'",
                        client->name);
        }
}

static void continuous_updates_follow_a_film(struct trial *trial)
{
    start(trial, "pattern:640x480,mode=video,fps=30");
    struct client *client =
        look_open(trial, viewer_address(trial), "tight,fence,continuous,cursor", NULL);
    look_whole(trial, client);
    trial_check(trial, client->extras.continuous_updates, "continuous updates are not offered");
    look_must(trial, client, client_send_continuous(client, true, 0, 0, 640, 480), "enable");
    for (int i = 0; i < 30; i++)
        look_must(trial, client, client_wait_message(client, CLIENT_UPDATE, PATIENCE_MS),
                  "an update");
    look_must(trial, client, client_send_continuous(client, false, 0, 0, 0, 0), "disable");
    look_must(trial, client,
              client_wait_message(client, CLIENT_END_OF_CONTINUOUS_UPDATES, PATIENCE_MS),
              "the end");
    look_sync(trial, client);
}

/* The reference client calls an update that was not asked for a violation. */
static void without_a_request_nothing_comes(struct trial *trial)
{
    start(trial, "pattern:640x480,mode=video,fps=60");
    struct client *client = look_open(trial, viewer_address(trial), "zrle,fence,cursor", NULL);
    look_whole(trial, client);
    for (int i = 0; i < 100; i++)
        look_sync(trial, client);
    trial_check(trial, client->requests == 0, "a request is still open");
}

#define ENCODING(...) (&(const struct encoding_row){__VA_ARGS__})
/* A client that draws no pointer gets one into its picture: these draw it. */
#define EXACT(name, list, used)                                                                \
    {                                                                                          \
        name " shows the exact picture in every pixel format", in_every_format,                \
            ENCODING(list ",cursor", used, false, 0), false                                    \
    }
#define LOSSY(name, list, used, error)                                                         \
    {                                                                                          \
        name " comes near at once and exact in the end", lossy_first,                          \
            ENCODING(list ",cursor", used, true, error), false                                 \
    }

static const struct trial_row rows[] = {
    EXACT("raw", "raw", CLIENT_ENCODING_RAW),
    EXACT("copyrect alone", "copyrect", CLIENT_ENCODING_RAW),
    EXACT("rre", "rre", CLIENT_ENCODING_RRE),
    EXACT("hextile", "hextile", CLIENT_ENCODING_HEXTILE),
    EXACT("zlib", "zlib", CLIENT_ENCODING_ZLIB),
    EXACT("zlib at level 1", "zlib,compress=1", CLIENT_ENCODING_ZLIB),
    EXACT("zlib at level 9", "zlib,compress=9", CLIENT_ENCODING_ZLIB),
    EXACT("tight", "tight", CLIENT_ENCODING_TIGHT),
    EXACT("tight at level 0", "tight,compress=0", CLIENT_ENCODING_TIGHT),
    EXACT("tight at level 1", "tight,compress=1", CLIENT_ENCODING_TIGHT),
    EXACT("tight at level 9 with lastrect", "tight,compress=9,lastrect", CLIENT_ENCODING_TIGHT),
    {"tight png shows the exact picture in formats of 24 bits", in_every_format,
     ENCODING("tightpng,cursor", CLIENT_ENCODING_TIGHT_PNG, true, 0), false},
    EXACT("trle", "trle", CLIENT_ENCODING_TRLE),
    EXACT("zrle", "zrle", CLIENT_ENCODING_ZRLE),
    EXACT("zrle at level 9", "zrle,compress=9", CLIENT_ENCODING_ZRLE),
    LOSSY("tight at quality 5", "tight,quality=5", CLIENT_ENCODING_TIGHT, 8),
    LOSSY("tight at quality 9", "tight,quality=9", CLIENT_ENCODING_TIGHT, 3),
    LOSSY("tight at fine quality 80", "tight,fine=80,subsampling=1x", CLIENT_ENCODING_TIGHT, 4),
    LOSSY("jpeg with zrle", "jpeg,zrle,quality=5", CLIENT_ENCODING_JPEG, 8),
    {"every update in raw leaves one whole frame", moving_frames_are_whole, "raw,cursor",
     false},
    {"every update in zrle leaves one whole frame", moving_frames_are_whole, "zrle,cursor",
     false},
    {"every update with copyrect leaves one whole frame", moving_frames_are_whole,
     "copyrect,tight,cursor", false},
    {"a scrolling console is copied", a_scrolling_console_is_copied, NULL, false},
    {"the pixel format may change at any time", format_changes_under_way, NULL, false},
    {"the encodings may change at any time", encodings_change_under_way, NULL, false},
    {"every protocol version gets in, exclusively or not", every_version_gets_in, NULL, false},
    {"continuous updates follow a film until they are ended", continuous_updates_follow_a_film,
     NULL, false},
    {"without a request nothing comes", without_a_request_nothing_comes, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "encodings", rows, ARRAY_SIZE(rows));
}
