/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Between the files of sessions only. */
#ifndef HF_SERVER_SESSION_SESSIONS_PRIVATE_H
#define HF_SERVER_SESSION_SESSIONS_PRIVATE_H

#include "server/session/home.h"
#include "server/session/sessions.h"

#define HOME_UNREACHABLE "the node of this machine cannot be reached now: try again"

/* ---- session.c ---- */

/* A new one, listed; the number is the caller's. */
struct session *session_new(struct console *c, uint64_t id, const char *user);
/* Unlists and frees; it has no seats. */
void session_free(struct session *s);
/* It has no seats: its events are told, the store forgets it, it is freed. */
void session_finish(struct session *s);
/* The last viewer is gone: it waits for its user, or is finished. */
void session_linger(struct session *s);
/* Nobody came of those that were waited for. */
void session_expect_no_more(struct session *s);
/* Its number is another one now; its place among all, too. */
void session_renumber(struct session *s, uint64_t id);
/* An event of it alone, now. */
void session_tell(struct session *s, enum session_event_kind kind);
/* Its seats' roles are not what they were: its own follows. */
void session_update_role(struct session *s);
/* Whoever may not drive any more lifts what it holds; all of s are told. */
void session_update_seats(struct session *s);

/* ---- seat.c ---- */

/* No more than that: nothing follows. */
void session_unseat(struct seat *seat);
/* Moves a seat to another session of the console. */
void session_reseat(struct seat *seat, struct session *to);

/* ---- sessions.c ---- */

/* CLOCK_MONOTONIC, as the loop has it in this turn. */
uint64_t sessions_now_us(const struct sessions *all);
/* CLOCK_REALTIME. */
uint64_t sessions_real_us(void);
/* Looks when time has something to do next. */
void sessions_arm(struct sessions *all);
/* It happened here: it is noted, mirrors and observers are told. */
void sessions_tell(struct sessions *all, const struct session_event *e);
/* It happened at another node, which notes it: observers are told. */
void sessions_hear(struct sessions *all, const struct session_event *e);

/* ---- numbers.c ---- */

/* For a new session. */
uint64_t sessions_number(struct sessions *all);
/* wanted, if no session has it and it may be one, else another. */
uint64_t sessions_number_or(struct sessions *all, uint64_t wanted);
/* Asks the store for numbers when there are few left. */
void sessions_reserve(struct sessions *all);

/* ---- consoles.c ---- */

/* Unlisted already. */
void console_free(struct console *c);
/* Forgets it when no session is there any more. */
void console_collect(struct console *c);
/* "uuid:..." or "name:..."; caller frees. */
char *console_key_text(const struct console *c);

/* ---- console.c ---- */

/* Takes over what the configuration says about its machine. */
void console_configure(struct console *c);
/* An event of this session, in the wheel; then all that follows from it. */
struct wheel_result console_turn(struct console *c, enum wheel_event event,
                                 const struct wheel_party *who,
                                 const struct wheel_party *target);
/* What others may know of it is not what it was. */
void console_changed(struct console *c);
/* All its seats are told. */
void console_tell_seats(struct console *c);
/* Does what is due. */
void console_pass(struct console *c, uint64_t now_us);
/* The session as the wheel knows it. */
struct wheel_party session_party(const struct session *s);

/* ---- keeping.c ---- */

/* It changed: is stored soon. Those of nobody are not. */
void session_mark(struct session *s);
/* Forgets it in the store. */
void session_forget(struct session *s);
/* Gives the store all that is dirty, as one transaction; all->saver does it by itself. */
void sessions_save(struct sessions *all);
/* All sessions there are stored again. */
void console_mark(struct console *c);
/* Deletes an entry of this machine with what is written next; takes key over. */
void console_forget_key(struct console *c, char *key);
/* Writes an entry with what is written next; takes both texts over. value NULL: deletes it. */
void sessions_keep(struct sessions *all, char *key, char *value);
/* Makes all->saver, which sleeps until something changes. */
void sessions_keep_init(struct sessions *all);

/* ---- history.c ---- */

/* A line of "who was there, who drove when". */
void sessions_note(struct sessions *all, const struct session_event *e);
/* Deletes what is too old, from now on each hour; there is a store. */
void sessions_sweep_init(struct sessions *all);

/* ---- kept.c ---- */

/* At the start: makes what keeps sessions, and asks the store for those that were kept. */
void sessions_restore(struct sessions *all);
/*
 * What the store has of this machine's sessions: those that are not known here are taken up
 * (take), else forgotten; with `turn` the wheel is what it was there.
 */
void console_restore(struct console *c, const struct store_entry *entries, size_t n, bool take,
                     bool turn);

/* ---- asked.c ---- */

/* Asks home; NULL, or why it cannot be asked. */
const char *console_ask(struct console *c, const struct console_wish *wish);

/* ---- away.c ---- */

/* As seat_input, at a console whose home is away: takes a wheel that nobody holds by asking for
 * it; whether the input may follow at once. */
bool seat_input_away(struct seat *seat, enum wheel_event event);
/* As session_act: NULL when home was asked, else why not. *queued_r (may be NULL): by what is
 * known here, it will wait for the driver's answer. */
const char *session_act_away(struct session *s, enum wheel_event event, struct session *target,
                             bool *queued_r);
/* Its last seat here has left. */
void session_left_away(struct session *s);

/* It is gone, and nobody is told; it has no seats. */
void session_drop(struct session *s);

/* ---- told.c ---- */

/* Whoever may not drive lifts what it holds. */
void console_lift_others(struct console *c);

/* ---- homes.c ---- */

/* From now on viewers of other nodes have some seconds to come again, and absent users their
 * linger time. */
void console_await_viewers(struct console *c);

/* ---- fence.c ---- */

struct fence_job;
/* Becomes the one whose writes count; all->node. Late answers of before do not count. */
void fence_take(struct console *c);
/* Wants to write no more: this is no home now. */
void fence_drop(struct console *c);
/* changes are copied; the fence is held. */
void fence_write(struct console *c, const struct store_change *changes, size_t n);
/* At the end; what the store still answers concerns nobody. */
void fences_fini(struct sessions *all);

#endif
