/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats_private.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVENTS_BYTES_MOST = 1 << 20 };

void served_seats_put(struct served_seats *at, enum link_type type, struct bytes *payload)
{
    link_put(at->sm->served->link, type, payload, NULL, 0);
    bytes_fini(payload);
}

static void tell_console(struct served_seats *at, const struct console *c)
{
    struct bytes b;
    char *image = console_image_of(c);
    const struct seat_msg_console m = {at->sm->id, at->answered, image, strlen(image)};
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_console(&b, &m);
    served_seats_put(at, LINK_CONSOLE, &b);
    free(image);
}

static void tell_events(struct served_seats *at)
{
    struct reader r = reader_over(at->events.data, at->events.len);
    while (reader_left(&r)) {
        struct bytes b;
        enum link_type type = (enum link_type)reader_u8(&r);
        uint32_t n = reader_u32(&r);
        bytes_init(&b, LINK_MESSAGE_MOST);
        bytes_put(&b, reader_bytes(&r, n), n);
        served_seats_put(at, type, &b);
    }
    bytes_clear(&at->events);
}

/* First how it is, then what made it so. */
static void tell(struct served_seats *at, const struct console *c)
{
    if (at->changed && c)
        tell_console(at, c);
    at->changed = false;
    tell_events(at);
    sd_event_source_set_enabled(at->soon, SD_EVENT_OFF);
}

static int on_soon(sd_event_source *source, void *self)
{
    struct served_seats *at = self;
    (void)source;
    tell(at, at->mirror.console);
    return 0;
}

void served_seats_tell_soon(struct served_seats *at)
{
    at->changed = true;
    sd_event_source_set_enabled(at->soon, SD_EVENT_ONESHOT);
}

static void on_changed(struct console_mirror *mirror)
{
    served_seats_tell_soon((struct served_seats *)mirror);
}

/* What is put between both waits behind LINK_CONSOLE. */
static size_t begin_waiting(struct served_seats *at, enum link_type type)
{
    bytes_put_u8(&at->events, (uint8_t)type);
    bytes_put_u32(&at->events, 0);
    return at->events.len;
}

static void end_waiting(struct served_seats *at, size_t start)
{
    bytes_patch_u32(&at->events, start - 4, (uint32_t)(at->events.len - start));
    served_seats_tell_soon(at);
}

static void on_event(struct console_mirror *mirror, const struct session_event *e)
{
    struct served_seats *at = (struct served_seats *)mirror;
    if (e->kind == SESSION_DRIVER_CHANGED)
        at->unseen = e->session ? e->console->serial + 1 : 0;
    if (at->events.len > EVENTS_BYTES_MOST)
        return;
    size_t start = begin_waiting(at, LINK_SESSION_EVENT);
    seat_msg_put_event(&at->events, at->sm->id, e);
    end_waiting(at, start);
}

void served_seats_tell_verdict(struct served *served, const struct seat_msg_act *wish,
                               const char *why, bool queued)
{
    struct served_machine *sm = served_machine_find(served, wish->machine);
    struct served_seats *at = sm ? sm->seats : NULL;
    struct seat_msg_verdict m = {
        .machine = wish->machine, .serial = wish->serial, .queued = queued};
    snprintf(m.why, sizeof(m.why), "%s", why ? why : "");
    if (at && at->events.len <= EVENTS_BYTES_MOST) {
        size_t start = begin_waiting(at, LINK_VERDICT);
        seat_msg_put_verdict(&at->events, &m);
        end_waiting(at, start);
        return;
    }
    struct bytes b;
    bytes_init(&b, LINK_MESSAGE_MOST);
    seat_msg_put_verdict(&b, &m);
    link_put(served->link, LINK_VERDICT, &b, NULL, 0);
    bytes_fini(&b);
}

static void on_home_gone(struct console_mirror *mirror)
{
    struct served_seats *at = (struct served_seats *)mirror;
    tell(at, served_seats_console(at));
    at->remembered = false;
}

void served_seats_tell_init(struct served_seats *at)
{
    at->mirror =
        (struct console_mirror){.changed = on_changed, .event = on_event, .gone = on_home_gone};
    bytes_init(&at->events, EVENTS_BYTES_MOST * 2);
    sd_event_add_defer(at->sm->served->cluster->loop, &at->soon, on_soon, at);
    sd_event_source_set_enabled(at->soon, SD_EVENT_OFF);
}

void served_seats_tell_fini(struct served_seats *at)
{
    sd_event_source_disable_unref(at->soon);
    bytes_fini(&at->events);
}
