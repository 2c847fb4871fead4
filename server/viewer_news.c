/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small things a viewer is told beside pixels: sizes, names, pointer shapes, lights. Each
 * is a row of a table. */
#include <config.h>
#include "rfb/server_msg.h"
#include "server/view.h"
#include "server/view_private.h"
#include "server/viewer.h"

/* For so long after its own movement a client is not told where the pointer is: it knows
 * better. */
#define OWN_MOTION_US 1000000u

void viewer_add_news(struct viewer *v, unsigned news)
{
    v->news |= news;
    viewer_wake(v);
}

void viewer_take_machine_news(struct viewer *v, enum machine_news news)
{
    static const unsigned rows[] = {
        [MACHINE_NEWS_STATE] = NEWS_NAME,
        [MACHINE_NEWS_LEDS] = NEWS_LEDS,
        [MACHINE_NEWS_POINTER_IMAGE] = NEWS_CURSOR,
        [MACHINE_NEWS_POINTER_POS] = NEWS_POINTER_POS,
        [MACHINE_NEWS_POINTER_MODE] = NEWS_POINTER_MODE,
        [MACHINE_NEWS_PICTURE] = 0,
        [MACHINE_NEWS_INPUT] = 0,
        [MACHINE_NEWS_LEAVES] = 0,
        [MACHINE_NEWS_RESET] = 0,
    };
    if (v->stage == VIEWER_PICTURE && news == MACHINE_NEWS_PICTURE)
        viewer_first_picture(v);
    else if (v->stage == VIEWER_RUNNING)
        viewer_add_news(v, rows[news]);
}

static void write_screens(struct viewer *v, unsigned reason, unsigned status)
{
    struct screen screens[HEADS_MOST];
    unsigned n = view_screens(v->client.view, screens);
    server_rect_extended_desktop_size(&v->reply, reason, status, (unsigned)v->width,
                                      (unsigned)v->height, screens, n);
}

static void write_size(struct viewer *v)
{
    v->width = v->client.view->frame.w;
    v->height = v->client.view->frame.h;
    if (encodings_have(&v->encodings, EXT_EXTENDED_DESKTOP_SIZE))
        write_screens(v, 0, 0);
    else
        server_rect_desktop_size(&v->reply, (unsigned)v->width, (unsigned)v->height);
}

static void write_screens_news(struct viewer *v)
{
    write_screens(v, 0, 0);
}

static void write_resized(struct viewer *v)
{
    write_screens(v, 1, v->resize_status);
}

static void write_name(struct viewer *v)
{
    char name[600];
    viewer_desktop_name(v, name, sizeof(name));
    server_rect_desktop_name(&v->reply, name);
}

static void write_cursor(struct viewer *v)
{
    static const struct pointer_image hidden = {.refs = 1};
    const struct machine *m = v->machine;
    const struct pointer_image *image = m->pointer_visible ? m->pointer_image : &hidden;
    const struct encodings *e = &v->encodings;
    if (encodings_have(e, EXT_CURSOR_WITH_ALPHA))
        server_rect_cursor_with_alpha(&v->reply, image);
    else if (encodings_have(e, EXT_VMWARE_CURSOR))
        server_rect_vmware_cursor(&v->reply, image);
    else if (encodings_have(e, EXT_CURSOR))
        server_rect_cursor(&v->reply, image, &v->translator);
    else
        server_rect_x_cursor(&v->reply, image);
}

static void write_pointer_pos(struct viewer *v)
{
    const struct machine *m = v->machine;
    int x = m->pointer_x, y = m->pointer_y;
    view_point(v->client.view, m->pointer_head, &x, &y);
    x = x < 0 ? 0 : x >= v->width ? v->width - 1 : x;
    y = y < 0 ? 0 : y >= v->height ? v->height - 1 : y;
    server_rect_pointer_pos(&v->reply, (unsigned)x, (unsigned)y);
}

static void write_leds(struct viewer *v)
{
    if (encodings_have(&v->encodings, EXT_QEMU_LED))
        server_rect_qemu_led(&v->reply, v->machine->leds);
    else
        server_rect_vmware_led(&v->reply, v->machine->leds);
}

static void write_pointer_mode(struct viewer *v)
{
    server_rect_qemu_pointer_motion(&v->reply, v->machine->pointer.absolute);
}

static void write_keys(struct viewer *v)
{
    server_rect_announce(&v->reply, ENCODING_QEMU_EXTENDED_KEY);
}

static void write_buttons(struct viewer *v)
{
    server_rect_announce(&v->reply, ENCODING_EXTENDED_MOUSE_BUTTONS);
}

#define ANY(a, b, c, d) (1u << (a) | 1u << (b) | 1u << (c) | 1u << (d))

/* Each is one rectangle; sent only to clients that have one of the extensions. */
static const struct {
    unsigned news;
    uint32_t extensions;
    void (*write)(struct viewer *v);
} news_rows[] = {
    {NEWS_SIZE, 1u << EXT_DESKTOP_SIZE | 1u << EXT_EXTENDED_DESKTOP_SIZE, write_size},
    {NEWS_SCREENS, 1u << EXT_EXTENDED_DESKTOP_SIZE, write_screens_news},
    {NEWS_RESIZED, 1u << EXT_EXTENDED_DESKTOP_SIZE, write_resized},
    {NEWS_NAME, 1u << EXT_DESKTOP_NAME, write_name},
    {NEWS_CURSOR, ANY(EXT_CURSOR, EXT_X_CURSOR, EXT_CURSOR_WITH_ALPHA, EXT_VMWARE_CURSOR),
     write_cursor},
    {NEWS_POINTER_POS, 1u << EXT_POINTER_POS, write_pointer_pos},
    {NEWS_LEDS, 1u << EXT_QEMU_LED | 1u << EXT_VMWARE_LED, write_leds},
    {NEWS_POINTER_MODE, 1u << EXT_QEMU_POINTER_MOTION, write_pointer_mode},
    {NEWS_KEYS, 1u << EXT_QEMU_EXTENDED_KEY, write_keys},
    {NEWS_BUTTONS, 1u << EXT_EXTENDED_MOUSE_BUTTONS, write_buttons},
};

/* Forgets what this client cannot be told, or should not be now. */
static unsigned speakable_news(struct viewer *v)
{
    uint64_t now;
    unsigned speakable = 0;
    for (size_t i = 0; i < sizeof(news_rows) / sizeof(news_rows[0]); i++) {
        if (news_rows[i].extensions & v->encodings.extensions)
            speakable |= v->news & news_rows[i].news;
    }
    sd_event_now(v->server->loop, CLOCK_MONOTONIC, &now);
    if ((v->moved_us && now - v->moved_us < OWN_MOTION_US) ||
        (v->machine && view_head_x(v->client.view, v->machine->pointer_head) < 0))
        speakable &= ~(unsigned)NEWS_POINTER_POS;
    if (!v->machine)
        speakable &= NEWS_ALONE;
    v->news = speakable;
    return speakable;
}

enum view_news viewer_has_news(struct view_client *c)
{
    struct viewer *v = (struct viewer *)c;
    unsigned news = speakable_news(v);
    if (news & NEWS_ALONE)
        return VIEW_NEWS_FIRST;
    return news || view_private_owes(c, viewer_area(v)) ? VIEW_NEWS_SOME : VIEW_NEWS_NONE;
}

static unsigned write_rows(struct viewer *v, unsigned news)
{
    unsigned n = 0;
    for (size_t i = 0; i < sizeof(news_rows) / sizeof(news_rows[0]); i++) {
        if (news & news_rows[i].news) {
            news_rows[i].write(v);
            n++;
        }
    }
    v->news &= ~news;
    return n;
}

unsigned viewer_write_news(struct viewer *v)
{
    return write_rows(v, speakable_news(v) & ~(unsigned)NEWS_ALONE);
}

unsigned viewer_write_news_alone(struct viewer *v)
{
    unsigned news = speakable_news(v) & NEWS_ALONE;
    if (news & (NEWS_SIZE | NEWS_RESIZED))
        v->news &= ~(unsigned)NEWS_SCREENS; /* those say it too */
    return write_rows(v, news & v->news);
}
