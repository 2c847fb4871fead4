/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Viewers that ask for another size, and those that cannot have one. */
#include <config.h>
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <stdio.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof(a)[0])
#define EXTENDED "zrle,cursor,extendeddesktopsize"

/* Answers to SetDesktopSize (rfbproto, ExtendedDesktopSize Pseudo-encoding). */
enum {
    STATUS_DONE = 0,
    STATUS_PROHIBITED = 1,
    STATUS_NO_RESOURCES = 2,
    STATUS_INVALID = 3,
    STATUS_FORWARDED = 4, /* to the guest, which may take its time */
};
enum { REASON_SERVER = 0, REASON_THIS_CLIENT = 1, REASON_OTHER_CLIENT = 2 };

static void ask(struct trial *trial, struct client *client, int width_px, int height_px)
{
    struct client_screen screen = client->desktop.screens[0];

    screen.x_px = screen.y_px = 0;
    screen.width_px = width_px;
    screen.height_px = height_px;
    look_must(trial, client, client_send_desktop_size(client, width_px, height_px, &screen, 1),
              "SetDesktopSize");
}

/* Waits for the answer to our own wish. */
static int answer(struct trial *trial, struct client *client)
{
    while (client->resizes_due > 0)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  "the answer to SetDesktopSize");
    return client->desktop.reason == REASON_THIS_CLIENT ? client->desktop.status : -1;
}

static bool is_granted(int status)
{
    return status == STATUS_DONE || status == STATUS_FORWARDED;
}

static void wait_size(struct trial *trial, struct client *client, int width_px, int height_px)
{
    while (client->picture.width_px != width_px || client->picture.height_px != height_px)
        look_must(trial, client, client_wait_update(client, PATIENCE_MS),
                  trial_text(trial, "%dx%d; it is %dx%d", width_px, height_px,
                             client->picture.width_px, client->picture.height_px));
}

static struct client *open_extended(struct stand *stand)
{
    struct client *client = stand_look(stand, EXTENDED, NULL);

    look_whole(stand->trial, client);
    trial_check(stand->trial, client->desktop.count > 0,
                "ExtendedDesktopSize is not announced");
    return client;
}

static void a_virtio_guest_takes_the_size(struct trial *trial)
{
    static const struct {
        int width_px, height_px;
    } sizes[] = {{1024, 768}, {800, 600}, {1440, 900}, {640, 480}, {1920, 1080}, {1280, 800}};
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio; scene still", NULL);
    struct client *client = open_extended(&stand);
    struct client *other = open_extended(&stand);

    guest_forget_events(stand.guest);
    for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
        ask(trial, client, sizes[i].width_px, sizes[i].height_px);
        trial_check(trial, is_granted(answer(trial, client)), "refused with status %d",
                    client->desktop.status);
        guest_expect(stand.guest, trial_text(trial, "display 0 %d %d", sizes[i].width_px,
                                             sizes[i].height_px));
        wait_size(trial, client, sizes[i].width_px, sizes[i].height_px);
        wait_size(trial, other, sizes[i].width_px, sizes[i].height_px);
        stand_compare(&stand, client, 0);
        stand_compare(&stand, other, 0);
    }
}

static void std_vga_prohibits_it(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VGA, "display vbe; mode 800 600", NULL);
    struct client *client = open_extended(&stand);

    wait_size(trial, client, 800, 600);
    for (int i = 0; i < 3; i++) {
        ask(trial, client, 1024, 768 + i);
        trial_check(trial, answer(trial, client) == STATUS_PROHIBITED, "status %d",
                    client->desktop.status);
        trial_check(trial, client->picture.width_px == 800 && client->picture.height_px == 600,
                    "a refused wish changed the size");
    }
    stand_compare(&stand, client, 0);
}

static void the_configuration_can_prohibit_it(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 800 600", "resize = never");
    struct client *client = open_extended(&stand);

    ask(trial, client, 1024, 768);
    trial_check(trial, answer(trial, client) == STATUS_PROHIBITED, "status %d",
                client->desktop.status);
    stand_compare(&stand, client, 0);
    trial_check(trial, client->picture.width_px == 800, "a refused wish changed the size");
}

static void nonsense_is_refused(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio; mode 800 600", NULL);
    struct client *client = open_extended(&stand);
    struct client_screen beyond = {.width_px = 2000, .height_px = 600};
    struct client_screen nothing = {.width_px = 0, .height_px = 0};

    look_must(trial, client, client_send_desktop_size(client, 800, 600, &beyond, 1), "send");
    trial_check(trial, answer(trial, client) == STATUS_INVALID,
                "a screen beyond the picture: %d", client->desktop.status);
    look_must(trial, client, client_send_desktop_size(client, 0, 0, &nothing, 1), "send");
    trial_check(trial, !is_granted(answer(trial, client)), "nothing at all was taken");
    ask(trial, client, 65535, 65535);
    trial_check(trial, !is_granted(answer(trial, client)), "the largest size was taken");
    stand_compare(&stand, client, 0);
}

/* Such a viewer keeps its framebuffer: it sees the upper left part, or black around. */
static void a_viewer_that_cannot_be_resized_keeps_its_size(struct trial *trial)
{
    struct stand stand =
        stand_start(trial, STAND_VIRTIO, "display virtio; mode 800 600; scene still", NULL);
    struct client *client = stand_look(&stand, "zrle,cursor", NULL);

    look_whole(trial, client);
    trial_check(trial, client->picture.width_px == 800, "it should begin with 800 columns");
    guest_say(stand.guest, "mode 1280 800");
    struct shot large = guest_screendump(stand.guest, stand.device, 0);
    struct shot part = {trial_room(trial, 3 * 800 * 600), 800, 600};
    for (size_t y = 0; y < 600; y++)
        memcpy(part.rgb + y * 3 * 800, large.rgb + y * 3 * 1280, 3 * 800);
    look_until(trial, client, part, 0);
    guest_say(stand.guest, "mode 640 480");
    struct shot small = guest_screendump(stand.guest, stand.device, 0);
    memset(part.rgb, 0, 3 * 800 * 600);
    for (size_t y = 0; y < 480; y++)
        memcpy(part.rgb + y * 3 * 800, small.rgb + y * 3 * 640, 3 * 640);
    look_until(trial, client, part, 0);
    guest_say(stand.guest, "mode 800 600");
    look_until(trial, client, guest_screendump(stand.guest, stand.device, 0), 0);
}

static void others_learn_whose_wish_it_was(struct trial *trial)
{
    struct stand stand = stand_start(trial, STAND_VIRTIO, "display virtio; scene still", NULL);
    struct client *client = open_extended(&stand);
    struct client *other = open_extended(&stand);

    ask(trial, client, 1024, 768);
    trial_check(trial, is_granted(answer(trial, client)), "refused");
    wait_size(trial, other, 1024, 768);
    trial_check(trial,
                other->desktop.reason == REASON_SERVER ||
                    other->desktop.reason == REASON_OTHER_CLIENT,
                "the other viewer is told that the wish was its own");
}

static const struct trial_row rows[] = {
    {"a virtio guest takes the size that a viewer asks for", a_virtio_guest_takes_the_size,
     NULL, false},
    {"std VGA prohibits another size", std_vga_prohibits_it, NULL, false},
    {"the configuration can prohibit it", the_configuration_can_prohibit_it, NULL, false},
    {"nonsense is refused", nonsense_is_refused, NULL, false},
    {"a viewer that cannot be resized keeps its size",
     a_viewer_that_cannot_be_resized_keeps_its_size, NULL, false},
    {"others learn whose wish it was", others_learn_whose_wish_it_was, NULL, false},
};

int main(int argc, char **argv)
{
    return trial_main(argc, argv, "resize", rows, ARRAY_SIZE(rows));
}
