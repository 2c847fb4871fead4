/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * LibVNCClient, which many viewers are made of, as a second judge of what is sent. It exports
 * functions of the JPEG library's names, so nothing here may use our own client's decoders.
 */
#include <config.h>
#include "tests/client/vnc_judge.h"
#include "tests/e2e/daemon.h"
#include "tests/e2e/guest.h"
#include "tests/e2e/trial.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])

struct scene {
    struct trial *trial;
    struct guest *guest;
    struct vnc_judge *judge;
};

static void end_judge(void *what)
{
    struct vnc_judge *judge = what;

    vnc_judge_free(&judge);
}

/*
 * LibVNCClient draws no pointer without a window, so one would be drawn into the picture. The
 * guest hides it, once there is somebody to be told.
 */
static struct scene start(struct trial *trial, const struct vnc_judge_options *options)
{
    static const char *const device[] = {"virtio-vga,id=gpu", NULL};
    struct guest_options guest = {.device = device,
                                  .append = "display virtio; mode 800 600; scene still"};
    struct scene scene = {.trial = trial, .guest = guest_start(trial, &guest)};
    struct daemon *daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"127.0.0.1:0\"} }",
                   scene.guest->qmp_path));

    daemon_wait_machine(daemon, "web1", "running");
    int result = vnc_judge_open(&scene.judge, daemon_tcp(daemon, "web1"), options, PATIENCE_MS);
    trial_check(trial, result == 0, "LibVNCClient does not get in: %s", strerror(-result));
    trial_on_end(trial, end_judge, scene.judge);
    result = vnc_judge_wait_complete(scene.judge, PATIENCE_MS);
    trial_check(trial, result == 0, "the whole framebuffer: %s", strerror(-result));
    guest_say(scene.guest, "cursor beam 0 0");
    guest_say(scene.guest, "cursor hide");
    return scene;
}

static void judge(struct scene *scene, const char *when)
{
    struct client_difference difference = {0};
    struct shot want = guest_screendump(scene->guest, "gpu", 0);
    char text[400] = "LibVNCClient gave up";
    int result = vnc_judge_wait_picture(scene->judge, want.rgb, want.width_px, want.height_px,
                                        (size_t)want.width_px * 3, 0, PATIENCE_MS, &difference);

    if (result != 0)
        client_difference_describe(&difference, text, sizeof(text));
    trial_check(scene->trial, result == 0, "%s: %s", when, text);
}

static void it_agrees(struct trial *trial)
{
    static const struct {
        int depth, quality;
    } ways[] = {{24, -1}, {16, -1}, {15, -1}, {8, -1}, {24, 6}};

    for (size_t i = 0; i < ARRAY_SIZE(ways); i++) {
        struct vnc_judge_options options = {.encodings = trial->data,
                                            .quality = ways[i].quality,
                                            .compress = -1,
                                            .depth = ways[i].depth,
                                            .verbose = 0};
        struct scene scene = start(trial, &options);
        judge(&scene, "at first");
        guest_say(scene.guest, "noise 100 100 200 100 7");
        guest_say(scene.guest, "fill 300 50 111 222 12ab34");
        judge(&scene, "after drawing");
        guest_say(scene.guest, "scene window");
        guest_say(scene.guest, "step 20");
        judge(&scene, "after moving a window");
        guest_say(scene.guest, "scene scroll");
        guest_say(scene.guest, "step 7");
        judge(&scene, "after scrolling");
        guest_say(scene.guest, "mode 1024 768");
        judge(&scene, "after another mode");
        guest_kill(scene.guest);
    }
}

#define AGREES(words)                                                                          \
    {                                                                                          \
        "LibVNCClient agrees on " words, it_agrees, words, false                               \
    }

static const struct trial_row rows[] = {
    AGREES("raw"),  AGREES("rre"),  AGREES("hextile"),        AGREES("zlib"),
    AGREES("trle"), AGREES("zrle"), AGREES("copyrect tight"), AGREES("tight zrle hextile raw"),
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "judge", rows, ARRAY_SIZE(rows));
}
