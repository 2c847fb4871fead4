/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Apple's Diffie-Hellman login; the secret is zeros. What decrypts is any text at all. */
#include <config.h>
#include "auth/dh.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

static void no_randomness(void *p, size_t n)
{
    memset(p, 0, n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct auth_verdict verdict;
    struct bytes out;
    struct reader in = reader_over(NULL, 0);
    bytes_init(&out, 4 + 2 * DH_KEY_SIZE);
    struct auth_method *m = dh_start(NULL, &out, no_randomness);
    fuzz_check(m->ops->feed(m, &in, &out, &verdict) == AUTH_MORE && !out.overflow);
    in = reader_over(data, n);
    enum auth_step step = m->ops->feed(m, &in, &out, &verdict);
    bool whole = n >= DH_LOGIN_SIZE + DH_KEY_SIZE;
    fuzz_check((step == AUTH_MORE) == !whole);
    if (step == AUTH_WAIT)
        fuzz_check(strlen(m->login->user) <= DH_TEXT_SIZE &&
                   strlen(m->login->password) <= DH_TEXT_SIZE);
    else if (step != AUTH_MORE)
        fuzz_check(step == AUTH_BAD && verdict.reason);
    m->ops->free(m);
    bytes_fini(&out);
    return 0;
}
