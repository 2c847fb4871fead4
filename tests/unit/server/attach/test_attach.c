/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/server/attach/groups.h"

int main(void)
{
    return test_attach_table() + test_qmp_line() + test_qmp() + test_scanout() +
           test_map_reader() + test_pattern_scenes() + test_pattern() + test_qemu_status() +
           test_qemu_devices() + test_qemu() + test_qemu_picture() + test_qemu_input() +
           test_qemu_move();
}
