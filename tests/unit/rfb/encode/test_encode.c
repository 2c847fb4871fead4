/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/rfb/encode/groups.h"

int main(void)
{
    int failed = 0;
    failed += test_class_group();
    failed += test_cut_group();
    failed += test_deflate_group();
    failed += test_encoder_group();
    failed += test_huffman_group();
    return failed;
}
