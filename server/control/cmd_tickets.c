/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ticket, tickets, revoke. Whoever may use the control socket may make tickets for anybody. */
#include <config.h>
#include "auth/ticket.h"
#include "base/secret.h"
#include "server/control/call.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    TTL_S = 600,
    TTL_VNC_S = 60,
    TTL_S_MOST = 30 * 86400,
    VNC_LIVE_MOST = 16, /* of one machine: each is tried at a login */
};

static uint64_t now_us(const struct call *call)
{
    uint64_t now = 0;
    sd_event_now(call->control->context.loop, CLOCK_MONOTONIC, &now);
    return now;
}

static struct ticket_book *book_of(struct call *call)
{
    struct ticket_book *book = call->control->context.tickets;
    if (!book)
        http_answer_error(call->x, 503, "this daemon has no tickets");
    return book;
}

/* ---- making ---- */

static bool read_ttl(const char *text, uint64_t *us_r)
{
    size_t n = strspn(text, "0123456789");
    unsigned long s = n && n <= 7 && !text[n] ? strtoul(text, NULL, 10) : 0;
    *us_r = s * UINT64_C(1000000);
    return s >= 1 && s <= TTL_S_MOST;
}

/* False after answering what is wrong. */
static bool read_wish(struct call *call, struct ticket_wish *wish)
{
    const char *role = call->text[2] ? call->text[2] : "drive";
    wish->user = call->text[1] ? call->text[1] : "";
    wish->vnc = call->text[4] != NULL;
    wish->lifetime_us = (wish->vnc ? TTL_VNC_S : TTL_S) * UINT64_C(1000000);
    if (role_parse(role, &wish->role) < 0 || wish->role == ROLE_NONE) {
        http_answer_error(call->x, 400, "there is no role '%.40s': it is watch, drive or admin",
                          role);
        return false;
    }
    if (call->text[3] && !read_ttl(call->text[3], &wish->lifetime_us)) {
        http_answer_error(call->x, 400, "a ticket is good for 1 to %d seconds", TTL_S_MOST);
        return false;
    }
    if (strpbrk(wish->user, "\n\r\t")) {
        http_answer_error(call->x, 400, "a user's name has no control characters");
        return false;
    }
    return true;
}

static bool room_for(struct call *call, struct ticket_book *book,
                     const struct ticket_wish *wish)
{
    struct vnc_password live[VNC_LIVE_MOST];
    if (!wish->vnc)
        return true;
    unsigned n = ticket_vnc_passwords(book, wish->machine, now_us(call), live, VNC_LIVE_MOST);
    secret_wipe(live, sizeof(live));
    if (n < VNC_LIVE_MOST)
        return true;
    http_answer_error(call->x, 409, "machine '%s' has %u tickets for vnc already: revoke one",
                      wish->machine, n);
    return false;
}

static void answer_made(struct call *call, const struct ticket_wish *wish, uint64_t id,
                        const char *text)
{
    const struct audit_facts facts = {.ticket = id,
                                      .user = wish->user,
                                      .machine = wish->machine,
                                      .role = role_name(wish->role)};
    call_audit(call, AUDIT_TICKET, &facts);
    http_add_header(call->x, "Cache-Control", "no-store");
    http_answer_json(call->x, 201,
                     json_pack("{s:I, s:s, s:s, s:s, s:s, s:b, s:I}", "id", (json_int_t)id,
                               "ticket", text, "machine", wish->machine, "user", wish->user,
                               "role", role_name(wish->role), "vnc", wish->vnc, "expires_in_s",
                               (json_int_t)(wish->lifetime_us / 1000000)));
}

void cmd_ticket(struct call *call)
{
    struct ticket_book *book = book_of(call);
    struct machine *m = book ? call_machine(call, 0) : NULL;
    struct ticket_wish wish = {.machine = m ? m->name : NULL};
    char text[TICKET_TEXT_SIZE];
    uint64_t id;
    if (!m || !read_wish(call, &wish) || !room_for(call, book, &wish))
        return;
    int err = ticket_make(book, &wish, now_us(call), secret_random, text, &id);
    if (err == 0)
        answer_made(call, &wish, id, text);
    else
        http_answer_error(call->x, err == -ENOSPC ? 409 : 400,
                          err == -ENOSPC ? "there are too many tickets: revoke some"
                                         : "the user's or the machine's name is too long");
    secret_wipe(text, sizeof(text));
}

/* ---- what there is ---- */

struct listing {
    json_t *list;
    uint64_t now_us;
};

/* One that began a session does not expire. */
static void add_ticket(void *self, const struct ticket *t)
{
    struct listing *l = self;
    json_t *left = t->session
                       ? json_null()
                       : json_integer((json_int_t)((t->expires_us - l->now_us) / 1000000));
    json_array_append_new(l->list, json_pack("{s:I, s:s, s:s, s:s, s:b, s:b, s:o}", "id",
                                             (json_int_t)t->id, "machine", t->machine, "user",
                                             t->user, "role", role_name(t->role), "vnc", t->vnc,
                                             "used", t->session != 0, "expires_in_s", left));
}

void cmd_tickets(struct call *call)
{
    struct listing l = {.now_us = now_us(call)};
    struct ticket_book *book = book_of(call);
    if (!book)
        return;
    l.list = json_array();
    ticket_list(book, l.now_us, add_ticket, &l);
    http_answer_json(call->x, 200, l.list);
}

void cmd_revoke(struct call *call)
{
    const char *text = call->text[0];
    struct ticket_book *book = book_of(call);
    size_t n = strspn(text, "0123456789");
    uint64_t id = n && n <= 18 && !text[n] ? strtoull(text, NULL, 10) : 0;
    if (!book)
        return;
    if (!id || !ticket_revoke(book, id)) {
        http_answer_error(call->x, 404, "there is no ticket '%.40s': see holdfastctl tickets",
                          text);
        return;
    }
    call_audit(call, AUDIT_REVOKED, &(struct audit_facts){.ticket = id});
    http_answer_json(call->x, 200, json_pack("{s:I}", "revoked", (json_int_t)id));
}
