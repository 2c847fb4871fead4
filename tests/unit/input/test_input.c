/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/input/groups.h"

int main(void)
{
    return test_hot_key() + test_keystate() + test_keyboard() + test_pointer() + test_keymap() +
           test_typist();
}
