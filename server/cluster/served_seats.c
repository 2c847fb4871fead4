/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "server/cluster/served_seats.h"

const char *served_seat_message(struct served *served, enum link_type type,
                                struct reader *payload)
{
    (void)served;
    (void)type;
    (void)payload;
    return NULL;
}

void served_seats_begin(struct served_machine *sm)
{
    (void)sm;
}

void served_seats_end(struct served_machine *sm)
{
    (void)sm;
}

bool served_may_type(struct served_machine *sm, bool press, uint64_t *owner_r)
{
    (void)sm;
    (void)press;
    *owner_r = 0;
    return false;
}
