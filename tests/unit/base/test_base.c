/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>
#include "tests/unit/base/groups.h"

int main(void)
{
    return test_bytes() + test_reader() + test_blob() + test_stream() + test_outq() +
           test_pool() + test_secret() + test_log() + test_backoff();
}
