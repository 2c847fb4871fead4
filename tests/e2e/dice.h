/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dice: random numbers of a test that can be had again. Another seed in every run, which is
 * printed; HOLDFAST_SEED=N repeats a run's throws. What machines do meanwhile is not repeated.
 */
#ifndef HF_TESTS_E2E_DICE_H
#define HF_TESTS_E2E_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint32_t seed, state;
};

/* Prints the seed. */
struct dice dice_take(void);

/* 0 to below - 1; below must not be 0. */
unsigned dice_throw(struct dice *dice, unsigned below);
/* first to last, both included */
int dice_between(struct dice *dice, int first, int last);
/* True once in `of` throws, on the average. */
bool dice_once_in(struct dice *dice, unsigned of);
/* Puts the items of an array into another order. */
void dice_shuffle(struct dice *dice, void *items, size_t count, size_t size);

#endif
