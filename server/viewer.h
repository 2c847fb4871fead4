/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One client connection: a state machine on the loop that never blocks. It owns the stream, the
 * queue of what is to be sent, and what this client is like (formats, extensions). Parts:
 * viewer.c its life, viewer_io.c its bytes, viewer_peer.c where it comes from, viewer_login*.c
 * until ServerInit, viewer_role.c what it may do, viewer_client.c its messages, viewer_input.c
 * keys and pointer, viewer_session.c its seat in a session, viewer_move.c its way to another
 * machine, viewer_news.c and viewer_update.c what it is sent.
 */
#ifndef HF_SERVER_VIEWER_H
#define HF_SERVER_VIEWER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include "auth/method.h"
#include "auth/role.h"
#include "base/outq.h"
#include "base/stream.h"
#include "input/typist.h"
#include "rfb/client_msg.h"
#include "rfb/handshake.h"
#include "rfb/pixel_translator.h"
#include "server/audit.h"
#include "server/flow.h"
#include "server/listener.h"
#include "server/poller.h"
#include "server/quality.h"
#include "server/server.h"
#include "server/view_client.h"
#include "server/writers.h"

enum viewer_stage {
    VIEWER_PROXY,     /* the header of a proxy is to come before anything else */
    VIEWER_HANDSHAKE, /* version, security type */
    VIEWER_METHOD,    /* inside a security type */
    VIEWER_INIT,      /* logged in, ClientInit to come */
    VIEWER_PICTURE,   /* waits for the machine's first picture, to tell its size */
    VIEWER_RUNNING,
    VIEWER_LEAVING, /* nothing is read any more; what is queued still goes out */
    VIEWER_CLOSED,
};

/* Small things that wait to be sent beside pixels; bits. */
enum viewer_news {
    NEWS_SIZE = 1 << 0,    /* the picture has another size */
    NEWS_SCREENS = 1 << 1, /* ExtendedDesktopSize for information */
    NEWS_NAME = 1 << 2,
    NEWS_CURSOR = 1 << 3,
    NEWS_POINTER_POS = 1 << 4,
    NEWS_LEDS = 1 << 5,
    NEWS_POINTER_MODE = 1 << 6,
    NEWS_KEYS = 1 << 7,    /* announce extended key events */
    NEWS_BUTTONS = 1 << 8, /* announce extended mouse buttons */
    NEWS_RESIZED = 1 << 9, /* the answer to this client's SetDesktopSize */
    /* rfbproto, ExtendedDesktopSize: an update with it holds no pixels. */
    NEWS_ALONE = NEWS_SIZE | NEWS_SCREENS | NEWS_RESIZED,
};

#define VIEWER_NO_UID ((uid_t)-1)

struct login;
struct overlay;

struct viewer {
    struct view_client client;
    struct machine_watcher watcher;
    struct server *server;
    struct viewer *next, **link;
    uint64_t id;

    struct stream *stream;
    struct poller_watch io;
    sd_event_source *deadline;
    struct bytes in, reply;
    struct outq out;
    size_t answers;   /* bytes of answers queued since the queue was empty */
    char address[80]; /* "192.0.2.7:51034", "unix:uid 1000" */
    struct sockaddr_storage peer;
    uid_t uid;          /* of the process at the other end; VIEWER_NO_UID: not on this host */
    bool local;         /* a Unix socket or loopback */
    char proxy[80];     /* the proxy's address, or "" */
    char *machine_name; /* of the listener, or NULL: a common port */
    enum viewer_stage stage;
    const char *leave_why;
    bool mute; /* the client left before it had said a word, as a balancer that looks for us */

    struct handshake handshake;
    struct login *login; /* until ServerInit */
    bool watching;       /* counted in machine_watch */

    /* Who it is; known from ServerInit on. */
    char user[AUTH_USER_MOST + 1]; /* "" : anonymous */
    enum role role;                /* at `machine` */
    char *groups;                  /* names, each with its zero; NULL: none */
    size_t groups_n;               /* bytes of them all */
    enum role role_most;           /* that its password or ticket gives */
    char *bound;                   /* the only machine that its login is good for, or NULL */
    uint64_t ticket;               /* that let it in; 0: none */
    uint32_t pam_session;          /* 0: none */
    const char *security;          /* "x509-plain": how it logs in; NULL: not known yet */
    char *audited_machine;         /* that it was let in to; NULL: it was not */

    struct machine *machine; /* NULL until chosen and after it is gone */
    int head;                /* or VIEW_ALL_HEADS */
    struct client_msg_parser parser;
    struct encodings encodings;
    struct pixel_format format;
    struct pixel_translator translator;
    int width, height; /* px, as the client was told */
    bool scaled;       /* it chose its machine in the lobby: what does not fit is made to fit,
                        * and it goes back there when the machine is detached */

    struct {
        bool wanted;
        struct rect r;
    } request;
    struct {
        bool on, announced;
        struct rect r;
    } continuous;
    unsigned news;          /* bits */
    unsigned resize_status; /* for NEWS_RESIZED */
    unsigned streams_open;  /* bits: inflate streams of this client that have their header */
    struct write_client writing;
    struct flow flow;
    struct quality quality;
    struct quality_path path; /* of clients without fences: as the kernel said last */
    uint64_t path_us;         /* when that was */
    bool fence_announced, xvp_announced;

    struct seat seat; /* in its user's session */
    struct typist typist;
    struct mouse mouse;
    uint64_t moved_us;         /* when this client moved the pointer last */
    uint64_t came_us, used_us; /* ServerInit; its user's last key or pointer event */
    sd_event_source *limit;    /* sends it away */
    uint64_t updates_out;
    struct overlay *overlay; /* over its own picture; NULL: nothing yet */
};

/* Takes over the accepted socket. */
void viewer_new(struct server *s, int fd, const struct listener *listener,
                const struct sockaddr_storage *peer);
/* Closes at once; it is freed when the loop comes round. why: for the log. */
void viewer_close(struct viewer *v, const char *why);
/* Lets what is queued go out, then closes. */
void viewer_leave(struct viewer *v, const char *why);
/* Queues what was written into v->reply and sends what the socket takes. */
void viewer_flush(struct viewer *v);
/*
 * The same for an update, which others get too: streams that seal are written when the loop
 * comes round, perhaps by the pool. Until they are back v->stream is NULL.
 */
void viewer_flush_update(struct viewer *v);
/* Goes to another machine (or to its lobby) and stays connected. False with a text for its user
 * when it may not; then it stays where it is. */
bool viewer_move(struct viewer *v, struct machine *m, const char **why_r);
/* Its machine is being detached: it goes to its lobby if it came from there, else it closes. */
void viewer_machine_gone(struct viewer *v);
/* Looks at no machine any more; its seat and what it holds down are its caller's. */
void viewer_leave_machine(struct viewer *v);
/* "anonymous" when it has no name. */
const char *viewer_user_text(const struct viewer *v);
/* The role that it has, or would have, at a machine, by its rules or its ticket. */
enum role viewer_role_at(const struct viewer *v, const struct machine *m);
/* Another role from now on: what it may not hold any more is lifted; with ROLE_NONE it leaves.
 */
void viewer_set_role(struct viewer *v, enum role role);
/* The machines' rules and the times of a session are others: they hold at once. */
void viewers_apply_rules(struct server *s);
/* Its user did something. */
void viewer_was_used(struct viewer *v);
/* Tells the audit; the viewer's facts are added. why: NULL where there is nothing to say. */
void viewer_audit(const struct viewer *v, enum audit_what what, const char *why);
/* Frees those that are closed. */
void viewers_bury(struct server *s);
void viewers_close_all(struct server *s, const char *why);

/* ---- between the viewer's own files ---- */

/* Serves the socket, which is the viewer's from now on. */
void viewer_io_start(struct viewer *v, int fd);
/* v->address and v->uid, from v->peer and, on a Unix socket, the process at fd's other end. */
void viewer_describe_peer(struct viewer *v, int fd);
/* What it waits for may have changed. */
void viewer_want_events(struct viewer *v);
/* Something else than bytes was waited for, and has come: goes on with what was read. */
void viewer_go_on(struct viewer *v);

/* Before it is closed: that someone left, or was not let in. */
void viewer_audit_end(const struct viewer *v, const char *why);
/* From now on the configured times count, or others than before. */
void viewer_start_limits(struct viewer *v);
/* By the word of a proxy: the client's address is this one. */
void viewer_is_from(struct viewer *v, const struct sockaddr_storage *peer);
/* Refuses it when too many wait to log in. */
void viewer_check_pending(struct viewer *v);

/* options: of its listener, NULL: none. The rest reads on from v->in until ServerInit. */
void viewer_login_start(struct viewer *v, const struct listener_config *options);
void viewer_login_feed(struct viewer *v, struct reader *in);
/* While there is v->login: what it polls for; whether an event is its; the queue is empty. */
uint32_t viewer_login_events(const struct viewer *v);
bool viewer_login_takes_io(struct viewer *v, uint32_t events);
void viewer_login_flushed(struct viewer *v);
/* Its end, with the viewer's: at once, and when nothing of the viewer is used any more. */
void login_abandon(struct viewer *v);
void login_drop(struct viewer *v);
/* The machine has a picture, or waited long enough: ServerInit. */
void viewer_login_finish(struct viewer *v);
/* The same from outside of reading: then what the client sent meanwhile is read. */
void viewer_first_picture(struct viewer *v);
extern const struct client_msg_handler viewer_client_handler;
extern const struct view_client_ops viewer_update_ops;
/* Marks news and wakes the frame clock. */
void viewer_add_news(struct viewer *v, unsigned news);
/* The client's wishes changed: picks the view and the class that suit it. */
void viewer_choose_view(struct viewer *v);
void viewer_choose_class(struct viewer *v);
/* Wakes the frame clock if the client can be sent something. */
void viewer_wake(struct viewer *v);
void viewer_take_machine_news(struct viewer *v, enum machine_news news);
enum view_news viewer_has_news(struct view_client *c);
/* The part of the picture that it asks for, in px. */
struct rect viewer_area(const struct viewer *v);
/* Writes the news, all but NEWS_ALONE, as rectangles into v->reply; returns how many. */
unsigned viewer_write_news(struct viewer *v);
/* The same for NEWS_ALONE. */
unsigned viewer_write_news_alone(struct viewer *v);

/*
 * Takes its seat in its user's session at m, by v->user and v->role. False with a text for the
 * client: its user has too many viewers here.
 */
bool viewer_session_join(struct viewer *v, const struct machine *m, const char **why_r);
/* machine_resize and machine_power, wherever the machine is: in the name of its session. What
 * is refused there later is told by a notice. */
int viewer_resize(struct viewer *v, unsigned head, int w, int h);
int viewer_power(struct viewer *v, enum power_action action);
/* Whether its ClientInit asked to be alone where others are, and that is refused here. */
bool viewer_refuses_exclusive(const struct viewer *v);
/* "web1", or "web1 — alice drives", in UTF-8. */
void viewer_desktop_name(const struct viewer *v, char *text_r, size_t size);

void viewer_key(struct viewer *v, uint32_t keysym, bool down);
void viewer_extended_key(struct viewer *v, uint32_t keysym, uint32_t xt_code, bool down);
void viewer_pointer(struct viewer *v, unsigned mask, unsigned x, unsigned y);
/* Lifts what it holds. */
void viewer_lift(struct viewer *v);

#endif
