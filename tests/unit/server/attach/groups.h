/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The test groups of attach, one a file. Each runs its tests and returns how many failed. */
#ifndef HF_TESTS_UNIT_SERVER_ATTACH_GROUPS_H
#define HF_TESTS_UNIT_SERVER_ATTACH_GROUPS_H

int test_attach_table(void);
int test_map_reader(void);
int test_pattern(void);
int test_pattern_scenes(void);
int test_qemu(void);
int test_qemu_devices(void);
int test_qemu_input(void);
int test_qemu_move(void);
int test_qemu_picture(void);
int test_qemu_status(void);
int test_qmp(void);
int test_qmp_line(void);
int test_scanout(void);

#endif
