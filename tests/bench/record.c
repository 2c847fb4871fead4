/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of real machines as clips, the same each time. */
#include <config.h>
#include "base/alloc.h"
#include "tests/bench/clip.h"
#include "tests/bench/installer.h"
#include "tests/bench/measure.h"
#include "tests/bench/qemu_machine.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 24, LOOK_US = 200000, LOOKS_MOST = 600, STILL_LOOKS = 3 };

static const char about[] =
    "Usage: record [--scene NAME] FOLDER\n"
    "Runs guests in QEMU and writes what they show to FOLDER/NAME.clip, for encoders and "
    "peers:\n"
    "guest-text (a text console), guest-scroll, guest-window, guest-photo, and installer: "
    "Debian's\n"
    "first page with keys going down its list (debian-installer-12-netboot-amd64). A frame is\n"
    "taken when a step has been drawn, or the page has answered a key and stands still, so "
    "that\n"
    "every recording shows the same.\n";

#define VBE "display vbe; mode 1280 800; scene "

static const struct qemu_guest guests[] = {
    {.name = "guest-text", .append = "display text; scene scroll"},
    {.name = "guest-scroll", .append = VBE "scroll"},
    {.name = "guest-window", .append = VBE "window"},
    {.name = "guest-photo", .append = VBE "photo"},
    {.name = "installer"},
};

static bool are_alike(const struct surface *a, const struct surface *b)
{
    for (int y = 0; y < a->h; y++) {
        if (memcmp(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4) != 0)
            return false;
    }
    return true;
}

/* What has come of a key: another picture than before, which then stands still. */
static void wait_for_answer(struct qemu_machine *m, const struct surface *before,
                            struct surface *now)
{
    struct surface last;
    unsigned still = 0;
    surface_init(&last);
    surface_resize(&last, before->w, before->h);
    for (unsigned i = 0; still < STILL_LOOKS; i++) {
        if (i == LOOKS_MOST)
            measure_fail(m->guest->name, "it does not answer a key");
        usleep(LOOK_US);
        installer_shot(m->qmp_fd, now);
        still = are_alike(now, &last) && !are_alike(now, before) ? still + 1 : 0;
        surface_copy(&last, now, surface_rect(now), 0, 0);
    }
    surface_fini(&last);
}

static void next_frame(struct qemu_machine *m, const struct surface *before,
                       struct surface *now, unsigned n)
{
    if (m->guest->append) {
        qemu_machine_step(m);
        installer_shot(m->qmp_fd, now);
        return;
    }
    qemu_machine_key(m, n);
    wait_for_answer(m, before, now);
}

static void record(const struct qemu_guest *guest, const char *folder)
{
    static const char *const display[] = {"-display", "none", NULL};
    struct qemu_machine m;
    struct clip_writer writer;
    struct surface now, before;
    char *path = alloc_printf("%s/%s.clip", folder, guest->name);
    surface_init(&now);
    surface_init(&before);
    qemu_machine_start(&m, guest, display);
    installer_shot(m.qmp_fd, &now);
    surface_resize(&before, now.w, now.h);
    clip_writer_init(&writer, path, now.w, now.h);
    for (unsigned i = 0; i < FRAMES; i++) {
        if (!clip_writer_add(&writer, &now))
            measure_fail(guest->name, "its picture has changed its size");
        surface_copy(&before, &now, surface_rect(&now), 0, 0);
        next_frame(&m, &before, &now, i);
    }
    clip_writer_fini(&writer);
    qemu_machine_stop(&m);
    printf("%s: %u frames of %dx%d\n", path, FRAMES, before.w, before.h);
    surface_fini(&now);
    surface_fini(&before);
    free(path);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {
        {"scene", required_argument, NULL, 'm'}, {"help", no_argument, NULL, 'h'}, {0}};
    const char *scene = NULL;
    for (int c; (c = getopt_long(argc, argv, "m:", options, NULL)) != -1;) {
        if (c == 'm') {
            scene = optarg;
        } else {
            fputs(about, c == 'h' ? stdout : stderr);
            return c == 'h' ? 0 : 2;
        }
    }
    if (argc - optind != 1) {
        fputs(about, stderr);
        return 2;
    }
    for (size_t i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
        bool there = guests[i].append || qemu_machine_has_installer();
        if (there && (!scene || !strcmp(scene, guests[i].name)))
            record(&guests[i], argv[optind]);
    }
    return 0;
}
