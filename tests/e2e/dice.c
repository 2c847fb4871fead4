/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/e2e/dice.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

static uint32_t choose_seed(void)
{
    const char *wanted = getenv("HOLDFAST_SEED");
    uint32_t seed = 0;

    if (wanted && *wanted)
        return (uint32_t)strtoul(wanted, NULL, 0);
    while (getrandom(&seed, sizeof(seed), 0) != (ssize_t)sizeof(seed))
        ;
    return seed;
}

struct dice dice_take(void)
{
    uint32_t seed = choose_seed();
    struct dice dice = {seed, seed * 2654435761u};

    if (dice.state == 0)
        dice.state = 1;
    printf("seed: HOLDFAST_SEED=%u\n", seed);
    return dice;
}

unsigned dice_throw(struct dice *dice, unsigned below)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 17;
    dice->state ^= dice->state << 5;
    return dice->state % below;
}

int dice_between(struct dice *dice, int first, int last)
{
    return first + (int)dice_throw(dice, (unsigned)(last - first) + 1);
}

bool dice_once_in(struct dice *dice, unsigned of)
{
    return dice_throw(dice, of) == 0;
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t kept = a[i];
        a[i] = b[i];
        b[i] = kept;
    }
}

void dice_shuffle(struct dice *dice, void *items, size_t count, size_t size)
{
    uint8_t *at = items;

    for (size_t i = count; i > 1; i--)
        swap(at + (i - 1) * size, at + dice_throw(dice, (unsigned)i) * size, size);
}
