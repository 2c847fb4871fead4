/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Big numbers that are secret, on top of GMP and nettle. Knows no protocol. */
#ifndef HF_AUTH_MPZ_H
#define HF_AUTH_MPZ_H

#include <gmp.h>
#include <nettle/bignum.h>

#include "base/secret.h"

/* Clears x and what its memory held. */
static inline void mpz_wipe(mpz_t x)
{
    size_t n = mpz_size(x);
    if (n)
        secret_wipe(mpz_limbs_modify(x, (mp_size_t)n), n * sizeof(mp_limb_t));
    mpz_clear(x);
}

#endif
