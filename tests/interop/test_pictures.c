/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The windows of real viewers show what QEMU says that the machine shows. */
#include <config.h>
#include "tests/e2e/trial.h"
#include "tests/interop/window.h"

#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define WINDOWS_MOST 6

/* Viewers of one kind side by side, each with other options. */
struct gallery {
    const struct viewer_program *program;
    const char *device;
    int columns, rows, width_px, height_px;
    const char *options[WINDOWS_MOST][WINDOW_OPTIONS_MOST];
};

#define TIGERVNC_EXACT "-AutoSelect=0", "-FullColor", "-NoJPEG"

static const struct gallery tigervnc = {
    &viewer_tigervnc,
    ROOM_VIRTIO,
    2,
    2,
    640,
    480,
    {
        {TIGERVNC_EXACT, "-PreferredEncoding=Tight"},
        {TIGERVNC_EXACT, "-PreferredEncoding=ZRLE"},
        {TIGERVNC_EXACT, "-PreferredEncoding=Hextile"},
        {TIGERVNC_EXACT, "-PreferredEncoding=Raw"},
    },
};

static const struct gallery tigervnc_jpeg = {
    &viewer_tigervnc,
    ROOM_VGA,
    2,
    2,
    640,
    480,
    {
        {"-AutoSelect=0", "-FullColor", "-QualityLevel=1"},
        {"-AutoSelect=0", "-FullColor", "-QualityLevel=6"},
        {"-AutoSelect=0", "-FullColor", "-QualityLevel=9", "-CustomCompressLevel",
         "-CompressLevel=9"},
        {NULL}, /* as people start it */
    },
};

static const struct gallery tightvnc = {
    &viewer_tightvnc,
    ROOM_VIRTIO,
    3,
    2,
    480,
    400,
    {
        {"-encodings", "copyrect tight", "-nojpeg"},
        {"-encodings", "tight", "-nojpeg", "-compresslevel", "9"},
        {"-encodings", "copyrect zlib"},
        {"-encodings", "copyrect hextile"},
        {"-encodings", "corre"},
        {"-encodings", "rre"},
    },
};

static const struct gallery tightvnc_jpeg = {
    &viewer_tightvnc,
    ROOM_VIRTIO,
    2,
    2,
    640,
    480,
    {
        {"-encodings", "copyrect tight", "-quality", "0"},
        {"-encodings", "tight", "-quality", "5"},
        {"-encodings", "tight", "-quality", "9"},
        {NULL},
    },
};

static const struct gallery gtkvnc = {&viewer_gtkvnc, ROOM_VIRTIO, 1, 1, 800, 600, {{NULL}}};

static const struct gallery trixie = {
    &viewer_tigervnc_trixie,
    ROOM_VIRTIO,
    2,
    2,
    640,
    480,
    {
        {TIGERVNC_EXACT, "-PreferredEncoding=Tight"},
        {TIGERVNC_EXACT, "-PreferredEncoding=ZRLE"},
        {TIGERVNC_EXACT, "-PreferredEncoding=Hextile"},
        {"-AutoSelect=0", "-FullColor", "-QualityLevel=4"},
    },
};

static const struct gallery remmina = {&viewer_remmina, ROOM_VIRTIO, 1, 1, 800, 600, {{NULL}}};
static const struct gallery krdc = {&viewer_krdc, ROOM_VIRTIO, 1, 1, 800, 600, {{NULL}}};

static size_t open_gallery(const struct gallery *gallery, struct room *room,
                           struct window *windows)
{
    int count = gallery->columns * gallery->rows;

    for (int i = 0; i < count; i++)
        window_open(&windows[i], room, gallery->program, gallery->options[i],
                    window_cell(i, gallery->columns, gallery->rows));
    return (size_t)count;
}

static struct room start(struct trial *trial, const struct gallery *gallery)
{
    struct room room = room_start(
        trial, gallery->device,
        strcmp(gallery->device, ROOM_VGA) ? "follow off; display virtio" : "display vbe", NULL);

    if (strcmp(gallery->device, ROOM_VIRTIO) == 0)
        room_hide_pointer(&room);
    guest_say(room.guest, "mode %d %d", gallery->width_px, gallery->height_px);
    guest_say(room.guest, "scene still");
    return room;
}

static void scribble(struct guest *guest, unsigned seed)
{
    guest_say(guest, "fill %u %u 100 40 %06x", seed * 37 % 300, seed * 53 % 200,
              seed * 0x3c6ef35f & 0xffffff);
    guest_say(guest, "gradient %u 200 150 90", seed * 11 % 300);
    guest_say(guest, "noise %u %u 64 48 %u", seed * 71 % 300, seed * 29 % 200, seed);
    guest_say(guest, "text 10 %u round %u of scribbling", seed * 17 % 300, seed);
    guest_say(guest, "copy 0 0 200 100 %u %u", seed * 13 % 200, seed * 7 % 200);
}

/* Moving pictures, those too that are sent as copies, and the picture after them. */
static void play(struct room *room, struct window *windows, size_t count)
{
    static const char *const scenes[] = {"scroll", "window", "type", "video", "photo"};

    for (size_t i = 0; i < ARRAY_SIZE(scenes); i++) {
        guest_say(room->guest, "scene %s", scenes[i]);
        guest_say(room->guest, "step 3");
        window_compare(windows, count);
        guest_say(room->guest, "run 30");
        for (size_t w = 0; w < count; w++)
            screen_wait_change(room->screen, windows[w].picture);
        guest_say(room->guest, "stop");
        guest_say(room->guest, "step 25");
        window_compare(windows, count);
    }
}

static void exact_pictures(struct trial *trial)
{
    const struct gallery *gallery = trial->data;
    struct room room = start(trial, gallery);
    struct window windows[WINDOWS_MOST];
    size_t count = open_gallery(gallery, &room, windows);

    window_compare(windows, count);
    for (unsigned seed = 1; seed <= 3; seed++) {
        scribble(room.guest, seed);
        window_compare(windows, count);
    }
    play(&room, windows, count);
}

/* ---- sizes ---- */

static const struct size {
    int width_px, height_px;
} sizes[] = {{640, 480}, {1280, 1024}, {320, 200}, {800, 600}, {1400, 1000}, {1024, 768}};

static const char *const exact_tigervnc[] = {TIGERVNC_EXACT, NULL};

static void the_window_follows_the_machine(struct trial *trial)
{
    struct room room = room_start(trial, ROOM_VGA, "display vbe; scene still", NULL);
    struct window window;

    window_open(&window, &room, &viewer_tigervnc, exact_tigervnc, SCREEN_ALL);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        window_compare(&window, 1);
        guest_say(room.guest, "mode %d %d", sizes[i].width_px, sizes[i].height_px);
    }
    window_compare(&window, 1);
    guest_say(room.guest, "display text");
    guest_say(room.guest, "text 3 7 The quick brown fox");
    window_compare(&window, 1);
}

/* gvncviewer scales a new size into its old window, so that is made to fit. */
static void the_window_is_made_to_fit(struct trial *trial)
{
    struct room room = room_start(trial, ROOM_VGA, "display vbe; scene still", NULL);
    struct window window;

    window_open(&window, &room, &viewer_gtkvnc, NULL, SCREEN_ALL);
    window_compare(&window, 1);
    int menu_px = window.picture.y_px;
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        guest_say(room.guest, "mode %d %d", sizes[i].width_px, sizes[i].height_px);
        window_resize(&window, sizes[i].width_px, sizes[i].height_px + menu_px);
        window_compare(&window, 1);
    }
}

/* What of a picture is to be seen through a window of a fixed size: the rest is black. */
static struct shot cut(struct trial *trial, struct shot shot, struct size size)
{
    struct shot part = {trial_room(trial, 3 * (size_t)size.width_px * (size_t)size.height_px),
                        size.width_px, size.height_px};
    int width_px = shot.width_px < size.width_px ? shot.width_px : size.width_px;

    for (int y = 0; y < size.height_px && y < shot.height_px; y++)
        memcpy(part.rgb + 3 * (size_t)y * (size_t)size.width_px,
               shot.rgb + 3 * (size_t)y * (size_t)shot.width_px, 3 * (size_t)width_px);
    return part;
}

/* TightVNC's viewer cannot be told of another size. */
static void the_window_shows_what_fits(struct trial *trial)
{
    static const struct size first = {800, 608};
    struct room room = room_start(trial, ROOM_VIRTIO, "follow off; display virtio", NULL);
    struct window window;

    room_hide_pointer(&room);
    guest_say(room.guest, "mode %d %d", first.width_px, first.height_px);
    guest_say(room.guest, "scene still");
    window_open(&window, &room, &viewer_tightvnc, NULL, SCREEN_ALL);
    window_compare(&window, 1);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        guest_say(room.guest, "mode %d %d", sizes[i].width_px, sizes[i].height_px);
        window_wait(&window, cut(trial, room_stop(&room), first));
        room_go_on(&room);
    }
}

/* ---- few colours ---- */

static const struct gallery tigervnc_colours = {
    &viewer_tigervnc,
    ROOM_VIRTIO,
    2,
    2,
    640,
    480,
    {
        {"-AutoSelect=0", "-NoJPEG", "-FullColor=0", "-LowColorLevel=0"},
        {"-AutoSelect=0", "-NoJPEG", "-FullColor=0", "-LowColorLevel=1"},
        {"-AutoSelect=0", "-NoJPEG", "-FullColor=0", "-LowColorLevel=2"},
        {"-AutoSelect=0", "-FullColor=0", "-LowColorLevel=2", "-PreferredEncoding=ZRLE"},
    },
};

static const struct gallery tightvnc_colours = {
    &viewer_tightvnc,
    ROOM_VIRTIO,
    2,
    2,
    640,
    480,
    {
        {"-bgr233", "-encodings", "tight"},
        {"-bgr233", "-encodings", "hextile"},
        {"-bgr233", "-encodings", "zlib"},
        {"-bgr233", "-encodings", "rre"},
    },
};

/* Half a step, rounded up, of the coarsest intensity of a format. */
struct colours {
    const struct gallery *gallery;
    int worst[WINDOWS_MOST];
};

static const struct colours tigervnc_few = {&tigervnc_colours, {128, 43, 43, 43}};
static const struct colours tightvnc_few = {&tightvnc_colours, {43, 43, 43, 43}};

static void few_colours_come_close(struct trial *trial)
{
    const struct colours *colours = trial->data;
    struct room room = start(trial, colours->gallery);
    struct window windows[WINDOWS_MOST];

    /* Black and white are exact in every format. */
    guest_say(room.guest, "scene none");
    guest_say(room.guest, "fill 0 0 640 480 ffffff");
    guest_say(room.guest, "fill 200 100 50 50 000000");
    size_t count = open_gallery(colours->gallery, &room, windows);
    window_compare(windows, count);
    guest_say(room.guest, "scene still");
    struct shot shot = room_stop(&room);
    for (size_t i = 0; i < count; i++)
        window_wait_close(&windows[i], shot, (struct error){colours->worst[i], 64});
}

static const struct trial_row rows[] = {
    {"TigerVNC shows the same in every encoding", exact_pictures, &tigervnc, false},
    {"TigerVNC shows JPEG, then the same", exact_pictures, &tigervnc_jpeg, false},
    {"TightVNC shows the same in every encoding", exact_pictures, &tightvnc, false},
    {"TightVNC shows JPEG, then the same", exact_pictures, &tightvnc_jpeg, false},
    {"gtk-vnc shows the same", exact_pictures, &gtkvnc, false},
    {"trixie's TigerVNC shows the same in every encoding", exact_pictures, &trixie, true},
    {"Remmina shows the same", exact_pictures, &remmina, true},
    {"KRDC shows the same", exact_pictures, &krdc, true},
    {"TigerVNC follows the machine's size", the_window_follows_the_machine, NULL, false},
    {"gtk-vnc shows every size", the_window_is_made_to_fit, NULL, false},
    {"TightVNC shows what fits of every size", the_window_shows_what_fits, NULL, false},
    {"TigerVNC with few colours comes close", few_colours_come_close, &tigervnc_few, false},
    {"TightVNC with few colours comes close", few_colours_come_close, &tightvnc_few, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "interop pictures", rows, ARRAY_SIZE(rows));
}
