/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A sink that writes down what it is given, in order and separated by spaces: "+1e" and "-1e"
 * for keys,
 * "@0:10,20" for a position on head 0, "~0:-1,2" for motion, "(1" and "1)" for button 1 down
 * and up.
 */
#ifndef HF_TESTS_UNIT_INPUT_RECORDER_H
#define HF_TESTS_UNIT_INPUT_RECORDER_H

#include <stddef.h>

#include "input/sink.h"

struct recorder {
    char text[2048];
    size_t len;
};

/* A sink that writes to r, which starts empty and must outlive it. */
struct input_sink recorder_sink(struct recorder *r);
/* What was written since the last call. Holds until the next event. */
const char *recorder_take(struct recorder *r);

#endif
