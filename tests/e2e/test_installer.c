/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debian's graphical installer, a real guest with several modes: its boot under viewers. Needs
 * the package debian-installer-12-netboot-amd64.
 */
#include <config.h>
#include "tests/e2e/keys.h"
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"
#include "tests/installer_guest.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#define BOOT_MS 420000 /* until its first page, on a slow and busy machine */
#define STEADY_MS 1000 /* a mode that lasts so long is compared */
#define MODES_MOST 16
#define KEYSYM_DOWN 0xff54

struct modes {
    struct {
        int width_px, height_px, compared;
    } mode[MODES_MOST];
    size_t count;
};

static struct stand start(struct trial *trial)
{
    const char *const kernel[] = {INSTALLER_WORDS(guest_file(trial, INSTALLER_KERNEL),
                                                  guest_file(trial, INSTALLER_INITRD))};
    struct stand stand = {.trial = trial, .device = STAND_VGA};

    stand.daemon = daemon_start(
        trial, "",
        trial_text(trial,
                   "auth { methods = {none} }\n"
                   "machine web1 { place = {\"qmp:%s\"} listen = {\"unix:$/view\"} }",
                   guest_qmp_path(trial, "web1")));
    stand.address = trial_text(trial, "unix:%s/view", trial->folder);
    stand.guest = guest_start_kernel(trial, NULL, kernel);
    daemon_wait_machine(stand.daemon, "web1", "running");
    return stand;
}

static void count(struct trial *trial, struct modes *modes, int width_px, int height_px)
{
    size_t i = 0;

    while (i < modes->count &&
           (modes->mode[i].width_px != width_px || modes->mode[i].height_px != height_px))
        i++;
    trial_check(trial, i < MODES_MOST, "more modes than expected");
    if (i == modes->count) {
        modes->count++;
        modes->mode[i].width_px = width_px;
        modes->mode[i].height_px = height_px;
        modes->mode[i].compared = 0;
    }
    modes->mode[i].compared++;
}

/* Takes in updates until the size has been the same for a while; it may go on for ever. */
static void wait_steady(struct trial *trial, struct client *client)
{
    int64_t since_ms = clock_now_ms();
    int width_px = client->picture.width_px, height_px = client->picture.height_px;

    while (clock_now_ms() - since_ms < STEADY_MS) {
        int result = client_wait_update(client, clock_left_ms(since_ms + STEADY_MS));
        trial_check(trial, result == 0 || (result == -ETIMEDOUT && !client->fault.error),
                    "a viewer during the boot: %s", client_why(client));
        if (client->picture.width_px != width_px || client->picture.height_px != height_px)
            since_ms = clock_now_ms();
        width_px = client->picture.width_px;
        height_px = client->picture.height_px;
    }
}

static void compare_both(struct stand *stand, struct client *const client[2])
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    struct shot want = guest_screendump(stand->guest, stand->device, 0);
    for (int i = 0; i < 2; i++)
        look_until(stand->trial, client[i], want, 0);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

static bool is_page(const struct client *client)
{
    return client->picture.width_px == INSTALLER_PAGE_WIDTH_PX;
}

/* Graphics with shades, and not a console's few colours. */
static bool shows_graphics(const struct client *client)
{
    const struct client_picture *p = &client->picture;
    size_t pixels = (size_t)p->width_px * (size_t)p->height_px, n = 0, k = 0;
    uint32_t colours[INSTALLER_COLOURS];

    for (size_t i = 0; i < pixels && n < INSTALLER_COLOURS; i++) {
        for (k = 0; k < n && colours[k] != p->value[i]; k++)
            continue;
        if (k == n)
            colours[n++] = p->value[i];
    }
    return n == INSTALLER_COLOURS;
}

static void the_boot_is_shown_exactly(struct trial *trial)
{
    struct stand stand = start(trial);
    struct client *const client[2] = {
        stand_look(&stand, "copyrect,zrle,cursor,desktopsize", NULL),
        stand_look(&stand, "copyrect,tight,quality=6,cursor,desktopsize", NULL),
    };
    int64_t deadline_ms = clock_now_ms() + BOOT_MS;
    struct modes modes = {.count = 0};
    int pages = 0, wanted = trial_is_long() ? 30 : 4;

    while (pages < wanted) {
        trial_check(trial, clock_now_ms() < deadline_ms, "the installer's page did not come");
        wait_steady(trial, client[0]);
        compare_both(&stand, client);
        count(trial, &modes, client[0]->picture.width_px, client[0]->picture.height_px);
        pages += is_page(client[0]) && shows_graphics(client[0]);
    }
    for (size_t i = 0; i < modes.count; i++)
        print_message("%dx%d was compared %d times\n", modes.mode[i].width_px,
                      modes.mode[i].height_px, modes.mode[i].compared);
    trial_check(trial, modes.count >= 2, "only one mode was seen");

    /* The page answers to a key: another line of its list is marked. */
    struct shot before = look_shot(trial, client[0]);
    while (look_shots_equal(before, look_shot(trial, client[0]))) {
        trial_check(trial, clock_now_ms() < deadline_ms, "the page does not answer to a key");
        keys_tap(trial, client[0], KEYSYM_DOWN);
        wait_steady(trial, client[0]);
    }
    compare_both(&stand, client);
}

static const struct trial_row rows[] = {
    {"the installer's boot is shown exactly", the_boot_is_shown_exactly, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "installer", rows, sizeof(rows) / sizeof(rows[0]));
}
