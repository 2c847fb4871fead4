/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <errno.h>
#include <stdlib.h>

/* What one FramebufferUpdate has held so far. */
struct content {
    bool pixels;
    bool extended_size;
    bool last;
};

static struct client_rect *add_rect(struct client *client)
{
    if (client->rect_count == client->rect_room) {
        size_t room = 2 * client->rect_room + 64;
        struct client_rect *grown = realloc(client->rects, room * sizeof *grown);

        if (!grown) {
            client_fault_set(&client->fault, -ENOMEM, "no memory for a list of rectangles");
            return NULL;
        }
        client->rects = grown;
        client->rect_room = room;
    }
    return &client->rects[client->rect_count++];
}

static void take_header(struct client *client, struct client_rect *rect)
{
    rect->x_px = client_read_u16(client);
    rect->y_px = client_read_u16(client);
    rect->width_px = client_read_u16(client);
    rect->height_px = client_read_u16(client);
    rect->encoding = client_source_s32(&client->source);
}

static bool has_quality(const struct client_encodings *list)
{
    return client_encodings_have_range(list, CLIENT_ENCODING_QUALITY_0,
                                       CLIENT_ENCODING_QUALITY_9) ||
           client_encodings_have_range(list, CLIENT_ENCODING_FINE_QUALITY_0,
                                       CLIENT_ENCODING_FINE_QUALITY_100);
}

static void take_pixels(struct client *client, const struct client_rect *rect)
{
    const struct client_target target = {&client->picture, rect->x_px, rect->y_px,
                                         rect->width_px, rect->height_px};
    client_decode_fn *decode = client_decode_find(rect->encoding);

    if (!client_picture_holds(&client->picture, rect->x_px, rect->y_px, rect->width_px,
                              rect->height_px)) {
        client_fault_blame(&client->fault, "a rectangle %dx%d at %d,%d, outside of %dx%d",
                           rect->width_px, rect->height_px, rect->x_px, rect->y_px,
                           client->picture.width_px, client->picture.height_px);
        return;
    }
    if (rect->width_px == 0 || rect->height_px == 0)
        client_remark(client, "a rectangle of %dx%d", rect->width_px, rect->height_px);
    client->decoder.may_send_jpeg =
        has_quality(&client->encodings) || has_quality(&client->earlier);
    client->decoder.may_send_tight_raw =
        client_asked_for(client, CLIENT_ENCODING_TIGHT_WITHOUT_ZLIB);
    decode(&client->decoder, &client->source, &target);
}

/* An encoding in a fault: its name, if it has one. */
static const char *name_of(int32_t encoding)
{
    const char *name = client_encoding_name(encoding);

    return name ? name : "unknown";
}

static void take_rect(struct client *client, struct content *content)
{
    uint64_t start = client->source.taken;
    struct client_rect *rect = add_rect(client);
    bool is_pixels;

    if (!rect)
        return;
    take_header(client, rect);
    if (client_fault_is(&client->fault))
        return;
    if (!client_asked_for(client, rect->encoding)) {
        client_fault_blame(&client->fault, "encoding %d (%s) was not asked for", rect->encoding,
                           name_of(rect->encoding));
        return;
    }
    is_pixels = client_decode_find(rect->encoding) != NULL;
    if (is_pixels)
        take_pixels(client, rect);
    else if (rect->encoding == CLIENT_ENCODING_LAST_RECT)
        content->last = true;
    else if (!client_take_pseudo(client, rect))
        client_fault_blame(&client->fault, "encoding %d is unknown", rect->encoding);
    content->pixels |= is_pixels;
    content->extended_size |= rect->encoding == CLIENT_ENCODING_EXTENDED_DESKTOP_SIZE;
    if (content->pixels && content->extended_size)
        client_fault_blame(&client->fault, "an update with ExtendedDesktopSize and pixels");
    if (content->pixels && rect->encoding == CLIENT_ENCODING_DESKTOP_SIZE)
        client_remark(client, "an update with DesktopSize and pixels");
    rect->bytes = client->source.taken - start;
    client_count_rect(client, rect);
}

/* An update with pixels answers at least one request, unless the server sends by itself. */
static void settle_requests(struct client *client)
{
    if (client->requests > 0)
        client->requests--;
    else if (client->continuous == CLIENT_CONTINUOUS_OFF)
        client_fault_blame(&client->fault, "an update that was not requested");
    if (client->requests_before > 0)
        client->requests_before--;
    if (client->requests_before == 0 && client->continuous == CLIENT_CONTINUOUS_OFF)
        client->earlier.count = 0;
}

void client_take_update(struct client *client)
{
    struct content content = {false, false, false};
    unsigned count;

    client_source_bytes(&client->source, NULL, 1);
    count = client_read_u16(client);
    client->rect_count = 0;
    for (unsigned i = 0; i < count && !content.last && !client_fault_is(&client->fault); i++)
        take_rect(client, &content);
    if (client_fault_is(&client->fault))
        return;
    if (count == 0)
        client_remark(client, "an update without rectangles");
    client->updates++;
    client->asked = false;
    if (content.pixels)
        settle_requests(client);
    else
        client->pseudo_updates++;
}
