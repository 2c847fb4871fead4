/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test groups of input, one a file. Each runs its tests and returns how many failed. */
#ifndef HF_TESTS_UNIT_INPUT_GROUPS_H
#define HF_TESTS_UNIT_INPUT_GROUPS_H

int test_hot_key(void);
int test_keyboard(void);
int test_keymap(void);
int test_keystate(void);
int test_pointer(void);
int test_typist(void);

#endif
