/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What viewers see of a machine in QEMU equals what QEMU says that it shows. */
#include <config.h>
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
/* A pointer drawn into the picture would differ: these clients draw it themselves. */
#define PLAIN ",cursor,desktopsize"

#define FILM_ERROR 8.0 /* that an intensity of the whole picture may be off on the average */

static const char *const exact_lists[] = {
    "raw" PLAIN,
    "rre" PLAIN,
    "corre" PLAIN,
    "hextile" PLAIN,
    "zlib" PLAIN,
    "tight" PLAIN,
    "tight,compress=9,lastrect" PLAIN,
    "tightpng" PLAIN,
    "trle" PLAIN,
    "zrle" PLAIN,
    "copyrect,tight,quality=6" PLAIN,
    "copyrect,zrle" PLAIN,
};
#define LISTS ARRAY_SIZE(exact_lists)

struct viewers {
    struct client *client[LISTS + 32];
    size_t count;
};

/* One viewer for each encoding, and one for each pixel format in zrle and tight. */
static void open_viewers(struct stand *stand, struct viewers *viewers)
{
    const char *format;

    viewers->count = 0;
    for (size_t i = 0; i < LISTS; i++)
        viewers->client[viewers->count++] = stand_look(stand, exact_lists[i], NULL);
    for (size_t i = 0; (format = client_format_name(i)); i++)
        viewers->client[viewers->count++] =
            stand_look(stand, i % 2 ? "zrle" PLAIN : "tight" PLAIN, format);
    for (size_t i = 0; i < viewers->count; i++)
        look_whole(stand->trial, viewers->client[i]);
}

static void compare_all(struct stand *stand, struct viewers *viewers)
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    struct shot want = guest_screendump(stand->guest, stand->device, 0);
    for (size_t i = 0; i < viewers->count; i++)
        look_until(stand->trial, viewers->client[i], want, 0);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

static void scribble(struct guest *guest, unsigned seed)
{
    guest_say(guest, "fill %u %u 100 40 %06x", seed * 37 % 300, seed * 53 % 300,
              seed * 0x3c6ef35f & 0xffffff);
    guest_say(guest, "gradient %u 200 150 90", seed * 11 % 300);
    guest_say(guest, "noise %u %u 64 48 %u", seed * 71 % 300, seed * 29 % 300, seed);
    guest_say(guest, "text 10 %u round %u of scribbling", seed * 17 % 300, seed);
    guest_say(guest, "copy 0 0 200 100 %u %u", seed * 13 % 200, seed * 7 % 200);
}

static void every_encoding_and_format(struct trial *trial)
{
    const char *device = trial->data;
    struct stand stand = stand_start(trial, device,
                                     strcmp(device, STAND_VGA) ? "display virtio; scene still"
                                                               : "display vbe; scene still",
                                     NULL);
    struct viewers viewers;

    open_viewers(&stand, &viewers);
    compare_all(&stand, &viewers);
    for (unsigned seed = 1; seed <= 4; seed++) {
        scribble(stand.guest, seed);
        compare_all(&stand, &viewers);
    }
}

static void every_scene(struct trial *trial)
{
    static const char *const scenes[] = {"still",  "scroll", "type", "clock",
                                         "window", "video",  "photo"};
    const char *device = trial->data;
    struct stand stand = stand_start(
        trial, device, strcmp(device, STAND_VGA) ? "display virtio" : "display vbe", NULL);
    struct client *tight = stand_look(&stand, "copyrect,tight,quality=7" PLAIN, NULL);
    struct client *zrle = stand_look(&stand, "copyrect,zrle" PLAIN, "rgb565");

    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
        guest_say(stand.guest, "scene %s", scenes[i]);
        for (int round = 0; round < 3; round++) {
            stand_compare(&stand, tight, 0);
            stand_compare(&stand, zrle, 0);
            guest_say(stand.guest, "step 5");
        }
        guest_say(stand.guest, "run 30");
        for (int update = 0; update < 5 && i != 0 && i != 6; update++)
            look_must(trial, tight, client_wait_update(tight, PATIENCE_MS),
                      "an update while it runs");
        guest_say(stand.guest, "stop");
        stand_compare(&stand, tight, 0);
        stand_compare(&stand, zrle, 0);
    }
}

static void text_mode(struct trial *trial)
{
    struct stand stand = stand_start(trial, trial->data, "display text", NULL);
    struct client *client = stand_look(&stand, "copyrect,zrle" PLAIN, NULL);
    struct client *tight = stand_look(&stand, "tight" PLAIN, "rgb555");

    stand_compare(&stand, client, 0);
    guest_say(stand.guest, "text 3 7 The quick brown fox");
    stand_compare(&stand, client, 0);
    guest_say(stand.guest, "scene scroll");
    for (int i = 0; i < 5; i++) {
        guest_say(stand.guest, "step %d", i + 1);
        stand_compare(&stand, client, 0);
        stand_compare(&stand, tight, 0);
    }
}

static const struct {
    int width_px, height_px;
} sizes[] = {{640, 480},   {800, 600},   {1280, 800}, {320, 200},   {1024, 768},
             {1280, 1024}, {1920, 1080}, {640, 480},  {2560, 1600}, {720, 400}};

static void mode_changes(struct trial *trial)
{
    const char *device = trial->data;
    bool vbe = strcmp(device, STAND_VGA) == 0;
    struct stand stand =
        stand_start(trial, device, vbe ? "display vbe" : "display virtio", NULL);
    struct client *client = stand_look(&stand, "zrle" PLAIN, NULL);
    struct client *extended = stand_look(&stand, "tight,cursor,extendeddesktopsize", NULL);

    guest_say(stand.guest, "scene still");
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        guest_say(stand.guest, "mode %d %d", sizes[i].width_px, sizes[i].height_px);
        stand_compare(&stand, client, 0);
        stand_compare(&stand, extended, 0);
        trial_check(trial, extended->picture.width_px == sizes[i].width_px,
                    "the mode is not that of the guest");
    }
}

static void text_and_graphics_alternate(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display text", NULL);
    struct client *client = stand_look(&stand, "zrle" PLAIN, NULL);

    for (int i = 0; i < 4; i++) {
        stand_compare(&stand, client, 0);
        guest_say(stand.guest, "display vbe");
        guest_say(stand.guest, "noise 0 0 300 300 %d", i);
        stand_compare(&stand, client, 0);
        guest_say(stand.guest, "display text");
        guest_say(stand.guest, "text 1 1 round %d", i);
    }
}

/*
 * Not back again: QEMU then draws VGA text into virtio's surface, and tells displays only of
 * the part that has text.
 */
static void virtio_takes_over(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display text", NULL);
    struct client *client = stand_look(&stand, "zrle" PLAIN, NULL);

    guest_say(stand.guest, "text 5 5 before");
    stand_compare(&stand, client, 0);
    guest_say(stand.guest, "display virtio");
    guest_say(stand.guest, "noise 0 0 300 300 1");
    stand_compare(&stand, client, 0);
}

/* QEMU hands the guest's bytes through: the fourth byte of a pixel is not to be looked at. */
static void eight_formats(struct trial *trial)
{
    static const int formats[] = {1, 2, 3, 4, 67, 68, 121, 134};
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio", NULL);
    struct client *client = stand_look(&stand, "zrle" PLAIN, NULL);

    for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
        for (int fourth = 0; fourth < 2; fourth++) {
            guest_say(stand.guest, "format %d", formats[i]);
            guest_say(stand.guest, "fourth %s", fourth ? "a7" : "00");
            guest_say(stand.guest, "mode %d 480", fourth ? 640 : 720);
            guest_say(stand.guest, "scene still");
            guest_say(stand.guest, "fill 10 10 50 50 12ab9f");
            stand_compare(&stand, client, 0);
            const uint8_t *pixel =
                client->picture.rgb + 3 * (20 * client->picture.width_px + 20);
            trial_check(trial, pixel[0] == 0x12 && pixel[1] == 0xab && pixel[2] == 0x9f,
                        "format %d: the fill is %02x%02x%02x", formats[i], pixel[0], pixel[1],
                        pixel[2]);
        }
}

static void compare_heads(struct stand *stand, struct client *both, struct client *const one[2])
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    struct shot shot[2] = {guest_screendump(stand->guest, stand->device, 0),
                           guest_screendump(stand->guest, stand->device, 1)};
    look_until(stand->trial, both, stand_side_by_side(stand->trial, shot[0], shot[1]), 0);
    for (int head = 0; head < 2; head++)
        if (one[head])
            look_until(stand->trial, one[head], shot[head], 0);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

static void two_heads(struct trial *trial)
{
    struct stand stand = stand_start(
        trial, STAND_TWO_HEADS,
        "display virtio; mode 800 600; head2 on 640 480; scene still; scene photo 0 1", NULL);
    struct client *both = stand_look(&stand, "zrle,cursor,extendeddesktopsize", NULL);
    struct client *const none[2] = {NULL, NULL};

    look_whole(trial, both);
    compare_heads(&stand, both, none);
    trial_check(trial, both->desktop.screen_count == 2, "%zu screens are told",
                both->desktop.screen_count);
    trial_check(
        trial, both->desktop.screens[1].x_px == 800 && both->desktop.screens[1].width_px == 640,
        "the second screen is not beside the first");
    guest_say(stand.guest, "fill 600 10 40 400 ff8000 1");
    guest_say(stand.guest, "noise 700 500 100 100 5 0");
    compare_heads(&stand, both, none);
    guest_say(stand.guest, "mode 1024 768 1");
    compare_heads(&stand, both, none);
    guest_say(stand.guest, "mode 640 480 0");
    compare_heads(&stand, both, none);
}

/* Many viewers in step and one that comes late see the same. */
static void late_and_early_viewers(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio; scene video", NULL);
    struct client *early = stand_look(&stand, "tight" PLAIN, NULL);

    look_whole(trial, early);
    guest_say(stand.guest, "run 30");
    for (int i = 0; i < 6; i++) {
        struct client *late = stand_look(&stand, i % 2 ? "tight" PLAIN : "zrle" PLAIN, NULL);
        look_must(trial, early, client_wait_update(early, PATIENCE_MS), "an update");
        look_whole(trial, late);
        stand_compare(&stand, late, 0);
    }
    guest_say(stand.guest, "stop");
    stand_compare(&stand, early, 0);
}

/* While a film runs, JPEG may be off by a little, but never lags; when it rests it is exact. */
static void a_film_in_jpeg_is_near_and_then_exact(struct trial *trial)
{
    struct stand stand = stand_start(trial, trial->data, NULL, NULL);
    struct client *client =
        stand_look(&stand, "copyrect,tight,quality=5,cursor,desktopsize", NULL);
    double worst = 0;

    guest_say(stand.guest, "display %s", strcmp(trial->data, STAND_VGA) ? "virtio" : "vbe");
    guest_say(stand.guest, "mode 640 480");
    guest_say(stand.guest, "scene video");
    stand_compare(&stand, client, 0);
    for (int frame = 0; frame < 20; frame++) {
        struct shot before = guest_screendump(stand.guest, stand.device, 0);
        guest_say(stand.guest, "step 3");
        struct shot now = guest_screendump(stand.guest, stand.device, 0);
        double error;
        do {
            look_must(trial, client, client_wait_update(client, PATIENCE_MS), "a frame");
            error = look_error(client, now);
        } while (error > look_error(client, before));
        worst = error > worst ? error : worst;
    }
    trial_check(trial, worst <= FILM_ERROR, "a frame is off by %.2f", worst);
    trial_check(trial, worst > 0, "nothing was lossy");
    stand_compare(&stand, client, 0);
}

static const struct trial_row rows[] = {
    {"std VGA shows the same in every encoding and format", every_encoding_and_format,
     STAND_VGA, false},
    {"virtio shows the same in every encoding and format", every_encoding_and_format,
     STAND_VIRTIO, false},
    {"every scene on std VGA ends exact", every_scene, STAND_VGA, false},
    {"every scene on virtio ends exact", every_scene, STAND_VIRTIO, false},
    {"text mode of std VGA is exact", text_mode, STAND_VGA, false},
    {"text mode of virtio-vga is exact", text_mode, STAND_VIRTIO, false},
    {"viewers follow every mode of std VGA", mode_changes, STAND_VGA, false},
    {"viewers follow every mode of virtio", mode_changes, STAND_VIRTIO, false},
    {"text and VBE alternate", text_and_graphics_alternate, NULL, false},
    {"virtio takes over from text", virtio_takes_over, NULL, false},
    {"all eight formats of virtio give the same picture", eight_formats, NULL, false},
    {"two heads stand side by side", two_heads, NULL, false},
    {"a film in JPEG on std VGA is near, and then exact", a_film_in_jpeg_is_near_and_then_exact,
     STAND_VGA, false},
    {"a film in JPEG on virtio is near, and then exact", a_film_in_jpeg_is_near_and_then_exact,
     STAND_VIRTIO, false},
    {"late and early viewers see the same", late_and_early_viewers, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "pixels", rows, ARRAY_SIZE(rows));
}
