/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/stand.h"
#include "tests/e2e/trial.h"

#include <string.h>

static const struct {
    const char *id;
    const char *const device[2];
} displays[] = {
    {STAND_VGA, {"VGA,id=vga"}},
    {STAND_VIRTIO, {"virtio-vga,id=gpu"}},
    {STAND_TWO_HEADS, {"virtio-vga,id=two,max_outputs=2"}},
};

static const char *const *find_display(const char *id)
{
    for (size_t i = 0; i < sizeof(displays) / sizeof(displays[0]); i++)
        if (strcmp(displays[i].id, id) == 0)
            return displays[i].device;
    return NULL;
}

struct stand stand_start(struct trial *trial, const char *device, const char *append,
                         const char *machine)
{
    struct stand stand = {.trial = trial, .device = device};
    const struct guest_options options = {.device = find_display(device), .append = append};

    stand.guest = guest_start(trial, &options);
    stand.daemon = daemon_start(trial, "",
                                trial_text(trial,
                                           "auth { methods = {none} }\n"
                                           "machine web1 {\n"
                                           "  place = {\"qmp:%s\"}\n"
                                           "  listen = {\"unix:$/view\", \"127.0.0.1:0\"}\n"
                                           "  %s\n}",
                                           stand.guest->qmp_path, machine ? machine : ""));
    stand.address = trial_text(trial, "unix:%s/view", trial->folder);
    daemon_wait_machine(stand.daemon, "web1", "running");
    return stand;
}

struct client *stand_look(struct stand *stand, const char *encodings, const char *format)
{
    return look_open(stand->trial, stand->address, encodings, format);
}

void stand_compare(struct stand *stand, struct client *client, int tolerance)
{
    qmp_run(stand->guest->qmp, "stop", NULL);
    look_until(stand->trial, client, guest_screendump(stand->guest, stand->device, 0),
               tolerance);
    qmp_run(stand->guest->qmp, "cont", NULL);
}

struct shot stand_side_by_side(struct trial *trial, struct shot left, struct shot right)
{
    struct shot both = {NULL, left.width_px + right.width_px,
                        left.height_px > right.height_px ? left.height_px : right.height_px};

    both.rgb = trial_room(trial, 3 * (size_t)both.width_px * (size_t)both.height_px);
    for (int y = 0; y < both.height_px; y++) {
        uint8_t *row = both.rgb + 3 * (size_t)y * (size_t)both.width_px;
        if (y < left.height_px)
            memcpy(row, left.rgb + 3 * (size_t)y * (size_t)left.width_px,
                   3 * (size_t)left.width_px);
        if (y < right.height_px)
            memcpy(row + 3 * (size_t)left.width_px,
                   right.rgb + 3 * (size_t)y * (size_t)right.width_px,
                   3 * (size_t)right.width_px);
    }
    return both;
}
