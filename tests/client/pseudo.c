/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/client/private.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_MOST = 1 << 20,
    REASON_CLIENT = 1,
};

static void resize(struct client *client, int width_px, int height_px)
{
    client_picture_resize(&client->picture, width_px, height_px);
}

/* rfbproto: an empty pseudo-rectangle; servers differ in what they put into its geometry. */
static void take_qemu_key(struct client *client, const struct client_rect *rect)
{
    (void)rect;
    client->extras.qemu_key = true;
}

static void take_extended_mouse(struct client *client, const struct client_rect *rect)
{
    (void)rect;
    client->extras.extended_mouse = true;
}

static void take_qemu_pointer(struct client *client, const struct client_rect *rect)
{
    if (rect->x_px > 1)
        client_fault_blame(&client->fault, "QEMU pointer motion type %d", rect->x_px);
    client->extras.pointer_absolute = rect->x_px;
}

static void take_qemu_led(struct client *client, const struct client_rect *rect)
{
    (void)rect;
    client->extras.qemu_led = client_read_u8(client) & 7;
    client->extras.led_count++;
}

static void take_vmware_led(struct client *client, const struct client_rect *rect)
{
    (void)rect;
    client->extras.vmware_led = (int)(client_read_u32(client) & 7);
    client->extras.led_count++;
}

static void take_pointer_pos(struct client *client, const struct client_rect *rect)
{
    if (!client_picture_holds(&client->picture, rect->x_px, rect->y_px, 1, 1))
        client_fault_blame(&client->fault, "PointerPos %d,%d is outside of %dx%d", rect->x_px,
                           rect->y_px, client->picture.width_px, client->picture.height_px);
    client->extras.pointer_x_px = rect->x_px;
    client->extras.pointer_y_px = rect->y_px;
    client->extras.pointer_pos_count++;
}

static void take_desktop_name(struct client *client, const struct client_rect *rect)
{
    uint32_t length = client_read_u32(client);
    char *name =
        (char *)client_source_take(&client->source, length, NAME_MOST, "a desktop name");

    if (rect->x_px || rect->y_px || rect->width_px || rect->height_px)
        client_fault_blame(&client->fault, "DesktopName with a geometry of %dx%d at %d,%d",
                           rect->width_px, rect->height_px, rect->x_px, rect->y_px);
    if (!name)
        return;
    free(client->name);
    client->name = name;
    client->extras.name_count++;
}

static void take_desktop_size(struct client *client, const struct client_rect *rect)
{
    if (client_encodings_have(&client->encodings, CLIENT_ENCODING_EXTENDED_DESKTOP_SIZE) &&
        client->desktop.count > 0)
        client_fault_blame(&client->fault, "DesktopSize from a server of ExtendedDesktopSize");
    if (rect->width_px == client->picture.width_px &&
        rect->height_px == client->picture.height_px)
        client_remark(client, "DesktopSize without a change of size");
    resize(client, rect->width_px, rect->height_px);
    client->asked_whole = false;
}

static void take_screens(struct client *client, struct client_desktop *desktop)
{
    desktop->screen_count = client_read_u8(client);
    client_source_bytes(&client->source, NULL, 3);
    for (size_t i = 0; i < desktop->screen_count; i++) {
        struct client_screen *screen = &desktop->screens[i];

        screen->id = client_read_u32(client);
        screen->x_px = client_read_u16(client);
        screen->y_px = client_read_u16(client);
        screen->width_px = client_read_u16(client);
        screen->height_px = client_read_u16(client);
        screen->flags = client_read_u32(client);
    }
}

static void judge_screens(struct client *client, const struct client_desktop *desktop)
{
    if (desktop->screen_count == 0)
        client_remark(client, "ExtendedDesktopSize without screens");
    for (size_t i = 0; i < desktop->screen_count; i++) {
        const struct client_screen *screen = &desktop->screens[i];

        if (screen->x_px + screen->width_px > desktop->width_px ||
            screen->y_px + screen->height_px > desktop->height_px)
            client_fault_blame(&client->fault,
                               "screen %zu, %dx%d at %d,%d, is outside of %dx%d", i,
                               screen->width_px, screen->height_px, screen->x_px, screen->y_px,
                               desktop->width_px, desktop->height_px);
        for (size_t j = 0; j < i; j++)
            if (desktop->screens[j].id == screen->id)
                client_fault_blame(&client->fault, "two screens have id %u",
                                   (unsigned)screen->id);
    }
}

static void take_extended_size(struct client *client, const struct client_rect *rect)
{
    struct client_desktop *desktop = &client->desktop;

    desktop->count++;
    desktop->reason = rect->x_px;
    desktop->status = rect->y_px;
    desktop->width_px = rect->width_px;
    desktop->height_px = rect->height_px;
    take_screens(client, desktop);
    if (client_fault_is(&client->fault))
        return;
    if (desktop->reason == REASON_CLIENT && client->resizes_due > 0)
        client->resizes_due--;
    else if (desktop->reason == REASON_CLIENT)
        client_remark(client, "ExtendedDesktopSize answers a SetDesktopSize that was not sent");
    /* In a refusal all other fields are undefined. */
    if (desktop->reason == REASON_CLIENT && desktop->status != 0)
        return;
    judge_screens(client, desktop);
    if (desktop->width_px != client->picture.width_px ||
        desktop->height_px != client->picture.height_px)
        resize(client, desktop->width_px, desktop->height_px);
}

static const struct {
    int32_t encoding;
    void (*take)(struct client *client, const struct client_rect *rect);
} handlers[] = {
    {CLIENT_ENCODING_DESKTOP_SIZE, take_desktop_size},
    {CLIENT_ENCODING_EXTENDED_DESKTOP_SIZE, take_extended_size},
    {CLIENT_ENCODING_DESKTOP_NAME, take_desktop_name},
    {CLIENT_ENCODING_POINTER_POS, take_pointer_pos},
    {CLIENT_ENCODING_CURSOR, client_take_cursor},
    {CLIENT_ENCODING_X_CURSOR, client_take_x_cursor},
    {CLIENT_ENCODING_CURSOR_WITH_ALPHA, client_take_alpha_cursor},
    {CLIENT_ENCODING_VMWARE_CURSOR, client_take_vmware_cursor},
    {CLIENT_ENCODING_QEMU_POINTER_MOTION, take_qemu_pointer},
    {CLIENT_ENCODING_QEMU_KEY, take_qemu_key},
    {CLIENT_ENCODING_QEMU_LED, take_qemu_led},
    {CLIENT_ENCODING_VMWARE_LED, take_vmware_led},
    {CLIENT_ENCODING_EXTENDED_MOUSE, take_extended_mouse},
};

bool client_take_pseudo(struct client *client, const struct client_rect *rect)
{
    for (size_t i = 0; i < sizeof handlers / sizeof handlers[0]; i++)
        if (handlers[i].encoding == rect->encoding) {
            handlers[i].take(client, rect);
            return true;
        }
    return false;
}
