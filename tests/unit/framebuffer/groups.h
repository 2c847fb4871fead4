/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test groups of framebuffer, one a file. Each runs its tests and returns how many failed.
 */
#ifndef HF_TESTS_UNIT_FRAMEBUFFER_GROUPS_H
#define HF_TESTS_UNIT_FRAMEBUFFER_GROUPS_H

int test_compare(void);
int test_damage(void);
int test_layer(void);
int test_pointer_image(void);
int test_scroll(void);
int test_source_format(void);
int test_surface(void);

#endif
