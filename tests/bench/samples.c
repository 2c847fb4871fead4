/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/samples.h"
#include "base/alloc.h"

#include <stdlib.h>

void samples_add(struct samples *s, double value)
{
    if (s->n == s->room) {
        s->room = s->room ? s->room * 2 : 1024;
        s->values = alloc_resize(s->values, s->room, sizeof(*s->values));
    }
    s->values[s->n++] = value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double samples_at(struct samples *s, double share)
{
    if (!s->n)
        return 0;
    qsort(s->values, s->n, sizeof(*s->values), compare);
    size_t at = (size_t)(share * (double)s->n);
    return s->values[at < s->n ? at : s->n - 1];
}

void samples_fini(struct samples *s)
{
    free(s->values);
    *s = (struct samples){0};
}
