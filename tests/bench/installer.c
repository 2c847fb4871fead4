/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/installer.h"
#include "base/alloc.h"
#include "tests/bench/measure.h"
#include "tests/bench/qemu_machine.h"
#include "tests/bench/qmp_talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STILL_SHOTS = 4, /* alike, one after the other */
    SHOT_US = 1000000,
    SHOTS_MOST = 900,
};

/* ---- pictures ---- */

/* A PPM of QEMU's, whose rows may be padded to a multiple of 4 bytes. */
static void read_ppm(const char *path, struct surface *s)
{
    int w, h;
    FILE *f = fopen(path, "re");
    if (!f || fscanf(f, "P6 %d %d 255", &w, &h) != 2 || fgetc(f) != '\n' ||
        !surface_size_ok(w, h))
        measure_fail(path, "this is no picture");
    if ((s->w != w || s->h != h) && surface_resize(s, w, h))
        measure_fail(path, "no memory");
    long head = ftell(f);
    fseek(f, 0, SEEK_END);
    size_t row = (size_t)(ftell(f) - head) / (size_t)h;
    unsigned char *bytes = alloc_zero(1, row);
    fseek(f, head, SEEK_SET);
    for (int y = 0; y < h; y++) {
        if (row < (size_t)w * 3 || fread(bytes, 1, row, f) != row)
            measure_fail(path, "this picture was cut short");
        for (int x = 0; x < w; x++)
            *surface_at(s, x, y) =
                (uint32_t)(bytes[3 * x] << 16 | bytes[3 * x + 1] << 8 | bytes[3 * x + 2]);
    }
    free(bytes);
    fclose(f);
}

void installer_shot(int qmp_fd, struct surface *s)
{
    char *path = alloc_printf("%s/shot.ppm", measure_folder());
    qmp_talk_run(qmp_fd, "screendump",
                 json_pack("{s:s}", "filename", qemu_machine_inside(path)));
    read_ppm(path, s);
    remove(path);
    free(path);
}

/* ---- the page ---- */

/* Graphics with shades, and not a console's few colours. */
static bool is_page(const struct surface *s)
{
    uint32_t colours[INSTALLER_COLOURS];
    int n = 0, k = 0;
    for (int y = 0; y < s->h && s->w == INSTALLER_PAGE_WIDTH_PX; y++) {
        for (int x = 0; x < s->w && n < INSTALLER_COLOURS; x++) {
            uint32_t colour = *surface_at(s, x, y);
            for (k = 0; k < n && colours[k] != colour; k++)
                continue;
            if (k == n)
                colours[n++] = colour;
        }
    }
    return n == INSTALLER_COLOURS;
}

static bool are_alike(const struct surface *a, const struct surface *b)
{
    if (a->w != b->w || a->h != b->h)
        return false;
    for (int y = 0; y < a->h; y++) {
        if (memcmp(surface_at(a, 0, y), surface_at(b, 0, y), (size_t)a->w * 4) != 0)
            return false;
    }
    return true;
}

void installer_wait(int qmp_fd)
{
    struct surface shots[2];
    int still = 0;
    surface_init(&shots[0]);
    surface_init(&shots[1]);
    for (unsigned i = 0; still < STILL_SHOTS; i++) {
        if (i == SHOTS_MOST)
            measure_fail("installer", "its first page did not come");
        usleep(SHOT_US);
        installer_shot(qmp_fd, &shots[i % 2]);
        still = is_page(&shots[0]) && are_alike(&shots[0], &shots[1]) ? still + 1 : 0;
    }
    surface_fini(&shots[0]);
    surface_fini(&shots[1]);
}

void installer_save(int qmp_fd, const char *path)
{
    char *to = alloc_printf("exec:cat >'%s'", path);
    qmp_talk_run(qmp_fd, "stop", NULL);
    qmp_talk_run(qmp_fd, "migrate-set-parameters",
                 json_pack("{s:I}", "max-bandwidth", (json_int_t)1 << 33));
    qmp_talk_run(qmp_fd, "migrate", json_pack("{s:s}", "uri", to));
    qmp_talk_wait_status(qmp_fd, "query-migrate", "completed");
    free(to);
}
