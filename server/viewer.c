/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/viewer.h"
#include "base/alloc.h"
#include "base/log.h"
#include "server/access/access.h"
#include "server/overlay/lobby_room.h"
#include "server/overlay/overlay.h"
#include "server/view.h"

#include <inttypes.h>
#include <stdlib.h>

#define INPUT_MOST (512u << 10) /* above the longest message that is buffered */
#define LEAVE_US 5000000        /* for the last bytes to go out */

/* ---- coming and going ---- */

static int on_deadline(sd_event_source *source, uint64_t usec, void *self)
{
    struct viewer *v = self;
    (void)source;
    (void)usec;
    if (v->stage == VIEWER_PICTURE)
        viewer_first_picture(v);
    else if (v->stage == VIEWER_RUNNING)
        viewer_wake(v);
    else if (v->stage != VIEWER_CLOSED)
        viewer_close(v, v->stage == VIEWER_LEAVING ? v->leave_why : "the login took too long");
    return 0;
}

static void on_machine_news(struct machine_watcher *w, enum machine_news news)
{
    struct viewer *v = (struct viewer *)((char *)w - offsetof(struct viewer, watcher));
    viewer_take_machine_news(v, news);
}

static void on_machine_gone(struct machine_watcher *w)
{
    struct viewer *v = (struct viewer *)((char *)w - offsetof(struct viewer, watcher));
    viewer_machine_gone(v);
}

static void init_state(struct viewer *v)
{
    v->client.ops = &viewer_update_ops;
    v->watcher.news = on_machine_news;
    v->watcher.gone = on_machine_gone;
    bytes_init(&v->in, INPUT_MOST);
    bytes_init(&v->reply, SIZE_MAX);
    outq_init(&v->out);
    flow_init(&v->flow);
    quality_init(&v->quality);
    v->head = -1;
    v->format = pixel_format_native;
    pixel_translator_init(&v->translator, &v->format);
    v->encodings = encodings_from_list(NULL, 0);
}

static void link_viewer(struct server *s, struct viewer *v)
{
    v->next = s->viewers;
    if (v->next)
        v->next->link = &v->next;
    v->link = &s->viewers;
    s->viewers = v;
    s->n_viewers++;
    s->n_pending++;
}

void viewer_new(struct server *s, int fd, const struct listener *listener,
                const struct sockaddr_storage *peer)
{
    struct viewer *v = ALLOC(struct viewer);
    v->server = s;
    v->id = ++s->next_viewer_id;
    v->peer = *peer;
    v->local = listener->local;
    v->machine_name = alloc_text(listener->machine_name);
    init_state(v);
    viewer_describe_peer(v, fd);
    link_viewer(s, v);
    viewer_io_start(v, fd);
    sd_event_add_time_relative(s->loop, &v->deadline, CLOCK_MONOTONIC, s->config->handshake_us,
                               0, on_deadline, v);
    if (s->n_pending > 2 * s->config->max_pending) {
        s->refused++;
        viewer_close(v, "too many connections are waiting to log in");
        return;
    }
    viewer_login_start(v, listener_options(s, listener));
    viewer_check_pending(v);
    viewer_flush(v);
}

void viewer_leave(struct viewer *v, const char *why)
{
    if (v->stage >= VIEWER_LEAVING)
        return;
    if (v->stage < VIEWER_INIT)
        v->server->n_pending--;
    v->stage = VIEWER_LEAVING;
    v->leave_why = why;
    login_abandon(v);
    sd_event_source_set_time_relative(v->deadline, LEAVE_US);
    sd_event_source_set_enabled(v->deadline, SD_EVENT_ONESHOT);
    viewer_flush(v);
}

void viewer_leave_machine(struct viewer *v)
{
    struct machine *m = v->machine;
    view_client_leave(&v->client);
    machine_remove_watcher(&v->watcher);
    v->machine = NULL;
    if (!m)
        return;
    m->n_viewers--;
    if (v->watching)
        machine_unwatch(m);
    if (m->lobby)
        lobby_left(m);
    else
        machines_viewer_left(m);
}

static void end_pam_session(struct viewer *v)
{
    if (v->pam_session)
        verifier_end_session(v->server->access->verifier, v->pam_session);
}

void viewer_close(struct viewer *v, const char *why)
{
    struct server *s = v->server;
    if (v->stage == VIEWER_CLOSED)
        return;
    log_line(v->mute ? LOG_LEVEL_DEBUG : LOG_LEVEL_INFO, "viewer %" PRIu64 " (%s): left: %s",
             v->id, v->address, why);
    viewer_audit_end(v, why);
    if (v->stage < VIEWER_INIT)
        s->n_pending--;
    v->stage = VIEWER_CLOSED;
    login_abandon(v);
    end_pam_session(v);
    viewer_lift(v);
    session_leave(&v->seat);
    viewer_leave_machine(v);
    poller_remove(&v->io);
    writers_forget(&v->writing);
    sd_event_source_disable_unref(v->deadline);
    sd_event_source_disable_unref(v->limit);
    stream_close(&v->stream);
    *v->link = v->next;
    if (v->next)
        v->next->link = v->link;
    s->n_viewers--;
    v->next = s->dead;
    s->dead = v;
    sd_event_source_set_enabled(s->bury, SD_EVENT_ONESHOT);
}

void viewers_bury(struct server *s)
{
    while (s->dead) {
        struct viewer *v = s->dead;
        s->dead = v->next;
        overlay_free(&v->overlay);
        login_drop(v);
        bytes_fini(&v->in);
        bytes_fini(&v->reply);
        outq_fini(&v->out);
        free(v->machine_name);
        free(v->groups);
        free(v->audited_machine);
        free(v->bound);
        free(v);
    }
}

void viewers_close_all(struct server *s, const char *why)
{
    while (s->viewers)
        viewer_close(s->viewers, why);
    viewers_bury(s);
}
