/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/seat_msg.h"
#include "server/cluster/link.h"

#include <string.h>

/* ---- parts ---- */

static bool read_role(struct reader *r, enum role *role_r)
{
    uint8_t role = reader_u8(r);
    *role_r = (enum role)role;
    return role <= ROLE_ADMIN;
}

static bool read_flag(struct reader *r, bool *flag_r)
{
    uint8_t flag = reader_u8(r);
    *flag_r = flag;
    return flag <= 1;
}

static bool read_whole(const struct reader *r)
{
    return !r->more && reader_left(r) == 0;
}

static void put_id(struct bytes *b, const struct seat_msg_id *id)
{
    bytes_put_u32(b, id->machine);
    bytes_put_u32(b, id->seat);
}

static void read_id(struct reader *r, struct seat_msg_id *id)
{
    id->machine = reader_u32(r);
    id->seat = reader_u32(r);
}

/* ---- a seat ---- */

void seat_msg_put_join(struct bytes *b, const struct seat_msg_join *m)
{
    size_t n = m->groups_n <= SEAT_MSG_GROUPS_MOST ? m->groups_n : 0;
    put_id(b, &m->id);
    link_put_u64(b, m->number);
    bytes_put_u8(b, (uint8_t)m->role);
    bytes_put_u8(b, m->by_ticket);
    link_put_text(b, m->user, AUTH_USER_MOST);
    link_put_u64(b, m->viewer);
    link_put_text(b, m->address, SEAT_MSG_ADDRESS_MOST);
    link_put_text(b, m->transport, SEAT_MSG_WORD_MOST);
    link_put_text(b, m->security, SEAT_MSG_WORD_MOST);
    link_put_text(b, m->encoding, SEAT_MSG_WORD_MOST);
    bytes_put_u16(b, (uint16_t)n);
    bytes_put(b, m->groups, n);
}

static bool read_groups(struct reader *r, struct seat_msg_join *m)
{
    m->groups_n = reader_u16(r);
    if (m->groups_n > SEAT_MSG_GROUPS_MOST)
        return false;
    m->groups = (const char *)reader_bytes(r, m->groups_n);
    return m->groups && (!m->groups_n || !m->groups[m->groups_n - 1]);
}

bool seat_msg_read_join(struct reader *r, struct seat_msg_join *m)
{
    read_id(r, &m->id);
    m->number = link_read_u64(r);
    bool good = read_role(r, &m->role) && read_flag(r, &m->by_ticket) &&
                link_read_text(r, m->user, sizeof(m->user));
    m->viewer = link_read_u64(r);
    return good && link_read_text(r, m->address, sizeof(m->address)) &&
           link_read_text(r, m->transport, sizeof(m->transport)) &&
           link_read_text(r, m->security, sizeof(m->security)) &&
           link_read_text(r, m->encoding, sizeof(m->encoding)) && read_groups(r, m) &&
           m->role > ROLE_NONE && read_whole(r);
}

void seat_msg_put_id(struct bytes *b, const struct seat_msg_id *m)
{
    put_id(b, m);
}

bool seat_msg_read_id(struct reader *r, struct seat_msg_id *m)
{
    read_id(r, m);
    return read_whole(r);
}

void seat_msg_put_role(struct bytes *b, const struct seat_msg_role *m)
{
    put_id(b, &m->id);
    link_put_u64(b, m->session);
    bytes_put_u8(b, (uint8_t)m->role);
}

bool seat_msg_read_role(struct reader *r, struct seat_msg_role *m)
{
    read_id(r, &m->id);
    m->session = link_read_u64(r);
    return read_role(r, &m->role) && read_whole(r);
}

void seat_msg_put_gone(struct bytes *b, const struct seat_msg_gone *m)
{
    put_id(b, &m->id);
    link_put_text(b, m->why, SEAT_MSG_TEXT_MOST);
}

bool seat_msg_read_gone(struct reader *r, struct seat_msg_gone *m)
{
    read_id(r, &m->id);
    return link_read_text(r, m->why, sizeof(m->why)) && read_whole(r);
}

/* ---- what is wished ---- */

void seat_msg_put_act(struct bytes *b, uint32_t machine, uint32_t serial,
                      const struct console_wish *wish)
{
    bytes_put_u32(b, machine);
    bytes_put_u32(b, serial);
    bytes_put_u8(b, (uint8_t)wish->kind);
    bytes_put_u8(b, (uint8_t)wish->event);
    bytes_put_u8(b, (uint8_t)wish->role);
    link_put_u64(b, wish->session);
    link_put_u64(b, wish->target);
    bytes_put_u8(b, (uint8_t)wish->power);
    bytes_put_u8(b, (uint8_t)wish->head);
    bytes_put_u16(b, (uint16_t)wish->w);
    bytes_put_u16(b, (uint16_t)wish->h);
    link_put_text(b, wish->text ? wish->text : "", SEAT_MSG_TEXT_MOST);
}

static bool can_be(const struct console_wish *wish)
{
    return wish->kind < WISH_KINDS && wish->event <= WHEEL_DENY && wish->power <= POWER_RESET &&
           wish->head < HEADS_MOST &&
           (wish->kind != WISH_RESIZE || surface_size_ok(wish->w, wish->h));
}

bool seat_msg_read_act(struct reader *r, struct seat_msg_act *m)
{
    m->machine = reader_u32(r);
    m->serial = reader_u32(r);
    unsigned kind = reader_u8(r), event = reader_u8(r);
    m->wish = (struct console_wish){.kind = (enum console_wish_kind)kind,
                                    .event = (enum wheel_event)event,
                                    .text = m->text};
    bool good = read_role(r, &m->wish.role);
    m->wish.session = link_read_u64(r);
    m->wish.target = link_read_u64(r);
    m->wish.power = (enum power_action)reader_u8(r);
    m->wish.head = reader_u8(r);
    m->wish.w = reader_u16(r);
    m->wish.h = reader_u16(r);
    return good && link_read_text(r, m->text, sizeof(m->text)) && can_be(&m->wish) &&
           read_whole(r);
}

void seat_msg_put_verdict(struct bytes *b, const struct seat_msg_verdict *m)
{
    bytes_put_u32(b, m->machine);
    bytes_put_u32(b, m->serial);
    bytes_put_u8(b, m->queued);
    link_put_text(b, m->why, SEAT_MSG_VERDICT_MOST);
}

bool seat_msg_read_verdict(struct reader *r, struct seat_msg_verdict *m)
{
    m->machine = reader_u32(r);
    m->serial = reader_u32(r);
    return read_flag(r, &m->queued) && link_read_text(r, m->why, sizeof(m->why)) &&
           read_whole(r);
}

/* ---- what is known ---- */

void seat_msg_put_console(struct bytes *b, const struct seat_msg_console *m)
{
    bytes_put_u32(b, m->machine);
    bytes_put_u32(b, m->answered);
    bytes_put(b, m->image, m->image_n);
}

bool seat_msg_read_console(struct reader *r, struct seat_msg_console *m)
{
    m->machine = reader_u32(r);
    m->answered = reader_u32(r);
    m->image_n = reader_left(r);
    if (r->more || m->image_n > CONSOLE_IMAGE_BYTES_MOST)
        return false;
    m->image = (const char *)reader_bytes(r, m->image_n);
    return m->image != NULL;
}

void seat_msg_put_seen(struct bytes *b, const struct seat_msg_seen *m)
{
    bytes_put_u32(b, m->machine);
    link_put_u64(b, m->serial);
}

bool seat_msg_read_seen(struct reader *r, struct seat_msg_seen *m)
{
    m->machine = reader_u32(r);
    m->serial = link_read_u64(r);
    return read_whole(r);
}

static void put_told(struct bytes *b, const struct session *s)
{
    link_put_u64(b, s ? s->id : 0);
    bytes_put_u8(b, (uint8_t)(s ? s->role : ROLE_NONE));
    link_put_text(b, s ? s->user : "", AUTH_USER_MOST);
}

static bool read_told(struct reader *r, struct session_told *told,
                      char user_r[AUTH_USER_MOST + 1])
{
    told->id = link_read_u64(r);
    told->user = user_r;
    return read_role(r, &told->role) && link_read_text(r, user_r, AUTH_USER_MOST + 1);
}

void seat_msg_put_event(struct bytes *b, uint32_t machine, const struct session_event *e)
{
    bytes_put_u32(b, machine);
    bytes_put_u8(b, (uint8_t)e->kind);
    link_put_u64(b, e->time_us);
    put_told(b, e->session);
    put_told(b, e->other);
    bytes_put_u8(b, e->text != NULL);
    link_put_text(b, e->text ? e->text : "", SEAT_MSG_TEXT_MOST);
}

bool seat_msg_read_event(struct reader *r, struct seat_msg_event *m)
{
    m->machine = reader_u32(r);
    unsigned kind = reader_u8(r);
    m->kind = (enum session_event_kind)kind;
    m->time_us = link_read_u64(r);
    return kind < SESSION_EVENT_KINDS && read_told(r, &m->session, m->users[0]) &&
           read_told(r, &m->other, m->users[1]) && read_flag(r, &m->has_text) &&
           link_read_text(r, m->text, sizeof(m->text)) && read_whole(r);
}
