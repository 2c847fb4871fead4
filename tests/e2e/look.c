/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/look.h"
#include "tests/client/image.h"
#include "tests/client/ppm.h"
#include "tests/e2e/trial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST_BITS = 13 };

static void on_end(void *what)
{
    struct client *client = what;

    client_free(&client);
}

void look_must(struct trial *trial, const struct client *client, int result, const char *what)
{
    trial_check(trial, result == 0, "%s: %s (%s)", what, client_why(client), strerror(-result));
}

struct client *look_open_as(struct trial *trial, const char *address,
                            const struct client_options *options, const char *encodings,
                            const char *format)
{
    struct client *client = client_new(options);

    trial_on_end(trial, on_end, client);
    look_must(trial, client, client_connect(client, address, PATIENCE_MS), address);
    if (format) {
        const struct client_format *f = client_format_find(format);
        trial_check(trial, f != NULL, "no format %s", format);
        look_must(trial, client, client_set_format(client, f), "SetPixelFormat");
    }
    if (encodings)
        look_must(trial, client, client_set_encodings_text(client, encodings), encodings);
    return client;
}

struct client *look_open(struct trial *trial, const char *address, const char *encodings,
                         const char *format)
{
    return look_open_as(trial, address, NULL, encodings, format);
}

void look_leave(struct client *client)
{
    client_channel_close(&client->channel);
}

void look_whole(struct trial *trial, struct client *client)
{
    look_must(trial, client, client_wait_complete(client, PATIENCE_MS),
              "the whole framebuffer");
}

/* ---- comparing ---- */

static int distance_of(const uint8_t *a, const uint8_t *b)
{
    int sum = 0;

    for (int c = 0; c < 3; c++)
        sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sum;
}

static int nearest_distance(const struct client_colours *colours, const uint8_t *rgb)
{
    int best = INT32_MAX;

    for (int i = 0; i < 256 && best > 0; i++)
        if (colours->set[i] && distance_of(colours->rgb[i], rgb) < best)
            best = distance_of(colours->rgb[i], rgb);
    return best;
}

/* What was found for a colour before: photos have thousands, each many times. */
struct nearest {
    uint32_t rgb;
    int distance; /* -1: nothing yet */
};

static int remembered_distance(struct nearest *cache, const struct client_colours *colours,
                               const uint8_t *rgb)
{
    uint32_t word = (uint32_t)rgb[0] << 16 | (uint32_t)rgb[1] << 8 | rgb[2];
    struct nearest *n = &cache[(word * 2654435761u) >> (32 - NEAREST_BITS)];

    if (n->distance < 0 || n->rgb != word)
        *n = (struct nearest){word, nearest_distance(colours, rgb)};
    return n->distance;
}

static bool map_shows(const struct client *client, struct shot shot)
{
    const struct client_picture *p = &client->picture;
    size_t count = (size_t)shot.width_px * (size_t)shot.height_px;
    struct nearest cache[1 << NEAREST_BITS];

    if (p->width_px != shot.width_px || p->height_px != shot.height_px)
        return false;
    memset(cache, 0xff, sizeof(cache));
    for (size_t i = 0; i < count; i++) {
        const uint8_t *want = shot.rgb + 3 * i;
        if (!p->known[i] || distance_of(p->rgb + 3 * i, want) !=
                                remembered_distance(cache, client->colours, want))
            return false;
    }
    return true;
}

bool look_shows(const struct client *client, struct shot shot, int tolerance)
{
    if (!client->format.true_colour)
        return map_shows(client, shot);
    return client_picture_compare(&client->picture, shot.rgb, shot.width_px, shot.height_px,
                                  (size_t)shot.width_px * 3, tolerance, NULL);
}

double look_error(const struct client *client, struct shot shot)
{
    const struct client_picture *p = &client->picture;
    size_t count = 3 * (size_t)shot.width_px * (size_t)shot.height_px;
    uint64_t sum = 0;

    if (p->width_px != shot.width_px || p->height_px != shot.height_px)
        return 256;
    for (size_t i = 0; i < count; i++)
        sum += (uint64_t)abs(p->rgb[i] - shot.rgb[i]);
    return (double)sum / (double)count;
}

static int wait_map(struct client *client, struct shot shot)
{
    int64_t deadline_ms = clock_now_ms() + PATIENCE_MS;
    int result = 0;

    while (!result && !map_shows(client, shot))
        result = client_wait_update(client, clock_left_ms(deadline_ms));
    return result;
}

/* For people with HOLDFAST_KEEP=1. */
static void leave_pictures(struct trial *trial, const struct client *client, struct shot want)
{
    client_write_ppm(client, trial_path(trial, "viewer.ppm"));
    client_ppm_write(trial_path(trial, "wanted.ppm"), want.rgb, want.width_px, want.height_px);
}

void look_until_as(struct trial *trial, struct client *client, struct shot shot, int tolerance,
                   const char *who)
{
    int result = client->format.true_colour
                     ? client_wait_picture(client, shot.rgb, shot.width_px, shot.height_px,
                                           (size_t)shot.width_px * 3, tolerance, PATIENCE_MS)
                     : wait_map(client, shot);

    if (result != 0)
        leave_pictures(trial, client, shot);
    look_must(trial, client, result, who);
}

void look_until(struct trial *trial, struct client *client, struct shot shot, int tolerance)
{
    look_until_as(trial, client, shot, tolerance, "the picture");
}

struct shot look_shot(struct trial *trial, const struct client *client)
{
    const struct client_picture *p = &client->picture;
    size_t size = 3 * (size_t)p->width_px * (size_t)p->height_px;
    struct shot shot = {trial_room(trial, size), p->width_px, p->height_px};

    memcpy(shot.rgb, p->rgb, size);
    return shot;
}

bool look_shots_equal(struct shot a, struct shot b)
{
    return a.width_px == b.width_px && a.height_px == b.height_px &&
           memcmp(a.rgb, b.rgb, 3 * (size_t)a.width_px * (size_t)a.height_px) == 0;
}

void look_must_png(struct trial *trial, const char *path, struct shot want)
{
    struct client_fault fault = {0};
    size_t size = 0;
    char *file = trial_read_file(trial, path, &size);

    trial_check(trial, file != NULL, "%s: %s", path, strerror(errno));
    uint8_t *rgb = client_image_read_png(&fault, (const uint8_t *)file, size, want.width_px,
                                         want.height_px);
    trial_check(trial, rgb != NULL, "%s: %s", path, fault.why);
    trial_on_end(trial, free, rgb);
    struct shot is = {rgb, want.width_px, want.height_px};
    trial_check(trial, look_shots_equal(is, want), "%s shows something else", path);
}

void look_sync(struct trial *trial, struct client *client)
{
    look_must(
        trial, client,
        client_send_fence(client, CLIENT_FENCE_REQUEST | CLIENT_FENCE_BLOCK_BEFORE, "sync", 4),
        "Fence");
    look_must(trial, client, client_wait_fences(client, PATIENCE_MS), "the answer to a fence");
}
