/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vncsnapshot saves is what the machine shows. It saves JPEG, which is never exact. */
#include <config.h>
#include "tests/client/fault.h"
#include "tests/client/image.h"
#include "tests/e2e/clock.h"
#include "tests/e2e/trial.h"
#include "tests/interop/room.h"

#include <stdlib.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WIDTH_PX 800
#define HEIGHT_PX 600

/* Intensities that a JPEG of quality 100 without subsampling may be wrong by. */
#define FILE_ERROR                                                                             \
    {                                                                                          \
        6, 0.5                                                                                 \
    }
/* The same where the picture came as JPEG too. */
#define WIRE_ERROR                                                                             \
    {                                                                                          \
        255, 4                                                                                 \
    }

static struct shot load_jpeg(struct trial *trial, const char *path)
{
    struct client_fault fault = {0};
    struct shot shot = {NULL, WIDTH_PX, HEIGHT_PX};
    size_t size = 0;
    const uint8_t *data = (const uint8_t *)trial_read_file(trial, path, &size);

    trial_check(trial, data != NULL, "vncsnapshot has not written %s", path);
    shot.rgb = client_image_read_jpeg(&fault, data, size, WIDTH_PX, HEIGHT_PX);
    trial_check(trial, shot.rgb != NULL, "vncsnapshot: not a JPEG of %dx%d", WIDTH_PX,
                HEIGHT_PX);
    trial_on_end(trial, free, shot.rgb);
    return shot;
}

static struct error error_of(struct shot is, struct shot want)
{
    size_t count = 3 * (size_t)want.width_px * (size_t)want.height_px;
    struct error error = {0, 0};

    for (size_t i = 0; i < count; i++) {
        int off = abs(is.rgb[i] - want.rgb[i]);
        error.mean += off;
        error.worst = off > error.worst ? off : error.worst;
    }
    error.mean /= (double)count;
    return error;
}

/* The options of a run, and how wrong the file may be. */
static const struct {
    const char *list, *jpeg;
    struct error most;
} encodings[] = {
    {"raw", "-nojpeg", FILE_ERROR},
    {"tight", "-nojpeg", FILE_ERROR},
    {"copyrect tight", "-nojpeg", FILE_ERROR},
    {"zlib", "-nojpeg", FILE_ERROR},
    {"hextile", "-nojpeg", FILE_ERROR},
    {"corre", "-nojpeg", FILE_ERROR},
    {"rre", "-nojpeg", FILE_ERROR},
    {"tight", "-jpeg", WIRE_ERROR},
    {"copyrect tight hextile", "-jpeg", WIRE_ERROR},
};

static void every_encoding_is_saved(struct trial *trial)
{
    struct room room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", NULL);
    char *path = trial_path(trial, "snapshot.jpg");

    room_hide_pointer(&room);
    guest_say(room.guest, "mode %d %d", WIDTH_PX, HEIGHT_PX);
    guest_say(room.guest, "scene photo");
    struct shot want = room_stop(&room);
    for (size_t i = 0; i < ARRAY_SIZE(encodings); i++) {
        const char *argv[] = {"vncsnapshot",
                              "-nocursor",
                              "-encodings",
                              encodings[i].list,
                              encodings[i].jpeg,
                              "-quality",
                              "100",
                              trial_text(trial, "127.0.0.1::%d", room.port),
                              path,
                              NULL};
        const char *said = "";
        int status = process_run(trial, "vncsnapshot", argv, PATIENCE_MS, &said);
        trial_check(trial, status == 0, "vncsnapshot: status %d: %s", status, said);
        struct error error = error_of(load_jpeg(trial, path), want);
        struct error most = encodings[i].most;
        trial_check(trial, error.worst <= most.worst && error.mean <= most.mean,
                    "%s: intensities are wrong by %d, on the average by %.2f",
                    encodings[i].list, error.worst, error.mean);
    }
}

static const struct trial_row rows[] = {
    {"vncsnapshot saves the picture in every encoding", every_encoding_is_saved, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop snapshots", rows, ARRAY_SIZE(rows));
}
