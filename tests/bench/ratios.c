/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/bench/ratios.h"

#include <math.h>

double ratio_of(double a, double b)
{
    return b > 0 ? a / b : 0;
}

void ratios_add(struct ratios *r, double value)
{
    if (r->n < RATIOS_MOST)
        r->values[r->n++] = value;
}

double ratios_mean(const struct ratios *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->n; i++) {
        if (r->values[i] <= 0)
            return 0;
        sum += log(r->values[i]);
    }
    return r->n ? exp(sum / (double)r->n) : 0;
}

double ratios_least(const struct ratios *r)
{
    double least = r->n ? r->values[0] : 0;
    for (size_t i = 1; i < r->n; i++)
        least = r->values[i] < least ? r->values[i] : least;
    return least;
}

double ratios_most(const struct ratios *r)
{
    double most = r->n ? r->values[0] : 0;
    for (size_t i = 1; i < r->n; i++)
        most = r->values[i] > most ? r->values[i] : most;
    return most;
}
