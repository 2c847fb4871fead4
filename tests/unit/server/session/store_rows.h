/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every store must do, whatever keeps its entries: rows for a test program of each kind,
 * and a store with all that it told, as these rows and others use it.
 */
#ifndef HF_TESTS_UNIT_SERVER_SESSION_STORE_ROWS_H
#define HF_TESTS_UNIT_SERVER_SESSION_STORE_ROWS_H

#include "server/session/store.h"

#define STORE_DEADLINE_US (60 * UINT64_C(1000000))

/* First in the fixture of a program that runs the rows. */
struct store_case {
    sd_event *loop;
    struct store *store;
    void (*open)(struct store_case *c); /* sets store, with what it kept; fails the test */
    char told[4096];                    /* answers and changes, each with a space behind */
    int answers;
    uint64_t lease; /* of the last answer */
};

struct store_listener {
    struct store_watch watch; /* first */
    struct store_case *of;
    bool once; /* ends its watch when it is told something */
};

/* A new loop, and the store. */
void store_case_open(struct store_case *c);
/* Closes the store and opens it again. */
void store_case_open_again(struct store_case *c);
void store_case_close(struct store_case *c);

/* Answers are noted: "KEY=VALUE/VERSION " for each entry, the name of an error. */
void store_case_answer(void *self, const struct store_answer *a);
void store_case_put(struct store_case *c, const char *key, const char *value);
void store_case_delete(struct store_case *c, const char *from, const char *to);
/* All that is in the store. */
const char *store_case_all(struct store_case *c);
/* Watches, and waits until no change is missed. Changes are noted: "KEY:VALUE ", "KEY:- ". */
void store_case_watch(struct store_case *c, struct store_listener *l, const char *prefix);
void store_case_unwatch(struct store_listener *l);

/* Runs the loop once; fails the test when it is later than that. */
void store_case_run(struct store_case *c, uint64_t end_us);
uint64_t store_case_deadline_us(const struct store_case *c);
/* What was told since it was taken last, in static memory: now, or once n answers have come, or
 * once this was told last and n answers have come. */
const char *store_case_taken(struct store_case *c);
const char *store_case_answers(struct store_case *c, int n);
const char *store_case_until(struct store_case *c, const char *last, int n);

/* The rows; *state is a struct store_case whose store is open and empty. */
void what_is_put_is_got_in_order(void **state);
void closing_carries_out_what_was_asked(void **state);
void settling_waits_for_all_answers(void **state);
void deleting_takes_one_or_a_range(void **state);
void a_transaction_is_made_whole_or_not_at_all(void **state);
void watchers_hear_of_changes_of_their_keys(void **state);
void a_watch_begins_with_what_is_there_if_it_wants_that(void **state);
void what_is_put_with_a_lease_goes_with_it(void **state);

#define STORE_ROWS(test)                                                                       \
    test(what_is_put_is_got_in_order), test(closing_carries_out_what_was_asked),               \
        test(settling_waits_for_all_answers), test(deleting_takes_one_or_a_range),             \
        test(a_transaction_is_made_whole_or_not_at_all),                                       \
        test(watchers_hear_of_changes_of_their_keys),                                          \
        test(a_watch_begins_with_what_is_there_if_it_wants_that),                              \
        test(what_is_put_with_a_lease_goes_with_it)

#endif
