/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/framebuffer/groups.h"

int main(void)
{
    return test_surface() + test_damage() + test_source_format() + test_compare() +
           test_layer() + test_pointer_image() + test_scroll();
}
