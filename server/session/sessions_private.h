/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of sessions only. */
#ifndef HF_SERVER_SESSION_SESSIONS_PRIVATE_H
#define HF_SERVER_SESSION_SESSIONS_PRIVATE_H

#include "server/session/sessions.h"

/* ---- session.c ---- */

/* A new one, listed; the number is the caller's. */
struct session *session_new(struct console *c, uint64_t id, const char *user);
/* Unlists and frees; it has no seats. */
void session_free(struct session *s);
/* It has no seats: its events are told, the store forgets it, it is freed. */
void session_finish(struct session *s);
/* No more than that: nothing follows. */
void session_unseat(struct seat *seat);

/* ---- sessions.c ---- */

uint64_t sessions_now_us(const struct sessions *all);
uint64_t sessions_real_us(void);
/* Looks when time has something to do next. */
void sessions_arm(struct sessions *all);
void sessions_tell(struct sessions *all, const struct session_event *e);

/* ---- console.c ---- */

/* Found by UUID, else by name; else made. */
struct console *console_get(struct sessions *all, const struct console_key *machine);
/* Forgets it when no session is there any more. */
void console_collect(struct console *c);
/* Takes over what the configuration says about its machine. */
void console_configure(struct console *c);
/* An event of this session, in the wheel; then all that follows from it. */
struct wheel_result console_turn(struct console *c, enum wheel_event event,
                                 const struct wheel_party *who,
                                 const struct wheel_party *target);
/* Does what is due. */
void console_pass(struct console *c, uint64_t now_us);
struct wheel_party session_party(const struct session *s);

/* ---- keeping.c ---- */

/* It changed: is stored soon. Those of nobody are not. */
void session_mark(struct session *s);
/* Forgets it in the store. */
void session_forget(struct session *s);
/* A line of "who was there, who drove when". */
void sessions_note(struct sessions *all, const struct session_event *e);
void sessions_restore(struct sessions *all);
void sessions_save(struct sessions *all);

#endif
